"""What a rule must know about a row that the row does not say itself: its series' limits, rivals, earlier figure.

Plain columns beside the row, so that the rules stay data. Everything here is vectorised; nothing decides anything.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from expectations.cases import cases
from records import ROW_COLUMNS, Period, PeriodKind

if TYPE_CHECKING:
    import pandas as pd

FIGURE = ["series_id", "area_code", "period_kind", "period_start", "period_end"]
KEY = [*FIGURE, "known_from"]
CONTENT = ["value", "value_low", "value_high", "unit", "obs_status"]
NUMBERS = ["value", "value_low", "value_high"]
DATES = ["period_start", "period_end", "known_from"]
_CONTRACT = (
    dict.fromkeys(NUMBERS, "float64")
    | dict.fromkeys(DATES, "datetime64[s]")
    | {"first_seen": "datetime64[s, UTC]", "source_line": "int64"}
)

# SDMX CL_OBS_STATUS 2.2, https://sdmx.org/?page_id=3215: the codes under which a figure may be missing.
ABSENT = ["H", "J", "K", "L", "M", "N", "O", "Q", "S"]
FORECAST = "F"


@dataclass(frozen=True, slots=True)
class SeriesLimits:
    """What the catalog says of one series: range in ``unit``, and the largest plausible revision as a share."""

    unit: str
    minimum: float | None = None
    maximum: float | None = None
    max_change: float | None = None


def typed(rows: pd.DataFrame, names: Sequence[str] = ROW_COLUMNS) -> pd.DataFrame:
    """Columns of the rows in the types of the contract; what cannot be read becomes empty, and a rule finds it."""
    import pandas as pd

    return pd.DataFrame({name: _typed(rows[name], name) for name in names}, copy=False).reset_index(drop=True)


@cache
def nothing_read() -> pd.DataFrame:
    """No rows, in the types of the contract."""
    import pandas as pd

    return typed(pd.DataFrame(columns=list(ROW_COLUMNS)))


def _typed(column: pd.Series, name: str) -> pd.Series:
    import pandas as pd

    if name in _CONTRACT and column.dtype == _CONTRACT[name]:
        return column
    if name in NUMBERS:
        return pd.to_numeric(column, errors="coerce").astype("float64")
    if name == "source_line":
        return pd.to_numeric(column, errors="coerce").fillna(0).astype("int64")
    if name in _CONTRACT:
        return pd.to_datetime(column, errors="coerce", utc=name == "first_seen").dt.as_unit("s")
    if column.dtype in ("str", "category") and not column.hasnans:
        return column
    return column.astype(object).where(column.notna(), "").astype("str")


def facts(rows: pd.DataFrame, series: Mapping[str, SeriesLimits], areas: Collection[str]) -> pd.DataFrame:
    """What the row rules read beside the typed rows (see ``rules/rows.toml``), under the same index.

    Nearly all of it is a look-up or a comparison here and a true or false for a rule: then the rows are few cases.
    """
    import numpy as np
    import pandas as pd

    ids, of_series = cases(rows, ["series_id"])
    limits = _limits(series).reindex(ids["series_id"]).iloc[of_series].set_axis(rows.index)
    periods, of_period = cases(rows, ["period_kind", "period_start", "period_end"])
    smallest, largest = (np.fmin(rows["value"], rows["value_low"]), np.fmax(rows["value"], rows["value_high"]))
    numbers = rows[NUMBERS].to_numpy()
    return pd.DataFrame(
        {
            "series_known": ids["series_id"].isin(list(series)).to_numpy()[of_series],
            "area_known": rows["area_code"].isin(list(areas)),
            "series_unit": limits["unit"],
            "series_minimum": limits["minimum"],
            "series_maximum": limits["maximum"],
            "smallest": smallest,
            "largest": largest,
            "above_minimum": ~(smallest < limits["minimum"]),  # true where one of them is missing
            "below_maximum": ~(largest > limits["maximum"]),
            "finite": ~np.isinf(numbers).any(axis=1),
            "has_figure": ~np.isnan(numbers).all(axis=1) | rows["obs_status"].isin(ABSENT),
            "period_fits": _period_fits(periods).to_numpy()[of_period],
            # A forecast is the one figure that may be known before its period begins.
            "began": rows["period_start"].where(rows["obs_status"] != FORECAST),
            **_rivals(rows),
        },
        index=rows.index,
        copy=False,
    )


def areas_before(rows: pd.DataFrame, previous: pd.DataFrame) -> pd.DataFrame:
    """One row for each area that had figures before, with whether it has any now."""
    last = previous[["area_code"]].drop_duplicates().sort_values("area_code", ignore_index=True)
    return last.assign(still_there=last["area_code"].isin(rows["area_code"]))


def changes(rows: pd.DataFrame, previous: pd.DataFrame, series: Mapping[str, SeriesLimits]) -> pd.DataFrame:
    """Figures that were there before, with their change as a share of the earlier value, the greatest first.

    A figure that was 0 and is not any more has changed without bound (inf).
    """
    import numpy as np
    import pandas as pd

    last = typed(previous, [*KEY, "value"]).sort_values("known_from").drop_duplicates(FIGURE, keep="last")
    both = rows.merge(last[[*FIGURE, "value"]].rename(columns={"value": "previous_value"}), on=FIGURE)
    size = both["previous_value"].abs()
    moved = (both["value"] - both["previous_value"]).abs()
    both["change"] = (moved / size.where(size > 0)).fillna(pd.Series(np.where(moved > 0, np.inf, moved)))
    both["max_change"] = _limits(series)["max_change"].reindex(both["series_id"]).to_numpy()
    return both.sort_values("change", ascending=False, ignore_index=True)


def period_label(row: Mapping[str, object]) -> str:
    """The period's short name, empty when the row has no valid period."""
    try:
        start, end = (date.fromisoformat(str(row[name])) for name in ("period_start", "period_end"))
        return Period(start, end, PeriodKind(str(row["period_kind"]))).label
    except ValueError:
        return ""


def _limits(series: Mapping[str, SeriesLimits]) -> pd.DataFrame:
    import pandas as pd

    table = pd.DataFrame(
        [(limits.unit, limits.minimum, limits.maximum, limits.max_change) for limits in series.values()],
        index=pd.Index(list(series), dtype="str"),
        columns=["unit", "minimum", "maximum", "max_change"],
    )
    return table.astype({"unit": "str", "minimum": "float64", "maximum": "float64", "max_change": "float64"})


def _period_fits(rows: pd.DataFrame) -> pd.Series:
    """Whether a period has the length and the first day that its kind promises; an unknown kind is another rule's."""
    start, end, kind = rows["period_start"].dt, rows["period_end"].dt, rows["period_kind"]
    months = (end.year - start.year) * 12 + end.month - start.month + 1
    whole = (start.day == 1) & end.is_month_end
    fits: pd.Series = (
        ((kind == PeriodKind.CY) & whole & (months == 12) & (start.month == 1))
        | ((kind == PeriodKind.FY) & whole & (months == 12) & (start.month == 4))
        | ((kind == PeriodKind.MONTH) & whole & (months == 1))
        | ((kind == PeriodKind.WINDOW) & whole & (months > 12) & (months % 12 == 0))
        | ((kind == PeriodKind.DATE) & (rows["period_start"] == rows["period_end"]))
    )
    return fits | ~kind.isin(list(PeriodKind))


def _rivals(rows: pd.DataFrame) -> dict[str, pd.Series | float | str]:
    """How many different figures claim one key, and for those of more than one what they say and where."""
    key_again = rows.duplicated(KEY, keep=False)
    again = rows[key_again]
    if again.empty:  # as a rule
        return {"key_again": key_again, "figures_of_key": 1.0, "claims": ""}
    first = ~again.duplicated([*KEY, *CONTENT])
    different = first.groupby([again[name] for name in KEY]).transform("sum")
    disputed = again[different > 1]
    said = disputed["raw_text"].where(disputed["raw_text"] != "", disputed["value"].astype("str"))
    unit = disputed["unit"].astype("str")
    where = said + " (" + unit.where(unit == "", unit + ", ") + "line " + disputed["source_line"].astype("str") + ")"
    claims = where.groupby([disputed[name] for name in KEY]).transform("; ".join)
    return {
        "key_again": key_again,
        "figures_of_key": different.astype("float64").reindex(rows.index, fill_value=1),
        "claims": claims.astype("str").reindex(rows.index),
    }
