"""What is in ``kpi.xlsx``: what it is, the KPI table in words, the tables, and what codes and columns mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reports.glossary import CONDITION, EVIDENCE, FLAG, GRADE, VERDICT
from reports.package import Credit
from reports.view import evidence, flag_words, kpis_of
from reports.words import REASON, STATUS, period_words, reason_words, word
from reports.workbook import Cell, Sheet
from warehouse.export import Column, Exported
from warehouse.pages import short

Row = Mapping[str, Any]
Rows = Sequence[Row]

SHARE = "0.0%"
_SHARES = {
    *("elapsed", "achievement_rate", "simple_ratio", "cagr_obs", "cagr_req"),
    *("p_se", "p_low95", "p_high95", "change_share"),
}
_PLAIN = {"pace_ratio", "cagr_ratio", "data_lag", "metric"}  # in no unit of the KPI
_FINER = {"se", "baseline_se", "min_detectable_change", "required_annual_change", "observed_annual_change"}
_IN_ITS_SERIES = {"core.observation", "mart.series_latest"}

_SUMMARY = (
    ("指標", "KPI"),
    ("指標（英語）", "KPI, in English"),
    ("基準", "Baseline, as printed"),
    ("基準時点", "Baseline period"),
    ("目標", "Target, as printed"),
    ("目標時点", "Target period"),
    ("目標時点の判定", "Status at the target"),
    ("判定（英語）", "In English"),
    ("判定できない理由", "Why it is not known"),
    ("理由（英語）", "In English"),
    ("最新の実績", "Latest figure"),
    ("単位", "Unit"),
    ("その期間", "Its period"),
    ("その判定", "Its status"),
    ("判定（英語）", "In English"),
    ("評価", "Japanese grade"),
    ("進捗率 p", "Progress p"),
    ("根拠", "Evidence"),
    ("注意", "Flags"),
    ("代替指標", "Proxies, which never grade"),
)


def sheets(
    rows: Mapping[str, Rows], tables: Mapping[str, Rows], exported: Sequence[Exported], credited: Sequence[Credit]
) -> list[Sheet]:
    """All sheets in order.

    Args:
        rows: what ``warehouse.pages.page_rows`` gives.
        tables: the rows of the tables to show, by name, and those of ``core.series``.
        exported: what is known of every table.
        credited: publishers of the figures.
    """
    decimals = {row["kpi_id"]: row["decimals"] for row in rows["kpis"]}
    decimals |= {row["series_id"]: row["decimals"] for row in tables["core.series"]}
    shown = [table for table in exported if table.name in tables and table.name != "core.series"]
    said = [
        _summary(rows),
        *(_table(table, tables[table.name], decimals) for table in shown),
        _codes(),
        _columns(shown),
    ]
    return [_cover(rows, said, credited), *said]


def _cover(rows: Mapping[str, Rows], others: Sequence[Sheet], credited: Sequence[Credit]) -> Sheet:
    run = rows["runs"][0]
    strategies = rows["strategies"]
    lines = [
        ("戦略 / Strategies", "、".join(s["name_ja"] for s in strategies), ", ".join(s["name_en"] for s in strategies)),
        (
            "内容 / Content",
            "戦略の数値目標に、公的統計がどこまで届いているか。判定の規則と用語は「codes」「columns」の頁にある。",
            "How far public statistics are from the targets of a strategy. Words: sheets “codes” and “columns”.",
        ),
        ("基準の実行 / As of run", f"{run['run_id']}（{run['outcome']}）", f"{run['run_id']} ({run['outcome']})"),
        ("内容ハッシュ / Content hash", run["content_hash"], "Equal hash, equal figures"),
        (
            "空欄 / Empty cells",
            "空欄は「不明」であり、0ではない。推計や補間で埋めた値はない。",
            "Empty means not known, never 0. Nothing is interpolated or carried forward.",
        ),
        (
            "代替指標 / Proxies",
            "代替指標は参考であり、判定には使わない。",
            "Proxies stand beside a KPI and never grade it.",
        ),
        (
            "数字の表示 / Decimals",
            "小数桁は指標の桁で表示している。セルの値は丸めていない。",
            "Shown with the decimals of each KPI; the cell itself is not rounded.",
        ),
        *((f"頁 / Sheet {sheet.name}", f"{sheet.ja}（{len(sheet.rows):,}行）", sheet.en) for sheet in others),
        *((f"出典 / Credit {credit.publisher_id}", credit.credit_ja, credit.credit_en) for credit in credited),
        *((f"利用条件 / Licence {credit.publisher_id}", credit.licence, "") for credit in credited),
    ]
    headings = (("項目", "Item"), ("説明", "In Japanese"), ("説明（英語）", "In English"))
    cells = [[Cell(text) for text in line] for line in lines]
    return Sheet("about", "KPI進捗：このファイルについて", "KPI progress: about this file", headings, cells, prose=True)


def _summary(rows: Mapping[str, Rows]) -> Sheet:
    """One line a KPI, in the order of the strategies, in words."""
    lines = []
    for kpi in kpis_of(rows):
        known = kpi.summary or {}
        newest = next((row for row in reversed(kpi.current) if row["period"] == known.get("latest_period")), None)
        value = None if kpi.is_milestone else known.get("latest_value")
        status = known.get("verdict_status") or known.get("latest_status")
        lines.append([
            Cell(kpi.about["name_ja"]),
            Cell(kpi.about["name_en"]),
            Cell(known.get("baseline_printed")),
            Cell(_period(known.get("baseline_period"))),
            Cell(known.get("target_printed")),
            Cell(_period(known.get("target_period"))),
            *_status(status),
            *(Cell(reason_words(known.get("reason"), lang)) for lang in ("ja", "en")),
            Cell(value, _number(kpi.about["decimals"])),
            Cell("" if kpi.is_milestone else kpi.about["unit"]),
            Cell(_period(known.get("latest_period"))),
            *_status(known.get("latest_status")),
            Cell(known.get("latest_jp_grade")),
            Cell(known.get("latest_p"), SHARE),
            Cell(evidence(newest, "ja") if newest else ""),
            Cell("、".join(flag_words(newest, "ja")) if newest else ""),
            Cell("、".join(proxy.about["name_ja"] for proxy in kpi.proxies)),
        ])  # fmt: skip
    return Sheet("summary", "KPI一覧", "One row a KPI: what is known today", _SUMMARY, lines, prose=True)


def _status(code: str | None) -> Iterator[Cell]:
    return (Cell(word(STATUS, code, lang) if code else "") for lang in ("ja", "en"))


def _period(label: str | None) -> str:
    return period_words(label, "ja") if label else ""


def _table(table: Exported, rows: Rows, decimals: Mapping[str, int]) -> Sheet:
    """A table as it is, each number with the decimals of its KPI or series."""
    headings = [(short(column.ja, "。（"), short(column.en, ";(.")) for column in table.columns]
    by = "series_id" if table.name in _IN_ITS_SERIES else "kpi_id"
    cells = []
    for row in rows:
        places = decimals.get(row.get(by) or row.get("series_id") or "")
        cells.append([Cell(row[column.name], _form(column, places)) for column in table.columns])
    return Sheet(table.name, table.ja, table.en, headings, cells)


def _form(column: Column, decimals: int | None) -> str:
    if column.type != "DOUBLE":
        return ""
    if column.name in _SHARES:
        return SHARE
    if column.name in _PLAIN or decimals is None:
        return "#,##0.00"
    return _number(decimals + 2 if column.name in _FINER else decimals)


def _number(decimals: int) -> str:
    return f"#,##0.{'0' * decimals}" if decimals else "#,##0"


def _codes() -> Sheet:
    """The words for the codes that the tables hold."""
    kinds = (
        ("判定 / status", STATUS),
        ("判定の条件 / condition of a status", CONDITION),
        ("理由 / reason", {code: tuple(words.replace("{}", "…") for words in pair) for code, pair in REASON.items()}),
        ("評価 / jp_grade", GRADE),
        ("判定の種類 / verdict_kind", VERDICT),
        ("注意 / flag", FLAG),
        ("根拠 / evidence", {code: EVIDENCE[code] for code in ("primary", "secondary")}),
    )
    lines = [[kind, code, *pair] for kind, words in kinds for code, pair in words.items()]
    headings = (("種類", "Kind"), ("コード", "Code"), ("意味", "In Japanese"), ("意味（英語）", "In English"))
    return Sheet(
        "codes", "コードの意味", "What codes mean", headings, [list(map(Cell, line)) for line in lines], prose=True
    )


def _columns(shown: Sequence[Exported]) -> Sheet:
    """What every column of the sheets is called in the files, and what it means in full."""
    lines = [[table.name, column.name, column.ja, column.en] for table in shown for column in table.columns]
    headings = (("頁・表", "Sheet, table"), ("列名", "Column"), ("意味", "In Japanese"), ("意味（英語）", "In English"))
    return Sheet(
        "columns", "列の意味", "What columns mean", headings, [list(map(Cell, line)) for line in lines], prose=True
    )
