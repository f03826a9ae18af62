"""The SQL of our own clock: for each table that runs publish, a table of what came and went, and a macro that asks it.

It is written from the schema of the tables themselves, so that a new column is remembered without another line.
"""

from __future__ import annotations

import re

# What a run publishes and later runs may change. Names of areas and goals are not remembered.
TRACKED = (
    "core.series",
    "core.snapshot",
    "core.kpi",
    "core.kpi_target",
    "core.kpi_path",
    "core.correction",
    "core.observation",
    "mart.kpi_progress",
    "mart.kpi_trace",
    "mart.kpi_yardstick",
    "mart.kpi_verdict",
    "mart.kpi_latest",
)
_BLOCK = r"^CREATE TABLE {table} \( -- (?P<ja>.+?) \| (?P<en>.+)\n(?P<columns>(?:    .+\n)+)\);$"


def past_table(table: str) -> str:
    """Where the past of a table is: ``past.kpi`` for ``core.kpi``."""
    return f"past.{table.partition('.')[2]}"


def is_remembered(table: str, column: str) -> bool:
    """Whether a column is compared and kept.

    How an observation came to us is not: one night without a publisher would change every row of it. It is that of the
    observation's file in ``core.snapshot``, and comes back from there.
    """
    return (table, column) != ("core.observation", "acquisition")


def same_row(columns: list[str], one: str, other: str) -> str:
    """The SQL condition that two rows are equal, two NULLs included."""
    return " AND ".join(f"{one}.{name} IS NOT DISTINCT FROM {other}.{name}" for name in columns)


def past_sql(schema: str) -> str:
    """Tables and macros of the past, with comments in the form that ``warehouse.schema`` reads."""
    return "\n".join(_of_table(table, schema) for table in TRACKED)


def macro_comments() -> dict[str, str]:
    """Comment by macro."""
    return {
        f"mart.{table.partition('.')[2]}_of_run": (
            f"その実行が公開した{table}の行 | The rows of {table} as that run published them"
        )
        for table in TRACKED
    }


def _of_table(table: str, schema: str) -> str:
    found = re.search(_BLOCK.format(table=re.escape(table)), schema, re.MULTILINE)
    if found is None:
        raise ValueError(f"the schema has no table {table}")
    lines = {line.split()[0]: line for line in found["columns"].splitlines()}
    kept = [name for name in lines if is_remembered(table, name)]
    return f"""
CREATE TABLE {past_table(table)} ( -- 過去の行：{found["ja"]} | Rows that came or went: {found["en"]}
    from_run VARCHAR,  -- この行を最初に公開した実行 | Run that published this row first
    to_run VARCHAR,  -- この行がなくなった実行（現行はNULL） | First run without this row; NULL while it is in this file
{chr(10).join(lines[name] for name in kept)}
);
{_macro(table, list(lines), kept)}"""


def _macro(table: str, columns: list[str], kept: list[str]) -> str:
    """Rows of this file without those that came later, and rows that have gone since; none of a run not on record."""
    name, listed = table.partition(".")[2], ", ".join(kept)
    shown, files = "o.*", ""
    if len(kept) < len(columns):
        shown = ", ".join(f"o.{c}" if c in kept else f"f.{c}" for c in columns)
        files = (
            "    LEFT JOIN (SELECT resource_id, any_value(acquisition) AS acquisition FROM mart.snapshot_of_run(run)"
            " GROUP BY resource_id) f USING (resource_id)\n"
        )
    return f"""
CREATE MACRO mart.{name}_of_run(run) AS TABLE
    SELECT {shown} FROM (
        SELECT {listed} FROM {table} t
        ANTI JOIN (SELECT * FROM {past_table(table)} WHERE to_run IS NULL AND from_run > run) later
          ON {same_row(kept, "t", "later")}
        UNION ALL
        SELECT {listed} FROM {past_table(table)} WHERE from_run <= run AND to_run > run
    ) o
{files}    WHERE run IN (SELECT run_id FROM past.run);
"""  # noqa: S608 - names of our own schema
