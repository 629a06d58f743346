"""Services that istiod tells the proxy of: more and more, or always others."""

import random
import time

# of a service, one for each of its ports
CLUSTERS = 2

_SERVICE = """\
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {{name: s{number}, namespace: shop}}
spec:
  hosts: [s{number}.shop.example]
  addresses: [10.{a}.{b}.{c}]
  ports: [{{number: {port}, name: http, protocol: HTTP}}, {{number: 31900, name: tcp, protocol: TCP}}]
  resolution: STATIC
  endpoints: [{endpoints}]
---
"""
_STEPS = 20
# seconds
_GROWTH = 3.0


def run(file, services, churn, seed, seconds):
    """Grows to that many services within 3 seconds; then, with churn, replaces a tenth of them every second, until the
    seconds are over. file: in istiod's folder"""
    chance = random.Random(seed)
    begin = time.monotonic()
    here = []
    for step in range(1, _STEPS + 1):
        here += range(len(here), services * step // _STEPS)
        _write(file, here, chance)
        _wait(begin + _GROWTH * step / _STEPS)
    following = services
    while time.monotonic() < begin + seconds:
        if churn:
            tenth = max(1, services // 10)
            here = here[tenth:] + list(range(following, following + tenth))
            following += tenth
            _write(file, here, chance)
        _wait(time.monotonic() + 1)
    file.unlink()
    return {"came": following, "refused": 0}


def tell(file, services, seed):
    """All at once."""
    _write(file, range(services), random.Random(seed))


def _write(file, numbers, chance):
    text = "".join(_service(number, chance) for number in numbers)
    unfinished = file.with_suffix(".unfinished")
    unfinished.write_text(text)
    unfinished.rename(file)


def _service(number, chance):
    endpoints = ", ".join(f"{{address: 10.200.{number % 250}.{chance.randrange(250)}}}" for _ in range(10))
    return _SERVICE.format(
        number=number, a=number // 62500, b=number // 250 % 250, c=number % 250, port=31000 + number % 50,
        endpoints=endpoints,
    )


def _wait(until):
    time.sleep(max(0, until - time.monotonic()))
