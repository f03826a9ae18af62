"""What people see of a run, for the terminal, for Prefect's artifacts and as data for machines."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from clock import TOKYO
from flows.run_record import RunRecord
from reports.words import STATUS, number, reason_words, share, word
from warehouse import read
from warehouse.publish import CURRENT
from warehouse.rows import Rows


def for_people(moment: datetime) -> str:
    """A moment as people in Japan write it."""
    return f"{moment.astimezone(TOKYO):%Y-%m-%d %H:%M} JST"


def progress_cells(warehouse_dir: Path) -> list[dict[str, Any]]:
    """The KPI table as plain cells for an artifact."""
    return [_cells(row) for row in read.summary(warehouse_dir / CURRENT)]


def _cells(row: Mapping[str, Any]) -> dict[str, Any]:
    status = row["verdict_status"] or row["latest_status"]
    return {
        "KPI": f"{row['name_ja']} / {row['name_en']}",
        "baseline": f"{number(row['baseline_value'], row['decimals'])} ({row['baseline_period']})",
        "target": f"{number(row['target_value'], row['decimals'])} ({row['target_period']})",
        "latest": f"{number(row['latest_value'], row['decimals'])} ({row['latest_period'] or '–'})",
        "p": share(row["latest_p"]),
        "status": f"{status} {word(STATUS, status, 'ja')}",
        "reason": reason_words(row["reason"], "ja"),
    }


def summary_markdown(record: RunRecord) -> str:
    """The run's record as Markdown."""
    lines = [
        f"**{record.outcome}**: {record.message}",
        "",
        "| source | state | rows | quarantined | why |",
        "|-|-|-|-|-|",
    ]
    lines += [
        f"| {s['publisher_id']} | {s['state']} | {s['rows']} | {s['quarantined']} | {s['reason'].replace('|', '/')} |"
        for s in record.sources
    ]
    lines += ["", f"file `{record.published or 'unchanged'}`, content `{record.content_hash}`"]
    return "\n".join(lines)


def as_csv(rows: Rows) -> str:
    """Rows as CSV below a header, which is there without rows too; lists joined by blanks."""
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=rows.columns, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _joined(v) if isinstance(v, list) else v for name, v in row.items()})
    return out.getvalue()


def as_json(rows: Rows) -> str:
    """Rows as a JSON list; days and moments in ISO 8601, no finite number as null, what JSON does not know as text."""
    plain = [{name: _finite(value) for name, value in row.items()} for row in rows]
    return json.dumps(plain, ensure_ascii=False, indent=1, allow_nan=False, default=_iso) + "\n"


def as_markdown(rows: Rows) -> str:
    """Rows as a Markdown table below a header, which is there without rows too; a row is a line whatever it holds."""
    names = [_in_a_cell(name) for name in rows.columns]
    lines = ["| " + " | ".join(names) + " |", "|" + "-|" * len(names)]
    lines += ["| " + " | ".join(_in_a_cell(row[name]) for name in rows.columns) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def _in_a_cell(value: object) -> str:
    text = _joined(value) if isinstance(value, list) else "" if value is None else str(value)
    return " ".join(text.splitlines()).replace("|", r"\|")


def _joined(values: Sequence[object]) -> str:
    return " ".join("" if value is None else str(value) for value in values)


def _finite(value: object) -> object:
    match value:
        case float():
            return value if math.isfinite(value) else None
        case list():
            return [_finite(one) for one in value]
        case dict():
            return {name: _finite(one) for name, one in value.items()}
        case _:
            return value


def _iso(value: object) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
