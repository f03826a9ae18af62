"""The only place that opens a connection to a publisher: polite, patient, and bounded in time and in size.

urllib3's own retries end with the headers of an answer. Most half-answered downloads break later, in the body, so one
loop here tries the whole exchange again; what a ``Retry-After`` header means is still left to urllib3.
"""

from __future__ import annotations

import logging
import random
import re
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import ClassVar, Self
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

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

USER_AGENT = "kanazawa-kpi (nightly reader of public statistics)"
TRIES = 4
FIRST_WAIT = 1.0  # seconds before the second try; doubled for each further one, and jittered
LONGEST_WAIT = 60.0  # seconds that we wait when a publisher asks for it; a longer wish is left for another night
CONNECT_TIMEOUT = 5.0  # seconds
READ_TIMEOUT = 30.0  # seconds without a single byte
MAX_REDIRECTS = 5
_CHUNK = 2**16
_SECRET = re.compile(r"([?&](?:app_?id|api[_-]?key|(?:access_)?token|secret|password)=)[^&#]*", re.IGNORECASE)
_USER = re.compile(r"(?<=//)[^/?#]*@")

log = logging.getLogger(__name__)
# At DEBUG, urllib3 writes whole addresses, keys included.
logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)


class FetchError(Exception):
    """A file that could not be fetched, in one line for people, without secrets.

    Attributes:
        reason: what happened.
        url: which address, secrets removed.
        status: HTTP status of the last answer, None when there was none.
    """

    def __init__(self, reason: str, url: str, status: int | None = None) -> None:
        self.reason = reason
        self.url = without_secrets(url)
        self.status = status
        super().__init__(reason, self.url, status)

    def __str__(self) -> str:
        return f"{self.url}: {self.reason}"


class UnreachableError(FetchError):
    """No answer is to be had from this host now; its other files are not asked for."""


class DeadlineError(FetchError):
    """The time that one publisher may take is used up."""


class _PassingError(FetchError):
    """A trouble that another try may cure, after ``wait`` seconds if the publisher says so; else it ends as ``end``."""

    end: ClassVar[type[FetchError]] = FetchError

    def __init__(self, reason: str, url: str, status: int | None = None, wait: float | None = None) -> None:
        super().__init__(reason, url, status)
        self.wait = wait


class _NoConnectionError(_PassingError):
    end = UnreachableError


_NO_ADDRESS = "not an http address; correct the catalog or KPI_BASE_URL__*"
# What requests and urllib3 report before the headers are there, and what we make of it. The first that fits wins.
_TROUBLES: tuple[tuple[type[Exception], type[FetchError], str], ...] = (
    (NameResolutionError, UnreachableError, "the host name does not resolve; is this machine online?"),
    (NewConnectionError, UnreachableError, "no connection: refused, or no route to the host"),
    (ssl.SSLCertVerificationError, UnreachableError, "this machine does not trust the host's certificate"),
    (ConnectTimeoutError, _NoConnectionError, f"no connection within {CONNECT_TIMEOUT:.0f} s"),
    (ReadTimeoutError, _PassingError, f"no answer within {READ_TIMEOUT:.0f} s"),
    (ValueError, FetchError, _NO_ADDRESS),
)


@dataclass(frozen=True, slots=True)
class Reply:
    """One whole answer.

    Attributes:
        body: complete and decompressed.
        url: where redirects ended, secrets included.
        elapsed: seconds from the request to the last byte.
        etag: and ``last_modified``: the publisher's marks, for the next conditional request.
    """

    status: int
    body: bytes
    url: str
    elapsed: float
    etag: str | None = None
    last_modified: str | None = None
    media_type: str | None = None


class _Session(requests.Session):
    """requests reads the whole body of a redirect, without any limit, even when it shall not follow; not so here."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Nowhere: ``Http`` looks at redirects itself."""


class Http:
    """A visit to one publisher. Use as a context manager; the deadline runs from the construction.

    Args:
        min_interval: seconds between the starts of two requests.
        deadline: seconds for everything that is asked of this publisher. A transfer is stopped at its first byte
            after the deadline, so at most ``READ_TIMEOUT`` late.
        max_bytes: largest body, decompressed.
    """

    def __init__(self, *, min_interval: float, deadline: float, max_bytes: int) -> None:
        self._min_interval = min_interval
        self._ends_at = time.monotonic() + deadline
        self._next_at = 0.0
        self._max_bytes = max_bytes
        self.busy: Callable[[bytes], str] = lambda _: ""  # an API's own words for "try again", in a whole answer
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
        host = _parts(url).netloc
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
                    raise trouble.end(f"{trouble.reason}, {TRIES} times", url, trouble.status) from None
                self._wait(trouble, tries)
            tries += 1

    def _wait(self, trouble: _PassingError, tries: int) -> None:
        """Sleep before the next try, or say why there will be none."""
        if trouble.wait is not None and trouble.wait > LONGEST_WAIT:
            reason = f"{trouble.reason} and asks us to come back in {trouble.wait:.0f} s"
            raise UnreachableError(reason, trouble.url, trouble.status)
        jitter = random.uniform(0.5, 1.5)  # noqa: S311 - spreads load, guards nothing
        seconds = max(FIRST_WAIT * 2 ** (tries - 1) * jitter, trouble.wait or 0.0)
        if seconds >= self._remaining():
            raise DeadlineError(f"{trouble.reason}; no time is left for another try", trouble.url, trouble.status)
        log.info("%s; another try in %.1f s", trouble, seconds)
        time.sleep(seconds)

    def _follow(self, url: str, headers: dict[str, str]) -> Reply:
        started = time.monotonic()
        for _ in range(MAX_REDIRECTS + 1):
            with self._ask(url, headers) as response:
                if not response.is_redirect:
                    return self._reply(response, url, started)
                url = _redirected(url, response.headers["location"])
        raise FetchError(f"more than {MAX_REDIRECTS} redirects", url)

    def _ask(self, url: str, headers: dict[str, str]) -> requests.Response:
        """Send one request and read the headers of its answer."""
        now = time.monotonic()
        time.sleep(max(0.0, min(self._next_at - now, self._remaining())))
        if self._remaining() <= 0:
            raise DeadlineError("the time for this publisher is used up", url)
        self._next_at = time.monotonic() + self._min_interval
        timeouts = (min(CONNECT_TIMEOUT, self._remaining()), min(READ_TIMEOUT, self._remaining()))
        try:
            return self._session.get(url, headers=headers, stream=True, timeout=timeouts, allow_redirects=False)
        except (requests.RequestException, HTTPError) as error:
            # Without the cause: its message would carry the whole address, keys included.
            raise _in_words(error, url) from None

    def _reply(self, response: requests.Response, url: str, started: float) -> Reply:
        status = response.status_code
        if status == requests.codes.too_many_requests or status >= 500:
            raise _PassingError(f"the publisher answers {status}", url, status, wait=_retry_after(response))
        body = self._body(response, url)
        if words := self.busy(body):
            raise _PassingError(words, url, status)
        marks = (response.headers.get(name) for name in ("ETag", "Last-Modified", "Content-Type"))
        return Reply(status, body, url, time.monotonic() - started, *marks)

    def _body(self, response: requests.Response, url: str) -> bytes:
        """Read the body piece by piece, so that neither a slow drip nor a bomb outlasts the limits."""
        body = bytearray()
        try:
            while piece := response.raw.read1(_CHUNK, decode_content=True):
                body += piece
                if len(body) > self._max_bytes:
                    raise FetchError(f"larger than {self._max_bytes} bytes; raise guard.max_bytes if right", url)
                if self._remaining() <= 0:
                    raise DeadlineError(f"still sending after {len(body)} bytes when its time was used up", url)
        except ReadTimeoutError:
            raise _PassingError("the publisher stopped sending", url, response.status_code) from None
        except DecodeError:
            raise _PassingError("the compressed body is damaged", url, response.status_code) from None
        except (HTTPError, OSError):
            raise _PassingError(f"truncated after {len(body)} bytes", url, response.status_code) from None
        return bytes(body)

    def _remaining(self) -> float:
        return self._ends_at - time.monotonic()


def without_secrets(url: str) -> str:
    """The address without the values of keys (``appId=``, ``api_key=``, tokens) and without user and password."""
    return _SECRET.sub(r"\1***", _USER.sub("", url))


def rebase(url: str, base: str) -> str:
    """The same path and query at another ``scheme://host[:port]``; a path in ``base`` is put in front."""
    there, here = _parts(base), _parts(url)
    return urlunsplit((there.scheme, there.netloc, there.path.rstrip("/") + here.path, here.query, here.fragment))


def _parts(url: str, base: str = "") -> SplitResult:
    try:
        return urlsplit(urljoin(base, url))
    except ValueError:
        raise FetchError(_NO_ADDRESS, url) from None


def _redirected(url: str, location: str) -> str:
    """Where a redirect leads, as long as it stays with the publisher that we asked."""
    old, new = _parts(url), _parts(location, base=url)
    if new.hostname != old.hostname:
        raise FetchError(f"redirects to another host, {new.hostname}; correct the address in the catalog", url)
    if new.scheme not in ("https", old.scheme):
        raise FetchError(f"redirects from https to {new.scheme}; refused", url)
    return new.geturl()


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
