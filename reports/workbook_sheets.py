"""What is in ``kpi.xlsx``: what it is, the KPI table in words, the tables, and what codes and columns mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reports.glossary import CONDITION, EVIDENCE, FLAG, GRADE, VERDICT
from reports.package import Credit
from reports.view import Kpi, evidence, flag_words, is_ahead, kpis_of
from reports.words import OUTCOME, REASON, STATE, STATUS, TARGET_IS_AHEAD, Lang, period_words, reason_words, word
from reports.workbook import Cell, Sheet
from warehouse.export import Column, Exported

Row = Mapping[str, Any]
Rows = Sequence[Row]

SHARE = "0.0%"
_LANGS: tuple[Lang, Lang] = ("ja", "en")
_SHARES = {
    *("elapsed", "achievement_rate", "simple_ratio", "cagr_obs", "cagr_req"),
    *("p_se", "p_low95", "p_high95", "change_share"),
}
_PLAIN = {"pace_ratio", "cagr_ratio", "data_lag", "metric"}  # in no unit of the KPI
_FINER = {"se", "baseline_se", "min_detectable_change", "required_annual_change", "observed_annual_change"}
_IN_ITS_SERIES = {"core.observation", "mart.series_latest"}

_SUMMARY = (
    ("指標", "KPI"),
    ("基準", "Baseline, as printed"),
    ("目標", "Target, as printed"),
    ("目標時点の判定", "Status at the target"),
    ("判定できない理由", "Why it is not known"),
    ("最新の実績", "Latest figure"),
    ("単位", "Unit"),
    ("その期間", "Its period"),
    ("その判定", "Its status"),
    ("評価", "Japanese grade"),
    ("進捗率 p", "Progress p"),
    ("根拠", "Evidence"),
    ("注意", "Flags"),
    ("代替指標（判定しない）", "Proxies, which never grade"),
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
    shown.sort(key=lambda table: table.name.startswith("core."))  # what people look for first: what figures say
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
        (
            "基準の実行 / As of run",
            f"{run['run_id']}（{run['started_at']:%Y-%m-%d %H:%M} UTC、{word(OUTCOME, run['outcome'], 'ja')}）",
            f"{run['run_id']} ({run['started_at']:%Y-%m-%d %H:%M} UTC, {word(OUTCOME, run['outcome'], 'en')})",
        ),
        (
            "公表元の状態 / State of sources",
            "\n".join(f"{s['publisher_id']}：{word(STATE, s['state'], 'ja')}" for s in rows["run_sources"]),
            "\n".join(f"{s['publisher_id']}: {word(STATE, s['state'], 'en')}" for s in rows["run_sources"]),
        ),
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
        *((f"利用条件 / Licence {credit.publisher_id}", credit.licence_ja, credit.licence) for credit in credited),
    ]
    headings = (("項目", "Item"), ("説明", "In Japanese"), ("説明（英語）", "In English"))
    cells = [[Cell(text) for text in line] for line in lines]
    return Sheet(
        "about", "KPI進捗：このファイルについて", "KPI progress: about this file", headings, cells, wrapped_at=60
    )


def _summary(rows: Mapping[str, Rows]) -> Sheet:
    """One line a KPI, in the order of the strategies, in words."""
    lines = [_summary_line(kpi, kpi.summary or {}) for kpi in kpis_of(rows)]
    return Sheet("summary", "KPI一覧", "One row a KPI: what is known today", _SUMMARY, lines, wrapped_at=28)


def _summary_line(kpi: Kpi, known: Row) -> list[Cell]:
    newest = next((row for row in reversed(kpi.current) if row["period"] == known.get("latest_period")), None)
    value = None if kpi.is_milestone else known.get("latest_value")  # a state that was seen is no quantity
    at_target = known.get("verdict_status") or known.get("latest_status")
    reason, grade = known.get("reason"), known.get("latest_jp_grade")
    return [
        Cell(f"{kpi.about['name_ja']}\n{kpi.about['name_en']}"),
        *(
            Cell(_lines(known.get(f"{end}_printed"), _period(known.get(f"{end}_period"))))
            for end in ("baseline", "target")
        ),
        Cell(_lines(*TARGET_IS_AHEAD) if is_ahead(known) else _status(at_target)),
        Cell(_lines(*(reason_words(reason, lang) for lang in _LANGS))),
        Cell(value, _number(kpi.about["decimals"])),
        Cell("" if kpi.is_milestone else kpi.about["unit"]),
        Cell(_period(known.get("latest_period"))),
        Cell(_status(known.get("latest_status"))),
        Cell(grade),
        Cell(known.get("latest_p"), SHARE),
        Cell(_lines(*(evidence(newest, lang) for lang in _LANGS)) if newest else ""),
        Cell("\n".join(flag_words(newest, "ja")) if newest else ""),
        Cell("\n".join(proxy.about["name_ja"] for proxy in kpi.proxies)),
    ]


def _lines(*texts: str | None) -> str:
    return "\n".join(text for text in texts if text)


def _status(code: str | None) -> str:
    return _lines(*(word(STATUS, code, lang) for lang in _LANGS)) if code else ""


def _period(label: str | None) -> str:
    return period_words(label, "ja") if label else ""


def _table(table: Exported, rows: Rows, decimals: Mapping[str, int]) -> Sheet:
    """A table as it is, each number with the decimals of its KPI or series."""
    # The first clause of a comment heads the column; the whole of it stands in the sheet "columns".
    headings = [(column.ja.partition("。")[0], column.en.partition(";")[0]) for column in table.columns]
    by = "series_id" if table.name in _IN_ITS_SERIES else "kpi_id"
    forms: dict[int | None, list[str]] = {}
    cells = []
    for row in rows:
        places = decimals.get(row.get(by) or row.get("series_id") or "")
        if places not in forms:
            forms[places] = [_form(column, places) for column in table.columns]
        cells.append([Cell(value, form) for value, form in zip(row.values(), forms[places], strict=True)])
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
        "codes", "コードの意味", "What codes mean", headings, [list(map(Cell, line)) for line in lines], wrapped_at=60
    )


def _columns(shown: Sequence[Exported]) -> Sheet:
    """What every column of the sheets is called in the files, and what it means in full."""
    lines = [[table.name, column.name, column.ja, column.en] for table in shown for column in table.columns]
    headings = (("頁・表", "Sheet, table"), ("列名", "Column"), ("意味", "In Japanese"), ("意味（英語）", "In English"))
    return Sheet(
        "columns", "列の意味", "What columns mean", headings, [list(map(Cell, line)) for line in lines], wrapped_at=60
    )
