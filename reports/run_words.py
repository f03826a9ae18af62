"""What is said of a run's sources, refused rows and late series in the reader's language.

The run's own record is in English, for the engineer. The usual reasons have words in Japanese too; a publisher's own
words, and those of a rare error, stay as they are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reports.words import STATE, Lang, period_words, word

Row = Mapping[str, Any]
_NAMED = 3  # series; more are counted
_IN_JAPANESE = {
    r"nothing was fetched yet \(offline\)": "まだ取得していない（オフライン）",
    r", nothing is recorded": "。収録した値もない",
    r"the publisher has put nothing out": "公表元がまだ何も出していない",
    r"(KPI_\w+) is not set; registration at (\S+) is free and gives a key": (
        r"\1 が未設定。\2 で無料で登録すると鍵が得られる"
    ),
    r"\b(\d+) files\b": r"\1ファイル",
    r"nothing was asked tonight \(offline\); ": "今夜は尋ねていない（オフライン）。",
    r"asked on (\d{4}-\d\d-\d\d \d\d:\d\d JST): ": r"\1に尋ねた結果：",
    r"([\d,]+) rows? in quarantine, see `kpi quarantine`; (\S+) line (\d+): ": (
        r"\1行を隔離（`kpi quarantine` で見られる）。\2 \3行目："
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
    said = reason or "–"
    if lang == "ja":
        for english, japanese in _IN_JAPANESE.items():
            said = re.sub(english, japanese, said)
    return said


def refusal(reason: str, lang: Lang) -> str:
    """Why a row was refused, of a sentence that says it in Japanese and then, behind a slash, in English.

    Both quote the same cells, so the slash in the middle is the one between them, whatever is printed in a cell.
    """
    said = reason.split(" / ")
    if len(said) % 2:
        return reason
    half = len(said) // 2
    return " / ".join(said[half:] if lang == "en" else said[:half])


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


def summary(message: str, sources: Sequence[Row], changes: Sequence[Row], lang: Lang) -> str:
    """The run in one line: in English its own message, in Japanese what the tables hold."""
    if lang == "en":
        return message
    states = Counter(source["state"] for source in sources)
    figures = sum(row["figures"] or 0 for row in changes if row["what"] == "figure")
    said = [f"{word(STATE, state, lang)} {states[state]}" for state in STATE if states[state]]
    return f"データ源：{'、'.join(said)}。新しい値・変わった値：{figures:,}件。"
