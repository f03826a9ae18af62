"""Checked parts: what one file gave after parsing and its gate, kept as Parquet under a key of everything it rests on.

A part is a cache. Its key changes with the bytes, the adapter, the rules, the catalog and the part before it, so an
unchanged night finds every part and parses nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from records import CheckResult
from warehouse.connect import scratch
from warehouse.disk import to_disk
from warehouse.rows import Rows, answer

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

# What a row says, not which line or file said it, nor when we saw it.
_FIGURE = (
    "series_id, area_code, period_kind, period_start, period_end, value, value_low, value_high, unit, "
    "obs_status, symbol_meaning, note, evidence, citation"
)
_FACILITY = (
    "publisher_id, dataset, facility_id, area_code, name, kind, form, address, latitude, longitude, "
    "valid_from, valid_to, note"
)
_CONTENT = {"core.observation": _FIGURE, "core.facility": _FACILITY}


_KNOWN_BEFORE = """
    SELECT series_id, area_code, period_kind, period_start, period_end, known_from, value
    FROM read_parquet($paths, filename = true) old
    WHERE filename = $newest OR EXISTS (
        SELECT 1 FROM new_rows new
        WHERE new.series_id = old.series_id AND new.area_code = old.area_code
          AND new.period_start = old.period_start AND new.period_end = old.period_end
    )
    QUALIFY row_number() OVER (
        PARTITION BY series_id, area_code, period_kind, period_start, period_end
        ORDER BY known_from DESC, list_position($paths, filename) DESC
    ) = 1
"""


@dataclass(frozen=True, slots=True)
class Part:
    """One checked part. ``refused`` is empty when the part may be used, else the reason for people.

    ``figures_id`` is equal for equal figures, whatever the bytes, ``content_id`` if they also became known on the same
    days; ``table`` is where its rows belong; ``shape`` is what the guards compare with.
    """

    id: str
    directory: Path
    refused: str
    rows: int
    quarantined: int
    figures_id: str
    content_id: str
    table: str
    shape: dict[str, Any]
    results: tuple[CheckResult, ...]

    @property
    def rows_path(self) -> Path:
        """Parquet file of the accepted rows."""
        return self.directory / "rows.parquet"

    @property
    def quarantine_path(self) -> Path:
        """Parquet file of the rows in quarantine."""
        return self.directory / "quarantine.parquet"


def in_quarantine(part: Part) -> Rows:
    """The rows of a part in quarantine, by file and line: resource_id, source_line, rule, reason."""
    query = "SELECT resource_id, source_line, rule, reason FROM read_parquet(?) ORDER BY ALL"
    with scratch() as connection:
        return answer(connection.execute(query, [part.quarantine_path.as_posix()]))


def part_id(*rests_on: str) -> str:
    """Key of a part from everything that it rests on, and from DuckDB, whose hashes are those of its version."""
    return hashlib.sha256("\n".join((_duckdb(), *rests_on)).encode()).hexdigest()[:24]


@cache
def _duckdb() -> str:
    return version("duckdb")


class PartStore:
    """The folder of parts. Only whole parts have their final name; anything else is a left-over and never read."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def find(self, key: str) -> Part | None:
        """The part with this key, if it was made before."""
        directory = self.root / key
        try:
            about = json.loads((directory / "part.json").read_text(encoding="utf-8"))
            about["results"] = tuple(CheckResult(**result) for result in about["results"])
            return Part(id=key, directory=directory, **about)
        except (FileNotFoundError, ValueError, KeyError, TypeError):  # damaged, or of another version: made again
            return None

    def save(
        self,
        key: str,
        *,
        rows: pd.DataFrame,
        quarantine: pd.DataFrame,
        results: Sequence[CheckResult],
        shape: Mapping[str, Any],
        refused: str = "",
        table: str = "core.observation",
    ) -> Part:
        """Write a part: aside first, then under its name in one step."""
        aside = self.root / f".{key}.{os.getpid()}"
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(parents=True)
        with scratch(self.root) as connection:
            connection.register("part_rows", rows)
            connection.register("part_quarantine", quarantine)
            for name in ("rows", "quarantine"):
                target = (aside / f"{name}.parquet").as_posix()
                connection.execute(f"COPY part_{name} TO ? (FORMAT parquet, COMPRESSION zstd)", [target])
            figures_id, content_id = _fingerprints(connection, aside / "rows.parquet", _CONTENT[table])
        about = {
            "refused": refused,
            "rows": len(rows),
            "quarantined": len(quarantine["raw"].unique()) if len(quarantine) else 0,  # a row may break many rules
            "figures_id": figures_id,
            "content_id": content_id,
            "table": table,
            "shape": dict(shape),
            "results": [asdict(result) for result in results],
        }
        (aside / "part.json").write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")
        to_disk(*aside.iterdir())
        final = self.root / key
        shutil.rmtree(final, ignore_errors=True)
        aside.rename(final)
        found = self.find(key)
        if found is None:
            raise OSError(f"the part {final} vanished while it was written; is another program cleaning {self.root}?")
        return found

    def prune(self, keep: Sequence[str]) -> None:
        """Remove parts that nothing rests on any more, and left-overs of interrupted runs."""
        if not self.root.is_dir():
            return
        wanted = set(keep)
        for directory in self.root.iterdir():
            if directory.name not in wanted:
                shutil.rmtree(directory, ignore_errors=True)

    def known_before(self, parts: Sequence[Part], rows: pd.DataFrame) -> pd.DataFrame:
        """What was known before ``rows`` came: all of the newest part, and earlier figures that ``rows`` gives anew.

        Each figure once, in its latest vintage, with its key and value alone, because half a million rows of text are
        half a gigabyte; ``parts`` are oldest first.
        """
        with scratch(self.root) as connection:
            connection.register("new_rows", rows)
            paths = [part.rows_path.as_posix() for part in parts]
            return connection.execute(_KNOWN_BEFORE, {"paths": paths, "newest": paths[-1]}).df()


def _fingerprints(connection: duckdb.DuckDBPyConnection, path: Path, columns: str) -> tuple[str, str]:
    """Two names for the rows of a file, in whatever order: of what they say, and of when that became known as well.

    Of each row its hash counts, and the hash of that, so that changes in two rows cannot outweigh each other.
    """
    found = connection.execute(
        "SELECT known_from, count(*), sum(said), sum(hash(said)) FROM"  # noqa: S608
        f" (SELECT known_from, hash({columns}) AS said FROM read_parquet(?)) GROUP BY known_from ORDER BY known_from",
        [path.as_posix()],
    ).fetchall()
    by_day = "\n".join(" ".join(map(str, group)) for group in found)
    totals = "-".join(str(sum(group[at] for group in found)) for at in (1, 2, 3))
    return totals, hashlib.sha256(by_day.encode()).hexdigest()
