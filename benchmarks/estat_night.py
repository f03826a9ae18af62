"""What a night does with an answer of e-Stat's API after it was fetched, for a table that does not exist."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO
from urllib.parse import urlencode

from records import KnownFromBasis, Resource
from sources import publishers

ITEMS = 12  # of a million cells
_CATALOG = """
id = "load"
name_ja = "合成負荷"
name_en = "Synthetic load"
adapter = "estat"
base_url = "http://127.0.0.1"
licence = "none: nothing of it is published"
credit_ja = "合成"
credit_en = "synthetic"
[[datasets]]
id = "load"
name_ja = "合成負荷"
name_en = "Synthetic load"
options = {{ table = "9999999999", items = "cat01", codes = {{ {codes} }}, period_kind = "CY" }}
"""
_SERIES = """
[[series]]
id = "load.S{0:04}"
dataset = "load"
column = "S{0:04}"
name_ja = "合成"
name_en = "Synthetic"
unit = "人"
indicator = "load"
"""


def walk_into(file: BinaryIO, address: str, question: Mapping[str, str]) -> None:
    """Write down all pages as the project fetches them: checked while they come, and kept as one file."""
    from sources.estat import judge, walk
    from sources.http import Http

    with Http(min_interval=0, deadline=3600, max_bytes=2**28, judge=judge) as http:
        walk(f"{address}/json/getStatsData?{urlencode(question)}", http.get, file)


@dataclass(frozen=True)
class _OneFile:
    """A store of snapshots whose only one is this file."""

    file: BinaryIO

    def opened(self, snapshot_id: str) -> AbstractContextManager[BinaryIO]:  # noqa: ARG002 - it is always this one
        return nullcontext(self.file)


class Chain:
    """Typed rows, gate, part, warehouse file; with a catalog that has the table.

    Args:
        areas: the areas whose cells are kept; without any, every cell is.
    """

    def __init__(self, *areas: str) -> None:
        from expectations.gate import warm
        from flows import (
            checking,  # before the catalog is another one: the project's own files stand beside the true one
        )

        self._checking = checking
        self._folder = TemporaryDirectory()
        catalog = Path(self._folder.name) / "catalog"
        shutil.copytree(publishers.CATALOG_DIR, catalog)
        codes = {"tab": ["00001"]} | ({"area": list(areas)} if areas else {})
        written = ", ".join(f"{axis} = {json.dumps(some)}" for axis, some in codes.items())
        text = _CATALOG.format(codes=written) + "".join(_SERIES.format(number) for number in range(ITEMS))
        (catalog / "load.toml").write_text(text, encoding="utf-8")
        publishers.CATALOG_DIR = catalog
        self.publisher = publishers.publishers()["load"]
        warm()

    def empty(self) -> int:
        """Make a warehouse file with its schema; gives how many rows are in it."""
        from warehouse.build import building

        with building(Path(self._folder.name) / "empty.duckdb"):
            return 0

    def store(self, file: BinaryIO) -> int:
        """How many rows of an answer in a file are in a new warehouse file at the end."""
        from warehouse.build import PartUse, building

        resource = Resource("load/load", "load", "load", "", (), date(2026, 11, 25), KnownFromBasis.DATE)
        with TemporaryDirectory() as folder:
            checker = self._checking.Checker(self.publisher, Path(folder) / "parts")
            part = checker.check_file(_OneFile(file), resource, "0" * 64, self._checking.Before())
            if part.refused:
                raise SystemExit(f"the load was refused: {part.refused}")
            with building(Path(folder) / "kpi.duckdb") as builder:
                builder.load_figures([PartUse(part.rows_path.as_posix(), "1", "live", datetime.now(UTC))])
                found = builder.connection.execute("SELECT count(*) FROM core.observation").fetchone() or (0,)
        return int(found[0])
