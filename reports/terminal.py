"""Tables for the terminal, readable at 100 columns, Japanese and English names side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
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
    STATUS,
    Lang,
    Pair,
    in_lang,
    number,
    period_words,
    reason_words,
    share,
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


def progress_table(rows: Sequence[Row], lang: Lang) -> Table:
    """One row a KPI: where it started, where it should be, what is known, and how that is judged."""
    ja = lang == "ja"
    table = Table(box=box.SIMPLE_HEAD, title="KPI進捗 / KPI progress", title_justify="left", pad_edge=False)
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
    if not row["latest_period"]:
        return lines("–")
    where = period_words(row["latest_period"], lang)
    if row["direction"] == "milestone":
        figure = f"{where}までに確認" if lang == "ja" else f"seen by {where}"
    else:
        figure = f"{_figure(row, row['latest_value'])} ({where})"
    flags = set(row["latest_flags"] or ())
    notes = [text for flag, text in _NOTES[lang].items() if flag in flags]
    return lines(figure, word(STATUS, row["latest_status"], lang), beside=notes)


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
    status = row["verdict_status"] or row["latest_status"]
    why = [reason_words(row["reason"], lang)] if row["reason"] else []
    return lines(status or "–", word(STATUS, status, lang), beside=why)


def _figure(row: Row, value: float | None) -> str:
    if row["direction"] == "milestone":
        return "–"  # a state that was seen, not a quantity
    return number(value, row["decimals"] or 0, row["unit"])


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
