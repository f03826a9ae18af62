"""What is said of a run's sources, refused rows and late series, of checks and past runs, in the reader's language.

The run's own record is in English, for the engineer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reports.reason_words import in_japanese
from reports.words import CHANGE, STATE, Lang, Pair, in_lang, period_words, word

Row = Mapping[str, Any]
_NAMED = 3  # series; more are counted
_FIGURES = re.compile(r"(?:^|; )figures: ([\d,]+ \w+(?:, [\d,]+ \w+)*)")
_GRADES = re.compile(r"(?:^|; )grades changed: (.*?)(?:; |$)")
_LATE = re.compile(r"(?:^|; )overdue: (.*?)(?:; |$)")
_TROUBLES = {
    " cannot be read as it was published": (
        "前のファイルが壊れていたので作り直した",
        "The file before was damaged, so all was built anew",
    ),
    "published is gone: ": (
        "前に公開した行の記録がなく、違いを示せない",
        "What was published before is gone, so changes cannot be told",
    ),
}
_UNWRITTEN = {
    "the report could not be written": ("レポートを書けなかった：{}", "The report could not be written: {}"),
    "the files for others could not be written": (
        "書き出すファイルを書けなかった：{}",
        "The files for others could not be written: {}",
    ),
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
    """What a run comes to, in one line: its own message has all that it did, by name.

    Args:
        run: row of ``ops.run``.
        states: how many sources were in which state.
        lang: the reader's language.
    """
    message = run["message"] or ""
    if run["outcome"] == "failed":
        if lang == "ja":
            return f"公開していない（前の版のまま）。理由：{in_japanese(message)}。"
        return f"Nothing published, the version before stays. Why: {message}."
    if run["published"]:
        said = [in_lang(("公開した", "Published"), lang)]
    else:
        said = [in_lang(("公開済みの版のまま", "The version before stays"), lang)]
    if counted := [f"{word(STATE, state, lang)} {states[state]}" for state in STATE if states.get(state)]:
        said += [_listed(("データ源：", "Sources: "), counted, lang)]
    said += _news(message, lang)
    return "".join(f"{one}。" for one in said) if lang == "ja" else " ".join(f"{one}." for one in said)


def _news(message: str, lang: Lang) -> Iterator[str]:
    """What a run's message tells of figures, alarms, grades, late publishers, counted, and of trouble."""
    if found := _FIGURES.search(message):
        counts = re.findall(r"(\d[\d,]*) (\w+)", found[1])
        unit = "件" if lang == "ja" else ""
        figures = [f"{word(CHANGE, change, lang)} {count}{unit}" for count, change in counts]
        yield _listed(("値：", "Figures: "), figures, lang)
    if "; ALARM (" in message:
        yield in_lang(("警告あり（kpi diff を参照）", "There are alarms (see kpi diff)"), lang)
    if found := _GRADES.search(message):
        yield in_lang(("判定の変化 {}件", "Grades changed: {}"), lang).format(found[1].count(" → "))
    if found := _LATE.search(message):
        late = len(re.findall(r" by [-0-9]+ [(]", found[1]))
        yield in_lang(("公表の遅れている公表元 {}", "Publishers overdue: {}"), lang).format(late)
    for english, words in _TROUBLES.items():
        if english in message:
            yield in_lang(words, lang)
    for english, words in _UNWRITTEN.items():
        if found := re.search(rf"(?:^|; ){english} \((.*?)\)(?:; |$)", message):
            why = in_japanese(found[1]) if lang == "ja" else found[1]
            yield in_lang(words, lang).format(why)


def _listed(what: Pair, items: Sequence[str], lang: Lang) -> str:
    return in_lang(what, lang) + ("、" if lang == "ja" else ", ").join(items)
