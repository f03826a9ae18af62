"""One visit to one publisher: ask for every resource, keep what came, record how it went. Trouble is a result here."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sources.adapters import Adapter, reading
from sources.addresses import Key
from sources.api_adapters import SpeakingAdapter
from sources.http import Http
from sources.parsed import ParseError
from sources.publishers import Publisher
from sources.snapshots import Fetch, SnapshotStore
from sources.visit import Visit, listing_id


def fetch_publisher(
    publisher: Publisher,
    adapter: Adapter,
    store: SnapshotStore,
    *,
    today: date,
    base_url: str | None = None,
    key: Key | None = None,
    refused: Collection[str] = (),
) -> list[Fetch]:
    """Fetch everything that a publisher offers, one request at a time.

    Args:
        publisher: its catalog entry: interval, deadline, limits.
        adapter: knows the resources.
        store: keeps bytes and records.
        today: the day for which resources are listed.
        base_url: ``scheme://host[:port]`` that replaces the publisher's own, None for the catalog's.
        key: what the publisher wants to see in every request, None for most.
        refused: SHA-256 of contents that did not count when they were checked: no publisher's word is taken for them.

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
        visit = Visit(publisher, adapter, store, http, base_url, refused)
        try:
            with reading(publisher, listing_id(publisher)):
                resources = adapter.resources(publisher, today, visit.read_page)
        except ParseError as error:
            return [visit.listing_failed(str(error), today)]
        due = [resource for resource in resources if visit.is_due(resource, today)]
        untouched = visit.untouched(due, today)
        return [
            visit.still(resource, untouched[resource.id]) if resource.id in untouched else visit.fetch(resource)
            for resource in due
        ]
