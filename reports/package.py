"""``datapackage.json``: what each exported file is, column by column, as a Frictionless Data Package says it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from warehouse.export import Exported

NAME, WORKBOOK, SCORECARD = "datapackage.json", "kpi.xlsx", "scorecard.json"

Row = Mapping[str, Any]

_MADE_BY = "kpi export"

_TYPES = {
    "BIGINT": "integer",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "DOUBLE": "number",
    "INTEGER": "integer",
    "TIMESTAMP WITH TIME ZONE": "datetime",
    "VARCHAR": "string",
    "VARCHAR[]": "string",  # in CSV, joined by blanks
}
_OTHERS = {
    WORKBOOK: (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "表計算ソフトで開く一冊 | One workbook for spreadsheet programs",
    ),
    SCORECARD: ("application/json", "ウェブサイト用の進捗表 | The scorecard for a web site"),
    "scorecard.schema.json": ("application/schema+json", "scorecard.json の形 | The form of scorecard.json"),
}


@dataclass(frozen=True)
class Credit:
    """A publisher whose figures are in the files: names, terms, credit line in both languages, home page or empty."""

    publisher_id: str
    publisher_ja: str
    publisher_en: str
    licence: str
    licence_ja: str
    credit_ja: str
    credit_en: str
    homepage: str


def as_json(folder: Path, exported: Sequence[Exported], credited: Sequence[Credit], run: Row) -> str:
    """The package of the files in ``folder``, which all lie there already.

    Args:
        folder: where the files are.
        exported: the tables among them.
        credited: publishers of the figures.
        run: the row of ``ops.run`` of the run that published the figures.
    """
    package = {
        "profile": "data-package",
        "name": "kpi",
        "made_by": _MADE_BY,
        "title": "KPI進捗 / KPI progress",
        "description": (
            "総合戦略の数値目標に対する進捗と、その根拠の値。空欄は「不明」で、0ではない。 | "
            "Progress towards the targets of a city's strategy, and the figures behind it. "
            "Empty means not known, never 0."
        ),
        "version": run["run_id"],
        "created": run["started_at"].isoformat(timespec="seconds"),
        "content_hash": run["content_hash"],
        "licenses": [_licence(credit) for credit in credited],
        "sources": [_source(credit) for credit in credited],
        "resources": [resource for table in exported for resource in _tables(folder, table)] + _others(folder),
    }
    return json.dumps(package, ensure_ascii=False, indent=1) + "\n"


def files_of(text: str) -> list[Path]:
    """The files of a package that this module made, relative to its folder; none when it is of somebody else."""
    try:
        said = json.loads(text)
        paths = [Path(resource["path"]) for resource in said["resources"] if said["made_by"] == _MADE_BY]
    except (ValueError, KeyError, TypeError):
        return []
    return [path for path in paths if not path.is_absolute() and ".." not in path.parts]


def _licence(credit: Credit) -> dict[str, str]:
    """The publisher's terms; the standard wants a name or an address, and we invent neither."""
    where = {"path": credit.homepage} if credit.homepage else {"name": "notspecified"}
    return {**where, "title": credit.licence, "publisher_id": credit.publisher_id}


def _source(credit: Credit) -> dict[str, str]:
    return {
        "title": f"{credit.publisher_ja} / {credit.publisher_en}",
        **({"path": credit.homepage} if credit.homepage else {}),
        "publisher_id": credit.publisher_id,
        "credit_ja": credit.credit_ja,
        "credit_en": credit.credit_en,
    }


def _tables(folder: Path, table: Exported) -> list[dict[str, Any]]:
    """One table as two resources, with the same columns."""
    about = {"title": table.ja, "description": f"{table.ja} | {table.en}"}
    fields = [
        {
            "name": column.name,
            "type": _TYPES[column.type],
            "title": column.ja,
            "description": f"{column.ja} | {column.en}",
        }
        for column in table.columns
    ]
    schema = {"fields": fields, "missingValues": [""]}
    csv = {
        "name": table.name,
        "profile": "tabular-data-resource",
        "encoding": "utf-8",
        "rows": table.rows,
        "dialect": {"delimiter": ",", "lineTerminator": "\n", "quoteChar": '"', "doubleQuote": True},
    }
    # `type` keeps tools that read no Parquet from trying; size and hash are compared all the same.
    parquet = {"name": f"{table.name}.parquet", "type": "file"}
    return [
        {**csv, **_file(folder, f"csv/{table.name}.csv", "text/csv"), **about, "schema": schema},
        {
            **parquet,
            **_file(folder, f"parquet/{table.name}.parquet", "application/vnd.apache.parquet"),
            **about,
            "schema": schema,
        },
    ]


def _others(folder: Path) -> list[dict[str, Any]]:
    return [
        {"name": name, "type": "file", **_file(folder, name, media), "description": said}
        for name, (media, said) in _OTHERS.items()
    ]


def _file(folder: Path, path: str, media: str) -> dict[str, Any]:
    file = folder / path
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    return {
        "path": path,
        "format": file.suffix.removeprefix("."),
        "mediatype": media,
        "bytes": file.stat().st_size,
        "hash": f"sha256:{digest}",
    }
