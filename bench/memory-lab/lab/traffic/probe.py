"""A thin stream of well-behaved requests beside the burst: 40 a second, on connections that are kept."""

import asyncio
import time

_EVERY = 0.025
_PATIENCE = 2
_ASK = b"GET /small HTTP/1.1\r\nhost: lab\r\n\r\n"


def run(port, tell, end):
    """Asks until the event end, then sends rows (monotonic second of the asking, seconds waited, what came) through
    the pipe tell. What came: 200, 503, or the name of an error."""
    rows = []

    async def ask_all():
        idle, running, due = [], set(), time.monotonic()
        while not end.is_set():
            task = asyncio.create_task(_ask(port, idle, rows))
            running.add(task)
            task.add_done_callback(running.discard)
            due += _EVERY
            await asyncio.sleep(max(0, due - time.monotonic()))
        await asyncio.gather(*running)

    asyncio.run(ask_all())
    tell.send(sorted(rows))


async def _ask(port, idle, rows):
    begin = time.monotonic()
    try:
        async with asyncio.timeout(_PATIENCE):
            came = await _through_kept(idle) or await _through_new(port, idle)
    except (OSError, EOFError, TimeoutError) as error:
        came = type(error).__name__
    rows.append((begin, time.monotonic() - begin, came))


async def _through_kept(idle):
    """None where there is no connection, or the proxy has closed it meanwhile: clients then take a new one."""
    while idle:
        try:
            return await _exchange(idle.pop(), idle)
        except (OSError, EOFError):
            continue
    return None


async def _through_new(port, idle):
    return await _exchange(await asyncio.open_connection("127.0.0.1", port), idle)


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
