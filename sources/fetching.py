"""One visit to one publisher: ask for every resource, keep what came, record how it went. Trouble is a result here."""

from __future__ import annotations

import importlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from http import HTTPStatus
from typing import Protocol, cast

from records import KnownFromBasis, Resource
from sources.addresses import FetchError, Key, NoDataError, rebase, without_secrets
from sources.api_adapters import SpeakingAdapter, WalkingAdapter
from sources.guards import check_bytes, refusal
from sources.http import Http, Reply
from sources.japanese import decode
from sources.parsed import Parsed, ParseError, Said
from sources.publishers import Publisher
from sources.snapshots import Fetch, Outcome, SnapshotStore
from sources.turns import is_its_turn, public_day

_ABSENT = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
_NO_ACCESS = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)

log = logging.getLogger(__name__)


class Adapter(Protocol):
    """What a module ``sources.<adapter>`` offers."""

    @property
    def VERSION(self) -> str:  # noqa: N802 - a module's constant
        """Raised whenever the adapter reads the same bytes in another way."""

    def resources(
        self, publisher: Publisher, today: date, read_page: Callable[[str], str | None]
    ) -> Sequence[Resource]:
        """What the publisher offers on this day; ``read_page`` gives the text of a listing page, None if it fails."""

    def parse(self, body: bytes, resource: Resource, publisher: Publisher) -> Parsed:
        """Tidy rows of one resource; raises ParseError with file, line and column."""


def adapter(publisher: Publisher) -> Adapter:
    """The adapter that the catalog names for this publisher."""
    return cast("Adapter", importlib.import_module(f"sources.{publisher.adapter}"))


def fetch_publisher(
    publisher: Publisher,
    adapter: Adapter,
    store: SnapshotStore,
    *,
    today: date,
    base_url: str | None = None,
    key: Key | None = None,
) -> list[Fetch]:
    """Fetch everything that a publisher offers, one request at a time.

    Args:
        publisher: its catalog entry: interval, deadline, limits.
        adapter: knows the resources.
        store: keeps bytes and records.
        today: the day for which resources are listed.
        base_url: ``scheme://host[:port]`` that replaces the publisher's own, None for the catalog's.
        key: what the publisher wants to see in every request, None for most.

    Returns:
        One record a resource that was due, in the adapter's order. A publisher's trouble is in the records and raises
        nothing; a host that does not answer fails all its resources at once, each with the same reason.

    Raises:
        OSError, SnapshotError: when our own disk or store fails.
    """
    judge = adapter.judge if isinstance(adapter, SpeakingAdapter) else None
    with Http(
        min_interval=publisher.min_interval_seconds,
        deadline=publisher.deadline_seconds,
        max_bytes=publisher.guard.max_bytes,
        judge=judge,
        key=key,
    ) as http:
        # Publishers of files have nothing but the HTTP status to speak with.
        visit = _Visit(publisher, adapter, store, http, base_url, judge or (lambda _: (Said.DATA, "")))
        try:
            resources = adapter.resources(publisher, today, visit.read_page)
        except ParseError as error:
            return [visit.listing_failed(str(error), today)]
        # Figures that are kept by hand in the project have no address.
        due = [resource for resource in resources if resource.urls and visit.is_due(resource, today)]
        untouched = visit.untouched(due, today)
        return [
            visit.still(resource, untouched[resource.id]) if resource.id in untouched else visit.fetch(resource)
            for resource in due
        ]


@dataclass(frozen=True)
class _Visit:
    publisher: Publisher
    adapter: Adapter
    store: SnapshotStore
    http: Http
    base_url: str | None
    judge: Callable[[bytes], tuple[Said, str]]

    @property
    def walking(self) -> WalkingAdapter | None:
        """The adapter, if its content comes in pages."""
        return self.adapter if isinstance(self.adapter, WalkingAdapter) else None

    def read_page(self, url: str) -> str | None:
        """Text of a listing page, None when it cannot be had."""
        try:
            reply = self._ask(self._address(url), None)
            return None if reply is None else decode(reply.body)
        except (FetchError, ValueError) as error:
            log.warning("%s: listing page not read: %s", self.publisher.id, error)
            return None

    def is_due(self, resource: Resource, today: date) -> bool:
        """Whether to ask tonight: always, but for a settled file that we hold on one night of 28, its own."""
        last = self.store.last_attempt(resource.id) if resource.settled else None
        if last is None or last.outcome not in (Outcome.NEW, Outcome.UNCHANGED) or not self._holds(last):
            return True
        return is_its_turn(resource.id, last.fetched_at, today)

    def untouched(self, due: Sequence[Resource], today: date) -> dict[str, Fetch]:
        """What we hold of resources that need not be asked for, because their publisher has not touched them."""
        if self.walking is None:
            return {}
        last = {resource: self.store.last_attempt(resource.id) for resource in due}
        held = {
            resource: fetch
            for resource, fetch in last.items()
            if fetch and fetch.outcome in (Outcome.NEW, Outcome.UNCHANGED) and self._holds(fetch)
            if fetch.url == without_secrets(self._address(resource.urls[0]))
            # A night on which the publisher's word was taken for it puts off no turn.
            if (asked := self.store.last_answer(resource.id)) and not is_its_turn(resource.id, asked.fetched_at, today)
        }
        same = self.walking.untouched(self.publisher, held, today, self._page)
        return {resource.id: fetch for resource, fetch in held.items() if resource.id in same}

    def still(self, resource: Resource, last: Fetch) -> Fetch:
        """Record that the publisher has not touched what we hold."""
        attempt = self._attempt(resource, self._address(resource.urls[0]), None)
        return self._recorded(_unchanged(attempt, last))

    def fetch(self, resource: Resource) -> Fetch:
        """Try the addresses of one resource until one answers with something; record the outcome."""
        last = self.store.last_good(resource.id)
        troubles: list[FetchError] = []
        for address in resource.urls:
            try:
                url = self._address(address)
                reply = self._ask(url, last) if self.walking is None else self.walking.walk(address, self._page)
            except FetchError as error:
                troubles.append(error)
                continue
            if reply is not None:
                return self._recorded(self._settled(resource, url, reply, last))
        if troubles:
            attempt = self._attempt(resource, troubles[-1].url, troubles[-1].status)
            reasons = dict.fromkeys(f"{_host(error.url)}: {error.reason}" for error in troubles)
            # No data is no failure, unless there was some before.
            never = last is None and isinstance(troubles[-1], NoDataError)
            outcome = Outcome.NOT_OUT if never else Outcome.FAILED
            return self._recorded(replace(attempt, outcome=outcome, reason="; ".join(reasons)))
        attempt = self._attempt(resource, self._address(resource.urls[-1]), HTTPStatus.NOT_FOUND.value)
        if not resource.expected:
            return self._recorded(replace(attempt, outcome=Outcome.NOT_OUT))
        return self._recorded(replace(attempt, reason="not there any more; has it moved? correct the catalog"))

    def listing_failed(self, reason: str, today: date) -> Fetch:
        """Record that the publisher's list of files could not be read, so that nothing could be asked for."""
        listing = Resource(f"{self.publisher.id}/listing", self.publisher.id, "", "", (), today, KnownFromBasis.FETCH)
        return self._recorded(replace(self._attempt(listing, self.publisher.base_url, None), reason=reason))

    def _address(self, url: str) -> str:
        return rebase(url, self.base_url) if self.base_url else url

    def _page(self, url: str) -> Reply:
        """One answer of an API with content."""
        address = self._address(url)
        reply = self._ask(address, None)
        if reply is None:
            raise FetchError("there is no such address; correct the catalog", address, HTTPStatus.NOT_FOUND.value)
        return reply

    def _ask(self, url: str, last: Fetch | None) -> Reply | None:
        """The answer with content (200) or the news that nothing changed (304); None when there is no such file."""
        known = last if last and last.url == without_secrets(url) and self._holds(last) else None
        reply = self.http.get(url, known.etag, known.last_modified) if known else self.http.get(url)
        said = self.judge(reply.body)
        if reply.status in _ABSENT:
            return None
        if words := _words(said, Said.NOTHING):
            raise NoDataError(words, url, reply.status)
        if words := _words(said, Said.ERROR):
            raise FetchError(words, url, reply.status)
        if reply.status == HTTPStatus.OK or (known and reply.status == HTTPStatus.NOT_MODIFIED):
            return reply
        hint = "; is the access key right?" if reply.status in _NO_ACCESS else ""
        raise FetchError(f"the publisher answers {reply.status}{hint}", url, reply.status)

    def _holds(self, fetch: Fetch) -> bool:
        # Without the bytes a 304 would be worth nothing: ask for the whole file.
        return fetch.snapshot_id is not None and self.store.holds(fetch.snapshot_id)

    def _settled(self, resource: Resource, url: str, reply: Reply, last: Fetch | None) -> Fetch:
        """What an answer means, compared with the last good content."""
        attempt = replace(
            self._attempt(resource, url, reply.status),
            etag=reply.etag,
            last_modified=reply.last_modified,
            media_type=reply.media_type,
        )
        if last and (reply.status == HTTPStatus.NOT_MODIFIED or self._says_the_same(reply.body, last)):
            return _unchanged(attempt, last)
        attempt = replace(attempt, snapshot_id=self.store.keep(reply.body), size=len(reply.body))
        if last and attempt.snapshot_id == last.snapshot_id:
            return _unchanged(attempt, last)
        guard = self.publisher.guard
        if reason := refusal(check_bytes(reply.body, resource, guard, last.size if last else None)):
            return replace(attempt, outcome=Outcome.REFUSED, reason=reason)
        new, seen = replace(attempt, outcome=Outcome.NEW), public_day(attempt.fetched_at)
        if reply.known_from:
            new = replace(new, known_from=reply.known_from, known_from_basis=KnownFromBasis.DATE)
        dated_anew = last and reply.known_from and (reply.known_from > last.known_from or new.url != last.url)
        if (last is None or dated_anew) and new.known_from <= seen:
            return new
        # Changed in place, or out before the day that its edition's name says: public since we saw it, and never
        # before the content that it replaces.
        since = max(seen, last.known_from) if last else seen
        return replace(new, known_from=since, known_from_basis=KnownFromBasis.FETCH)

    def _says_the_same(self, body: bytes, last: Fetch) -> bool:
        if self.walking is None or last.snapshot_id is None or not self._holds(last):
            return False
        return self.walking.says_the_same(body, self.store.read(last.snapshot_id))

    def _attempt(self, resource: Resource, url: str, status: int | None) -> Fetch:
        """The record of an attempt that brought nothing, to be replaced in part by what it did bring."""
        return Fetch(
            resource=resource.id,
            publisher=resource.publisher,
            dataset=resource.dataset,
            edition=resource.edition,
            url=without_secrets(url),
            fetched_at=datetime.now(UTC),
            status=status,
            outcome=Outcome.FAILED,
            snapshot_id=None,
            size=0,
            media_type=None,
            etag=None,
            last_modified=None,
            licence=self.publisher.licence,
            adapter_version=self.adapter.VERSION,
            reason="",
            known_from=resource.known_from,
            known_from_basis=resource.known_from_basis,
        )

    def _recorded(self, fetch: Fetch) -> Fetch:
        self.store.record(fetch)
        trouble = fetch.outcome in (Outcome.FAILED, Outcome.REFUSED)
        log.log(logging.WARNING if trouble else logging.INFO, "%s: %s %s", fetch.resource, fetch.outcome, fetch.reason)
        return fetch


def _words(said: tuple[Said, str], kind: Said) -> str:
    """The words of an answer that is of this kind, else none."""
    return said[1] if said[0] is kind else ""


def _unchanged(attempt: Fetch, last: Fetch) -> Fetch:
    """The attempt found the content of ``last``; marks that were not sent again stay valid."""
    return replace(
        attempt,
        outcome=Outcome.UNCHANGED,
        snapshot_id=last.snapshot_id,
        size=last.size,
        media_type=attempt.media_type or last.media_type,
        etag=attempt.etag or last.etag,
        last_modified=attempt.last_modified or last.last_modified,
        known_from=last.known_from,
        known_from_basis=last.known_from_basis,
    )


def _host(url: str) -> str:
    """Host of an address, which may be none: all that people need beside a reason that many files share."""
    return url.partition("//")[2].partition("/")[0] or url
