"""Step: what each source contributes tonight, and why: its own files, the recorded figures, or the register."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import Any

from flows.bundles import file_hash, recorded_bundle, register_bundle, register_files
from flows.checking import Before, Checker, check_bundles, is_lost
from flows.keys import how_to_get, lacks_key
from flows.night import Night
from flows.reasons import Trouble, in_one_line
from records import KnownFromBasis, Resource
from sources.publishers import Publisher, publishers
from sources.recorded import recorded
from sources.snapshots import Fetch, Outcome, SnapshotStore
from sources.visit import listing_id
from warehouse.build import PartUse
from warehouse.parts import Part


@dataclass(frozen=True)
class SourceReport:
    """What one source contributes to the night. ``state`` is one of ``reports.words.STATE``.

    ``content`` is what decides whether anything is new: the figures of every part and how they came to us.
    """

    publisher_id: str
    state: str
    resources: int = 0
    new: int = 0
    failed: int = 0
    refused: int = 0
    rows: int = 0
    quarantined: int = 0
    age_days: int | None = None
    reason: str = ""
    uses: tuple[PartUse, ...] = ()
    parts: tuple[str, ...] = ()
    content: tuple[str, ...] = ()
    snapshots: tuple[dict[str, Any], ...] = field(default=(), repr=False)
    odd: tuple[Part, ...] = field(default=(), repr=False)  # parts in use that have rows in quarantine


def prepare_source(night: Night, publisher_id: str) -> SourceReport:
    """Parse and check what a source has brought so far; whatever was checked before comes from the cache.

    Raises:
        OSError, SnapshotError, RuleError: trouble of our own, with the disk, the log of fetches or the rules. Other
            trouble is in the report.
    """
    publisher = publishers()[publisher_id]
    checker = Checker(publisher, night.parts)
    return _register(night, checker) if publisher.adapter == "register" else _published(night, checker)


def refused_contents(night: Night, publisher: Publisher) -> frozenset[str]:
    """SHA-256 of the contents of a publisher that did not count when they were checked, as far as that is known."""
    checker = Checker(publisher, night.parts)
    by_dataset: dict[str, Before] = {}
    refused: set[str] = set()
    for tries in _in_edition_order(_attempts(night, publisher)):
        before = by_dataset.get(tries[-1].dataset, Before())
        made, by_dataset[tries[-1].dataset] = _parts_of(checker.made, tries, before)
        refused |= {fetch.snapshot_id for fetch, part in made if fetch.snapshot_id and part.refused}
    return frozenset(refused)


def _attempts(night: Night, publisher: Publisher) -> dict[str, list[Fetch]]:
    """Resource id -> how it was asked for, oldest first; also the list of files, if it could not be read since."""
    attempts: dict[str, list[Fetch]] = {}
    listing = listing_id(publisher)
    asked_for = {listing, *(dataset.id for dataset in publisher.datasets)}
    for fetch in night.store.fetches():
        # What the catalog no longer names is kept, and read no more.
        if fetch.publisher == publisher.id and (fetch.dataset or fetch.resource) in asked_for:
            attempts.pop(listing, None)  # whatever came after it shows that the list could be read again
            attempts.setdefault(fetch.resource, []).append(fetch)
    return attempts


def _published(night: Night, checker: Checker) -> SourceReport:
    """A source with files: the accepted snapshots, and recorded figures for resources that have none."""
    publisher = checker.publisher
    attempts, listing = _attempts(night, publisher), listing_id(publisher)
    report = SourceReport(publisher.id, "live", resources=len(attempts.keys() - {listing}))
    troubles: list[Trouble] = []
    keyless = how_to_get(publisher) if lacks_key(publisher) and not night.offline else ""
    by_dataset: dict[str, Before] = {}
    check = partial(checker.check_file, night.store)
    for tries in _in_edition_order(attempts):
        before = by_dataset.get(tries[-1].dataset, Before())
        made, by_dataset[tries[-1].dataset] = _parts_of(check, tries, before)
        own = _trouble(tries[-1], [part for _, part in made])
        # Without the list nothing was asked for.
        acquisition = "stale" if keyless or own or listing in attempts else "live"
        if keyless or own:
            troubles.append(Trouble(keyless) if keyless else Trouble(own, tries[-1].fetched_at))
        if own and tries[-1].outcome is not Outcome.FAILED:
            report = replace(report, refused=report.refused + 1)
        report = _with_checked(report, [part for _, part in made])
        for fetch, part in _news(made, night.store):
            report = _with_file(report, publisher, fetch, part, acquisition)
    report = _with_recorded(report, checker)
    if lacks_key(publisher) and not report.uses:
        return replace(report, state="not_configured", reason=how_to_get(publisher))
    return _summed(night, report, attempts, troubles)


def _in_edition_order(attempts: Mapping[str, list[Fetch]]) -> list[list[Fetch]]:
    return sorted(
        attempts.values(), key=lambda tries: (tries[-1].dataset, tries[-1].known_from.isoformat(), tries[-1].resource)
    )


def _parts_of(
    part_of: Callable[[Resource, str, Before], Part | None], tries: Sequence[Fetch], before: Before
) -> tuple[list[tuple[Fetch, Part]], Before]:
    """Every new content of one resource that has a part, oldest first, and what a later file is compared with."""
    made = []
    for fetch in tries:
        if fetch.outcome is not Outcome.NEW or fetch.snapshot_id is None:
            continue
        resource = Resource(
            fetch.resource, fetch.publisher, fetch.dataset, fetch.edition, (), fetch.known_from, fetch.known_from_basis
        )
        part = part_of(resource, fetch.snapshot_id, before)
        if part is None:
            continue
        if not part.refused:
            before = before.and_then(fetch.resource, part)
        made.append((fetch, part))
    return made, before


def _trouble(last: Fetch, made: Sequence[Part]) -> str:
    """Why a resource is not up to date, or not complete; empty when it is, or when it is simply not out yet."""
    if last.outcome in (Outcome.FAILED, Outcome.REFUSED):
        return last.reason
    lost = [part.refused for part in made if is_lost(part)]
    return "; ".join(dict.fromkeys([*(part.refused for part in made[-1:] if part.refused), *lost]))


def _with_checked(report: SourceReport, made: Sequence[Part]) -> SourceReport:
    """The report with all checked parts of one resource, also the newest one if it was refused: its checks say why."""
    current = [part for part in made if not part.refused or part is made[-1]]
    refused = sum(part.quarantined for part in current if part.refused)
    parts = (*report.parts, *(part.id for part in current))
    return replace(report, parts=parts, quarantined=report.quarantined + refused)


def _news(made: Sequence[tuple[Fetch, Part]], store: SnapshotStore) -> list[tuple[Fetch, Part]]:
    """The accepted contents of one resource, without those that only repeat the figures of the one before.

    Bytes that are lost are replaced by others that say the same of the same day.
    """
    news: list[tuple[Fetch, Part]] = []
    for fetch, part in made:
        before = news[-1] if news else None
        if part.refused:
            continue
        if before is None or part.figures_id != before[1].figures_id:
            news.append((fetch, part))
        elif part.content_id == before[1].content_id and not store.holds(before[0].snapshot_id or ""):
            news[-1] = fetch, part
    return news


def _with_file(report: SourceReport, publisher: Publisher, fetch: Fetch, part: Part, acquisition: str) -> SourceReport:
    order = f"{fetch.known_from} {fetch.fetched_at.isoformat()} {fetch.resource}"
    use = PartUse(part.rows_path.as_posix(), order, acquisition, fetch.fetched_at, table=part.table)
    snapshot = {
        "snapshot_id": fetch.snapshot_id,
        "resource_id": fetch.resource,
        "publisher_id": publisher.id,
        "edition": fetch.edition,
        "acquisition": acquisition,
        "url": fetch.url,
        "fetched_at": fetch.fetched_at,
        "media_type": fetch.media_type,
        "size_bytes": fetch.size,
        "licence": fetch.licence,
        "adapter_version": fetch.adapter_version,
        "known_from": fetch.known_from,
        "known_from_basis": fetch.known_from_basis.value,
    }
    return _with_part(report, part, use, [snapshot])


def _with_recorded(report: SourceReport, checker: Checker) -> SourceReport:
    """Add the recorded figures of the resources that brought nothing themselves."""
    own = {snapshot["resource_id"] for snapshot in report.snapshots}
    entries = recorded(checker.publisher.id)
    missing = [entry for entry in entries if entry.resource.id not in own]
    if not missing:
        return report
    [part] = check_bundles([recorded_bundle(checker, entries)])
    for entry in missing:
        resource = entry.resource
        order = f"{resource.known_from}  {resource.id}"
        use = PartUse(part.rows_path.as_posix(), order, "recorded", None, resource.id)
        snapshot = {
            "snapshot_id": entry.sha256,
            "resource_id": resource.id,
            "publisher_id": resource.publisher,
            "edition": resource.edition,
            "acquisition": "recorded",
            "url": resource.urls[0] if resource.urls else "",
            "licence": checker.publisher.licence,
            "adapter_version": checker.adapter.VERSION,
            "known_from": resource.known_from,
            "known_from_basis": resource.known_from_basis.value,
            "note": entry.copy_note or None,
        }
        report = _with_part(report, part, use, [snapshot])
    return report


def _register(night: Night, checker: Checker) -> SourceReport:
    """The hand-kept figures: every file of the register in one part."""
    publisher = checker.publisher
    files = register_files(night)
    report = SourceReport(publisher.id, "register", resources=len(files))
    if not files:
        return replace(report, state="missing", reason=f"no register file in {night.register_dir}")
    hashes = {path: file_hash(path) for path in files}
    [part] = check_bundles([register_bundle(checker, hashes)])
    snapshots = [
        {
            "snapshot_id": content,
            "resource_id": f"register/{path.stem}",
            "publisher_id": publisher.id,
            "edition": path.stem,
            "acquisition": "register",
            "url": "",
            "media_type": "text/csv",
            "size_bytes": path.stat().st_size,
            "licence": publisher.licence,
            "adapter_version": checker.adapter.VERSION,
            "known_from_basis": KnownFromBasis.DATE.value,
        }
        for path, content in hashes.items()
    ]
    report = _with_part(report, part, PartUse(part.rows_path.as_posix(), "register", "register"), snapshots)
    return _summed(night, report, {}, [Trouble(part.refused)] if part.refused else [])


def _with_part(report: SourceReport, part: Part, use: PartUse, snapshots: Sequence[dict[str, Any]]) -> SourceReport:
    known = any(other.path == use.path for other in report.uses)
    return replace(
        report,
        uses=(*report.uses, use),
        parts=report.parts if part.id in report.parts else (*report.parts, part.id),
        rows=report.rows if known else report.rows + part.rows,
        quarantined=report.quarantined if known else report.quarantined + part.quarantined,
        odd=report.odd if known or not part.quarantined else (*report.odd, part),
        content=(
            *report.content,
            *(f"{s['resource_id']} {s['snapshot_id']} {use.acquisition}" for s in snapshots),
            f"{part.content_id} {part.quarantined}",
        ),
        snapshots=(*report.snapshots, *snapshots),
    )


def _summed(
    night: Night, report: SourceReport, attempts: dict[str, list[Fetch]], troubles: Sequence[Trouble]
) -> SourceReport:
    """The report with its state, its age and one line that says why it is not live."""
    used = {snapshot["acquisition"] for snapshot in report.snapshots}
    state = report.state
    if not report.uses:
        state = "missing"
    elif used == {"recorded"}:
        state = "recorded"
    elif troubles:
        state = "stale"
    tonight = [tries[-1] for tries in attempts.values() if tries[-1].fetched_at >= night.started_at]
    good = [f.fetched_at for tries in attempts.values() for f in tries if f.outcome in (Outcome.NEW, Outcome.UNCHANGED)]
    if state in ("recorded", "missing") and not troubles:
        # A publisher that has nothing out, or no data for us, is no trouble; then it is the only reason that we have.
        last = (tries[-1] for tries in attempts.values())
        said = {fetch.reason or "the publisher has put nothing out": fetch.fetched_at for fetch in last}
        recorded_too = "" if report.uses else ", nothing is recorded"
        never = Trouble(f"nothing was fetched yet (offline){recorded_too}")
        troubles = [Trouble(reason, asked_at) for reason, asked_at in said.items()] or [never]
    return replace(
        report,
        state=state,
        new=sum(f.outcome is Outcome.NEW for f in tonight),
        failed=sum(f.outcome is Outcome.FAILED for f in tonight),
        age_days=max(night.started_at - max(good), timedelta()).days if good else None,
        reason=in_one_line(troubles, report.odd, offline=night.offline),
    )
