"""Clients over plain sockets: they come, say hello, and read in sips, or not at all. One thread serves thousands."""

import contextlib
import selectors
import socket
import ssl
import time
from collections import deque

_SIP_EVERY = 0.2
# after the last of a crowd that comes within 1.5 s
_KEPT = 2.0


def run(port, arrivals, hello, sip, seconds, answered, tls=None, first=b""):
    """Stays until the burst's end, then hangs up. Returns counts: how many came, and how many were refused: got no
    connection, a 503, or no answer where the hello is worth one. tls: an SSLContext; None for clear text. first: what
    each says 2 s before its hello, on the same connection."""
    crowd = _Crowd(port, hello, sip, tls, first)
    begin = time.monotonic()
    try:
        while (now := time.monotonic() - begin) < seconds:
            while arrivals and arrivals[0] <= now and crowd.pending < 256:
                arrivals.pop(0)
                crowd.come()
            crowd.serve(0.01)
        return crowd.counts(answered)
    finally:
        crowd.leave()


class _Crowd:
    def __init__(self, port, hello, sip, tls, first):
        self._port, self._hello, self._sip, self._tls, self._first = port, hello, sip, tls, first
        self._kept = deque()
        self._selector = selectors.DefaultSelector()
        self._open, self._due = {}, 0.0
        self.pending = self._came = self._refused = 0

    def come(self):
        client = socket.socket()
        client.setblocking(False)
        # what the kernel holds for a client is not the proxy's
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        # one address has ports for 28,000 connections only
        client.setsockopt(socket.IPPROTO_IP, _BIND_ADDRESS_NO_PORT, 1)
        client.bind((f"127.0.0.{2 + self._came % 100}", 0))
        self._came += 1
        client.connect_ex(("127.0.0.1", self._port))
        self._selector.register(client, selectors.EVENT_WRITE)
        self.pending += 1

    def serve(self, patience):
        for key, _ in self._selector.select(patience) if self.pending else ():
            self._greet(key.fileobj)
        if not self.pending:
            time.sleep(patience)
        while self._kept and time.monotonic() >= self._kept[0][0]:
            self._say(self._kept.popleft()[1])
        if time.monotonic() >= self._due:
            self._due = time.monotonic() + _SIP_EVERY
            self._sips()

    def counts(self, answered):
        silent = sum(not heard for heard in self._open.values()) if answered else 0
        return {"came": self._came, "refused": self._refused + self.pending + silent}

    def leave(self):
        for key in list(self._selector.get_map().values()):
            key.fileobj.close()
        for client in self._open:
            client.close()
        self._selector.close()

    def _greet(self, client):
        self._selector.unregister(client)
        try:
            if self._tls:
                client = self._secured(client)
                client.do_handshake()
            client.send(self._first or self._hello)
            self._open[client] = False
            if self._first:
                self._kept.append((time.monotonic() + _KEPT, client))
        except ssl.SSLWantReadError:
            self._selector.register(client, selectors.EVENT_READ)
            return
        except OSError:
            self._refused += 1
            client.close()
        self.pending -= 1

    def _say(self, client):
        """Its hello, where it has not been closed meanwhile; it has to be answered anew."""
        if client in self._open:
            self._open[client] = False
            with contextlib.suppress(OSError):  # what is closed is seen when it reads
                client.send(self._hello)

    def _secured(self, client):
        if isinstance(client, ssl.SSLSocket):
            return client
        client.getpeername()  # who is not connected any more has no handshake to fail in
        return self._tls.wrap_socket(client, do_handshake_on_connect=False)

    def _sips(self):
        for client, answered in list(self._open.items()):
            try:
                drunk = client.recv(self._sip)
            except (BlockingIOError, ssl.SSLWantReadError):
                continue
            except OSError:
                drunk = b""
            shed = not answered and drunk.startswith(b"HTTP/1.1 503")
            if not drunk or shed:
                self._refused += not answered
                del self._open[client]
                client.close()
            else:
                self._open[client] = True


_BIND_ADDRESS_NO_PORT = getattr(socket, "IP_BIND_ADDRESS_NO_PORT", 24)
