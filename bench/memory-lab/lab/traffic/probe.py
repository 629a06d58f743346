"""Thin streams of well-behaved requests beside the burst: 40 a second on connections that are kept, 4 a second on new ones."""

import asyncio
import time

_EVERY = 0.025
_FRESH_EVERY = 0.25
_PATIENCE = 2
_ASK = b"GET /small HTTP/1.1\r\nhost: lab\r\n\r\n"


def run(port, tell, end):
    """Asks until the event end, then sends the rows of both streams, kept and new, through the pipe tell. A row: monotonic
    second of the asking, seconds waited, what came: 200, 503, or the name of an error."""
    kept, fresh = [], []

    async def both():
        idle = []
        await asyncio.gather(
            _repeat(_EVERY, end, lambda: _ask(_on_kept(port, idle), kept)),
            _repeat(_FRESH_EVERY, end, lambda: _ask(_on_new(port), fresh)),
        )

    asyncio.run(both())
    tell.send((sorted(kept), sorted(fresh)))


async def _repeat(every, end, ask):
    """Does not wait for one answer before it asks again."""
    running, due = set(), time.monotonic()
    while not end.is_set():
        task = asyncio.create_task(ask())
        running.add(task)
        task.add_done_callback(running.discard)
        due += every
        await asyncio.sleep(max(0, due - time.monotonic()))
    await asyncio.gather(*running)


async def _ask(asking, rows):
    begin = time.monotonic()
    try:
        async with asyncio.timeout(_PATIENCE):
            came = await asking
    except (OSError, EOFError, TimeoutError) as error:
        came = type(error).__name__
    rows.append((begin, time.monotonic() - begin, came))


async def _on_kept(port, idle):
    """On a new one only where there is none, or the proxy has closed it meanwhile: clients then take a new one."""
    while idle:
        try:
            return await _exchange(idle.pop(), idle)
        except (OSError, EOFError):
            continue
    return await _exchange(await _connect(port), idle)


async def _on_new(port):
    mine = []
    came = await _exchange(await _connect(port), mine)
    for _, writer in mine:
        writer.close()
    return came


async def _connect(port):
    return await asyncio.open_connection("127.0.0.1", port)


async def _exchange(connection, idle):
    reader, writer = connection
    try:
        writer.write(_ASK)
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        lines = dict(line.split(": ", 1) for line in head.splitlines()[1:] if ": " in line)
        await reader.readexactly(int(lines.get("content-length", 0)))
    except BaseException:
        writer.close()
        raise
    if lines.get("connection") == "close":
        writer.close()
    else:
        idle.append(connection)
    return head.split()[1]
