"""What the proxy forwards to: HTTP/1.1 with bodies of 26 MB and of 1 KB, and raw TCP that sends 26 MB."""

import asyncio
import socket

_LARGE = 26_000_000
_CHUNK = bytes(64 * 1024)
_SEND_BUFFER = 128 * 1024


async def http(reader, writer):
    while (line := await reader.readline()).strip():
        size = _LARGE if b"/large" in line else 1024
        while (await reader.readline()).strip():
            pass
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % size)
        await _send(writer, size)


async def tcp(reader, writer):
    await reader.read(1024)
    await _send(writer, _LARGE)


async def _send(writer, size):
    while size > 0:
        writer.write(_CHUNK[:size])
        size -= len(_CHUNK)
        await writer.drain()


def _ending_quietly(serve):
    async def handler(reader, writer):
        try:
            await serve(reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass  # the proxy was killed, or its client has gone
        finally:
            writer.close()

    return handler


def _listening(port):
    """What upstreams have not yet sent shall not use up what the machine has for TCP: it would slow down all of it."""
    # with the protocol named, asyncio sends small answers at once
    listening = socket.socket(proto=socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
    listening.bind(("127.0.0.1", port))
    return listening


def run(ports):
    """ports: by name of the protocol: http, tcp, grpc. Serves until it is ended."""

    async def serve():
        servers = [
            await asyncio.start_server(_ending_quietly(handler), sock=_listening(ports[name]), backlog=4096)
            for name, handler in (("http", http), ("tcp", tcp))
            if name in ports
        ]
        if "grpc" in ports:
            from lab.traffic import grpc_upstream

            servers.append(await grpc_upstream.start(ports["grpc"]))
        await asyncio.gather(*(server.serve_forever() for server in servers))

    asyncio.run(serve())
