"""Turns one file, or one bundle of small ones, into a checked part, or finds the part that was made before."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from expectations.gate import Candidate, Gate, SeriesLimits, check_part, check_parts
from expectations.suites import fingerprint as rules_fingerprint
from records import CheckResult, Period, PeriodKind, Resource
from settings import PROJECT_ROOT
from sources.adapters import Adapter, BrokenReaderError, adapter, parse_snapshot, reading
from sources.areas import known_areas
from sources.guards import Shape, check_shape, refusal, shape_of
from sources.parsed import ParseError
from sources.publishers import CATALOG_DIR, Publisher, publishers
from sources.snapshots import SnapshotError, SnapshotStore
from sources.tidy import from_file, tidy_rows
from warehouse.parts import Part, PartStore, part_id

if TYPE_CHECKING:
    import pandas as pd

_LARGE = 10_000  # rows
_UNREAD = {BrokenReaderError: "reader_works", SnapshotError: "bytes_whole", ParseError: "readable"}  # first that fits
_MAY_PASS = frozenset({"reader_works", "bytes_whole"})  # the machine may be why, and a copy may be restored


@dataclass(frozen=True, slots=True)
class Before:
    """The accepted parts of the same dataset that came before a file, oldest first, each with its resource.

    The newest one of the same resource, else of the edition before, is what the file's shape is compared with.
    """

    parts: tuple[tuple[str, Part], ...] = ()

    def and_then(self, resource_id: str, part: Part) -> Before:
        """These parts and one more."""
        return Before((*self.parts, (resource_id, part)))

    @property
    def key(self) -> str:
        """Names all of them: a part's key contains the keys before it."""
        return self.parts[-1][1].id if self.parts else ""

    def like(self, resource_id: str) -> tuple[Part | None, bool]:
        """The part to compare with, and whether it is an earlier content of the same resource."""
        same = [part for name, part in self.parts if name == resource_id]
        if same:
            return same[-1], True
        return (self.parts[-1][1] if self.parts else None), False


class Checker:
    """Checks what one publisher's files hold. A part's key names everything that its content rests on."""

    def __init__(self, publisher: Publisher, parts: Path) -> None:
        self.publisher = publisher
        self.adapter: Adapter = adapter(publisher)
        self.parts = PartStore(parts)
        self._rests_on = (publisher.id, rules_fingerprint(), _reading_fingerprint())

    def check_file(self, store: SnapshotStore, resource: Resource, snapshot_id: str, before: Before) -> Part:
        """Parse one file, compare it with the one before, pass it through the gate; or find that this was done before.

        A file that cannot be read becomes a refused part, so that it is not parsed again every night; one on which the
        adapter broke, or whose bytes are gone, is.
        """
        if made := self.made(resource, snapshot_id, before):
            return made
        key = self._key_of(resource, snapshot_id, before)
        try:
            with reading(self.publisher, resource.id):
                parsed = parse_snapshot(self.publisher, store, resource, snapshot_id)
                shape = shape_of(parsed)
        except (ParseError, SnapshotError) as error:
            unread = CheckResult(
                suite="guards",
                rule=next(rule for kind, rule in _UNREAD.items() if isinstance(error, kind)),
                subject=resource.id,
                action="stop",
                success=False,
                checked=1,
                failed=1,
                message=str(error),
            )
            return self._save(key, tidy_rows(), resource.id, guards=[unread], before=before)
        guards: list[CheckResult] = []
        like, same_edition = before.like(resource.id)
        if like is not None:
            guards = check_shape(
                shape,
                _shape_from(like.shape),
                resource,
                self.publisher.guard,
                same_edition=same_edition,
                same_adapter=like.shape["adapter_version"] == self.adapter.VERSION,
            )
        rows = from_file(parsed.rows, resource.id, snapshot_id)
        about = _shape_as_json(shape) | {"adapter_version": self.adapter.VERSION}
        min_rows = self.publisher.dataset(resource.dataset).min_rows
        if parsed.table == "core.facility":
            return self._save_facilities(key, rows, [*guards, *_facility_checks(shape, resource, min_rows)], about)
        return self._save(key, rows, resource.id, guards=guards, before=before, min_rows=min_rows, shape=about)

    def made(self, resource: Resource, snapshot_id: str, before: Before) -> Part | None:
        """The part of one file, if it was made before, with what was settled then."""
        part = self.parts.find(self._key_of(resource, snapshot_id, before))
        return None if part and _MAY_PASS & {result.rule for result in part.results} else part

    def _key_of(self, resource: Resource, snapshot_id: str, before: Before) -> str:
        return self.key(snapshot_id, resource.id, resource.known_from.isoformat(), before.key)

    def key(self, *more: str) -> str:
        """Key of a part of this publisher's from what else its content rests on."""
        return part_id(*self._rests_on, *more)

    def _save_facilities(
        self, key: str, rows: pd.DataFrame, results: Sequence[CheckResult], about: Mapping[str, Any]
    ) -> Part:
        """Facilities are no figures: the rules on rows have nothing to say about them."""
        refused = refusal(results)
        return self.parts.save(
            key,
            rows=rows.head(0) if refused else rows,
            quarantine=rows.head(0)[["resource_id"]],
            results=results,
            shape=about,
            refused=refused,
            table="core.facility",
        )

    def _save(
        self,
        key: str,
        rows: pd.DataFrame,
        subject: str,
        *,
        guards: Sequence[CheckResult],
        before: Before,
        min_rows: int = 1,
        shape: Mapping[str, Any] | None = None,
    ) -> Part:
        if refused := refusal(guards):
            nothing = rows.head(0)[["series_id"]]
            return self.parts.save(
                key, rows=rows.head(0), quarantine=nothing, results=guards, shape=shape or {}, refused=refused
            )
        previous = self.parts.known_before([part for _, part in before.parts], rows) if before.parts else None
        gate = check_part(Candidate(subject, rows, previous, min_rows), series=_limits(), areas=known_areas())
        if len(rows) > _LARGE:
            gc.collect()  # a validation leaves cycles behind that hold whole frames
        return _kept(self.parts, key, gate, guards, shape)


def is_lost(part: Part) -> bool:
    """Whether a part is refused because the bytes of its file are gone or damaged, and not by what they say."""
    return any(result.rule == _UNREAD[SnapshotError] for result in part.results)


@dataclass(frozen=True)
class Bundle:
    """Hand-kept or recorded rows of many files, which pass the gate at once.

    ``fingerprint`` changes with any of the files; ``rows`` reads them, which is done only when they were not checked
    before.
    """

    checker: Checker
    subject: str
    fingerprint: str
    rows: Callable[[], pd.DataFrame]

    @property
    def key(self) -> str:
        """Key of its part."""
        return self.checker.key(self.subject, self.fingerprint)


def check_bundles(bundles: Sequence[Bundle]) -> list[Part]:
    """The parts of these bundles, in the same order; those that were not checked before pass the gate together."""
    parts = {bundle.key: part for bundle in bundles if (part := bundle.checker.parts.find(bundle.key))}
    new = [bundle for bundle in bundles if bundle.key not in parts]
    gates = check_parts(
        [Candidate(bundle.subject, bundle.rows()) for bundle in new], series=_limits(), areas=known_areas()
    )
    for bundle, gate in zip(new, gates, strict=True):
        parts[bundle.key] = _kept(bundle.checker.parts, bundle.key, gate)
    return [parts[bundle.key] for bundle in bundles]


def _kept(
    parts: PartStore, key: str, gate: Gate, guards: Sequence[CheckResult] = (), shape: Mapping[str, Any] | None = None
) -> Part:
    """The part that a gate let through, or refused, in the store."""
    results = [*guards, *gate.results]
    return parts.save(
        key,
        rows=gate.accepted,
        quarantine=gate.quarantine.rename(columns={"period_label": "period"}),
        results=results,
        shape=shape or {},
        refused=refusal(results),
    )


def _facility_checks(shape: Shape, resource: Resource, min_rows: int) -> list[CheckResult]:
    """What must hold of a list of facilities as a whole."""
    unknown = sorted(shape.areas - set(known_areas()))
    few = f"only {shape.rows} facilities where at least {min_rows} are expected; check whether the file is truncated"
    far = f"areas not known: {', '.join(unknown[:5])}; register the area or correct the adapter"
    problems = {"enough_facilities": few if shape.rows < min_rows else "", "areas_known": far if unknown else ""}
    return [
        CheckResult("guards", rule, resource.id, "stop", not problem, 1, int(bool(problem)), problem)
        for rule, problem in problems.items()
    ]


@cache
def _limits() -> dict[str, SeriesLimits]:
    return {
        s.id: SeriesLimits(
            s.unit, s.minimum, s.maximum, publisher.guard.max_change if s.max_change is None else s.max_change
        )
        for publisher in publishers().values()
        for s in publisher.series
    }


@cache
def _reading_fingerprint() -> str:
    """Of what decides how files are read and whether they are refused: the catalog and the code of this way."""
    digest = hashlib.sha256()
    code = [*sorted((PROJECT_ROOT / "sources").glob("*.py")), PROJECT_ROOT / "clock.py", PROJECT_ROOT / "records.py"]
    for path in [*sorted(CATALOG_DIR.iterdir()), *code, Path(__file__)]:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _shape_as_json(shape: Shape) -> dict[str, Any]:
    return {
        "rows": shape.rows,
        "header": list(shape.header),
        "areas": sorted(shape.areas),
        "periods": sorted([p.start.isoformat(), p.end.isoformat(), p.kind.value] for p in shape.periods),
        "units": sorted(list(pair) for pair in shape.units),
    }


def _shape_from(about: Mapping[str, Any]) -> Shape:
    return Shape(
        rows=about["rows"],
        header=tuple(about["header"]),
        areas=frozenset(about["areas"]),
        periods=frozenset(
            Period(date.fromisoformat(start), date.fromisoformat(end), PeriodKind(kind))
            for start, end, kind in about["periods"]
        ),
        units=frozenset((series, unit) for series, unit in about["units"]),
    )
