"""Hands the published marts to Great Expectations' own documentation pages."""

from __future__ import annotations

from pathlib import Path

from expectations.data_docs import write_data_docs as write
from transforms.status import Status
from warehouse import read
from warehouse.connect import published
from warehouse.content import gate_frames
from warehouse.publish import CURRENT


def write_data_docs(data_dir: Path) -> Path:
    """Write Data Docs of the published marts under the data folder and give their front page.

    Raises:
        WarehouseError: there is no warehouse to read.
    """
    path = data_dir / "warehouse" / CURRENT
    with published(path) as connection:
        frames = gate_frames(connection)
    return write(
        data_dir / "data-docs", frames, kpi_ids=read.kpi_ids(path), statuses=[status.value for status in Status]
    )
