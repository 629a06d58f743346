"""An API server in which there is nothing: istiod does not start without one, and takes its configuration from files."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

_KUBECONFIG = """\
apiVersion: v1
kind: Config
clusters: [{{name: none, cluster: {{server: "http://127.0.0.1:{port}"}}}}]
users: [{{name: none, user: {{}}}}]
contexts: [{{name: none, context: {{cluster: none, user: none}}}}]
current-context: none
"""


_METADATA = "PartialObjectMetadataList"


class NoKubernetes:
    def __init__(self, folder):
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Nothing)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.kubeconfig = Path(folder, "kubeconfig.yaml")
        self.kubeconfig.write_text(_KUBECONFIG.format(port=self._server.server_port))

    def close(self):
        self._server.shutdown()
        self._server.server_close()


class _Nothing(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if "sendInitialEvents=true" in self.path:
            # the client then lists first
            self._refuse(422, "Invalid")
        elif "watch=true" in self.path:
            self._never_tell()
        elif self.path == "/version":
            self._answer(200, {"major": "1", "minor": "36", "gitVersion": "v1.36.0"})
        elif _names_one(self.path):
            self._refuse(404, "NotFound")
        else:
            # without a kind it is taken for the one that was asked for
            kind = {"kind": _METADATA, "apiVersion": "meta.k8s.io/v1"} if _METADATA in self.headers["accept"] else {}
            self._answer(200, kind | {"metadata": {"resourceVersion": "1"}, "items": []})

    def _write(self):
        self.rfile.read(int(self.headers.get("content-length", 0)))
        self._refuse(404, "NotFound")

    do_POST = do_PUT = do_PATCH = do_DELETE = _write

    def log_message(self, *_):
        pass

    def _never_tell(self):
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        threading.Event().wait()

    def _refuse(self, code, reason):
        self._answer(code, {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": reason, "code": code})

    def _answer(self, code, body):
        text = json.dumps(body).encode()
        self.send_response(code)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


def _names_one(path):
    """Whether the path ends in an object's name: after the version come pairs of a resource and a name."""
    words = path.split("?")[0].strip("/").split("/")
    return len(words[2 if words[0] == "api" else 3 :]) % 2 == 0
