"""What is run: a cell of the matrix, and the order of all cells."""

import zlib
from dataclasses import dataclass
from itertools import product


@dataclass(frozen=True)
class Cell:
    """One run of one kind of traffic.

    envoy: version, such as 1.40.0; arm: one of arms.ARMS; kind: one of traffic.KINDS; limit: of the cgroup, MiB;
    run: counted from 1.
    """

    envoy: str
    arm: str
    kind: str
    limit: int
    run: int

    def seed(self, base):
        """The same for all arms and Envoys: they meet the same traffic."""
        return zlib.crc32(f"{base}/{self.kind}/{self.limit}/{self.run}".encode())


def matrix(envoys, arms, kinds, limits, runs):
    """All cells. Arms follow each other at once, so that they share what else the machine does; each run begins with the
    next of them, so that none always has the machine's better half."""
    return [
        Cell(envoy, arm, kind, limit, run)
        for run, envoy, kind, limit in product(range(1, runs + 1), envoys, kinds, limits)
        for arm in _from(arms, run - 1)
    ]


def _from(arms, turn):
    first = turn % len(arms)
    return arms[first:] + arms[:first]
