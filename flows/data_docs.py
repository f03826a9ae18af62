"""Hands the published marts to Great Expectations' own documentation pages."""

from __future__ import annotations

from pathlib import Path

from expectations.data_docs import write_data_docs as write
from transforms.status import Status
from warehouse import read
from warehouse.connect import published
from warehouse.content import OBSERVATIONS, not_finite, row_counts
from warehouse.publish import CURRENT


def write_data_docs(data_dir: Path) -> Path:
    """Write Data Docs of the published marts under the data folder and give their front page.

    Raises:
        WarehouseError: there is no warehouse to read.
    """
    import pandas as pd

    path = data_dir / "warehouse" / CURRENT
    with published(path) as connection:
        frames = {
            name: connection.execute(f"SELECT * FROM {name}").df()  # noqa: S608
            for name in ("mart.kpi_progress", "mart.kpi_latest")
        }
        frames["resources"] = connection.execute(OBSERVATIONS).df()
        frames["counts"] = pd.DataFrame(
            [
                {"table_name": table, "rows": rows, "not_finite": not_finite(connection, table)}
                for table, rows in row_counts(connection).items()
            ]
        )
    return write(
        data_dir / "data-docs", frames, kpi_ids=read.kpi_ids(path), statuses=[status.value for status in Status]
    )
