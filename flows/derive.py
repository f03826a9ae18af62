"""What the figures say about the plan: every row of the marts that the progress maths makes, from no file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from flows.plan import Plan, names_of
from records import CheckResult, Kpi, Observation
from transforms.history import latest, next_event, progress_rows, target_on, verdict
from transforms.periods import equally_long
from transforms.rows import ProgressRow
from transforms.uncertainty import with_standard_errors
from transforms.yardstick import yardsticks

DERIVED_TABLES = ("mart.kpi_progress", "mart.kpi_trace", "mart.kpi_yardstick", "mart.kpi_verdict", "mart.kpi_latest")


@dataclass(frozen=True)
class Derived:
    """What the figures say about a plan: rows by mart table, the days on which the calendar alone would change them."""

    tables: dict[str, list[dict[str, Any]]]
    events: list[date]
    warnings: list[CheckResult]


def derive(plan: Plan, figures: Callable[[str, str], list[Observation]], as_of: date) -> Derived:
    """Every row of the marts that the progress maths makes, from the observations that ``figures`` finds."""
    tables: dict[str, list[dict[str, Any]]] = {name: [] for name in DERIVED_TABLES}
    derived = Derived(tables, [], [])
    for kpi in plan.kpis:
        observations, unusable = _comparable(kpi, _figures_of(plan, kpi, figures), as_of)
        derived.warnings.extend(unusable)
        rows = progress_rows(kpi, observations, as_of)
        tables["mart.kpi_progress"] += [row.columns() for row in rows]
        tables["mart.kpi_trace"] += [step for row in rows for step in row.steps()]
        if event := next_event(kpi, observations, as_of):
            derived.events.append(event)
        if kpi.is_proxy:
            continue
        tables["mart.kpi_yardstick"] += [asdict(answer) for answer in yardsticks(kpi, observations, rows)]
        if (final := verdict(rows)) is not None:
            tables["mart.kpi_verdict"].append(asdict(final))
        tables["mart.kpi_latest"].append(_latest_row(plan, kpi, rows, as_of))
    return derived


def _figures_of(plan: Plan, kpi: Kpi, figures: Callable[[str, str], list[Observation]]) -> list[Observation]:
    """All vintages of the KPI's series, with standard errors where the strategy says how they follow."""
    observations = figures(*plan.where[kpi.id])
    if kpi.error_model is None:
        return observations
    events = figures(*plan.events_of[kpi.id]) if kpi.id in plan.events_of else []
    whole = 100.0 if kpi.unit in {"%", "％"} else 1.0
    return with_standard_errors(kpi.error_model, observations, events, whole)


def _latest_row(plan: Plan, kpi: Kpi, rows: Sequence[ProgressRow], as_of: date) -> dict[str, Any]:
    target = target_on(kpi, as_of) or kpi.targets[0]
    return (
        asdict(latest(kpi, rows, as_of))
        | names_of(plan, kpi.id)
        | {
            "goal_id": plan.goal_of[kpi.id],
            "unit": kpi.unit,
            "baseline_value": target.baseline_value,
            "baseline_period": target.baseline_period.label if target.baseline_period else None,
            "target_value": target.value,
            "target_period": target.period.label if target.period else None,
            "target_version": target.version,
            "proxies": plan.proxies_of[kpi.id],
        }
    )


def _comparable(
    kpi: Kpi, observations: Sequence[Observation], as_of: date
) -> tuple[list[Observation], list[CheckResult]]:
    """The figures whose periods are as long as the baseline's, and a warning that names the others."""
    target = target_on(kpi, as_of)
    baseline = target.baseline_period if target else None
    if baseline is None:
        return list(observations), []
    good = [o for o in observations if equally_long(o.period, baseline)]
    odd = [o.period.label for o in observations if not equally_long(o.period, baseline)]
    if not odd:
        return good, []
    message = (
        f"{kpi.id}: {', '.join(odd)} {'is' if len(odd) == 1 else 'are'} not as long as the baseline period "
        f"{baseline.label} and cannot grade the KPI; give the series the baseline's periods"
    )
    warning = CheckResult(
        suite="marts",
        rule="comparable_periods",
        subject=kpi.id,
        action="warn",
        success=False,
        checked=len(observations),
        failed=len(odd),
        message=message,
    )
    return good, [warning]
