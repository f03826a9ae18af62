"""What is said of a run's sources, refused rows and late series, of checks and past runs, in the reader's language.

The run's own record is in English, for the engineer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reports.reason_words import in_japanese
from reports.words import CHANGE, STATE, Lang, period_words, word

Row = Mapping[str, Any]
_NAMED = 3  # series; more are counted
_FIGURES = re.compile(r"(?:^|; )figures: ([\d,]+ \w+(?:, [\d,]+ \w+)*)")
_GRADES = re.compile(r"(?:^|; )grades changed: (.*?)(?:; |$)")
_LATE = re.compile(r"(?:^|; )overdue: (.*?)(?:; |$)")
_TROUBLES = {
    " cannot be read as it was published": "前のファイルが壊れていたので作り直した",
    "published is gone: ": "前に公開した行の記録がなく、違いを示せない",
}
_UNWRITTEN = {
    "the report could not be written": "レポート",
    "the files for others could not be written": "書き出すファイル",
}


@dataclass(frozen=True, slots=True)
class Late:
    """Series of one publisher that wait for the same figure."""

    series: str
    ids: str
    newest: str
    awaited: str
    expected_by: str
    days: int


def source_reason(reason: str | None, lang: Lang) -> str:
    """Why a source is not up to date."""
    if not reason:
        return "–"
    return in_japanese(reason) if lang == "ja" else reason


def check_message(message: str, lang: Lang) -> str:
    """What a check or a rule says: of a sentence in Japanese and then in English, the half for the reader.

    Both quote the same cells, so the slash in the middle is the one between them, whatever is printed in a cell.
    """
    parts = message.split(" / ")
    if len(parts) % 2:
        return in_japanese(message) if lang == "ja" else message
    half = len(parts) // 2
    return " / ".join(parts[:half] if lang == "ja" else parts[half:])


def late_series(freshness: Sequence[Row], lang: Lang) -> Iterator[Late]:
    """The overdue series, those first that are late the longest."""
    together: dict[tuple[Any, ...], list[Row]] = {}
    for row in freshness:
        if row["state"] == "overdue":
            awaits = row["publisher_id"], row["newest_period"], row["next_period"], row["expected_by"]
            together.setdefault(awaits, []).append(row)
    for rows in together.values():
        first, more = rows[0], len(rows) - _NAMED
        names = ("、" if lang == "ja" else "; ").join(row[f"name_{lang}"] for row in rows[:_NAMED])
        counted = (f" ほか{more}系列" if lang == "ja" else f" and {more} more") if more > 0 else ""
        yield Late(
            names + counted,
            ", ".join(row["series_id"] for row in rows[:_NAMED]) + (" …" if more > 0 else ""),
            period_words(first["newest_period"], lang),
            period_words(first["next_period"], lang),
            f"{first['expected_by']}",
            first["days_overdue"],
        )


def summary(run: Row, states: Mapping[str, int], lang: Lang) -> str:
    """A run in one line: in English its own message, in Japanese what it comes to.

    Args:
        run: row of ``ops.run``.
        states: how many sources were in which state.
        lang: the reader's language.
    """
    message = run["message"] or ""
    if lang == "en":
        return str(message)
    if run["outcome"] == "failed":
        return f"公開していない（前の版のまま）。理由：{in_japanese(message)}。"
    counted = [f"{word(STATE, state, lang)} {states[state]}" for state in STATE if states.get(state)]
    said = ["公開した" if run["published"] else "公開済みの版のまま"]
    said += [f"データ源：{'、'.join(counted)}"] if counted else []
    return "。".join([*said, *_news(message)]) + "。"


def _news(message: str) -> Iterator[str]:
    """What a run's message tells of figures, alarms, grades, late publishers, counted, and of trouble."""
    if found := _FIGURES.search(message):
        counts = re.findall(r"(\d[\d,]*) (\w+)", found[1])
        yield "値：" + "、".join(f"{word(CHANGE, change, 'ja')} {count}件" for count, change in counts)
    if "; ALARM (" in message:
        yield "警告あり（kpi diff を参照）"
    if found := _GRADES.search(message):
        yield f"判定の変化 {found[1].count(' → ')}件"
    if found := _LATE.search(message):
        yield f"公表の遅れている公表元 {len(re.findall(r' by [-0-9]+ [(]', found[1]))}"
    for english, japanese in _TROUBLES.items():
        if english in message:
            yield japanese
    for english, what in _UNWRITTEN.items():
        if found := re.search(rf"(?:^|; ){english} \((.*?)\)(?:; |$)", message):
            yield f"{what}を書けなかった：{in_japanese(found[1])}"
