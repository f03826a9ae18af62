"""How good the projection is: what it would have said of every prefecture series of SSDSE-B, against what came.

``python -m benchmarks.backtest [FILE]`` reads the published SSDSE-B file of edition 2025 (109 columns, 47
prefectures, 2011 to 2022). From every year with at least three figures behind it, it projects one to five years ahead
and counts how often the figure lay in the 80 % interval, and how far the projection and the plain last value were off,
in units of the series' own mean yearly change. COVID years are neither fitted nor, in the first table, asked about.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from statistics import fmean

from records import COVID_YEARS
from sources import ssdse
from sources.publishers import Publisher, Series, publishers
from transforms.projection import MIN_POINTS, Point, project

EDITION = 2025
FILE = Path(__file__).resolve().parents[2] / "shared" / "real" / f"SSDSE-B-{EDITION}.csv"
HORIZONS = range(1, 6)
AIM = (0.74, 0.86)  # pooled coverage of the 80 % interval
FIRST_FIGURES_AT = 3  # columns before the first figure: year, code, prefecture


@dataclass(frozen=True, slots=True)
class Forecast:
    """One question put to the past: errors in mean yearly changes of the series."""

    horizon: int
    points: int
    covered: bool
    error: float
    error_of_last_value: float


@dataclass(frozen=True, slots=True)
class Score:
    """A group of forecasts in one line: shares and mean scaled absolute errors."""

    forecasts: int
    coverage: float
    error: float
    error_of_last_value: float


def main(file: Path = FILE) -> int:
    """Print both tables; a missing file is no failure, since it is not part of the project."""
    if not file.exists():
        print(f"{file.name} is not there, nothing measured: download it from its publisher and name its path")
        return 0
    series = list(read_series(file))
    moving = [points for points in series if scale_of(points) > 0]
    print(f"{file.name}: {len(series)} series, {len(series) - len(moving)} of them without any change and left out")
    outside = score_all(moving, covid_too=False)
    print_table("Figures outside the COVID years", outside)
    print_table("Figures of 2020 to 2022 as well (fitted without them)", score_all(moving, covid_too=True))
    print_aims(outside[None])
    return 0


def read_series(file: Path) -> Iterator[list[Point]]:
    """Every column for every prefecture, (position in years, value) in order of time."""
    body = file.read_bytes()
    editions = ssdse.resources(publishers()["ssdse"], date(EDITION, 1, 1), lambda _: None)
    resource = next(edition for edition in editions if edition.id == f"ssdse/B-{EDITION}")
    rows = ssdse.parse(body, resource, every_column(body)).rows
    rows = rows[rows["value"].notna()].sort_values("period_start")
    for _, group in rows.groupby(["series_id", "area_code"]):
        # All periods of a series are equally long, so the year serves as position.
        yield list(zip(group["period_start"].dt.year.astype(float), group["value"].astype(float), strict=True))


def every_column(body: bytes) -> Publisher:
    """The catalog as if it listed all columns of the file, not only those that the warehouse carries."""
    codes = body.splitlines()[0].decode("ascii").split(",")[FIRST_FIGURES_AT:]
    series = [
        Series(id=f"ssdse_b.{code}", name_ja=code, name_en=code, unit="", indicator=code, dataset="B", column=code)
        for code in codes
    ]
    return publishers()["ssdse"].model_copy(update={"series": tuple(series)})


def is_covid(point: Point) -> bool:
    """Whether the figure belongs to 2020, 2021 or 2022."""
    return COVID_YEARS[0] <= point[0] < COVID_YEARS[1]


def scale_of(points: Sequence[Point]) -> float:
    """Mean absolute change per year outside the COVID years, the unit in which errors are counted."""
    kept = [point for point in points if not is_covid(point)]
    return fmean(abs(b[1] - a[1]) / (b[0] - a[0]) for a, b in pairwise(kept)) if len(kept) > 1 else 0.0


def forecasts_of(points: Sequence[Point], *, covid_too: bool) -> Iterator[Forecast]:
    """Every forecast that could have been made for one series and can be checked today."""
    scale = scale_of(points)
    kept = [point for point in points if not is_covid(point)]
    asked = points if covid_too else kept
    for end in range(MIN_POINTS, len(kept) + 1):
        known = kept[:end]
        last_at, last = known[-1]
        for at, actual in asked:
            horizon = round(at - last_at)
            found = project(known, at) if horizon in HORIZONS else None
            if found is None or found.low80 is None or found.high80 is None:
                continue
            yield Forecast(
                horizon,
                found.points,
                found.low80 <= actual <= found.high80,
                abs(found.value - actual) / scale,
                abs(last - actual) / scale,
            )


def score_all(series: Iterable[Sequence[Point]], *, covid_too: bool) -> dict[int | None, Score]:
    """Scores per horizon; the key None is all of them pooled."""
    groups: dict[int | None, list[Forecast]] = defaultdict(list)
    for points in series:
        for forecast in forecasts_of(points, covid_too=covid_too):
            groups[forecast.horizon].append(forecast)
            groups[None].append(forecast)
    return {horizon: score(groups[horizon]) for horizon in (*HORIZONS, None)}


def score(forecasts: Sequence[Forecast]) -> Score:
    """One line of the table."""
    return Score(
        len(forecasts),
        fmean(f.covered for f in forecasts),
        fmean(f.error for f in forecasts),
        fmean(f.error_of_last_value for f in forecasts),
    )


def print_table(title: str, scores: dict[int | None, Score]) -> None:
    """One line a horizon, pooled last."""
    print(f"\n{title}\n{'years ahead':>12} {'forecasts':>10} {'in 80 % interval':>17} {'error':>7} {'last value':>11}")
    for horizon, line in scores.items():
        print(
            f"{'pooled' if horizon is None else horizon:>12} {line.forecasts:>10,} {line.coverage:>17.1%} "
            f"{line.error:>7.3f} {line.error_of_last_value:>11.3f}"
        )


def print_aims(pooled: Score) -> None:
    """Whether the two aims are met, in words."""
    inside = AIM[0] <= pooled.coverage <= AIM[1]
    no_worse = pooled.error <= pooled.error_of_last_value
    print(f"\nPooled coverage of {AIM[0]:.0%} to {AIM[1]:.0%}: {'met' if inside else 'missed'}, {pooled.coverage:.1%}")
    change = pooled.error / pooled.error_of_last_value - 1
    print(f"Error no worse than the last value's: {'met' if no_worse else 'missed'}, {change:+.1%}")


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:2])))
