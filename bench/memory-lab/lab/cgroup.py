"""A memory cgroup with a limit, of version 1 or 2, as the kubelet gives each container. Needs root."""

import os
import time
import uuid
from pathlib import Path

_ROOT = Path("/sys/fs/cgroup")


def v2():
    """Whether this machine has cgroups of version 2."""
    return (_ROOT / "cgroup.controllers").exists()


class Cgroup:
    def __init__(self, limit, tcp_limit=False):
        """limit: bytes; tcp_limit: whether the buffers of sockets have it too, beside the rest; on version 1 only"""
        self.v2 = v2()
        self.folder = (_ROOT if self.v2 else _ROOT / "memory") / f"memory-lab-{uuid.uuid4()}"
        if self.v2 and "memory" not in (_ROOT / "cgroup.subtree_control").read_text():
            (_ROOT / "cgroup.subtree_control").write_text("+memory")
        self.folder.mkdir()
        self._write("memory.max" if self.v2 else "memory.limit_in_bytes", limit)
        swap = self.folder / "memory.swap.max"
        if swap.exists():
            # swap would put off the kill, and the kubelet gives none by default
            swap.write_text("0")
        if not self.v2:
            # version 1 counts sockets only where they have a limit, and then beside the rest
            self._write("memory.kmem.tcp.limit_in_bytes", limit if tcp_limit else 1 << 40)

    def enter(self):
        """For the child, between fork and exec."""
        (self.folder / "cgroup.procs").write_text(str(os.getpid()))

    def usage(self):
        """Bytes that count against the limit: file pages too; sockets too on version 2."""
        return self._number("memory.current" if self.v2 else "memory.usage_in_bytes")

    def peak(self):
        """The greatest usage ever, in bytes."""
        return self._number("memory.peak" if self.v2 else "memory.max_usage_in_bytes")

    def anonymous(self):
        """Bytes that no file backs: heaps and stacks."""
        return self._entry("memory.stat", "anon" if self.v2 else "rss")

    def sockets(self):
        """Bytes in buffers of TCP sockets."""
        return self._entry("memory.stat", "sock") if self.v2 else self._number("memory.kmem.tcp.usage_in_bytes")

    def kills(self):
        """How many processes the kernel has killed in here for want of memory."""
        return self._entry("memory.events" if self.v2 else "memory.oom_control", "oom_kill")

    def processes(self):
        return [int(line) for line in (self.folder / "cgroup.procs").read_text().split()]

    def remove(self):
        deadline = time.monotonic() + 10
        while True:
            try:
                return self.folder.rmdir()
            except OSError:
                # a process that ends leaves some time after
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)

    def _entry(self, file, name):
        lines = (self.folder / file).read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.split()[0] == name)

    def _number(self, file):
        return int((self.folder / file).read_text())

    def _write(self, file, value):
        (self.folder / file).write_text(str(value))
