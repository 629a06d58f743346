"""Clients with mutual TLS say hello, are answered, and know a proxy that closes them from one that serves."""

import ssl
import sys
import tempfile
import threading
import unittest
from pathlib import Path
from socket import create_server

sys.path.insert(0, str(Path(__file__).parents[1]))

from lab.identity import caller, certify  # noqa: E402
from lab.traffic import crowd  # noqa: E402

_CHAIN = "var/run/secrets/workload-spiffe-credentials/cert-chain.pem"


class MutualTls(unittest.TestCase):
    def test_who_is_answered_is_not_refused(self):
        self.assertEqual({"came": 3, "refused": 0}, _crowd(lambda client: client.sendall(b"HTTP/1.1 200 OK\r\n")))

    def test_who_is_told_no_is_refused(self):
        self.assertEqual({"came": 3, "refused": 3}, _crowd(lambda client: client.sendall(b"HTTP/1.1 503 no\r\n")))

    def test_who_is_closed_before_the_handshake_is_refused(self):
        self.assertEqual({"came": 3, "refused": 3}, _crowd(None))


def _crowd(answer):
    """answer: what the server does with a client whose hello it read; None: it closes each that comes."""
    with tempfile.TemporaryDirectory() as folder, create_server(("127.0.0.1", 0)) as server:
        certify(folder)
        serving = threading.Thread(target=_serve, args=(server, Path(folder), answer), daemon=True)
        serving.start()
        counts = crowd.run(server.getsockname()[1], [0, 0.1, 0.2], b"hello", 64, 1.5, True, caller(folder))
        serving.join()
        return counts


def _serve(server, folder, answer):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / _CHAIN, (folder / _CHAIN).with_name("key.pem"))
    context.load_verify_locations(folder / _CHAIN)
    context.verify_mode = ssl.CERT_REQUIRED
    kept = []
    for _ in range(3):
        client = server.accept()[0]
        if answer:
            client = context.wrap_socket(client, server_side=True)
            client.recv(64)
            answer(client)
            kept.append(client)
        else:
            client.close()
    for client in kept:
        client.settimeout(5)
        client.recv(1)
        client.close()


if __name__ == "__main__":
    unittest.main()
