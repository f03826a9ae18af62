"""What changed between two runs, in words: one line for the run's message, a line a grade, a table for the terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.table import Table

from reports.terminal import plain_table
from reports.words import CAUSE, CHANGE, STATUS, Lang, Pair, period_words, share, word

Row = Mapping[str, Any]
_MOST_ALARMS = 10
COLUMNS: dict[str, Pair] = {
    "change": ("変化", "change"),
    "about": ("対象", "about"),
    "period": ("期間", "period"),
    "before": ("前", "before"),
    "now": ("後", "now"),
    "why": ("内容", "why"),
}


def sentence(rows: Sequence[Row]) -> str:
    """The whole run diff in one line of English, alarms before grades; empty when nothing changed."""
    counts = Counter[str]()
    for row in rows:
        if row["what"] == "figure":
            counts[row["change"]] += row["figures"]
    figures = ", ".join(f"{count:,} {change}" for change, count in sorted(counts.items()))
    alarms, grades = alarm_sentences(rows), grade_sentences(rows)
    said = {
        "figures": figures,
        "ALARM (see `kpi diff`)": ", ".join(alarms),
        "grades changed": ", ".join(grades),
    }
    return "; ".join(f"{what}: {words}" for what, words in said.items() if words)


def alarm_sentences(rows: Sequence[Row]) -> list[str]:
    """Each alarm in English, series first; behind the first ten only how many more figures there are.

    ``series ssdse_b.A4103 has 12 fewer observations``, ``ishikawa.visitors 17901 2015 10,064,000 → 8,000,000``.
    """
    alarms = sorted((row for row in rows if row["is_alarm"]), key=lambda row: row["what"] != "series")
    listed = [row for row in alarms if row["series_id"] is not None]
    said = [_alarm_words(row) for row in listed[:_MOST_ALARMS]]
    more = sum(row["figures"] for row in alarms if row["what"] == "figure") - sum(
        row["what"] == "figure" for row in listed[:_MOST_ALARMS]
    )
    return [*said, f"{more:,} more figures"] if more else said


def _alarm_words(row: Row) -> str:
    if row["what"] == "series":
        return f"series {row['series_id']} has {row['figures']:,} fewer observations"
    before, now = (_plain(row[name]) for name in ("old_value", "new_value"))
    return f"{row['series_id']} {row['area_code']} {row['period']} {before} → {now}"


def _plain(value: float | None) -> str:
    return "none" if value is None else f"{value:,.10g}"


def grade_sentences(rows: Sequence[Row]) -> list[str]:
    """Each changed grade with its causes, in English: ``visitors 2018 ON_TRACK (A) → BEHIND (C), restated figure``."""
    return [
        f"{row['kpi_id']} {row['period']} {_standing(row, 'old')} → {_standing(row, 'new')}, "
        + " and ".join(word(CAUSE, cause, "en") for cause in row["causes"])
        for row in rows
        if row["what"] == "grade"
    ]


def _standing(row: Row, when: str) -> str:
    status = row[f"{when}_status"]
    return f"{status} ({row[f'{when}_grade']})" if status else "–"


def table(rows: Sequence[Row], lang: Lang) -> Table | str:
    """Grades first, then figures; the figures that are not listed one by one stand as a number."""
    nothing = ("変わったことはない", "nothing changed")
    return plain_table("変わったこと / What changed", list(lines(rows, lang)), COLUMNS, nothing, lang)


def lines(rows: Sequence[Row], lang: Lang) -> Iterator[dict[str, Any]]:
    """The run diff as lines of ``COLUMNS``. Where nothing was published before, figures are only counted.

    A row may carry ``about_ja`` and ``about_en``, names to show instead of its ids.
    """
    for row in _counted_where_all_is_new(rows):
        line = {"change": word(CHANGE, row["change"], lang), "period": period_words(row["period"], lang)}
        if row["what"] == "grade":
            why = ("、" if lang == "ja" else ", ").join(word(CAUSE, cause, lang) for cause in row["causes"])
            before, now = (_said(row, when, lang) for when in ("old", "new"))
            yield line | {"about": row.get(f"about_{lang}") or row["kpi_id"], "before": before, "now": now, "why": why}
        elif row["series_id"] is None:
            yield line | {"about": row.get(f"about_{lang}") or row["publisher_id"], "why": _count(row, lang)}
        else:
            place = " ".join(filter(None, (row["series_id"], row["area_code"])))
            about = row.get(f"about_{lang}") or place
            yield line | {"about": about, "before": row["old_value"], "now": row["new_value"], "why": _size(row, lang)}


def _counted_where_all_is_new(rows: Sequence[Row]) -> Sequence[Row]:
    if any(row["since_run"] for row in rows):
        return rows
    counts: dict[str, dict[str, Any]] = {}
    for row in rows:
        about = {name: row.get(name) for name in ("publisher_ja", "publisher_en")}
        first = {**row, "series_id": None, "period": None, "figures": 0} | {
            f"about_{lang}": about[f"publisher_{lang}"] for lang in ("ja", "en")
        }
        counts.setdefault(row["publisher_id"], first)["figures"] += row["figures"]
    return list(counts.values())


def _said(row: Row, when: str, lang: Lang) -> str:
    status = row[f"{when}_status"]
    return f"{word(STATUS, status, lang)} {row[f'{when}_grade']}" if status else "–"


def _count(row: Row, lang: Lang) -> str:
    figures = f"{row['figures']:,}"
    if row["since_run"]:
        return (f"ほか{figures}件" if lang == "ja" else f"{figures} more") + _alarm(row, lang)
    return f"{figures}件" if lang == "ja" else f"{figures} figure{'s' if row['figures'] != 1 else ''}"


def _size(row: Row, lang: Lang) -> str:
    causes = ["" if row["change_share"] is None else share(row["change_share"])]
    causes += [word(CAUSE, cause, lang) for cause in row["causes"] or ()]
    return " ".join(filter(None, causes)) + _alarm(row, lang)


def _alarm(row: Row, lang: Lang) -> str:
    return (" 警告" if lang == "ja" else " ALARM") if row["is_alarm"] else ""
