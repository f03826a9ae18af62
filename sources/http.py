"""The only place that opens a connection to a publisher: polite, patient, and bounded in time and in size.

urllib3's own retries end with the headers of an answer. Most half-answered downloads break later, in the body, so one
loop here tries the whole exchange again; what a ``Retry-After`` header means is still left to urllib3.
"""

from __future__ import annotations

import logging
import random
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from threading import Lock
from typing import ClassVar, Self

import requests
from urllib3.exceptions import (
    ConnectTimeoutError,
    DecodeError,
    HTTPError,
    InvalidHeader,
    NameResolutionError,
    NewConnectionError,
    ReadTimeoutError,
)
from urllib3.util import Retry

from sources.addresses import NO_ADDRESS, Key, parts, redirected
from sources.answers import Said
from sources.fetch_errors import DeadlineError, FetchError, UnaskedError, UnreachableError

USER_AGENT = "kanazawa-kpi (nightly reader of public statistics)"
TRIES = 4
FIRST_WAIT = 1.0  # seconds before the second try; doubled for each further one, and jittered
LONGEST_WAIT = 60.0  # seconds that we wait when a publisher asks for it; a longer wish is left for another night
CONNECT_TIMEOUT = 5.0  # seconds
READ_TIMEOUT = 30.0  # seconds without a single byte
MAX_REDIRECTS = 5
_CHUNK = 2**16
_TRUST = "update its certificates and look at its clock"
_SLOW = "wait a night, or raise deadline_seconds in the catalog"

log = logging.getLogger(__name__)
# At DEBUG, urllib3 writes whole addresses, keys included.
logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)


class _PassingError(FetchError):
    """A trouble that another try may cure, after ``wait`` seconds if the publisher says so; else it ends as ``end``."""

    end: ClassVar[type[FetchError]] = FetchError

    def __init__(self, reason: str, url: str, status: int | None = None, wait: float | None = None) -> None:
        super().__init__(reason, url, status)
        self.wait = wait


class _Pace:
    """When each host may be asked again, whoever asks: the files of several publishers may be on one host."""

    def __init__(self) -> None:
        self._next: dict[str, float] = {}
        self._one_at_a_time = Lock()

    def take(self, host: str, interval: float) -> float:
        """Seconds until the turn that is ours now; the next one of this host is ``interval`` seconds behind it."""
        with self._one_at_a_time:
            now = time.monotonic()
            ours = max(now, self._next.get(host, now))
            self._next[host] = ours + interval
            return ours - now


_pace = _Pace()


class _NoConnectionError(_PassingError):
    end = UnreachableError


# What requests and urllib3 report before the headers are there, and what we make of it. The first that fits wins.
_TROUBLES: tuple[tuple[type[Exception], type[FetchError], str], ...] = (
    (NameResolutionError, UnreachableError, "the host name does not resolve; is this machine online?"),
    (NewConnectionError, UnreachableError, "no connection: refused, or no route to the host; wait a night"),
    (ssl.SSLCertVerificationError, UnreachableError, f"this machine does not trust the host's certificate; {_TRUST}"),
    (ConnectTimeoutError, _NoConnectionError, f"no connection within {CONNECT_TIMEOUT:.0f} s"),
    (ReadTimeoutError, _PassingError, f"no answer within {READ_TIMEOUT:.0f} s"),
    (ValueError, FetchError, NO_ADDRESS),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What is known of an answer besides its body.

    Attributes:
        url: where redirects ended, without our key.
        etag: and ``last_modified``: the publisher's marks, for the next conditional request.
        known_from: the day by which the publisher dates the content, where the content says so.
    """

    status: int
    url: str
    etag: str | None = None
    last_modified: str | None = None
    media_type: str | None = None
    known_from: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply(Head):
    """One whole answer, complete and decompressed; ``said`` is how it went by its own words, if it has any."""

    body: bytes
    said: tuple[Said, str] = (Said.DATA, "")


class _Session(requests.Session):
    """requests reads the whole body of a redirect, without any limit, even when it shall not follow; not so here."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Nowhere: ``Http`` looks at redirects itself."""


class Http:
    """A visit to one publisher. Use as a context manager; the deadline runs from the construction.

    Args:
        min_interval: seconds between the starts of two requests to one host, of all visits together.
        deadline: seconds for everything that is asked of this publisher. A transfer is stopped at its first byte
            after the deadline, so at most ``READ_TIMEOUT`` late.
        max_bytes: largest body, decompressed.
        judge: for an API: how an answer went by its own words, which count before the HTTP status.
        key: goes into every request as it is sent, and is in no reply and no error.
    """

    def __init__(
        self,
        *,
        min_interval: float,
        deadline: float,
        max_bytes: int,
        judge: Callable[[bytes], tuple[Said, str]] | None = None,
        key: Key | None = None,
    ) -> None:
        self._min_interval = min_interval
        self._ends_at = time.monotonic() + deadline
        self._max_bytes = max_bytes
        self._judge = judge
        self._key = key
        self._unreachable: dict[str, str] = {}  # host -> why
        self._session = _Session()
        self._session.headers["User-Agent"] = USER_AGENT

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def get(self, url: str, etag: str | None = None, last_modified: str | None = None) -> Reply:
        """Fetch one address, conditionally when the marks of an earlier answer are given (then maybe status 304).

        429, 5xx, timeouts, resets and bodies that break off are tried again; any other status is handed back.

        Raises:
            UnreachableError: no connection, or we are asked to stay away; later calls to that host end at once.
            DeadlineError: the publisher's time is used up.
            FetchError: anything else, after ``TRIES`` tries where another try made sense.
        """
        host = parts(url).netloc
        if host in self._unreachable:
            raise UnreachableError(self._unreachable[host], url)
        marks = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        try:
            return self._patiently(url, {name: mark for name, mark in marks.items() if mark})
        except UnreachableError as error:
            self._unreachable[host] = error.reason
            raise

    def _patiently(self, url: str, headers: dict[str, str]) -> Reply:
        tries = 1
        while True:
            try:
                return self._follow(url, headers)
            except _PassingError as trouble:
                if tries == TRIES:
                    raise trouble.end(f"{trouble.reason}, {TRIES} times; wait a night", url, trouble.status) from None
                self._wait(trouble, tries)
            tries += 1

    def _wait(self, trouble: _PassingError, tries: int) -> None:
        """Sleep before the next try, or say why there will be none."""
        if trouble.wait is not None and trouble.wait > LONGEST_WAIT:
            reason = f"{trouble.reason} and asks us to come back in {trouble.wait:.0f} s; wait a night"
            raise UnreachableError(reason, trouble.url, trouble.status)
        jitter = random.uniform(0.5, 1.5)  # noqa: S311 - spreads load, guards nothing
        seconds = max(FIRST_WAIT * 2 ** (tries - 1) * jitter, trouble.wait or 0.0)
        if seconds >= self._remaining():
            reason = f"{trouble.reason}; no time is left for another try; {_SLOW}"
            raise DeadlineError(reason, trouble.url, trouble.status)
        log.info("%s; another try in %.1f s", trouble, seconds)
        time.sleep(seconds)

    def _follow(self, url: str, headers: dict[str, str]) -> Reply:
        for _ in range(MAX_REDIRECTS + 1):
            with self._ask(url, headers) as response:
                if not response.is_redirect:
                    return self._reply(response, url)
                url = redirected(url, self._without_key(response.headers["location"].encode()).decode())
        raise FetchError(f"more than {MAX_REDIRECTS} redirects; correct the address in the catalog", url)

    def _ask(self, url: str, headers: dict[str, str]) -> requests.Response:
        """Send one request and read the headers of its answer."""
        turn = _pace.take(parts(url).netloc, self._min_interval)
        time.sleep(max(0.0, min(turn, self._remaining())))
        if self._remaining() <= 0:
            raise UnaskedError(f"the time for this publisher is used up; {_SLOW}", url)
        address = self._key.added_to(url) if self._key else url
        timeouts = (min(CONNECT_TIMEOUT, self._remaining()), min(READ_TIMEOUT, self._remaining()))
        try:
            return self._session.get(address, headers=headers, stream=True, timeout=timeouts, allow_redirects=False)
        except (requests.RequestException, HTTPError) as error:
            # Without the cause: its message would carry the whole address, keys included.
            raise _in_words(error, url) from None

    def _reply(self, response: requests.Response, url: str) -> Reply:
        status = response.status_code
        failing = status == requests.codes.too_many_requests or status >= 500
        if failing and not self._judge:
            raise _PassingError(f"the publisher answers {status}", url, status, wait=_retry_after(response))
        body = self._without_key(self._body(response, url))
        judged, words = self._judge(body) if self._judge else (Said.DATA, "")
        words = self._without_key(words.encode()).decode()  # where it was written in other characters, too
        if judged is Said.CLOSED:
            raise UnreachableError(words, url, status)
        if judged is Said.BUSY or (failing and judged is Said.DATA):
            reason = "; ".join(filter(None, [f"the publisher answers {status}" if failing else "", words]))
            raise _PassingError(reason, url, status, wait=_retry_after(response))
        etag, modified, kind = (response.headers.get(name) for name in ("ETag", "Last-Modified", "Content-Type"))
        return Reply(
            status=status, url=url, etag=etag, last_modified=modified, media_type=kind, body=body, said=(judged, words)
        )

    def _body(self, response: requests.Response, url: str) -> bytes:
        """Read the body piece by piece, so that neither a slow drip nor a bomb outlasts the limits."""
        body, size = BytesIO(), 0
        try:
            while piece := response.raw.read1(_CHUNK, decode_content=True):
                size += body.write(piece)
                if size > self._max_bytes:
                    raise FetchError(f"larger than {self._max_bytes} bytes; raise guard.max_bytes if right", url)
                if self._remaining() <= 0:
                    reason = f"still sending after {size} bytes when its time was used up; {_SLOW}"
                    raise DeadlineError(reason, url)
        except ReadTimeoutError:
            raise _PassingError("the publisher stopped sending", url, response.status_code) from None
        except DecodeError:
            raise _PassingError("the compressed body is damaged", url, response.status_code) from None
        except (HTTPError, OSError):
            raise _PassingError(f"truncated after {size} bytes", url, response.status_code) from None
        return body.getvalue()

    def _without_key(self, text: bytes) -> bytes:
        return self._key.removed_from(text) if self._key else text

    def _remaining(self) -> float:
        return self._ends_at - time.monotonic()


def _retry_after(response: requests.Response) -> float | None:
    """Seconds that the publisher asks us to wait, None when it does not say or says nonsense."""
    header = response.headers.get("Retry-After")
    try:
        return None if header is None else Retry().parse_retry_after(header)
    except InvalidHeader:
        return None


def _in_words(error: Exception, url: str) -> FetchError:
    """What a failure before the end of the headers means, decided by its causes."""
    causes = tuple(_causes(error))
    for kind, trouble, reason in _TROUBLES:
        if any(isinstance(cause, kind) for cause in causes):
            return trouble(reason, url)
    return _PassingError("the connection broke off", url)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
