"""The quarantine: rows that broke a rule, each with the rule, a reason for people and the row as it came."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from expectations.engine import Finding
from expectations.facts import period_label
from expectations.suites import Rule

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    *("rule", "reason", "raw", "resource_id", "snapshot_id", "source_line", "source_column"),
    *("series_id", "area_code", "period_label"),
)
EXAMPLES = 3


def quarantine(original: pd.DataFrame, checked: pd.DataFrame, findings: Iterable[Finding]) -> pd.DataFrame:
    """One line for every row and every rule that it broke, in the order of the rows.

    Args:
        original: the rows as the adapter gave them; they are kept as JSON.
        checked: the same rows, with the same index, and the facts that the reasons name.
        findings: of the row rules.

    Returns:
        A frame with ``COLUMNS``.
    """
    import pandas as pd

    broken: dict[int, list[Rule]] = {}
    for finding in findings:
        for row in finding.rows:
            broken.setdefault(row, []).append(finding.rule)
    rows = sorted(broken)
    if not rows:
        return _nothing()
    raws = [json.dumps(record, ensure_ascii=False, default=str) for record in _records(original, rows)]
    lines = [
        {**facts, "raw": raw, "rule": rule.id, "reason": rule.say(facts)}
        for row, raw, facts in zip(rows, raws, as_facts(checked, rows), strict=True)
        for rule in broken[row]
    ]
    return pd.DataFrame(lines, columns=list(COLUMNS), dtype="str").astype({"source_line": "int64"})


@cache
def _nothing() -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(columns=list(COLUMNS), dtype="str").astype({"source_line": "int64"})


def message(finding: Finding, frame: pd.DataFrame) -> str:
    """What a broken rule tells people: how many rows and the first of them, or what is wrong with the table.

    Japanese first, as every sentence of a rule. A table that is one line has no rows to count.
    """
    if finding.success:
        return ""
    if not finding.rows:
        return finding.rule.say(finding.facts)
    reasons = dict.fromkeys(finding.rule.words(facts) for facts in as_facts(frame, finding.rows[:EXAMPLES]))
    japanese, english = zip(*reasons, strict=True)
    broken, checked = len(finding.rows), finding.checked
    count_ja, count_en = f"{checked:,}行中{broken:,}行：", f"{broken:,} of {checked:,} rows: "
    if len(frame) == 1:
        count_ja = count_en = ""
    return f"{count_ja}{'。'.join(japanese)} / {count_en}{'; '.join(english)}"


def as_facts(frame: pd.DataFrame, rows: Sequence[int]) -> list[dict[str, str]]:
    """Rows as text, the way that a sentence prints them, with the short name of their period where they have one."""
    facts = [{name: _printed(value) for name, value in row.items()} for row in _records(frame, rows)]
    return [{**row, "period_label": period_label(row)} if "period_kind" in row else row for row in facts]


def _records(frame: pd.DataFrame, rows: Sequence[int]) -> list[dict[str, Any]]:
    """Rows as plain records, in which a missing value of any kind is None."""
    part = frame.loc[list(rows)].astype(object)
    records = part.where(part.notna(), None).to_dict("records")
    return [{str(name): value for name, value in record.items()} for record in records]


def _printed(value: object) -> str:
    match value:
        case None:
            return "-"
        case datetime():
            return f"{value:%Y-%m-%d}"
        case float():
            return f"{value:,.10g}"
        case _:
            return str(value)
