"""A receiver on loopback for the messages of a night, in the JSON form that apprise's ``json://`` sends."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class _Inbox(BaseHTTPRequestHandler):
    def do_POST(self):
        self.server.messages.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        """Say nothing."""


@contextmanager
def inbox():
    """The address for KPI_NOTIFY_URLS, and the list into which messages arrive."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Inbox)
    server.messages = []
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"json://127.0.0.1:{server.server_port}", server.messages
    server.shutdown()
    server.server_close()
