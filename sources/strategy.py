"""A municipality's strategy as data: goals, measures and KPIs, read from ``strategies/*.toml`` and checked on load.

Nothing here knows any municipality: another one writes one TOML file and gets the same.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Collection, Sequence
from pathlib import Path

from pydantic import ValidationError

from records import Kpi, Period, PeriodKind
from sources.japanese import parse_period
from sources.strategy_kpi import KpiEntry
from sources.strict import Strict, first_problem


class StrategyError(ValueError):
    """A strategy file that cannot be used; the message names file, entry, problem and remedy in one line."""


class Initiative(Strict):
    """One concrete action (・). ``new`` is the printed mark [新規]."""

    name_ja: str
    name_en: str
    new: bool


class Measure(Strict):
    """One main measure (主要施策) with its initiatives in printed order."""

    name_ja: str
    name_en: str
    initiatives: tuple[Initiative, ...] = ()


class Goal(Strict):
    """One basic goal (基本目標)."""

    number: int
    name_ja: str
    name_en: str
    measures: tuple[Measure, ...] = ()


class Strategy(Strict):
    """One strategy of one municipality. ``printed_goal_order`` is the order in which its document prints the goals."""

    id: str
    name_ja: str
    name_en: str
    municipality_ja: str
    municipality_en: str
    area: str
    source_ja: str
    source_en: str
    legal_basis_ja: str = ""
    legal_basis_en: str = ""
    printed_period: str = ""
    first_period: str
    last_period: str
    printed_goal_order: tuple[int, ...]
    goals: tuple[Goal, ...]
    kpis: tuple[KpiEntry, ...]

    @property
    def first(self) -> Period:
        """First fiscal year of the strategy."""
        return parse_period(self.first_period, PeriodKind.FY)

    @property
    def last(self) -> Period:
        """Last fiscal year of the strategy."""
        return parse_period(self.last_period, PeriodKind.FY)

    def kpis_for_progress(self) -> list[Kpi]:
        """All KPIs in printed order, each followed by its proxies as KPIs of their own (``kpi~series@area``)."""
        kpis: list[Kpi] = []
        for entry in self.kpis:
            kpis.append(entry.progress_kpi(self.first.start))
            kpis += [entry.proxy(proxy) for proxy in entry.proxies]
        return kpis

    def events_behind(self) -> dict[str, tuple[str, str]]:
        """Where the events that a KPI's standard errors rest on are counted: id -> (series id, area code)."""
        return {
            entry.id: (entry.standard_error.events, entry.area)
            for entry in self.kpis
            if entry.standard_error and entry.standard_error.events
        }

    def kpi_sources(self) -> dict[str, tuple[str, str]]:
        """Where each KPI and each proxy reads from: id -> (series id, area code)."""
        found: dict[str, tuple[str, str]] = {}
        for entry in self.kpis:
            found[entry.id] = (entry.series, entry.area)
            found |= {entry.proxy_id(proxy): (proxy.series, proxy.area) for proxy in entry.proxies}
        return found


def load_strategy(
    path: Path, known_series: Collection[str], areas: Collection[str], estimates: Collection[str] = ()
) -> Strategy:
    """Read and check one strategy file.

    Args:
        path: the TOML file.
        known_series: ids of all catalogued series.
        areas: codes of all known areas.
        estimates: those of them that are estimates of our own, which may stand beside a KPI and never grade it.

    Raises:
        StrategyError: with file, entry, what is wrong and what to do, in one line.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        # JSON, because strict JSON still knows that a word may be a direction and a text a day.
        strategy = Strategy.model_validate_json(json.dumps(raw, default=str))
        _check_references(strategy, known_series, areas, estimates)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise StrategyError(f"{path.name}: cannot be read as TOML: {error}; correct the file") from error
    except ValidationError as error:
        raise StrategyError(f"{path.name}: {first_problem(error, raw)}") from error
    except ValueError as error:
        raise StrategyError(f"{path.name}: {error}") from error
    return strategy


def _check_references(
    strategy: Strategy, known_series: Collection[str], areas: Collection[str], estimates: Collection[str]
) -> None:
    numbers = [goal.number for goal in strategy.goals]
    _check_unique("goal", numbers)
    _check_unique("kpi", [entry.id for entry in strategy.kpis])
    if sorted(strategy.printed_goal_order) != sorted(numbers):
        raise ValueError(f"printed_goal_order {list(strategy.printed_goal_order)} is not the goals; name each once")
    if strategy.last.end <= strategy.first.start:
        raise ValueError("last_period is before first_period; exchange them")
    for entry in strategy.kpis:
        _check_unique(f"kpi {entry.id}: target version", [target.version for target in entry.targets])
        _check_unique(f"kpi {entry.id}: proxy", [entry.proxy_id(proxy) for proxy in entry.proxies])
        if entry.goal not in numbers:
            raise ValueError(f"kpi {entry.id}: goal {entry.goal} does not exist; name one of {numbers}")
        if entry.series in estimates:
            raise ValueError(f"kpi {entry.id}: {entry.series} is an estimate and grades nothing; make it a proxy")
        events = [entry.standard_error.events] if entry.standard_error and entry.standard_error.events else []
        for series in (entry.series, *(proxy.series for proxy in entry.proxies), *events):
            if series not in known_series:
                raise ValueError(
                    f"kpi {entry.id}: series {series} is not catalogued; correct it or add it to sources/catalog"
                )
        for area in (entry.area, *(proxy.area for proxy in entry.proxies)):
            if area not in areas:
                raise ValueError(
                    f"kpi {entry.id}: area {area} is not known; correct it or add it to sources/catalog/areas_own.csv"
                )


def _check_unique(what: str, ids: Sequence[object]) -> None:
    doubles = {i for i in ids if ids.count(i) > 1}
    if doubles:
        raise ValueError(f"{what} {', '.join(sorted(map(str, doubles)))} is given twice; keep one")
