"""What a night does with an answer of e-Stat's API after it was fetched, for a table that does not exist."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from records import KnownFromBasis, Resource
from sources import json_sequence, publishers

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
options = { table = "9999999999", items = "cat01", codes = { tab = ["00001"] }, period_kind = "CY" }
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


class Chain:
    """Typed rows, gate, part, warehouse file; with a catalog that has the table."""

    def __init__(self) -> None:
        from expectations.gate import warm
        from flows import (
            checking,  # before the catalog is another one: the project's own files stand beside the true one
        )

        self._checking = checking
        self._folder = TemporaryDirectory()
        catalog = Path(self._folder.name) / "catalog"
        shutil.copytree(publishers.CATALOG_DIR, catalog)
        text = _CATALOG + "".join(_SERIES.format(number) for number in range(ITEMS))
        (catalog / "load.toml").write_text(text, encoding="utf-8")
        publishers.CATALOG_DIR = catalog
        self.publisher = publishers.publishers()["load"]
        warm()

    def empty(self) -> int:
        """Make a warehouse file with its schema; gives how many rows are in it."""
        from warehouse.build import building

        with building(Path(self._folder.name) / "empty.duckdb"):
            return 0

    def store(self, pages: list[bytes]) -> int:
        """How many rows are in a new warehouse file at the end."""
        from warehouse.build import PartUse, building

        body = pages[0] if len(pages) == 1 else json_sequence.joined(pages)
        resource = Resource("load/load", "load", "load", "", (), date(2026, 11, 25), KnownFromBasis.DATE)
        with TemporaryDirectory() as folder:
            checker = self._checking.Checker(self.publisher, Path(folder) / "parts")
            part = checker.check_file(lambda _: body, resource, "0" * 64, self._checking.Before())
            if part.refused:
                raise SystemExit(f"the load was refused: {part.refused}")
            with building(Path(folder) / "kpi.duckdb") as builder:
                builder.load_figures([PartUse(part.rows_path.as_posix(), "1", "live", datetime.now(UTC))])
                found = builder.connection.execute("SELECT count(*) FROM core.observation").fetchone() or (0,)
        return int(found[0])
