"""The rows that the rooms hand to each other: types only, no I/O and no rules.

Everything between two rooms is either one of these small frozen records or a pandas frame whose columns are
``ROW_COLUMNS`` (what an adapter returns and a gate accepts).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class PeriodKind(StrEnum):
    """How a period is counted. ``window`` pools several years, ``date`` is one day (a stock or an event)."""

    CY = "CY"
    FY = "FY"
    MONTH = "month"
    WINDOW = "window"
    DATE = "date"


@dataclass(frozen=True, order=True, slots=True)
class Period:
    """A span of whole days, both ends included, with the way it is counted.

    ``Period.cy(2019)`` is the calendar year, ``Period.fy(2019)`` runs 2019-04-01 to 2020-03-31.
    """

    start: date
    end: date
    kind: PeriodKind

    def __post_init__(self) -> None:
        """Refuse a period that ends before it starts."""
        if self.end < self.start:
            raise ValueError(f"a period cannot end ({self.end}) before it starts ({self.start})")

    @classmethod
    def cy(cls, year: int) -> Period:
        """Calendar year."""
        return cls(date(year, 1, 1), date(year, 12, 31), PeriodKind.CY)

    @classmethod
    def fy(cls, year: int) -> Period:
        """Japanese fiscal year: April of ``year`` to March of the next."""
        return cls(date(year, 4, 1), date(year + 1, 3, 31), PeriodKind.FY)

    @classmethod
    def month(cls, year: int, month: int) -> Period:
        """One calendar month."""
        first_of_next = date(year + month // 12, month % 12 + 1, 1)
        return cls(date(year, month, 1), date.fromordinal(first_of_next.toordinal() - 1), PeriodKind.MONTH)

    @classmethod
    def window(cls, first_year: int, last_year: int, *, fiscal: bool = False) -> Period:
        """Several calendar or fiscal years in one figure, pooled or counted together."""
        year = cls.fy if fiscal else cls.cy
        return cls(year(first_year).start, year(last_year).end, PeriodKind.WINDOW)

    @classmethod
    def day(cls, day: date) -> Period:
        """One day."""
        return cls(day, day, PeriodKind.DATE)

    @property
    def label(self) -> str:
        """Short neutral name: ``2019``, ``FY2019``, ``2024-01``, ``2018-2022``, ``FY2015-2017``, ``2016-04-22``."""
        match self.kind:
            case PeriodKind.CY:
                return str(self.start.year)
            case PeriodKind.FY:
                return f"FY{self.start.year}"
            case PeriodKind.MONTH:
                return f"{self.start:%Y-%m}"
            case PeriodKind.WINDOW if self.start.month == 4:
                return f"FY{self.start.year}-{self.end.year - 1}"
            case PeriodKind.WINDOW:
                return f"{self.start.year}-{self.end.year}"
            case PeriodKind.DATE:
                return self.start.isoformat()

    @property
    def year(self) -> int:
        """The year that people call it by (a fiscal year by its April)."""
        return self.start.year

    @property
    def middle(self) -> float:
        """Position on the time axis in years: the middle of the period (CY2019 = 2019.5, FY2019 = 2019.75).

        Whole months count 1/12 each, so that equal years are equally long; one day counts by its day of the year.
        """
        if self.kind is PeriodKind.DATE:
            days = date(self.start.year, 12, 31).timetuple().tm_yday
            return self.start.year + (self.start.timetuple().tm_yday - 1) / days
        first = self.start.year * 12 + self.start.month - 1
        behind_last = self.end.year * 12 + self.end.month
        return (first + behind_last) / 24


class Cadence(StrEnum):
    """How often a series gets a figure for a further period. ``none``: nobody promises another one."""

    MONTH = "month"
    YEAR = "year"
    FIVE_YEARS = "five_years"
    NONE = "none"


class KnownFromBasis(StrEnum):
    """Why we believe that a figure was public on its ``known_from`` day."""

    DATE = "date"  # the publisher (or the catalog, citing it) gives the day
    EDITION = "edition"  # only the edition's year or month is known
    FETCH = "fetch"  # the day on which we first saw it


@dataclass(frozen=True, slots=True)
class Resource:
    """One addressable file of a publisher in one edition.

    ``urls`` are tried in order. ``expected`` False means that a 404 says "not out yet" and is no failure. ``settled``
    says that its publisher hardly ever changes it, so that it need not be asked for every night. ``workbook`` says
    that its bytes are an Excel file and no text. ``title`` is the publisher's own name for it, where ``id`` is ours.
    """

    id: str  # publisher/dataset-edition, e.g. "ssdse/A-2026"
    publisher: str
    dataset: str
    edition: str
    urls: tuple[str, ...]
    known_from: date
    known_from_basis: KnownFromBasis
    expected: bool = True
    settled: bool = False
    workbook: bool = False
    title: str = ""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What one rule said about one subject. ``action`` is what the rule does when it fails: quarantine, stop, warn."""

    suite: str  # rows, tables, guards, corrections, estimates, freshness, marts
    rule: str
    subject: str  # a resource id or a table name
    action: str
    success: bool
    checked: int
    failed: int
    message: str  # for people, empty when all is well


CORRECTED = "CORRECTED"  # the flag of a figure that a correction, and not its publisher's file, made what it is
COVID_YEARS = (2020.0, 2023.0)  # on the time axis, the end excluded; figures are shown, and take part in no trend


@dataclass(frozen=True, slots=True)
class Observation:
    """One figure for one period as it stood from ``known_from`` on; what the progress maths reads.

    ``value`` is None when the publisher says that there is none; ``value_low`` / ``value_high`` hold printed bounds.
    """

    period: Period
    value: float | None
    unit: str = ""
    obs_status: str = "A"
    known_from: date = date.min
    value_low: float | None = None
    value_high: float | None = None
    evidence: str = "primary"
    acquisition: str = "live"
    se: float | None = None
    note: str = ""
    snapshot_id: str = ""
    flags: frozenset[str] = field(default_factory=frozenset)


# A frame of tidy rows. Dates are datetime64[s] (first_seen datetime64[s, UTC]), value, value_low and value_high
# float64, source_line int64, raw_text str. The rest is text in categories: little in it differs.
ROW_COLUMNS: tuple[str, ...] = (
    "series_id",
    "area_code",
    "period_kind",
    "period_start",
    "period_end",
    "value",  # in `unit`, NaN when there is none
    "value_low",
    "value_high",
    "unit",
    "raw_text",  # as printed
    "raw_unit",  # as printed
    "obs_status",  # SDMX CL_OBS_STATUS: A P E B M D ...
    "symbol_meaning",  # what the table's own note says that the symbol means, else empty
    "note",
    "evidence",  # primary | secondary
    "citation",  # publisher, title, address and page for hand-kept figures, else empty
    "known_from",
    "known_from_basis",
    "first_seen",  # UTC; when we first saw the figure; empty = when the file was fetched
    "resource_id",  # file and edition; filled in, like snapshot_id, when the rows are checked
    "snapshot_id",
    "source_line",  # 1-based line of the file
    "source_column",  # the file's own column name
)
# A frame of facilities: coordinates float64, source_line int64, days datetime64[s], the rest text.
FACILITY_COLUMNS: tuple[str, ...] = (
    "publisher_id",
    "dataset",
    "facility_id",  # the list's own number
    "area_code",
    "name",
    "kind",
    "form",
    "address",
    "latitude",  # decimal degrees, NaN when there is none
    "longitude",
    "valid_from",
    "valid_to",
    "note",
    "known_from",
    "resource_id",  # filled in, like snapshot_id, when the rows are checked
    "snapshot_id",
    "source_line",
)
AREA_COLUMNS: tuple[str, ...] = ("area_code", "name_ja", "level")  # level: nation prefecture municipality region


class Direction(StrEnum):
    """What a KPI wants. Never inferred from the numbers."""

    INCREASE = "increase"
    DECREASE = "decrease"
    MAINTAIN_MIN = "maintain_min"
    MAINTAIN_MAX = "maintain_max"
    RANGE = "range"
    CUMULATIVE = "cumulative"
    MILESTONE = "milestone"


class Noise(StrEnum):
    """How small a change can be told from noise when no standard error is known (the smallest detectable change)."""

    RELATIVE = "relative"  # 5 % of the baseline (Health Japan 21)
    SURVEY = "survey"  # 3 percentage points (Fukuoka City)
    EXACT = "exact"  # a complete register that its publisher treats as exact


class ErrorModel(StrEnum):
    """How the standard error of a figure follows from counted events, where its publisher prints none."""

    RATE = "rate"  # a rate of rare events, such as a fertility rate: value / sqrt(events)
    COUNT = "count"  # a full count of rare events: sqrt(value)
    SHARE = "share"  # a share of so many asked: sqrt(p (1 - p) / n)


@dataclass(frozen=True, slots=True)
class Target:
    """One version of a KPI's target, with the baseline that it starts from. Targets are versioned, never overwritten.

    ``baseline_is_none`` says that the strategy prints "not begun" instead of a number (then, and only for cumulative
    KPIs, ``baseline_value`` is 0). ``path`` holds published interim targets, which replace the straight line.
    """

    period: Period | None
    value: float | None
    baseline_period: Period | None
    baseline_value: float | None
    version: int = 1
    valid_from: date = date.min
    low: float | None = None
    high: float | None = None
    strict: bool = False  # "more than" instead of "at least"
    kind: str = "absolute"  # or relative_to_baseline
    baseline_is_none: bool = False
    baseline_already_met: bool = False  # declared: the baseline meets the target, and that is no mistake
    path: tuple[tuple[Period, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Kpi:
    """What the progress maths must know of a KPI. Proxies are KPIs of their own with ``is_proxy`` set and no target."""

    id: str
    direction: Direction
    unit: str
    targets: tuple[Target, ...]
    decimals: int = 0
    plan_start: Period | None = None
    noise: Noise = Noise.RELATIVE
    yearly_counts: bool = False  # cumulative only: the series carries counts, to be summed from plan start
    lower_bound: float | None = None  # natural limits, e.g. 0 and 100 for a percentage
    upper_bound: float | None = None
    is_proxy: bool = False
    error_model: ErrorModel | None = None  # None: only standard errors that the publisher prints
