"""Clients over HTTP/2: some connections with many streams each, which read in sips. Needs the package h2."""

import socket
import struct
import time
from collections import Counter

import h2.config
import h2.connection
import h2.events
import h2.exceptions
import h2.settings

from lab.traffic.tally import tally

_SIP_EVERY = 0.2
_MESSAGE = b"\0" + struct.pack(">I", 1024) + bytes(1024)


def run(port, arrivals, hello, sip, seconds, streams, grpc):
    """As crowd.run; what is counted are streams, and how many were reset after they were served."""
    clients, counts, due = [], Counter(), 0.0
    begin = time.monotonic()
    while (now := time.monotonic() - begin) < seconds:
        while arrivals and arrivals[0] <= now:
            arrivals.pop(0)
            try:
                clients.append(_Client(port, hello.decode(), streams, grpc))
            except OSError:
                counts.update(tally(streams, set(), set()))
        sips = now >= due
        if sips:
            due = now + _SIP_EVERY
        for client in clients:
            client.serve(sip if sips else 0)
        time.sleep(0.01)
    for client in clients:
        client.socket.close()
        counts.update(tally(streams, client.served, client.reset))
    return dict(counts)


class _Client:
    def __init__(self, port, path, streams, grpc):
        self.socket = socket.create_connection(("127.0.0.1", port), 2)
        self._grpc, self._path, self._lost = grpc, path, False
        self.served, self.reset = set(), set()
        self._streams = []
        self._h2 = h2.connection.H2Connection(h2.config.H2Configuration(client_side=True, header_encoding="utf-8"))
        self._h2.initiate_connection()
        # the connection's window shall not be what is waited for
        self._h2.increment_flow_control_window((1 << 31) - 1 - 65535)
        for _ in range(streams):
            self._ask()
        self.socket.setblocking(False)
        self._flush()

    def serve(self, sip):
        if self._lost:
            return
        try:
            self._receive()
            for stream in self._streams if sip else ():
                self._h2.increment_flow_control_window(sip, stream)
                if self._grpc and self._h2.local_flow_control_window(stream) > len(_MESSAGE):
                    self._h2.send_data(stream, _MESSAGE)
            self._flush()
        except (OSError, h2.exceptions.ProtocolError):
            self._lost = True
            self.socket.close()

    def _ask(self):
        stream = self._h2.get_next_available_stream_id()
        headers = [(":method", "GET"), (":scheme", "http"), (":authority", "lab"), (":path", self._path)]
        if self._grpc:
            headers[0] = (":method", "POST")
            headers += [("content-type", "application/grpc"), ("te", "trailers")]
        self._h2.send_headers(stream, headers, end_stream=not self._grpc)
        self._streams.append(stream)

    def _receive(self):
        try:
            data = self.socket.recv(1 << 20)
        except BlockingIOError:
            return
        if not data:
            raise OSError("the proxy hung up")
        for event in self._h2.receive_data(data):
            if isinstance(event, h2.events.ResponseReceived):
                status = dict(event.headers)[":status"]
                # gRPC says "unavailable" in 200
                if status == "200" and dict(event.headers).get("grpc-status", "0") == "0":
                    self.served.add(event.stream_id)
            elif isinstance(event, h2.events.StreamReset):
                self.reset.add(event.stream_id)
                self._end(event.stream_id)
            elif isinstance(event, h2.events.StreamEnded):
                self._end(event.stream_id)
            elif isinstance(event, h2.events.DataReceived) and event.flow_controlled_length:
                # of the connection's window alone: the stream's is given in sips
                self._h2.increment_flow_control_window(event.flow_controlled_length)
            elif isinstance(event, h2.events.ConnectionTerminated):
                self._streams.clear()

    def _end(self, stream):
        if stream in self._streams:
            self._streams.remove(stream)

    def _flush(self):
        data = self._h2.data_to_send()
        while data:
            try:
                data = data[self.socket.send(data):]
            except BlockingIOError:
                time.sleep(0.001)
