"""Tables for the terminal, readable at 100 columns, Japanese and English names side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from reports.figures import cell_words
from reports.run_words import check_message, source_reason
from reports.words import (
    FRESHNESS,
    OUTCOME,
    STATE,
    Lang,
    Pair,
    in_lang,
    period_words,
    word,
)

Row = Mapping[str, Any]
NO_RUN = ("まだ実行がない。`kpi run` を実行する", "no run yet; run `kpi run`")


def console(*, error: bool = False) -> Console:
    """A console that keeps 100 columns where the output is not a terminal, and prints brackets as they are."""
    out = Console(stderr=error, highlight=False, markup=False)
    return out if out.is_terminal else Console(stderr=error, highlight=False, markup=False, width=100)


def lines(*main: str, beside: Iterable[str] = ()) -> Text:
    """A cell of several lines, those ``beside`` the matter less bright."""
    text = Text("\n".join(main))
    for line in beside:
        text.append(f"\n{line}", style="dim")
    return text


def plain_table(title: str, rows: Sequence[Row], columns: Mapping[str, Pair], empty: Pair, lang: Lang) -> Table | str:
    """Any rows as a table; ``columns`` maps column names to headings. ``empty`` is what to say without rows."""
    if not rows:
        return in_lang(empty, lang)
    table = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left", pad_edge=False)
    for heading in columns.values():
        table.add_column(in_lang(heading, lang), overflow="fold")
    for row in rows:
        table.add_row(*(cell_words(row.get(name)) for name in columns))
    return table


def runs_table(rows: Sequence[Row], lang: Lang) -> Table | str:
    """How each run went."""
    shown = [{**row, "said": outcome(row["outcome"], lang)} for row in rows]
    columns = {
        "run_id": ("実行", "run"),
        "said": ("結果", "outcome"),
        "published": ("ファイル", "file"),
        "message": ("内容", "message"),
    }
    return plain_table("実行 / Runs", shown, columns, NO_RUN, lang)


def checks_table(rows: Sequence[Row], lang: Lang) -> Table | str:
    """The checks that did not pass."""
    columns = {
        "action": ("扱い", "action"),
        "rule": ("規則", "rule"),
        "subject": ("対象", "subject"),
        "message": ("内容", "message"),
    }
    passed = ("すべての検査を通った", "all checks passed")
    return plain_table("検査 / Checks that did not pass", rows, columns, passed, lang)


def quarantine_table(rows: Sequence[Row], lang: Lang) -> Table | str:
    """Every row that was refused, once for each rule that it broke."""
    shown = [{**row, "why": check_message(row["reason"], lang)} for row in rows]
    columns = {
        "resource_id": ("ファイル", "file"),
        "source_line": ("行", "line"),
        "rule": ("規則", "rule"),
        "why": ("理由", "reason"),
    }
    return plain_table("隔離 / Quarantine", shown, columns, ("隔離した行はない", "nothing in quarantine"), lang)


def sources_table(rows: Sequence[Row], lang: Lang) -> Table | str:
    """What every source contributed to the newest run."""
    shown = [
        {**row, "said": word(STATE, row["state"], lang), "why": source_reason(row["reason"], lang)} for row in rows
    ]
    columns = {
        "publisher_id": ("公表元", "source"),
        "said": ("状態", "state"),
        "rows": ("行", "rows"),
        "quarantined": ("隔離", "quarantined"),
        "why": ("理由", "why"),
    }
    return plain_table("公表元 / Sources", shown, columns, NO_RUN, lang)


def freshness_table(rows: Sequence[Row], lang: Lang) -> Table | str:
    """What each series has, what comes next, and by when."""
    shown = [
        {
            **row,
            "name": row[f"name_{lang}"],
            "newest": period_words(row["newest_period"], lang),
            "next": period_words(row["next_period"], lang),
            "said": word(FRESHNESS, row["state"], lang),
        }
        for row in rows
    ]
    columns = {
        "series_id": ("系列", "series"),
        "name": ("名称", "name"),
        "newest": ("最新", "newest"),
        "next": ("次", "next"),
        "expected_by": ("期限", "expected by"),
        "said": ("状態", "state"),
        "days_overdue": ("超過日数", "days overdue"),
    }
    return plain_table("データの新しさ / Freshness", shown, columns, NO_RUN, lang)


def overdue_table(rows: Sequence[Row], lang: Lang) -> Table | str:
    """The series that are overdue: one line for all of one publisher that wait for the same."""
    groups: dict[tuple[Any, ...], list[str]] = {}
    keys = ("publisher_id", "next_period", "expected_by", "days_overdue")
    for row in rows:
        if row["state"] == "overdue":
            groups.setdefault(tuple(row[key] for key in keys), []).append(row["series_id"])
    shown = [dict(zip(keys, group, strict=True)) | {"series": ", ".join(ids)} for group, ids in groups.items()]
    columns = {
        "publisher_id": ("公表元", "source"),
        "next_period": ("期間", "period"),
        "expected_by": ("期限", "expected by"),
        "days_overdue": ("超過日数", "days overdue"),
        "series": ("系列", "series"),
    }
    return plain_table("公表の遅れ / Overdue", shown, columns, ("遅れている系列はない", "no series is overdue"), lang)


def outcome(code: str, lang: Lang) -> str:
    """The outcome of a run in words."""
    return word(OUTCOME, code, lang)
