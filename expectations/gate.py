"""The two gates of a run: one before a source's rows are loaded, one before a warehouse is published."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from expectations.engine import Finding, evaluate, evaluate_rows, listed, warm
from expectations.facts import KEY, SeriesLimits, areas_before, changes, facts, nothing_read, typed
from expectations.losses import Published, kept
from expectations.quarantine import message, quarantine
from records import ROW_COLUMNS, CheckResult

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Candidate", "Gate", "Published", "SeriesLimits", "check_marts", "check_part", "check_parts", "warm"]


@dataclass(frozen=True, slots=True)
class Gate:
    """What became of one part's rows.

    Every row that came is in ``accepted``, or in ``quarantine`` (once for each rule that it broke), or repeats an
    accepted row word for word. The one exception is a part whose shape is wrong: it is stopped unread.
    """

    accepted: pd.DataFrame  # records.ROW_COLUMNS; to be loaded only when not stopped
    quarantine: pd.DataFrame  # quarantine.COLUMNS
    results: tuple[CheckResult, ...]
    stopped: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """The rows of one part before its gate.

    Attributes:
        subject: whose rows they are, for people: a resource id.
        rows: ``records.ROW_COLUMNS``, as an adapter returns them.
        previous: rows of the part that was accepted last, or None.
        min_rows: fewest rows that a whole file has; an empty part never passes.
    """

    subject: str
    rows: pd.DataFrame
    previous: pd.DataFrame | None = None
    min_rows: int = 1


def check_part(candidate: Candidate, *, series: Mapping[str, SeriesLimits], areas: Collection[str]) -> Gate:
    """Sort the rows of one part into accepted and quarantined, and judge the part as a whole; see ``check_parts``."""
    return check_parts([candidate], series=series, areas=areas)[0]


def check_parts(
    candidates: Sequence[Candidate], *, series: Mapping[str, SeriesLimits], areas: Collection[str]
) -> list[Gate]:
    """Sort the rows of several parts into accepted and quarantined, and judge each part as a whole.

    No part knows of another. They are looked at together because a rule costs Great Expectations ten milliseconds
    however few rows there are.

    Args:
        candidates: the parts.
        series: the catalogued series that they may carry.
        areas: the known area codes.

    Raises:
        suites.RuleError: a rule cannot be used.
    """
    looks = [_Look(candidate) for candidate in candidates]
    _part_rules("input", {look: look.input() for look in looks})
    whole = [look for look in looks if not look.stopped]
    _row_rules("rows", "read", {look: look.readable() for look in whole})
    _row_rules("rows", "rows", {look: look.checkable(series, areas) for look in whole})
    _part_rules("checked", {look: look.checked() for look in whole})
    _row_rules("tables", "accepted", {look: look.repeated() for look in whole})
    before = {look: look.previous for look in whole if look.previous is not None}
    _row_rules("tables", "areas_before", {look: areas_before(look.accepted(), old) for look, old in before.items()})
    _row_rules("tables", "changes", {look: changes(look.accepted(), old, series) for look, old in before.items()})
    return [look.gate() for look in looks]


def check_marts(
    frames: Mapping[str, pd.DataFrame],
    *,
    kpi_ids: Collection[str],
    statuses: Collection[str],
    before: Published | None,
) -> list[CheckResult]:
    """Judge a warehouse that has been built and not yet published.

    pandas reads SQL NULL as NaN, so a NaN in a frame may be an honest NULL. Only SQL can tell them apart (``isnan``),
    so the caller counts there, over every table.

    Args:
        frames: ``mart.kpi_latest``, ``mart.kpi_progress``; ``counts`` with one line a table: ``table_name``, ``rows``,
            ``not_finite`` (cells for which SQL says ``isnan`` or ``isinf``); and ``resources`` with one line a resource
            that has observations: ``resource_id``, ``rows``.
        kpi_ids: the KPIs that must have exactly one latest row.
        statuses: the status codes that there are.
        before: the file that was published last, or None when there is none.
    """
    parameters = {"kpi_ids": listed(kpi_ids), "statuses": listed(statuses)}
    return [
        _result(finding, "marts", table, frame)
        for table, frame in mart_tables(frames, before).items()
        for finding in evaluate("marts", table, frame, parameters)
    ]


def mart_tables(frames: Mapping[str, pd.DataFrame], before: Published | None) -> dict[str, pd.DataFrame]:
    """The tables that the rules about marts look at, from the frames that ``check_marts`` takes."""
    return {
        "mart.kpi_latest": frames["mart.kpi_latest"][["kpi_id", "latest_status", "verdict_status"]],
        "mart.kpi_progress": frames["mart.kpi_progress"][["kpi_id", "status"]],
        "counts": frames["counts"],
        "core.observation": kept(frames["resources"], before),
    }


class _Look:
    """A look at one part."""

    def __init__(self, candidate: Candidate) -> None:
        self.previous = candidate.previous
        self._candidate = candidate
        self._rows = candidate.rows.reset_index(drop=True)
        self._read = nothing_read()
        self._facts = self._read[[]]
        self._key_again = self._read.index
        self._findings: list[Finding] = []  # of the rules for rows
        self._results: list[CheckResult] = []

    @property
    def stopped(self) -> bool:
        """Whether a rule about the part as a whole stops it."""
        return any(result.action == "stop" and not result.success for result in self._results)

    def input(self) -> dict[str, Any]:
        """The part before any of its cells is read."""
        missing = ", ".join(sorted(set(ROW_COLUMNS) - set(self._rows.columns)))
        return {"rows": len(self._rows), "missing_columns": missing, "min_rows": max(self._candidate.min_rows, 1)}

    def readable(self) -> pd.DataFrame:
        """The rows in the types of the contract."""
        self._read = typed(self._rows)
        return self._read

    def checkable(self, series: Mapping[str, SeriesLimits], areas: Collection[str]) -> pd.DataFrame:
        """The rows that could be read, with the facts that rules need."""
        rows = self.accepted()
        self._facts = facts(rows, series, areas)
        self._key_again = rows.index[self._facts["key_again"]]
        return rows.assign(**self._facts)

    def checked(self) -> dict[str, Any]:
        """The part after the rules for rows."""
        rows, broken = len(self._rows), len(self._broken())
        return {"rows": rows, "accepted": rows - broken, "quarantined": broken / rows}

    def accepted(self) -> pd.DataFrame:
        """The rows that broke no rule so far."""
        broken = self._broken()
        return self._read.drop(index=broken) if broken else self._read

    def repeated(self) -> pd.DataFrame:
        """The accepted rows, with whether there are more of the same key; once the facts are known."""
        rows = self.accepted()
        return rows.assign(repeated=rows.index.isin(self._repeats(keep=False)))

    def note(self, suite: str, finding: Finding, frame: pd.DataFrame) -> None:
        """Keep what a rule found among the rows of a frame."""
        if suite == "rows":
            self._findings.append(finding)
        self._results.append(_result(finding, suite, self._candidate.subject, frame))

    def gate(self) -> Gate:
        """What became of the rows."""
        broken, accepted, repeats = self._broken(), self.accepted(), self._repeats(keep="first")
        return Gate(
            accepted.drop(index=repeats).reset_index(drop=True) if broken or len(repeats) else accepted,
            quarantine(self._rows, self._read.loc[broken].join(self._facts), self._findings),
            tuple(self._results),
            stopped=self.stopped,
        )

    def _broken(self) -> list[int]:
        return sorted({row for finding in self._findings for row in finding.rows})

    def _repeats(self, keep: Literal["first", False]) -> pd.Index[int]:
        """Accepted rows of which the key is there more than once, all of them or all but the first."""
        suspects = self._key_again.difference(self._broken())
        return suspects[self._read.loc[suspects].duplicated(KEY, keep=keep)]


def _part_rules(table: str, parts: Mapping[_Look, Mapping[str, Any]]) -> None:
    """Hold parts as a whole, each a row, against rules at once."""
    import pandas as pd

    frames = [pd.DataFrame([part]) for part in parts.values()]
    for look, frame, findings in zip(parts, frames, evaluate_rows("tables", table, frames), strict=True):
        for finding in findings:
            whole = replace(finding, rows=(), checked=parts[look]["rows"], facts={**finding.facts, **parts[look]})
            look.note("tables", whole, frame)


def _row_rules(suite: str, table: str, frames: Mapping[_Look, pd.DataFrame]) -> None:
    """Hold the rows of all parts against rules at once."""
    for look, findings in zip(frames, evaluate_rows(suite, table, list(frames.values())), strict=True):
        for finding in findings:
            look.note(suite, finding, frames[look])


def _result(finding: Finding, suite: str, subject: str, frame: pd.DataFrame) -> CheckResult:
    failed = len(finding.rows) or int(not finding.success)
    return CheckResult(
        suite=suite,
        rule=finding.rule.id,
        subject=subject,
        action=finding.rule.action,
        success=finding.success,
        checked=finding.checked,
        failed=failed,
        message=message(finding, frame),
    )
