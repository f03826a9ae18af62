"""Publishing is a flip: the new file gets its name, then one symlink is replaced. Readers keep the file they have."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from warehouse.connect import WarehouseError, published
from warehouse.content import content_hash, row_counts
from warehouse.disk import to_disk

KEEP = 7
CURRENT = "kpi.duckdb"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a published file rests on; stands beside it as JSON so that a night need not open it.

    ``inputs`` is the fingerprint of everything the file was built from; ``valid_until`` the first day on which the
    calendar alone would change a status, or empty.
    """

    run_id: str
    file: str
    inputs: str
    content_hash: str
    as_of: str
    valid_until: str
    counts: dict[str, int]


def aside(warehouse_dir: Path, run_id: str) -> Path:
    """Where a file is built before it is published; never mistaken for a published one."""
    return warehouse_dir / f".building-{run_id}.duckdb"


def clear_left_overs(warehouse_dir: Path) -> None:
    """Remove what an interrupted run left behind. Only call under the writer's lock."""
    for path in warehouse_dir.glob(".building-*"):
        _log.info("removed %s, left by an interrupted run", path.name)
        path.unlink(missing_ok=True)


def current(warehouse_dir: Path) -> Manifest | None:
    """The manifest of the published file; None when there is none, the file is gone or its manifest is of no use."""
    link = warehouse_dir / CURRENT
    try:
        target = link.resolve(strict=True)
        about = json.loads(target.with_suffix(".json").read_text(encoding="utf-8"))
        return Manifest(**about)
    except (FileNotFoundError, ValueError, TypeError):  # damaged, or of another version: built anew
        return None


def published_files(warehouse_dir: Path) -> list[Path]:
    """Every published file: the one behind the link, then the newest first. They are there without the link, too."""
    behind_link = (warehouse_dir / CURRENT).resolve().name
    newest_first = sorted(warehouse_dir.glob("kpi-*.duckdb"), reverse=True)
    return sorted(newest_first, key=lambda path: path.name != behind_link)


def differences(path: Path, counts: Mapping[str, int], content: str) -> list[str]:
    """Tables of a closed file that do not hold as many rows as they should, else ``content`` if that is another.

    Raises:
        WarehouseError: when the file cannot be read.
    """
    with published(path) as connection:
        found, hash_found = row_counts(connection), content_hash(connection)
        content_hash(connection, ("ops",))  # DuckDB compares the checksum of every block that is read
    other = sorted(table for table in {*found, *counts} if found.get(table) != counts.get(table))
    return other or ([] if hash_found == content else ["content"])


def is_whole(warehouse_dir: Path, manifest: Manifest) -> bool:
    """Whether the published file can be read and still is what its manifest says."""
    try:
        return not differences(warehouse_dir / CURRENT, manifest.counts, manifest.content_hash)
    except WarehouseError:
        return False


def publish(built: Path, manifest: Manifest, counts: Mapping[str, int]) -> Path:
    """Verify the closed file, give it its name, flip the symlink, and keep only the last few files.

    Raises:
        WarehouseError: when the closed file does not read back as it was written; nothing is published then.
    """
    if differences(built, counts, manifest.content_hash):
        raise WarehouseError(f"{built} does not read back as written; check the disk, then run `kpi rebuild`")
    final = built.parent / manifest.file
    manifest_path = final.with_suffix(".json")
    manifest_path.write_text(json.dumps(asdict(manifest), indent=1), encoding="utf-8")
    to_disk(built, manifest_path)
    built.chmod(0o444)  # a reader who forgets to say read-only would lock out all others, and could change figures
    built.rename(final)
    link = aside(built.parent, manifest.run_id).with_suffix(".link")
    link.symlink_to(final.name)
    link.replace(built.parent / CURRENT)
    to_disk(built.parent)
    _prune(built.parent, final)
    return final


def _prune(warehouse_dir: Path, newest: Path) -> None:
    for path in [path for path in published_files(warehouse_dir) if path != newest][KEEP - 1 :]:
        path.unlink(missing_ok=True)
        path.with_suffix(".json").unlink(missing_ok=True)
