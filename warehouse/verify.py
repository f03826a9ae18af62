"""What a published file must answer when it is held against its sources: file by file, row by row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from warehouse.build import IN_SQL
from warehouse.content import content_hash
from warehouse.rows import answer

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

Row = dict[str, Any]
_SAID = ("value", "value_low", "value_high", "unit", "raw_text", "obs_status", "evidence")
_KEY = ("series_id", "area_code", "period_kind", "period_start", "period_end")
# What a file says, and beside it what the corrections make of that: written apart from the build on purpose.
_TOLD = """
    SELECT *, NULL::VARCHAR AS correction_id FROM read_again
    UNION ALL BY NAME
    SELECT r.* REPLACE (
        greatest(r.known_from, c.known_from) AS known_from,
        if(c.action = 'flag', r.value, c.value) AS value,
        if(c.action = 'flag', r.value_low, NULL) AS value_low,
        if(c.action = 'flag', r.value_high, NULL) AS value_high,
        coalesce(c.obs_status, r.obs_status) AS obs_status
    ), c.correction_id
    FROM read_again r JOIN core.correction c USING (series_id, area_code, period_kind, period_start, period_end)
"""


@dataclass(frozen=True, slots=True)
class PublishedPart:
    """What a published file took from one file of a publisher. ``acquisition`` is None when no file is recorded."""

    resource_id: str
    snapshot_id: str
    publisher_id: str | None
    acquisition: str | None
    adapter_version: str | None
    figures: int


class PublishedFile:
    """Questions of a verification to one open published file."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    @property
    def content_hash(self) -> str:
        """The hash over the content as it is now."""
        return content_hash(self.connection)

    def parts(self) -> list[PublishedPart]:
        """Every file that figures came from, in order of its name. Estimates of our own come from none."""
        found = self.connection.execute(
            "SELECT o.resource_id, o.snapshot_id, any_value(s.publisher_id), any_value(s.acquisition),"
            " any_value(s.adapter_version), count(*) FROM core.observation o"
            " LEFT JOIN (SELECT DISTINCT ON (resource_id, snapshot_id) * FROM core.snapshot) s"
            " USING (resource_id, snapshot_id) WHERE o.acquisition IS DISTINCT FROM 'derived'"
            " GROUP BY ALL ORDER BY 1, 2"
        ).fetchall()
        return [PublishedPart(*row) for row in found]

    def not_in(self, rows: pd.DataFrame, part: PublishedPart, *, by: str) -> list[Row]:
        """The published figures of one file that its rows, as read today, do not say; the newest reading beside them.

        Args:
            rows: tidy rows of the file.
            part: whose figures are compared.
            by: a column that tells several rows of one figure apart: ``source_line`` or ``known_from``.
        """
        self.connection.register("read_again", rows)
        key = " AND ".join(f"o.{name} IS NOT DISTINCT FROM f.{name}" for name in (*_KEY, by, "correction_id"))
        said = [f"struct_pack({', '.join(f'{name} := {side}.{name}' for name in _SAID)})" for side in "of"]
        cursor = self.connection.execute(
            f"SELECT o.series_id, o.area_code, o.period, o.value AS published, f.value AS read_again,"  # noqa: S608
            f" f.series_id IS NOT NULL AS is_there FROM core.observation o LEFT JOIN ({_TOLD}) f ON {key}"
            f" WHERE o.resource_id = $resource AND o.snapshot_id = $snapshot"
            f" AND (f.series_id IS NULL OR {said[0]} IS DISTINCT FROM {said[1]}) ORDER BY ALL",
            {"resource": part.resource_id, "snapshot": part.snapshot_id},
        )
        found = answer(cursor)
        self.connection.unregister("read_again")
        return found

    def rows(self, table: str, columns: Iterable[str]) -> list[Row]:
        """These columns of a whole table; of the observations, those that are estimates and so have no file."""
        only = "WHERE acquisition = 'derived'" if table == "core.observation" else ""
        return answer(self.connection.execute(f"SELECT {', '.join(columns)} FROM {table} {only}"))  # noqa: S608

    def differing_in_sql(self) -> dict[str, int]:
        """For each mart that is plain SQL over others: how many of its rows do not follow from them, or are missing."""
        found = {}
        for table, query in IN_SQL.items():
            names = [d[0] for d in self.connection.execute(f"{query} LIMIT 0").description or ()]
            published = f"SELECT {', '.join(names)} FROM {table}"  # noqa: S608
            counted = self.connection.execute(
                f"SELECT count(*) FROM (({query} EXCEPT ALL {published}) UNION ALL ({published} EXCEPT ALL {query}))"  # noqa: S608
            ).fetchone()
            found[table] = int(counted[0]) if counted else 0
        return found
