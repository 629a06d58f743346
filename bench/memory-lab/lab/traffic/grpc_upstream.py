"""An upstream that speaks HTTP/2 as a gRPC service: each stream is answered with messages of 64 KiB without end."""

import asyncio
import contextlib
import struct

import h2.config
import h2.connection
import h2.events
import h2.exceptions

_MESSAGE = b"\0" + struct.pack(">I", 64 * 1024) + bytes(64 * 1024)
_FRAME = 16 * 1024


async def start(port):
    return await asyncio.get_running_loop().create_server(_Service, "127.0.0.1", port, backlog=4096)


class _Service(asyncio.Protocol):
    def __init__(self):
        self._h2 = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False, header_encoding="utf-8"))
        self._streams = {}
        self._full = False

    def connection_made(self, transport):
        self._transport = transport
        transport.set_write_buffer_limits(high=1 << 20)
        self._h2.initiate_connection()
        self._h2.increment_flow_control_window(1 << 24)
        transport.write(self._h2.data_to_send())

    def pause_writing(self):
        self._full = True

    def resume_writing(self):
        self._full = False
        self._send()

    def data_received(self, data):
        try:
            for event in self._h2.receive_data(data):
                self._on(event)
            self._send()
        except h2.exceptions.ProtocolError:
            self._transport.close()

    def _on(self, event):
        if isinstance(event, h2.events.RequestReceived):
            headers = [(":status", "200"), ("content-type", "application/grpc")]
            # it may have been reset in the same breath
            with contextlib.suppress(h2.exceptions.ProtocolError):
                self._h2.send_headers(event.stream_id, headers)
                self._streams[event.stream_id] = 0
        elif isinstance(event, h2.events.DataReceived):
            self._h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
        elif isinstance(event, (h2.events.StreamReset, h2.events.StreamEnded)):
            self._streams.pop(event.stream_id, None)

    def _send(self):
        """All that the windows allow, a frame of each stream in turn."""
        moved = True
        while moved and not self._full:
            moved = False
            for stream, sent in list(self._streams.items()):
                room = min(self._h2.local_flow_control_window(stream), _FRAME, len(_MESSAGE) - sent)
                if room > 0:
                    self._h2.send_data(stream, _MESSAGE[sent : sent + room])
                    self._streams[stream] = (sent + room) % len(_MESSAGE)
                    moved = True
            self._transport.write(self._h2.data_to_send())
