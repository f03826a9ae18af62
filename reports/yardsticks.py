"""Other people's yardsticks as a table: what each institution would say of a figure, beside our own status."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from rich import box
from rich.table import Table

from reports.words import METHOD, STATUS, Lang, period_words, reason_words, word

Row = Mapping[str, Any]
_AGREES = {True: "＝", False: "≠", None: " "}


def yardsticks_table(rows: Sequence[Row], lang: Lang) -> Table | str:
    """One block a KPI and period: our status, then every method with its word, or why it cannot judge."""
    ja = lang == "ja"
    if not rows:
        return "比較できる行がない" if ja else "no row to compare"
    title = "他機関の方法（比較のためで判定ではない）" if ja else "Other yardsticks: for comparison, never the grade"
    table = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left", pad_edge=False)
    for heading in ("指標", "方法", "数値", "評価", "") if ja else ("KPI", "method", "number", "says", ""):
        table.add_column(heading, overflow="fold")
    for _, block in groupby(rows, key=lambda row: (row["kpi_id"], row["period"])):
        answers = list(block)
        first = answers[0]
        own = f"{first['own_status']} {word(STATUS, first['own_status'], lang)}"
        name = f"{first['name_ja' if ja else 'name_en']} {period_words(first['period'], lang)}"
        table.add_row(name, "当方" if ja else "ours", _number(first["achievement_rate"]), own, "")
        for row in _told(answers):
            said = f"[dim]{reason_words(row['reason'], lang)}[/dim]" if row["reason"] else row["status"] or "–"
            table.add_row(
                "", word(METHOD, row["method_key"], lang), _number(row["metric"]), said, _AGREES[row["agrees"]]
            )
        table.add_section()
    return table


def _told(answers: Sequence[Row]) -> list[Row]:
    """What is worth a line: a twin for indicators without target says nothing, a common silence is said once."""
    reasons = {row["reason"] for row in answers}
    if len(reasons) == 1 and "" not in reasons:
        return [{**answers[0], "method_key": "all"}]
    return [row for row in answers if row["reason"] != "HAS_TARGET"]


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"
