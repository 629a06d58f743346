"""Where the real programs are, and what the product writes: printed by its own code (MemoryLabParts)."""

import json
import os
import subprocess
from pathlib import Path


class Parts:
    def __init__(self, told):
        self._told = told
        self.istiod = told["istiod"]
        self.pilot_agent = told["pilotAgent"]
        self.template = told["template"]
        self.shown = told["shown"]

    @staticmethod
    def read(file):
        return Parts(json.loads(Path(file).read_text()))

    @staticmethod
    def prepare(file, limits, envoys, *live):
        """Has them made where they are missing, which takes minutes once. live: MiB in use, if not those that
        MemoryLabParts takes. LAB_JAVA: words that start a main class."""
        main = "dev.sidecarsizer.bench.MemoryLabParts"
        words = [*os.environ["LAB_JAVA"].split(), main, str(file), ",".join(map(str, limits)), ",".join(envoys), *map(str, live)]
        subprocess.run(words, check=True)
        return Parts.read(file)

    def envoy(self, version):
        return self._told["envoys"][version]["program"]

    def ours(self, version, limit):
        """Overrides by what the product knows of the proxy: those of the arms that begin with "ours"."""
        return self._told["envoys"][version]["overrides"][str(limit)]

    def proxy_config(self, version):
        """What the product adds to the ProxyConfig of a proxy that has an override of its own."""
        return json.loads(self._told["envoys"][version]["proxyConfig"])

    def warm(self, version):
        """Reads the programs here, so that their pages in the kernel's cache are charged to nobody in the cgroup:
        at the limit it would drop them and read them again, for minutes, before it kills."""
        for program in (self.pilot_agent, self.envoy(version)):
            with open(program, "rb") as file:
                while file.read(1 << 22):
                    pass
