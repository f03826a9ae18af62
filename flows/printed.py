"""Finds the row of a file that a figure was read from, as it is printed there, or says why it cannot be shown."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Mapping
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

from reports.explanation import Printed
from reports.reason_words import in_japanese
from sources.adapters import adapter
from sources.api_adapters import PrintingAdapter
from sources.japanese import decode
from sources.parsed import ParseError
from sources.publishers import publishers
from sources.recorded import recorded_file
from sources.snapshots import SnapshotError, SnapshotStore

Row = Mapping[str, Any]
_LONGEST = 4_000  # characters; an answer of an API may be one line of megabytes
_NOT_TEXT = ("表計算などの形式で、行として示せない", "not a text file, so no row of it can be printed")
_DERIVED = ("当システムの推計（入力は注にある）", "an estimate of our own; its note names what it is made of")
_NO_LINE = ("その行がない", "it has no such line")


def printed_rows(snapshots: Path, register: Path) -> Callable[[Row], Printed]:
    """A finder for figures of one data folder.

    Args:
        snapshots: folder of the publishers' bytes.
        register: folder of the register's CSV files.
    """
    store = SnapshotStore(snapshots)

    @cache
    def lines_of(snapshot_id: str) -> tuple[str, ...] | None:
        return _lines(store.read(snapshot_id))

    def find(figure: Row) -> Printed:
        match figure["acquisition"]:
            case "register":
                return _in_register(register / f"{figure['resource_id'].partition('/')[2]}.csv", figure)
            case "recorded":
                return _in_recorded(figure)
            case "derived":
                return Printed("", "", publishers_bytes=False, why_not_ja=_DERIVED[0], why_not_en=_DERIVED[1])
            case _:
                return _in_snapshot(store, lines_of, store.path(figure["snapshot_id"]), figure)

    return find


def _in_snapshot(
    store: SnapshotStore, lines_of: Callable[[str], tuple[str, ...] | None], path: Path, figure: Row
) -> Printed:
    publisher = publishers().get(figure["resource_id"].partition("/")[0])
    its_adapter = adapter(publisher) if publisher else None
    try:
        if isinstance(its_adapter, PrintingAdapter):
            text = its_adapter.as_printed(store.read(figure["snapshot_id"]), figure["source_line"])
            ja, en = ("", "") if text else _NO_LINE
            return Printed(text, str(path), publishers_bytes=True, why_not_ja=ja, why_not_en=en)
        lines = lines_of(figure["snapshot_id"])
    except (SnapshotError, ParseError, OSError) as error:
        ja = f"原本を読めない：{in_japanese(str(error))}"
        return Printed("", str(path), publishers_bytes=True, why_not_ja=ja, why_not_en=str(error))
    return _line(lines, figure["source_line"], str(path), publishers_bytes=True)


def _in_register(path: Path, figure: Row) -> Printed:
    """A hand-kept row is our own line with its citation; the document behind it is not here."""
    place = f"{path.name}:{figure['source_line']}"
    if not path.is_file():
        return Printed(
            "", place, publishers_bytes=False, why_not_ja="登録簿のファイルがない", why_not_en="no such file"
        )
    body = path.read_bytes()
    found = _line(_lines(body), figure["source_line"], place, publishers_bytes=False)
    if hashlib.sha256(body).hexdigest() == figure["snapshot_id"]:
        return found
    changed = ("登録簿はその後変更された", "the register has changed since")
    return Printed(found.text, place, publishers_bytes=False, why_not_ja=changed[0], why_not_en=changed[1])


def _in_recorded(figure: Row) -> Printed:
    """The line of our recorded file; the publisher's bytes, known by their SHA-256, are not held here."""
    path = recorded_file(figure["resource_id"].partition("/")[0])
    why_not = (
        "公表元の原本はここにない（収録値の行）",
        "the publisher's bytes are not held here; this is our recorded line",
    )
    text, place = "", path.name
    if path.is_file():
        lines = _lines(path.read_bytes()) or ()
        reader = csv.reader(StringIO("\n".join(lines)))
        names = next(reader, [])
        for number, cells in enumerate(reader, start=2):
            if _is_about(dict(zip(names, cells, strict=False)), figure):
                text, place = lines[number - 1], f"{path.name}:{number}"
                break
    return Printed(text, place, publishers_bytes=False, why_not_ja=why_not[0], why_not_en=why_not[1])


def _is_about(line: Mapping[str, str], figure: Row) -> bool:
    return (
        line["resource"] == figure["resource_id"]
        and all(line[name] == figure[name] for name in ("series_id", "area_code", "period_kind", "source_column"))
        and all(line[name] == figure[name].isoformat() for name in ("period_start", "period_end"))
        and line["source_line"] == str(figure["source_line"])
    )


def _lines(body: bytes) -> tuple[str, ...] | None:
    """The lines of a text file, None when it is none."""
    try:
        return tuple(decode(body).splitlines())
    except ValueError:
        return None


def _line(lines: tuple[str, ...] | None, number: int, place: str, *, publishers_bytes: bool) -> Printed:
    why_not = _NOT_TEXT if lines is None else None if 0 < number <= len(lines) else _NO_LINE
    if lines is None or why_not:
        ja, en = why_not or _NOT_TEXT
        return Printed("", place, publishers_bytes=publishers_bytes, why_not_ja=ja, why_not_en=en)
    text = lines[number - 1]
    return Printed(text if len(text) <= _LONGEST else text[:_LONGEST] + "…", place, publishers_bytes=publishers_bytes)
