"""Asks whether a publisher answers at all, and what time it is there: one small request, nothing kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from sources.http import Http

PATIENCE = 5.0  # seconds


@dataclass(frozen=True, slots=True)
class Answer:
    """A publisher that answers.

    Attributes:
        status: HTTP status; which one does not matter here.
        ahead: seconds by which our clock is ahead of the publisher's, None when it gives no time. Exact to a second.
    """

    status: int
    ahead: float | None


class _Knock(Http):
    def answer(self, url: str) -> Answer:
        """What the headers say; the body stays unread."""
        with self._ask(url, {}) as response:
            now = datetime.now(UTC)
            try:
                there = parsedate_to_datetime(response.headers.get("Date", "")).astimezone(UTC)
            except ValueError:
                return Answer(response.status_code, None)
            return Answer(response.status_code, (now - there).total_seconds())


def reach(url: str) -> Answer:
    """Ask one address once, within ``PATIENCE`` after its host name has been looked up.

    Raises:
        FetchError: when there is no answer, in one line without secrets.
    """
    with _Knock(min_interval=0, deadline=PATIENCE, max_bytes=0) as http:
        return http.answer(url)
