"""What ``kpi doctor`` asks of the world: does each publisher answer, is our clock theirs, does Prefect answer.

All are asked at the same time, each for a few seconds at most, so that a machine without internet is told at once.
"""

from __future__ import annotations

import os
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator, Mapping, Sequence
from http import HTTPStatus
from statistics import median

from flows.finding import Finding
from sources.addresses import rebase
from sources.fetch_errors import FetchError, without_secrets
from sources.publishers import Publisher, publishers
from sources.reach import PATIENCE, Answer, reach

_OFF, _WRONG = 60, 3600  # seconds
_PREFECT_PATIENCE = 3.0  # seconds


class Asked:
    """Questions under way, one thread each. A look-up of a name knows no time-out, so nobody waits for a thread."""

    def __init__(self, base_url: Mapping[str, str]) -> None:
        self._ids = _addresses(publishers().values(), base_url)
        self._answers: dict[str, Answer | str] = {}
        self._give_up = time.monotonic() + PATIENCE + 1
        self._threads = [threading.Thread(target=self._ask, args=(url,), daemon=True) for url in self._ids]
        for thread in self._threads:
            thread.start()

    def _ask(self, url: str) -> None:
        try:
            self._answers[url] = reach(url)
        except FetchError as error:
            self._answers[url] = error.reason

    def publishers(self) -> Iterator[Finding]:
        """Whether each address answers; whatever it answers will do."""
        for url, ids in self._wait().items():
            about = {"ids": ", ".join(ids), "address": without_secrets(url)}
            answer = self._answers.get(url, f"no answer within {PATIENCE:.0f} s")
            if isinstance(answer, Answer):
                yield Finding("publisher.answers", about)
            else:
                yield Finding("publisher.silent", {**about, "reason": answer})

    def clock(self) -> Iterator[Finding]:
        """How far our clock is from the publishers'; one publisher's clock may be wrong, so the median counts."""
        self._wait()
        answers = [answer for answer in self._answers.values() if isinstance(answer, Answer)]
        ahead = [answer.ahead for answer in answers if answer.ahead is not None]
        if not ahead:
            yield Finding("clock.unchecked")
            return
        seconds = abs(median(ahead))
        code = "wrong" if seconds > _WRONG else "off" if seconds > _OFF else "ok"
        yield Finding(f"clock.{code}", {"seconds": f"{seconds:.0f}"})

    def _wait(self) -> Mapping[str, Sequence[str]]:
        for thread in self._threads:
            thread.join(max(0.0, self._give_up - time.monotonic()))
        return self._ids


def prefect() -> Iterator[Finding]:
    """Whether the configured Prefect API answers; without one, each run brings its own."""
    url = os.environ.get("PREFECT_API_URL")
    if not url:
        yield Finding("prefect.private")
        return
    about = {"url": without_secrets(url)}
    try:
        with urllib.request.urlopen(f"{url.rstrip('/')}/health", timeout=_PREFECT_PATIENCE):  # noqa: S310 - as set
            yield Finding("prefect.answers", about)
    except urllib.error.HTTPError as error:
        yield Finding("prefect.silent", {**about, "reason": f"{error.code} {HTTPStatus(error.code).phrase}"})
    except (OSError, ValueError) as error:
        yield Finding("prefect.silent", {**about, "reason": getattr(error, "reason", error)})


def _addresses(every: Iterable[Publisher], base_url: Mapping[str, str]) -> dict[str, list[str]]:
    """Which publishers are behind each address, so that each is asked once."""
    ids: dict[str, list[str]] = {}
    for publisher in every:
        for url in dict.fromkeys(filter(None, (publisher.base_url, publisher.mirror_url))):
            there = rebase(url, base_url[publisher.id]) if publisher.id in base_url else url
            if publisher.id not in ids.setdefault(there, []):
                ids[there].append(publisher.id)
    return ids
