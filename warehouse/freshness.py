"""Questions about freshness to an open file: the newest period of each series, and who is late on a day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from records import Period, PeriodKind
from warehouse.rows import Rows, answer

if TYPE_CHECKING:
    import duckdb

ON_DAY = "SELECT * FROM mart.source_freshness_on($day)"


def newest(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[Period, date]]:
    """Newest period of each series for which any area has a figure, and the day on which the first one was public."""
    found = connection.execute(
        "SELECT series_id, period_kind, period_start, period_end, min(known_from) FROM core.observation"
        " WHERE coalesce(value, value_low, value_high) IS NOT NULL GROUP BY series_id, period_kind, period_start,"
        " period_end QUALIFY row_number() OVER"
        " (PARTITION BY series_id ORDER BY period_end DESC, period_start DESC, period_kind) = 1 ORDER BY series_id"
    ).fetchall()
    return {series: (Period(start, end, PeriodKind(kind)), known) for series, kind, start, end, known in found}


def on_day(connection: duckdb.DuckDBPyConnection, day: date) -> Rows:
    """Rows of ``mart.source_freshness`` as of a day, the latest first."""
    return answer(connection.execute(ON_DAY, {"day": day}))
