"""The CSV: runs are appended as they end, and not done again."""

import csv
from pathlib import Path

from lab.measures import COLUMNS

_KEY = ("envoy", "arm", "kind", "limit", "run", "seed", "override", "seconds", "after", "tcp_limit")


class Table:
    def __init__(self, file):
        self._file = Path(file)
        done = rows(file)
        if done and list(done[0]) != COLUMNS:
            raise SystemExit(f"{file} has other columns than this lab writes: name another folder with --out")
        self._done = {self._key(row) for row in done}

    def has(self, row):
        return self._key(row) in self._done

    def add(self, row):
        append(self._file, COLUMNS, [row])
        self._done.add(self._key(row))

    @staticmethod
    def _key(row):
        return tuple(str(row[name]) for name in _KEY)


def append(file, columns, rows):
    """Adds them to a CSV, which is begun where it is not there."""
    new = not Path(file).exists()
    with Path(file).open("a", newline="") as out:
        writer = csv.DictWriter(out, columns)
        if new:
            writer.writeheader()
        writer.writerows(rows)


def rows(file):
    """The rows of a CSV, as texts; none where there is no file."""
    if not Path(file).exists():
        return []
    with Path(file).open(newline="") as text:
        return list(csv.DictReader(text))
