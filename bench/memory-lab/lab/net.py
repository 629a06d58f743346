"""Ports of this machine."""

import random
import socket

# below those that the kernel gives to connections (a port of those, let go, may be some connection's own end by then), and
# below those of the services that istiod tells of: a listener of the lab's at the same port never comes
_PORTS = range(20_000, 31_000)


def free_ports(count):
    """Ports that were free just now, all different."""
    sockets = []
    try:
        for port in random.SystemRandom().sample(_PORTS, 100 + count):
            if len(sockets) == count:
                break
            sockets.append(socket.socket())
            try:
                sockets[-1].bind(("127.0.0.1", port))
            except OSError:
                sockets.pop().close()
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


def listens(port):
    try:
        socket.create_connection(("127.0.0.1", port), 0.5).close()
        return True
    except OSError:
        return False
