"""The CSV: runs are appended as they end, and not done again."""

import csv
from pathlib import Path

from lab.measures import COLUMNS

_KEY = ("envoy", "arm", "kind", "limit", "run", "seed", "override")


class Table:
    def __init__(self, file):
        self._file = Path(file)
        self._done = {self._key(row) for row in rows(file)}

    def has(self, row):
        return self._key(row) in self._done

    def add(self, row):
        new = not self._file.exists()
        with self._file.open("a", newline="") as out:
            writer = csv.DictWriter(out, COLUMNS)
            if new:
                writer.writeheader()
            writer.writerow(row)
        self._done.add(self._key(row))

    @staticmethod
    def _key(row):
        return tuple(str(row[name]) for name in _KEY)


def rows(file):
    """The rows of a CSV, as texts; none where there is no file."""
    if not Path(file).exists():
        return []
    with Path(file).open(newline="") as text:
        return list(csv.DictReader(text))
