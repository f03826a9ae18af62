"""The server: files by path, APIs by prefix, conditional answers, a log of requests, misbehaviour on request."""

from __future__ import annotations

import hashlib
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import repeat
from typing import Self

LAST_MODIFIED = "Mon, 02 Nov 2026 03:00:00 GMT"

# Answers one request in its own way. It gets the handler and the body that a well-behaved publisher would send.
Misbehaviour = Callable[["Answer", bytes], None]

# Answers every request below a prefix, as an API does; ``answer.path`` is path and query.
Handler = Callable[["Answer | Draft"], None]


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Say nothing: an asker that hangs up early is part of many tests, and all others see their answer."""


@dataclass(frozen=True)
class Request:
    """One request as it arrived: ``target`` is path and query."""

    target: str
    headers: Mapping[str, str]


class Replica:
    """A publisher on 127.0.0.1, as a context manager.

    Args:
        files: body by path, or by path and query for an API. May be changed while the server runs.
        port: a free one when it is 0.

    Attributes:
        url: ``http://127.0.0.1:<port>``.
        requests: what was asked so far, in order.
    """

    def __init__(self, files: Mapping[str, bytes] | None = None, port: int = 0) -> None:
        self.files = dict(files or {})
        self.handlers: dict[str, Handler] = {}
        self.requests: list[Request] = []
        self._moods: dict[str, list[Misbehaviour]] = defaultdict(list)
        self._habits: list[tuple[str, Iterator[Misbehaviour]]] = []
        self._server = _Server(("127.0.0.1", port), type("BoundAnswer", (Answer,), {"replica": self}))
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        # A short poll interval, so that leaving takes no half second.
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def mount(self, prefix: str, handler: Handler) -> None:
        """Let this handler answer every path that begins so, unless there is a file; the longest prefix wins."""
        self.handlers[prefix] = handler

    def handler(self, path: str) -> Handler | None:
        """Whoever answers for this path, None when nobody does."""
        fitting = [prefix for prefix in self.handlers if path.startswith(prefix)]
        return self.handlers[max(fitting, key=len)] if fitting else None

    def misbehave(self, path: str, *moods: Misbehaviour) -> None:
        """Answer the next requests for ``path`` with these, one each; after them all is as it should be.

        Where a handler answers, it has answered all the same: a misbehaviour gets the body of that answer.
        """
        self._moods[path].extend(moods)

    def misbehave_below(self, start: str, mood: Misbehaviour, times: int | None = None) -> None:
        """Answer so many requests, or all, whose path and query begin with ``start`` in this way."""
        self._habits.append((start, repeat(mood) if times is None else repeat(mood, times)))

    def answers_below(self, start: str) -> bool:
        """Whether anything is served whose path and query begin so."""
        return any(path.startswith(start) for path in (*self.files, *self.handlers)) or bool(self.handler(start))

    def count(self, path: str) -> int:
        """How many requests came for this path, whatever their query."""
        return sum(request.target.partition("?")[0] == path for request in self.requests)

    def next_mood(self, target: str) -> Misbehaviour | None:
        """The misbehaviour that is due for this path and query, None when there is none."""
        if moods := self._moods[target.partition("?")[0]]:
            return moods.pop(0)
        return next((mood for start, habit in self._habits if target.startswith(start) for mood in habit), None)


@dataclass
class Draft:
    """An answer that is not sent: it goes through a misbehaviour first."""

    path: str
    headers: Mapping[str, str]
    body: bytes = b""

    def send(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        """Keep the body; what it is sent with is the misbehaviour's business."""
        del status, headers
        self.body = body


class Answer(BaseHTTPRequestHandler):
    """One answer. Misbehaviours use :meth:`send`, or write to ``wfile`` themselves."""

    replica: Replica
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else every small answer waits 40 ms for an acknowledgement

    def do_GET(self) -> None:
        """Log the request and answer it in the mood that is due."""
        path = self.path.partition("?")[0]
        self.replica.requests.append(Request(self.path, dict(self.headers.items())))
        body = self.replica.files.get(self.path, self.replica.files.get(path))
        handler = self.replica.handler(path) if body is None else None
        if body is None and handler is None:
            self.send(404, b"not here")
        elif mood := self.replica.next_mood(self.path):
            mood(self, self.drafted(handler) if handler else body or b"")
        elif handler:
            handler(self)
        else:
            self.serve(body or b"")

    def drafted(self, handler: Handler) -> bytes:
        """The body that a handler would send."""
        draft = Draft(self.path, self.headers)
        handler(draft)
        return draft.body

    def serve(self, body: bytes) -> None:
        """The file with its marks, or 304 when the asker has it already."""
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        marks = {"ETag": etag, "Last-Modified": LAST_MODIFIED}
        if self.headers.get("If-None-Match") == etag:
            self.send(304, b"", marks)
        else:
            self.send(200, body, {"Content-Type": "text/csv", **marks})

    def send(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        """One complete answer. A Content-Length among ``headers`` replaces the true one."""
        self.send_response(status)
        for name, content in {"Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, content)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name in the standard library
        """Say nothing: the requests are in ``replica.requests``."""
