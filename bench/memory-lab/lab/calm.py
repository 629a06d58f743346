"""What an arm costs while there is no pressure: throughput and latency beside another, in pairs. Needs wrk."""

import argparse
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from lab import arms, command, identity, report
from lab.cgroup import Cgroup
from lab.istiod import Istiod
from lab.net import free_ports, listens
from lab.parts import Parts
from lab.proxy import Proxy
from lab.table import append

_MIB = 1 << 20
_ENVOY = "1.40.0"
_COLUMNS = ["pair", "arm", "limit", "connections", "body", "seconds", "throughput", "p50", "p99"]
_UNITS = {"us": 1e-3, "ms": 1, "s": 1e3}
# a proxy that answers by itself: an upstream that is no slower than what is measured
_UPSTREAM = """\
static_resources:
  listeners:
  - address: {{socket_address: {{address: 127.0.0.1, port_value: {port}}}}}
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: upstream
          route_config:
            max_direct_response_body_size_bytes: {size}
            virtual_hosts:
            - name: all
              domains: ["*"]
              routes: [{{match: {{prefix: /}}, direct_response: {{status: 200, body: {{filename: {body}}}}}}}]
          http_filters:
          - name: envoy.filters.http.router
            typed_config: {{"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}
"""


def main(words):
    parser = argparse.ArgumentParser("bench/memory-lab/run.sh calm", description=__doc__)
    parser.add_argument("--parts", type=Path, help="what MemoryLabParts wrote, so that it is not asked again")
    parser.add_argument("--pairs", type=int, default=10)
    parser.add_argument("--seconds", type=int, default=8, help="of each measurement, after 2 that are not counted")
    parser.add_argument("--limit", type=int, default=256, help="of the container, MiB")
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--body", type=int, default=1024, help="of each answer, bytes")
    parser.add_argument("--arms", type=lambda text: text.split(","), default=["default", "ours"], help="two, by commas")
    parser.add_argument("--out", type=Path, default=Path("target/memory-lab"), help="the folder of calm.csv, to which pairs are added")
    options = parser.parse_args(words)
    command.begin()
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="memory-lab-") as folder:
        file = Path(folder, "parts.json")
        parts = Parts.read(options.parts) if options.parts else Parts.prepare(file, [options.limit], [_ENVOY])
        print(report.calm(_measure(parts, Path(folder), options)))
    return 0


def told(text):
    """What wrk printed, as numbers: requests a second, milliseconds."""
    found = {"throughput": float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1])}
    for name in ("50", "99"):
        number, unit = re.search(rf"\s{name}%\s+([\d.]+)(us|ms|s)", text).groups()
        found[f"p{name}"] = float(number) * _UNITS[unit]
    return found


def _measure(parts, folder, options):
    ingress, upstream, *rest = free_ports(5)
    identity.certify(folder / "identity")
    body = folder / "body"
    body.write_text("x" * options.body)
    config = folder / "upstream.yaml"
    config.write_text(_UPSTREAM.format(port=upstream, body=body, size=options.body))
    answering = subprocess.Popen(
        [parts.envoy(_ENVOY), "-c", config, "--disable-hot-restart", "--concurrency", "1", "--log-level", "error"]
    )
    try:
        istiod = Istiod(parts.istiod, folder / "istiod", rest, [("good", "HTTP", ingress, upstream)])
        try:
            measured = []
            for number in range(1, options.pairs + 1):
                # the first of a pair in turns, so that neither has the machine's better half
                order = options.arms if number % 2 else options.arms[::-1]
                pair = {arm: _one(parts, arm, istiod.discovery, ingress, folder, options) for arm in order}
                print(f"{number}/{options.pairs} {pair}", file=sys.stderr, flush=True)
                how = {name: vars(options)[name] for name in ("limit", "connections", "body", "seconds")}
                rows = [{"pair": number, "arm": arm} | how | pair[arm] for arm in order]
                append(options.out / "calm.csv", _COLUMNS, rows)
                measured += rows
            return measured
        finally:
            istiod.close()
    finally:
        answering.kill()
        answering.wait()


def _one(parts, arm, discovery, port, folder, options):
    override = arms.override(arm, options.limit, parts.ours(_ENVOY, options.limit))
    limit = options.limit * _MIB
    cgroup = Cgroup(limit)
    try:
        with tempfile.TemporaryDirectory(dir=folder) as own:
            more = arms.proxy_config(arm, parts.proxy_config(_ENVOY))
            proxy = Proxy(
                parts, _ENVOY, override, cgroup, limit, discovery, own, folder / "identity", arms.variables(arm), more
            )
            try:
                deadline = time.monotonic() + 20
                while not listens(port):
                    if time.monotonic() > deadline:
                        raise RuntimeError(f"does not listen: {proxy.log()}")
                    time.sleep(0.1)
                _wrk(port, options.connections, 2)
                return told(_wrk(port, options.connections, options.seconds))
            finally:
                proxy.close()
    finally:
        cgroup.remove()


def _wrk(port, connections, seconds):
    words = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", f"http://127.0.0.1:{port}/"]
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
