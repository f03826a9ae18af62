"""Step: the published tables as files for others, written aside as a whole and then moved into place."""

from __future__ import annotations

import filecmp
import hashlib
import logging
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.night import Night
from reports import package, scorecard
from settings import PROJECT_ROOT, SettingsError
from warehouse.connect import published_file
from warehouse.export import credits_of, export_tables, workbook_rows
from warehouse.pages import page_rows
from warehouse.publish import CURRENT

FOLDER = "export"
_STAMP = ".made-of"  # what the files in the folder were made of
_ASIDE = ".writing-"
_log = logging.getLogger(__name__)


def export_folder(data_dir: Path) -> Path:
    """Where a night writes the files."""
    return data_dir / FOLDER


def write_export(warehouse: Path, folder: Path, *, anew: bool = False) -> None:
    """Write all files of the published warehouse, unless they are there already.

    They are written aside; when all are whole, those that say something else move over the ones before, and whoever
    has one open keeps it. When a move fails, those that moved go back. Files of others in the folder stay.

    Args:
        warehouse: the published file, or the link to it.
        folder: where the files go; made when it is not there.
        anew: write even when the folder holds the files of this warehouse by this code.

    Raises:
        WarehouseError: there is no warehouse, or it cannot be read.
        SettingsError: the folder holds a file of somebody else that would be overwritten.
        OSError: the folder cannot be written.
    """
    warehouse = published_file(warehouse)  # the link may flip while the files are written
    made_of = f"{warehouse.name} {_code_fingerprint()}\n"
    if _is_whole(folder) and not anew and (folder / _STAMP).read_text(encoding="utf-8") == made_of:
        return
    with _aside(folder) as aside:
        _write_all(warehouse, aside)
        (aside / _STAMP).write_text(made_of, encoding="utf-8")
        _move(aside, folder)


def show_export(night: Night) -> str:
    """Write the files at the end of a night; gives what went wrong, empty when nothing did."""
    try:
        write_export(night.warehouse / CURRENT, export_folder(night.data_dir))
    except Exception as error:  # noqa: BLE001 - figures are published: whatever breaks a file must not undo that
        _log.warning("the files for others could not be written", exc_info=error)
        return f"the files for others could not be written ({' '.join(str(error).split()) or type(error).__name__})"
    return ""


def _write_all(warehouse: Path, folder: Path) -> None:
    for name in ("csv", "parquet"):
        (folder / name).mkdir()
    exported = export_tables(warehouse, folder / "csv", folder / "parquet")
    rows = page_rows(warehouse)
    run, credited = rows["runs"][0], [package.Credit(**row) for row in credits_of(warehouse)]
    from reports.workbook import write_workbook
    from reports.workbook_sheets import sheets

    shown = sheets(rows, workbook_rows(warehouse, exported), exported, credited)
    write_workbook(folder / package.WORKBOOK, shown, "KPI進捗 / KPI progress", run["started_at"])
    (folder / package.SCORECARD).write_text(scorecard.as_json(rows, warehouse.name), encoding="utf-8")
    shutil.copyfile(scorecard.SCHEMA, folder / scorecard.SCHEMA.name)
    (folder / package.NAME).write_text(package.as_json(folder, exported, credited, run), encoding="utf-8")


@contextmanager
def _aside(folder: Path) -> Iterator[Path]:
    """An empty folder inside ``folder``, so that files move without being copied; gone afterwards."""
    folder.mkdir(parents=True, exist_ok=True)
    for left_over in folder.glob(f"{_ASIDE}*"):
        process = int(left_over.name.removeprefix(_ASIDE))
        if process == os.getpid() or not _is_alive(process):  # in a container, each night may have the same number
            shutil.rmtree(left_over)
    aside = folder / f"{_ASIDE}{os.getpid()}"
    aside.mkdir()
    try:
        yield aside
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _move(aside: Path, folder: Path) -> None:
    """Move what says something else into place, or put everything back as it was."""
    names = sorted(path.relative_to(aside) for path in aside.rglob("*") if path.is_file())
    # The list goes first, so that what a killed process leaves is known as ours; the stamp last: only then it is whole.
    names.sort(key=lambda name: (name.name != package.NAME, name.name == _STAMP))
    listed = _listed(folder)
    if not listed and not (folder / _STAMP).exists():
        _refuse_to_overwrite(folder / name for name in names)
    gone = [name for name in listed if name not in names]  # tables that the warehouse has no more
    changed = [name for name in names if name.name == _STAMP or not _same(aside / name, folder / name)]
    before = aside / ".before"
    for name in [*changed, *gone]:
        if (folder / name).exists():
            (before / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(folder / name, before / name)
    try:
        (folder / _STAMP).unlink(missing_ok=True)
        for name in changed:
            (folder / name).parent.mkdir(exist_ok=True)
            (aside / name).replace(folder / name)
        for name in gone:
            (folder / name).unlink(missing_ok=True)
    except BaseException:
        for name in [*changed, *gone]:
            if (before / name).exists():
                (before / name).replace(folder / name)
            else:
                (folder / name).unlink(missing_ok=True)
        raise


def _listed(folder: Path) -> list[Path]:
    """The files that the export in a folder names as its own; none when there is no export.

    Raises:
        SettingsError: the folder holds a data package of somebody else, which we would overwrite.
    """
    path = folder / package.NAME
    if not path.exists():
        return []
    files = package.files_of(path.read_text(encoding="utf-8"))
    if not files:
        _refuse_to_overwrite([path])
    return files


def _refuse_to_overwrite(paths: Iterable[Path]) -> None:
    for path in paths:
        if path.exists():
            raise SettingsError(f"{path} is not of an export; choose another folder with --to, or move the file away")


def _is_whole(folder: Path) -> bool:
    """Whether everything that the export in a folder names is there."""
    listed = _listed(folder)
    return bool(listed) and all((folder / name).is_file() for name in [*listed, Path(_STAMP)])


def _same(one: Path, other: Path) -> bool:
    return other.is_file() and filecmp.cmp(one, other, shallow=False)


def _code_fingerprint() -> str:
    digest = hashlib.sha256()
    rooms = (path for room in ("reports", "warehouse") for path in (PROJECT_ROOT / room).glob("*.*"))
    for path in sorted([*rooms, Path(__file__)]):
        digest.update(path.read_bytes())
    return digest.hexdigest()
