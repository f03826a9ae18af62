"""How a fetch fails, in one line for people, with an address that shows no key."""

from __future__ import annotations

import re

_SECRET = re.compile(r"([?&](?:app_?id|api[_-]?key|(?:access_)?token|secret|password)=)[^&#]*", re.IGNORECASE)
_USER = re.compile(r"(?<=//)[^/?#]*@")


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


class UnaskedError(DeadlineError):
    """It was used up before this file was asked for, as before all that follow."""


class NoDataError(FetchError):
    """The API did what we asked and has no data."""


class UndecodableError(FetchError):
    """An answer came and makes no sense; ``body`` is to be kept for study."""

    def __init__(self, reason: str, url: str, status: int | None = None, body: bytes = b"") -> None:
        super().__init__(reason, url, status)
        self.body = body


def without_secrets(url: str) -> str:
    """The address without the values of keys (``appId=``, ``api_key=``, tokens) and without user and password."""
    return _SECRET.sub(r"\1***", _USER.sub("", url))
