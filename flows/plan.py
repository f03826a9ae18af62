"""The plan side of a build: strategies and catalog, as rows of the ``core`` tables and as KPIs for the maths."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from records import Kpi, Period
from sources.areas import known_areas
from sources.publishers import all_series, estimates, publishers
from sources.strategy import Goal, Strategy, StrategyError, load_strategy
from sources.strategy_kpi import KpiEntry

Rows = list[dict[str, Any]]


@dataclass
class Plan:
    """Every strategy of a build.

    ``tables`` holds rows by table name; ``where`` says which series a KPI reads, ``events_of`` which one counts the
    events that its standard errors rest on.
    """

    fingerprint: str
    kpis: list[Kpi] = field(default_factory=list)
    goal_of: dict[str, str] = field(default_factory=dict)
    where: dict[str, tuple[str, str]] = field(default_factory=dict)
    events_of: dict[str, tuple[str, str]] = field(default_factory=dict)
    proxies_of: dict[str, list[str]] = field(default_factory=dict)
    tables: dict[str, Rows] = field(default_factory=dict)

    def add(self, table: str, **row: Any) -> None:  # noqa: ANN401 - whatever the table's column holds
        """Append one row to a table."""
        self.tables.setdefault(table, []).append(row)


def load_plan(strategies_dir: Path, only: str | None = None) -> Plan:
    """Read the strategies (one, when ``only`` names it) and the catalog.

    Raises:
        StrategyError, CatalogError: with file, entry and remedy.
    """
    files = sorted(strategies_dir.glob("*.toml"))
    known = all_series()
    strategies = [(path, load_strategy(path, known, known_areas(), estimates())) for path in files]
    chosen = [(path, s) for path, s in strategies if only in (None, s.id)]
    if not chosen:
        names = ", ".join(s.id for _, s in strategies) or "none"
        check = "--strategy" if only else "KPI_STRATEGIES_DIR"
        raise StrategyError(f"{strategies_dir}: no strategy {only or ''} found (there: {names}); check {check}")
    ids = Counter(entry.id for _, strategy in chosen for entry in strategy.kpis)
    if doubled := sorted(kpi_id for kpi_id, times in ids.items() if times > 1):
        raise StrategyError(f"{strategies_dir}: KPI {', '.join(doubled)} is in two strategies; rename one of them")
    plan = Plan(hashlib.sha256(b"\0".join(path.read_bytes() for path, _ in chosen)).hexdigest())
    _add_catalog(plan)
    for _, strategy in chosen:
        _add_strategy(plan, strategy)
    return plan


def _add_catalog(plan: Plan) -> None:
    for publisher in publishers().values():
        plan.add(
            "core.publisher",
            publisher_id=publisher.id,
            name_ja=publisher.name_ja,
            name_en=publisher.name_en,
            homepage=publisher.homepage,
            licence=publisher.licence,
            licence_ja=publisher.licence_ja or publisher.licence,
            credit_ja=publisher.credit_ja,
            credit_en=publisher.credit_en,
        )
        for series in publisher.series:
            cadence, lag_days = publisher.awaited(series)
            plan.add(
                "core.series",
                series_id=series.id,
                publisher_id=publisher.id,
                publisher_ja=publisher.name_ja,
                publisher_en=publisher.name_en,
                indicator=series.indicator,
                name_ja=series.name_ja,
                name_en=series.name_en,
                unit=series.unit,
                decimals=series.decimals,
                minimum=series.minimum,
                maximum=series.maximum,
                max_change=publisher.guard.max_change if series.max_change is None else series.max_change,
                cadence=cadence,
                expected_lag_days=lag_days,
                licence=publisher.licence,
                credit_ja=publisher.credit_ja,
                credit_en=publisher.credit_en,
                note_ja=series.note_ja,
                note_en=series.note_en,
            )


def _add_strategy(plan: Plan, strategy: Strategy) -> None:
    plan.add(
        "core.strategy",
        strategy_id=strategy.id,
        municipality=strategy.municipality_ja,
        municipality_en=strategy.municipality_en,
        area_code=strategy.area,
        name_ja=strategy.name_ja,
        name_en=strategy.name_en,
        period_start=strategy.first.start,
        period_end=strategy.last.end,
        source_ja=strategy.source_ja,
        source_en=strategy.source_en,
    )
    for goal in sorted(strategy.goals, key=lambda goal: goal.number):
        _add_goal(plan, strategy, goal)
    kpis = {kpi.id: kpi for kpi in strategy.kpis_for_progress()}
    plan.kpis += kpis.values()
    plan.where |= strategy.kpi_sources()
    plan.events_of |= strategy.events_behind()
    for number, entry in enumerate(strategy.kpis, start=1):
        _add_kpi(plan, strategy, entry, number, kpis)


def _add_goal(plan: Plan, strategy: Strategy, goal: Goal) -> None:
    goal_id = f"{strategy.id}/{goal.number}"
    ids = {"strategy_id": strategy.id, "goal_id": goal_id}
    plan.add("core.goal", **ids, number=goal.number, name_ja=goal.name_ja, name_en=goal.name_en)
    for number, measure in enumerate(goal.measures, start=1):
        measure_id = f"{goal_id}.{number}"
        names = {"name_ja": measure.name_ja, "name_en": measure.name_en}
        plan.add("core.measure", **ids, measure_id=measure_id, number=number, **names)
        for place, initiative in enumerate(measure.initiatives, start=1):
            plan.add(
                "core.initiative",
                strategy_id=strategy.id,
                measure_id=measure_id,
                number=place,
                name_ja=initiative.name_ja,
                name_en=initiative.name_en,
                is_new=initiative.new,
            )


def _add_kpi(plan: Plan, strategy: Strategy, entry: KpiEntry, number: int, kpis: dict[str, Kpi]) -> None:
    goal_id = f"{strategy.id}/{entry.goal}"
    proxies = {entry.proxy_id(proxy): proxy for proxy in entry.proxies}
    plan.goal_of[entry.id] = goal_id
    plan.proxies_of[entry.id] = list(proxies)
    series, areas = all_series(), known_areas()
    common = {"strategy_id": strategy.id, "goal_id": goal_id, "number": number}
    plan.add(
        "core.kpi",
        **common,
        **_kpi_columns(plan, kpis[entry.id]),
        name_ja=entry.name_ja,
        name_en=entry.name_en,
        is_proxy=False,
        note_ja=entry.targets[-1].note_ja,
        note_en=entry.targets[-1].note_en,
    )
    for kpi_id, proxy in proxies.items():
        plan.add(
            "core.kpi",
            **common,
            **_kpi_columns(plan, kpis[kpi_id]),
            name_ja=f"{series[proxy.series].name_ja}（{areas[proxy.area]}）",
            name_en=f"{series[proxy.series].name_en} ({areas[proxy.area]})",
            is_proxy=True,
            proxy_of=entry.id,
            note_ja=proxy.why_ja,
            note_en=proxy.why_en,
        )
    _add_targets(plan, entry, kpis[entry.id])


def _add_targets(plan: Plan, entry: KpiEntry, kpi: Kpi) -> None:
    for version, target in zip(entry.targets, kpi.targets, strict=True):
        plan.add(
            "core.kpi_target",
            kpi_id=entry.id,
            version=target.version,
            valid_from=target.valid_from,
            kind=target.kind,
            baseline_value=target.baseline_value,
            baseline_period=_label(target.baseline_period),
            baseline_printed=entry.baseline_of(version).printed,
            baseline_is_none=target.baseline_is_none,
            target_value=target.value,
            target_low=target.low,
            target_high=target.high,
            target_strict=target.strict,
            target_period=_label(target.period),
            target_period_end=target.period.end if target.period else None,
            target_printed=version.printed,
        )
        for period, value in target.path:
            plan.add(
                "core.kpi_path",
                kpi_id=entry.id,
                version=target.version,
                period=period.label,
                period_end=period.end,
                value=value,
            )


def _kpi_columns(plan: Plan, kpi: Kpi) -> dict[str, Any]:
    series_id, area_code = plan.where[kpi.id]
    return {
        "kpi_id": kpi.id,
        "direction": kpi.direction.value,
        "unit": kpi.unit,
        "decimals": kpi.decimals,
        "noise": kpi.noise.value,
        "se_kind": kpi.error_model.value if kpi.error_model else None,
        "series_id": series_id,
        "area_code": area_code,
    }


def _label(period: Period | None) -> str | None:
    return period.label if period else None


def names_of(plan: Plan, kpi_id: str) -> dict[str, str]:
    """Japanese and English name of a KPI."""
    row = next(row for row in plan.tables["core.kpi"] if row["kpi_id"] == kpi_id)
    return {"name_ja": row["name_ja"], "name_en": row["name_en"]}
