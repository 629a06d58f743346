#!/usr/bin/env python3
"""Turns two published memory traces into the data sets' format: timestamp,workload,pod,bytes. None of their data is kept here.

    published.py [--out DIR] [--opendc REPOSITORY] [--clusterdata REPOSITORY]

opendc: https://github.com/atlarge-research/opendc (MIT), a test file of it: one virtual machine of the Grid
    Workloads Archive's GWA-T-12 (Bitbrains, 2013): a month at 5 minutes. Cite Shen, van Beek and Iosup, CCGrid 2015.
clusterdata: https://github.com/alibaba/clusterdata, GenTD26 (2026): containers of one serving system, a day at a minute.
    "You may use trace however you want as long as it is for research or study purpose": so it stays out of this repository.
REPOSITORY is a clone, bare or not; what is read is its HEAD.
"""
import argparse
import csv
import gzip
import io
import pathlib
import subprocess
import tarfile

HEADER = ["timestamp", "workload", "pod", "bytes"]
GIB = 1 << 30
OPENDC_FILE = "opendc-trace/opendc-trace-api/src/test/resources/bitbrains/bitbrains.csv"
CLUSTERDATA_FILE = "cluster-trace-v2026-GenAI/pod_memory_util_anon.tar.gz"


def content(repository, path):
    return subprocess.run(["git", "-C", repository, "show", f"HEAD:{path}"], check=True, stdout=subprocess.PIPE).stdout


def bitbrains(repository):
    """Memory that the hypervisor saw as active; the timestamps are seconds, whatever the column's name says."""
    lines = content(repository, OPENDC_FILE).decode().splitlines()
    for row in csv.DictReader((line.replace("\t", "") for line in lines), delimiter=";"):
        yield int(row["Timestamp [ms]"]), "bitbrains/VirtualMachine/vm-1", "vm-1", int(float(row["Memory usage [KB]"]) * 1024)


def containers(repository):
    """Use is given as a share of a limit that is not: the limit counts as 1 GiB. Each container is its own workload."""
    with tarfile.open(fileobj=io.BytesIO(content(repository, CLUSTERDATA_FILE))) as archive:
        file = archive.extractfile("pod_memory_util_anon.csv")
        for row in csv.DictReader(io.TextIOWrapper(file)):
            name = row["container_ip"][:12]
            yield int(float(row["timestamp_anon"])), f"genai/Pod/{name}", name, int(float(row["value"]) * GIB)


def write(target, rows):
    rows = sorted(rows, key=lambda row: (row[1], row[2], row[0]))
    with gzip.open(target, "wt", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows(rows)
    times = [row[0] for row in rows]
    print(f"{target}: {len(rows)} rows, {len({row[2] for row in rows})} pods, {(max(times) - min(times)) / 86400:.1f} days")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("published"))
    parser.add_argument("--opendc")
    parser.add_argument("--clusterdata")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    if arguments.opendc:
        write(arguments.out / "bitbrains.csv.gz", bitbrains(arguments.opendc))
    if arguments.clusterdata:
        write(arguments.out / "genai.csv.gz", containers(arguments.clusterdata))


if __name__ == "__main__":
    main()
