"""Step: visit one publisher and keep what it gives."""

from __future__ import annotations

from flows.keys import key_of, lacks_key
from flows.night import Night
from flows.prepare import refused_contents
from sources.adapters import adapter
from sources.fetching import fetch_publisher
from sources.publishers import publishers
from sources.snapshots import Outcome


def fetch_source(night: Night, publisher_id: str) -> dict[str, int]:
    """Fetch everything that a publisher offers; gives how many resources had which outcome.

    A publisher's trouble is recorded, not raised. One that wants a key is not asked without it.
    """
    publisher = publishers()[publisher_id]
    if lacks_key(publisher):
        return {outcome.value: 0 for outcome in Outcome}
    done = fetch_publisher(
        publisher,
        adapter(publisher),
        night.store,
        today=night.today,
        base_url=night.base_url.get(publisher_id),
        key=key_of(publisher),
        refused=refused_contents(night, publisher),
    )
    return {outcome.value: sum(fetch.outcome is outcome for fetch in done) for outcome in Outcome}
