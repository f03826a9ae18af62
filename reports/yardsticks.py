"""Other people's yardsticks as a table: what each institution would say of a figure, beside our own status."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from rich import box
from rich.table import Table
from rich.text import Text

from reports.formulas import plain
from reports.words import METHOD, STATUS, Lang, number, period_words, reason_words, word

Row = Mapping[str, Any]
_AGREES = {True: "＝", False: "≠", None: " "}


@dataclass(frozen=True)
class Answer:
    """What one method says of one figure; ``is_reason`` when it is why the method does not judge."""

    method: str
    metric: str
    says: str
    is_reason: bool
    agrees: bool | None


@dataclass(frozen=True)
class Block:
    """One figure of a KPI: our own status and what every method says that has something to say."""

    name: str
    period: str
    own_status: str
    own_metric: str
    answers: list[Answer]


def yardsticks_table(rows: Sequence[Row], lang: Lang) -> Table | str:
    """One block a KPI and period: our status, then every method with its word, or why it cannot judge."""
    ja = lang == "ja"
    if not rows:
        return "比較できる行がない" if ja else "no row to compare"
    title = "他機関の方法（比較のためで判定ではない）" if ja else "Other yardsticks: for comparison, never the grade"
    table = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left", pad_edge=False)
    for heading in ("指標", "方法", "数値", "評価", "") if ja else ("KPI", "method", "number", "says", ""):
        table.add_column(heading, overflow="fold")
    for block in blocks(rows, lang):
        own = f"{block.own_status} {word(STATUS, block.own_status, lang)}"
        table.add_row(f"{block.name} {block.period}", "当方" if ja else "ours", block.own_metric, own, "")
        for answer in block.answers:
            said = Text(answer.says, style="dim" if answer.is_reason else "")
            table.add_row("", answer.method, answer.metric, said, _AGREES[answer.agrees])
        table.add_section()
    return table


def blocks(rows: Sequence[Row], lang: Lang, decimals: int = 0) -> Iterator[Block]:
    """The rows by KPI and period, in words; numbers have at least these decimals."""
    for _, found in groupby(rows, key=lambda row: (row["kpi_id"], row["period"])):
        answers = list(found)
        first = answers[0]
        yield Block(
            first["name_ja" if lang == "ja" else "name_en"],
            period_words(first["period"], lang),
            first["own_status"],
            _number(first["achievement_rate"]),
            [_answer(row, lang, decimals) for row in _told(answers)],
        )


def _answer(row: Row, lang: Lang, decimals: int) -> Answer:
    reason = reason_words(row["reason"], lang) if row["reason"] else ""
    says = reason or row["status"] or "–"
    metric = _number(row["metric"], decimals)
    return Answer(word(METHOD, row["method_key"], lang), metric, says, bool(reason), row["agrees"])


def _told(answers: Sequence[Row]) -> list[Row]:
    """What is worth a line: a twin for indicators without target says nothing, a common silence is said once."""
    reasons = {row["reason"] for row in answers}
    if len(reasons) == 1 and "" not in reasons:
        return [{**answers[0], "method_key": "all"}]
    return [row for row in answers if row["reason"] != "HAS_TARGET"]


def _number(value: float | None, decimals: int = 0) -> str:
    """Four digits, or all of a whole number: more would promise too much."""
    return number(value, 0) if value and abs(value) >= 1000 else plain(value and float(f"{value:.4g}"), decimals)
