"""What Envoy's admin may answer while it dies."""

import socket
import sys
import threading
import unittest
from pathlib import Path
from types import SimpleNamespace

sys.path.insert(0, str(Path(__file__).parents[1]))

from lab.proxy import Proxy  # noqa: E402


class Live(unittest.TestCase):
    def test_what_is_no_answer_is_none(self):
        for live, text in (
            (409, 'HTTP/1.1 200 OK\r\n\r\n{"allocated": "409"}'),
            (None, "HTTP/1.1 200 OK\r\n\r\n{}"),
            (None, 'HTTP/1.1 200 OK\r\n\r\n{"allo'),
            (None, 'HTTP/1.1 200 OK\r\ncontent-length: 40\r\n\r\n{"allo'),
            (None, "no HTTP\r\n\r\n"),
            (None, ""),
        ):
            with self.subTest(text):
                self.assertEqual(live, _live(text))


def _live(text):
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_answer, args=(server, text)).start()
        return Proxy.live(SimpleNamespace(admin=server.getsockname()[1]))


def _answer(server, text):
    client = server.accept()[0]
    client.recv(1 << 16)
    client.sendall(text.encode())
    client.close()


if __name__ == "__main__":
    unittest.main()
