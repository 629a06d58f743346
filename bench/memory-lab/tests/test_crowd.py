"""Clients say hello, are answered, and know a proxy that closes them from one that serves."""

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


_PATIENCE = 5


class Crowd(unittest.TestCase):
    def test_who_is_answered_is_not_refused(self):
        for tls in (False, True):
            with self.subTest(tls=tls):
                self.assertEqual({"came": 3, "refused": 0}, _crowd(tls, b"HTTP/1.1 200 OK\r\n"))

    def test_who_is_told_no_is_refused(self):
        for tls in (False, True):
            with self.subTest(tls=tls):
                self.assertEqual({"came": 3, "refused": 3}, _crowd(tls, b"HTTP/1.1 503 no\r\n"))

    def test_who_is_closed_without_an_answer_is_refused(self):
        for tls in (False, True):
            with self.subTest(tls=tls):
                self.assertEqual({"came": 3, "refused": 3}, _crowd(tls, None))

    def test_who_kept_its_connection_is_told_again(self):
        for answer, refused in ((b"HTTP/1.1 200 OK\r\n", 0), (b"HTTP/1.1 503 no\r\n", 3), (b"", 3)):
            with self.subTest(answer=answer):
                self.assertEqual({"came": 3, "refused": refused}, _kept(answer))


def _kept(answer):
    """answer: what each client is told once its hello was read; empty: it is closed."""
    return _counts(lambda server: _serve_twice(server, answer), 3.5, first=b"first")


def _counts(serve, seconds, **how):
    """What three clients count of a server that serve answers for."""
    with create_server(("127.0.0.1", 0)) as server:
        server.settimeout(_PATIENCE)
        serving = threading.Thread(target=serve, args=(server,), daemon=True)
        serving.start()
        counts = crowd.run(server.getsockname()[1], [0, 0.1, 0.2], b"hello", 64, seconds, True, **how)
        serving.join(2 * _PATIENCE)
        return counts


def _serve_twice(server, answer):
    clients = [server.accept()[0] for _ in range(3)]
    for said, told in ((b"first", b"HTTP/1.1 200 OK\r\n"), (b"hello", answer)):
        for client in clients:
            client.settimeout(_PATIENCE)
            if client.recv(64) == said and told:
                client.sendall(told)
            else:
                client.close()
    for client in clients:
        if answer:
            client.recv(1)
        client.close()


def _crowd(tls, answer):
    """answer: what each client is told once its hello was read; None: it is closed at once, before any handshake."""
    with tempfile.TemporaryDirectory() as folder:
        certify(folder)
        context, secured = (_context(folder), caller(folder)) if tls else (None, None)
        return _counts(lambda server: _serve(server, context, answer), 1.5, tls=secured)


def _serve(server, context, answer):
    kept = []
    for _ in range(3):
        client = server.accept()[0]
        client.settimeout(_PATIENCE)
        kept.append(client)
        if answer:
            if context:
                client = kept[-1] = context.wrap_socket(client, server_side=True)
            client.recv(64)
            client.sendall(answer)
        else:
            client.close()
    for client in kept:
        if answer:
            # until it hangs up
            client.recv(1)
        client.close()


def _context(folder):
    chain = Path(folder, _CHAIN)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, chain.with_name("key.pem"))
    context.load_verify_locations(chain)
    context.verify_mode = ssl.CERT_REQUIRED
    return context


if __name__ == "__main__":
    unittest.main()
