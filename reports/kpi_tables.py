"""How the KPIs stand, for the terminal: one row a KPI, or one row a period."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

from reports.glossary import TONE_WORDS, counted
from reports.terminal import lines
from reports.view import is_ahead
from reports.words import STATUS, TARGET_IS_AHEAD, Lang, in_lang, number, period_words, reason_words, share, word

Row = Mapping[str, Any]


def progress_table(rows: Sequence[Row], lang: Lang) -> Table | Group:
    """One row a KPI: where it started, where it should be, what is known, and how that is judged.

    Where there is more than one strategy, each has a table below its name, with how many of its KPIs stand how.
    """
    strategies = [list(group) for _, group in groupby(rows, key=itemgetter("strategy_id"))]
    if len(strategies) < 2:
        return _progress_table(rows, "KPI進捗 / KPI progress", lang)
    return Group(*(_progress_table(group, _strategy(group, lang), lang) for group in strategies))


def _strategy(rows: Sequence[Row], lang: Lang) -> str:
    """City and name of a strategy, and how many of its KPIs stand how at the target."""
    city, name = rows[0][f"municipality_{lang}"], rows[0][f"strategy_{lang}"]
    counts = [f"{mark} {word(TONE_WORDS, kind, lang)} {count}" for kind, mark, count in counted(map(_status, rows))]
    if lang == "ja":
        return f"{city} {name}：{'、'.join(counts)}（全{len(rows)}件）"
    return f"{city}, {name}: {', '.join(counts)} (of {len(rows)})"


def _status(row: Row) -> str:
    """The judgement at the target period where there is one, else that of the newest figure."""
    return str(row["verdict_status"] or row["latest_status"] or "")


def _progress_table(rows: Sequence[Row], title: str, lang: Lang) -> Table:
    ja = lang == "ja"
    table = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left", pad_edge=False)
    for heading, justify in (
        ("指標" if ja else "KPI", "left"),
        ("基準 → 目標" if ja else "baseline → target", "left"),
        ("最新の実績" if ja else "latest figure", "left"),
        ("進捗率 p" if ja else "progress p", "right"),
        ("目標時点の判定" if ja else "at the target", "left"),
    ):
        table.add_column(heading, justify=justify, overflow="fold")  # type: ignore[arg-type]
    for row in rows:
        table.add_row(
            lines(row["name_ja"], beside=[row["name_en"]]),
            _course(row, lang),
            _latest(row, lang),
            share(row["latest_p"]),
            _verdict(row, lang),
        )
        table.add_section()
    return table


def _course(row: Row, lang: Lang) -> str:
    """Baseline and target as the strategy prints them."""
    start, end = (
        f"{row[f'{n}_printed'] or '–'} ({period_words(row[f'{n}_period'], lang)})" for n in ("baseline", "target")
    )
    return f"{start}\n→ {end}"


def _latest(row: Row, lang: Lang) -> Text:
    why = [reason_words(row["reason"], lang)] if is_ahead(row) and row["reason"] else []
    if not row["latest_period"]:
        return lines("–", beside=why)
    where = period_words(row["latest_period"], lang)
    if row["direction"] == "milestone":
        figure = f"{where}までに確認" if lang == "ja" else f"seen by {where}"
    else:
        figure = f"{_figure(row, row['latest_value'])} ({where})"
    flags = set(row["latest_flags"] or ())
    notes = [text for flag, text in _NOTES[lang].items() if flag in flags]
    return lines(figure, word(STATUS, row["latest_status"], lang), beside=[*why, *notes])


_NOTES: dict[Lang, dict[str, str]] = {
    "ja": {"SECONDARY_SOURCE": "二次資料", "POST_TARGET": "目標年の後", "PROVISIONAL": "速報値", "STALE": "前回取得分"},
    "en": {
        "SECONDARY_SOURCE": "secondary source",
        "POST_TARGET": "after the target year",
        "PROVISIONAL": "provisional",
        "STALE": "last good figure",
    },
}


def _verdict(row: Row, lang: Lang) -> Text:
    if is_ahead(row):
        return lines(in_lang(TARGET_IS_AHEAD, lang))
    status = _status(row)
    why = [reason_words(row["reason"], lang)] if row["reason"] else []
    return lines(status or "–", word(STATUS, status, lang), beside=why)


def _figure(row: Row, value: float | None) -> str:
    if row["direction"] == "milestone":
        return "–"  # a state that was seen, not a quantity
    return number(value, row["decimals"] or 0, row["unit"])


def periods_table(rows: Sequence[Row], lang: Lang) -> Table | str:
    """Every period of a KPI, or every KPI of a year: value, achievement, pace, status, flags."""
    if not rows:
        return "行がない：この指標・この年の値はない" if lang == "ja" else "no row: this KPI or year has none"
    table = Table(box=box.SIMPLE_HEAD, title="KPI進捗 / KPI progress", title_justify="left", pad_edge=False)
    ja = lang == "ja"
    headings = (
        ("指標", "期間", "実績", "進捗率 p", "ペース r", "判定")
        if ja
        else ("KPI", "period", "figure", "p", "pace r", "status")
    )
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        pace = "–" if row["pace_ratio"] is None else f"{row['pace_ratio']:.2f}"
        notes = ", ".join([*(row["flags"] or ()), *filter(None, [reason_words(row["reason"], lang)])])
        more = [notes, *_uncertainty(row, lang)]
        table.add_row(
            row["name_ja" if ja else "name_en"],
            period_words(row["period"], lang),
            _figure(row, row["value"]),
            share(row["achievement_rate"]),
            pace,
            lines(f"{row['status']} {word(STATUS, row['status'], lang)}", beside=filter(None, more)),
        )
    return table


def _uncertainty(row: Row, lang: Lang) -> Iterator[str]:
    """How sure the figure is, and where the series would stand at the target: beside the grade, never part of it."""
    ja = lang == "ja"

    def figure(name: str) -> str:
        return number(row[name], row["decimals"] or 0)

    if row["p_low95"] is not None:
        name = "進捗率の95％区間" if ja else "95 % interval of p"
        yield f"{name} {share(row['p_low95'])} – {share(row['p_high95'])}"
    if row["se"] is not None:
        yield f"{'標準誤差' if ja else 'standard error'} {row['se']:,.3g}"
    if row["min_detectable_change"] and row["status"] != "NA_TOO_EARLY":
        yield f"{'検出できる最小の変化' if ja else 'smallest detectable change'} {row['min_detectable_change']:,.4g}"
    if row["projected_value"] is not None:
        name = f"{period_words(row['target_period'], lang)}の見通し" if ja else f"projection to {row['target_period']}"
        interval = (
            f" [{figure('projected_low80')}, {figure('projected_high80')}]"
            if row["projected_low80"] is not None
            else ""
        )
        yield f"{name} {figure('projected_value')}{interval}"
