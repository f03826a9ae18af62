"""What happens to each resource on a visit to its publisher: asked for, compared with what we hold, and recorded."""

from __future__ import annotations

import logging
import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from http import HTTPStatus
from io import BufferedRandom

from clock import tokyo_day
from records import KnownFromBasis, Resource
from sources.adapters import Adapter, BrokenReaderError, reading
from sources.addresses import rebase
from sources.answers import Said
from sources.api_adapters import WalkingAdapter
from sources.fetch_errors import (
    FetchError,
    NoDataError,
    UnaskedError,
    UndecodableError,
    UnreachableError,
    without_secrets,
)
from sources.guards import check_bytes, refusal
from sources.http import Head, Http, Reply
from sources.japanese import decode
from sources.parsed import ParseError
from sources.publishers import Publisher
from sources.snapshots import Fetch, Outcome, SnapshotError, SnapshotStore
from sources.turns import is_its_turn

_ABSENT = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
_NO_ACCESS = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)

log = logging.getLogger(__name__)


def listing_id(publisher: Publisher) -> str:
    """What the publisher's list of files is recorded as, on nights on which it cannot be read."""
    return f"{publisher.id}/listing"


@dataclass(frozen=True)
class Visit:
    """One visit.

    Attributes:
        base_url: replaces the publisher's own.
        refused: SHA-256 of contents that did not count when they were checked.
    """

    publisher: Publisher
    adapter: Adapter
    store: SnapshotStore
    http: Http
    base_url: str | None
    refused: Collection[str] = ()

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
        if last is None or not self._counts(last):
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
            if fetch and self._counts(fetch)
            if fetch.url == without_secrets(self._address(resource.urls[0]))
            # A night on which the publisher's word was taken for it puts off no turn.
            if (asked := self.store.last_answer(resource.id)) and not is_its_turn(resource.id, asked.fetched_at, today)
        }
        try:
            with reading(self.publisher, self.publisher.id):
                same = self.walking.untouched(self.publisher, held, today, self._page)
        except BrokenReaderError as error:
            log.warning("%s; each file is asked for", error)
            same = ()
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
            with self.store.draft() as content:
                try:
                    url = self._address(address)
                    head = self._answer(resource, address, last, content)
                except FetchError as error:
                    troubles.append(error)
                    continue
                if head is not None:
                    return self._recorded(self._settled(resource, url, head, content, last))
        if troubles:
            return self._recorded(self._troubled(resource, troubles, last))
        attempt = self._attempt(resource, self._address(resource.urls[-1]), HTTPStatus.NOT_FOUND.value)
        if not resource.expected:
            return self._recorded(replace(attempt, outcome=Outcome.NOT_OUT))
        gone = f"{_called(resource)}: not there any more; has it moved? correct the catalog"
        return self._recorded(replace(attempt, reason=gone))

    def _answer(self, resource: Resource, address: str, last: Fetch | None, content: BufferedRandom) -> Head | None:
        """Write down what one address of a resource answers; None when there is nothing."""
        url = self._address(address)
        try:
            with reading(self.publisher, resource.id):
                if self.walking is not None:
                    return self.walking.walk(url, self._content, content)
                reply = self._ask(url, last)
        except ParseError as error:
            raise FetchError(f"{error.problem}; {error.remedy}", url) from error
        content.write(reply.body if reply else b"")
        return reply

    def _troubled(self, resource: Resource, troubles: Sequence[FetchError], last: Fetch | None) -> Fetch:
        """The record of an attempt that ended in trouble at every address."""
        final = troubles[-1]
        attempt = self._attempt(resource, final.url, final.status)
        attempt = replace(attempt, reason="; ".join(dict.fromkeys(_told(resource, error) for error in troubles)))
        if isinstance(final, UndecodableError):
            kept = self.store.keep(final.body)
            return replace(attempt, outcome=Outcome.REFUSED, snapshot_id=kept, size=len(final.body))
        # No data is no failure, unless there was some before.
        never = last is None and isinstance(final, NoDataError)
        return replace(attempt, outcome=Outcome.NOT_OUT if never else Outcome.FAILED)

    def listing_failed(self, reason: str, today: date) -> Fetch:
        """Record that the publisher's list of files could not be read, so that nothing could be asked for."""
        listing = Resource(listing_id(self.publisher), self.publisher.id, "", "", (), today, KnownFromBasis.FETCH)
        return self._recorded(replace(self._attempt(listing, self.publisher.base_url, None), reason=reason))

    def _address(self, url: str) -> str:
        return rebase(url, self.base_url) if self.base_url else url

    def _page(self, url: str) -> Reply:
        """One answer with content to an address of the catalog."""
        return self._content(self._address(url))

    def _content(self, url: str) -> Reply:
        reply = self._ask(url, None)
        if reply is None:
            raise FetchError("there is no such address; correct the catalog", url, HTTPStatus.NOT_FOUND.value)
        return reply

    def _ask(self, url: str, last: Fetch | None) -> Reply | None:
        """The answer with content (200) or the news that nothing changed (304); None when there is no such file."""
        known = last if last and last.url == without_secrets(url) and self._holds(last) else None
        reply = self.http.get(url, known.etag, known.last_modified) if known else self.http.get(url)
        if reply.status in _ABSENT:
            return None
        said, words = reply.said
        if trouble := {Said.NOTHING: NoDataError, Said.ERROR: FetchError}.get(said):
            raise trouble(words, url, reply.status)
        if reply.status == HTTPStatus.OK or (known and reply.status == HTTPStatus.NOT_MODIFIED):
            return reply
        hint = " is the access key right?" if reply.status in _NO_ACCESS else ""
        raise FetchError(f"the publisher answers {reply.status};{hint} ops.fetch has the request", url, reply.status)

    def _counts(self, fetch: Fetch) -> bool:
        """Whether what a fetch brought is there and was not refused."""
        good = fetch.outcome in (Outcome.NEW, Outcome.UNCHANGED) and fetch.snapshot_id not in self.refused
        return good and self._holds(fetch)

    def _holds(self, fetch: Fetch) -> bool:
        # Without the bytes, whole, a 304 would be worth nothing: ask for all of the file.
        return fetch.snapshot_id is not None and self.store.holds(fetch.snapshot_id)

    def _settled(self, resource: Resource, url: str, head: Head, content: BufferedRandom, last: Fetch | None) -> Fetch:
        """What an answer means, compared with the content that we have, and with the last one that counted."""
        counted = self.store.last_good(resource.id, refused=self.refused)
        attempt = replace(
            self._attempt(resource, url, head.status),
            etag=head.etag,
            last_modified=head.last_modified,
            media_type=head.media_type,
        )
        if last and (head.status == HTTPStatus.NOT_MODIFIED or self._says_the_same(content, last)):
            return _unchanged(attempt, last)
        attempt = replace(attempt, snapshot_id=self.store.keep_draft(content), size=content.seek(0, os.SEEK_END))
        if last and attempt.snapshot_id == last.snapshot_id:
            return _unchanged(attempt, last)
        if reason := self._refusal(resource, content, counted):
            return replace(attempt, outcome=Outcome.REFUSED, reason=reason)
        new, seen = replace(attempt, outcome=Outcome.NEW), tokyo_day(attempt.fetched_at)
        if head.known_from:
            new = replace(new, known_from=head.known_from, known_from_basis=KnownFromBasis.DATE)
        dated_anew = counted and head.known_from and (head.known_from > counted.known_from or new.url != counted.url)
        if counted and head.known_from == counted.known_from and not self._holds(counted):
            return replace(new, known_from_basis=counted.known_from_basis)  # nobody can say any more what changed
        if (counted is None or dated_anew) and new.known_from <= seen:
            return new
        # Changed in place, or out before the day that its edition's name says: public since we saw it, and never
        # before the content that it replaces.
        since = max(seen, counted.known_from) if counted else seen
        return replace(new, known_from=since, known_from_basis=KnownFromBasis.FETCH)

    def _refusal(self, resource: Resource, content: BufferedRandom, last: Fetch | None) -> str:
        """Why these bytes do not count, empty when they do; also when they are so odd that a guard breaks on them."""
        try:
            with reading(self.publisher, resource.id):
                return refusal(check_bytes(content, resource, self.publisher.guard, last.size if last else None))
        except BrokenReaderError as error:
            return str(error)

    def _says_the_same(self, content: BufferedRandom, last: Fetch) -> bool:
        if self.walking is None or last.snapshot_id is None or not self._holds(last):
            return False
        try:
            with self.store.opened(last.snapshot_id) as kept, reading(self.publisher, last.resource):
                return self.walking.says_the_same(content, kept)
        except (BrokenReaderError, SnapshotError):
            return False  # then it counts as new, and whoever reads it has the word

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


def _told(resource: Resource, error: FetchError) -> str:
    """Trouble in one line. Of a host that is out of reach as a whole, it is the same line for each of its files."""
    host = error.url.partition("//")[2].partition("/")[0] or error.url
    here = "" if isinstance(error, UnreachableError | UnaskedError) else f"{_called(resource)}: "
    return f"{here}{host}: {error.reason}"


def _called(resource: Resource) -> str:
    return f"{resource.id} ({resource.title})" if resource.title else resource.id
