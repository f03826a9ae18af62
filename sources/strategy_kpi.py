"""One KPI of a strategy file: what it prints, what that says in numbers, and what would contradict itself."""

from __future__ import annotations

import math
import re
from datetime import date
from typing import Literal, Self

from pydantic import Field, model_validator

from records import Direction, ErrorModel, Kpi, Noise, Period, PeriodKind, Target
from sources.japanese import UNITS, convert, fold, parse_number, parse_period
from sources.strict import Strict

# Words around a printed number that say how exact it is, not how large.
_ABOUT = re.compile("約|およそ|以上|以下|未満|超|程度")


class Baseline(Strict):
    """Where a KPI starts. ``is_none`` says that the strategy prints a word such as 未実施 for a count of 0."""

    period: str
    printed: str
    value: float | None = None
    is_none: bool = False


class PathPoint(Strict):
    """One published interim target."""

    period: str
    value: float


class StandardError(Strict):
    """How sure the figures are, where their publisher prints no standard error.

    ``events`` is the series of the same area that counts what is behind a figure: the births behind a fertility rate,
    the people asked for a share. A count is its own events.
    """

    kind: ErrorModel
    events: str = ""

    @model_validator(mode="after")
    def _knows_its_events(self) -> Self:
        if (self.kind is ErrorModel.COUNT) == bool(self.events):
            raise ValueError(
                "a rate or a share needs the series of its events, and a count has none; correct standard_error"
            )
        return self


class TargetVersion(Strict):
    """One version of a KPI's target. A revised target is a further version; the earlier one stays.

    ``baseline`` replaces the KPI's own: for a version that starts behind a break, or names a substitute.
    """

    version: int
    period: str
    printed: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    strict: bool = False
    kind: Literal["absolute", "relative_to_baseline"] = "absolute"
    baseline_already_met: bool = False
    valid_from: date | None = None  # without it: the first day of the strategy
    path: tuple[PathPoint, ...] = ()
    baseline: Baseline | None = None
    note_ja: str = ""
    note_en: str = ""


class Proxy(Strict):
    """A series shown beside a KPI, with the reason why it can never grade it."""

    series: str
    area: str
    unit: str
    direction: Direction
    period_kind: PeriodKind
    decimals: int = 0
    why_ja: str
    why_en: str


class KpiEntry(Strict):
    """One KPI as the strategy prints it. Values stand in ``unit``; ``series`` is the one series that may grade it."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    goal: int
    name_ja: str
    name_en: str
    printed_ja: str = ""  # the whole line, as the document prints it
    direction: Direction
    unit: str
    decimals: int = 0
    lower_bound: float | None = None
    upper_bound: float | None = None
    noise: Noise
    standard_error: StandardError | None = None
    plan_start: str = ""  # where the path starts, when not behind the baseline period
    yearly_counts: bool = False
    series: str
    area: str
    period_kind: PeriodKind
    baseline: Baseline
    targets: tuple[TargetVersion, ...] = Field(min_length=1)
    proxies: tuple[Proxy, ...] = ()

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        self._check_baseline(self.baseline)
        for target in self.targets:
            self._check_baseline(self.baseline_of(target))
            self._check_value(f"target version {target.version}", target.printed, target.value)
            self._check_target(target)
        self.progress_kpi(date.min)  # every period must be readable
        for proxy in self.proxies:
            self.proxy(proxy)
        return self

    def baseline_of(self, version: TargetVersion) -> Baseline:
        """Where one version of the target starts."""
        return version.baseline or self.baseline

    def _check_baseline(self, baseline: Baseline) -> None:
        self._check_value("baseline", baseline.printed, baseline.value, none_begun=baseline.is_none)
        if baseline.is_none and (self.direction is not Direction.CUMULATIVE or baseline.value is None):
            raise ValueError(
                f"baseline {baseline.printed!r} can stand for the value 0 only in a cumulative KPI; "
                "write value = 0 there, elsewhere leave out is_none and value"
            )

    def _check_value(self, what: str, printed: str, value: float | None, *, none_begun: bool = False) -> None:
        if value is None:
            return
        if self.direction is Direction.MILESTONE:
            raise ValueError(f"{what} has the number {value:g}, but a milestone has none; remove the value")
        says = 0.0 if none_begun else _printed_value(printed, self.unit)
        if says is None or not math.isclose(says, value, rel_tol=1e-9):
            raise ValueError(f"{what} {value:g} {self.unit} is not what {printed!r} says; give it in the KPI's unit")

    def _check_target(self, target: TargetVersion) -> None:
        what = f"target version {target.version}"
        if self.direction is Direction.RANGE:
            if target.low is None or target.high is None or target.low > target.high:
                raise ValueError(f"{what} is no range; give low and high, the smaller one first")
        elif self.direction is not Direction.MILESTONE and target.value is None:
            raise ValueError(f"{what} has no value; add it")
        start = self.baseline_of(target).value
        if target.value is None or start is None or target.baseline_already_met:
            return
        gain = target.value - start
        rising = self.direction in {Direction.INCREASE, Direction.CUMULATIVE}
        if (rising and gain < 0) or (self.direction is Direction.DECREASE and gain > 0):
            raise ValueError(
                f"{what} {target.value:g} is on the wrong side of the baseline {start:g} for "
                f"direction {self.direction}; correct the direction or declare baseline_already_met = true"
            )

    def target(self, version: TargetVersion, first_day: date) -> Target:
        """One version of the target as the progress maths reads it, valid from ``first_day`` when it says no day."""
        baseline = self.baseline_of(version)
        return Target(
            period=parse_period(version.period, self.period_kind),
            value=version.value,
            baseline_period=parse_period(baseline.period, self.period_kind),
            baseline_value=baseline.value,
            version=version.version,
            valid_from=version.valid_from or first_day,
            low=version.low,
            high=version.high,
            strict=version.strict,
            kind=version.kind,
            baseline_is_none=baseline.is_none,
            baseline_already_met=version.baseline_already_met,
            path=tuple((parse_period(p.period, self.period_kind), p.value) for p in version.path),
        )

    def progress_kpi(self, first_day: date) -> Kpi:
        """This KPI as the progress maths reads it."""
        return Kpi(
            id=self.id,
            direction=self.direction,
            unit=self.unit,
            targets=tuple(self.target(version, first_day) for version in self.targets),
            decimals=self.decimals,
            noise=self.noise,
            yearly_counts=self.yearly_counts,
            lower_bound=self.lower_bound,
            upper_bound=self.upper_bound,
            plan_start=parse_period(self.plan_start, self.period_kind) if self.plan_start else None,
            error_model=self.standard_error.kind if self.standard_error else None,
        )

    def proxy_id(self, proxy: Proxy) -> str:
        """Id of the row that a proxy gets of its own."""
        return f"{self.id}~{proxy.series}@{proxy.area}"

    def proxy(self, proxy: Proxy) -> Kpi:
        """A proxy as a KPI of its own: it starts in the KPI's baseline year and has no target."""
        year = parse_period(self.baseline.period, self.period_kind).year
        start = {PeriodKind.CY: Period.cy(year), PeriodKind.FY: Period.fy(year)}.get(proxy.period_kind)
        return Kpi(
            id=self.proxy_id(proxy),
            direction=proxy.direction,
            unit=proxy.unit,
            targets=(Target(period=None, value=None, baseline_period=start, baseline_value=None),),
            decimals=proxy.decimals,
            is_proxy=True,
        )


def _printed_value(printed: str, unit: str) -> float | None:
    """What ``844万人`` says in ``unit`` (人: 8,440,000); None when it is no number or of another kind."""
    text = _ABOUT.sub("", fold(printed))
    for cut in range(len(text), 0, -1):  # the shortest unit first: 万 belongs to the number wherever it can
        number = parse_number(text[:cut]).value
        if number is not None and text[cut:] in UNITS:
            try:
                return convert(number, text[cut:], unit)
            except ValueError:
                return None
    return None
