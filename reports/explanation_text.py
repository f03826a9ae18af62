"""An explanation for the terminal, in Japanese or English: plain lines, newest period first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from reports.figures import figure_words
from reports.formulas import result_words
from reports.glossary import EVIDENCE, FLAG, VERDICT
from reports.words import STATE, Lang, period_words, word

Row = Mapping[str, Any]

_WORDS: dict[str, tuple[str, str]] = {
    "nothing": (
        "行がない：その期間の値は知られておらず、計画も値を求めていない（または期間がまだ終わっていない）",
        "there is no row: no figure of that period is known, and the plan expects none of it, or not yet",
    ),
    "series": ("系列", "series"),
    "target": ("目標", "target"),
    "grade": ("評価", "grade"),
    "verdict": ("判定の種類", "verdict"),
    "known": ("判明日", "known since"),
    "because": ("理由", "because"),
    "flags": ("注意", "flags"),
    "rules": ("規則（上から順に試す）", "rules, tried from the top"),
    "figures": ("数値", "figures"),
    "actual": ("実績", "observation"),
    "baseline": ("基準値", "baseline"),
    "part": ("内訳", "part of sum"),
    "file": ("原本", "file"),
    "printed": ("原文の行", "row as printed"),
    "citation": ("出典", "citation"),
    "note": ("注", "note"),
    "corrected": ("訂正", "corrected"),
    "erratum": ("正誤表", "erratum"),
    "address": ("取得先", "address"),
    "licence": ("利用条件", "licence"),
    "fetched": ("取得", "fetched"),
    "public": ("公表", "public since"),
    "line": ("行", "line"),
    "column": ("列", "column"),
    "path": ("目安値", "interim"),
}
_FORMULA: dict[str, tuple[str, str]] = {
    "expected_value": ("目安値 E", "expected E"),
    "achievement_rate": ("進捗率 p", "achievement p"),
    "pace_ratio": ("ペース r", "pace r"),
    "min_detectable_change": ("検出できる最小の変化", "smallest detectable change"),
    "se": ("実績の標準誤差 SE_A", "standard error of A, SE_A"),
    "baseline_se": ("基準値の標準誤差 SE_B", "standard error of B, SE_B"),
    "p_se": ("進捗率の標準誤差", "standard error of p"),
    "p_low95": ("95％区間の下端", "95 % interval, low"),
    "p_high95": ("95％区間の上端", "95 % interval, high"),
    "projected_value": ("目標時点の見通し（判定に使わない）", "projection to the target (never graded)"),
    "projected_low80": ("見通しの80％区間の下端", "its 80 % interval, low"),
    "projected_high80": ("見通しの80％区間の上端", "its 80 % interval, high"),
}
_PROJECTION: dict[str, tuple[str, str]] = {
    "no-change": ("最新の値のまま", "no change"),
    "damped-theil-sen": ("弱めた Theil–Sen の傾向", "damped Theil–Sen trend"),
}
_BASIS: dict[str, tuple[str, str]] = {
    "date": ("公表元の示す日", "as the publisher says"),
    "edition": ("版の年", "year of the edition"),
    "fetch": ("初めて取得した日", "day of the first fetch"),
}
_HOW = STATE | EVIDENCE  # how a figure came to us, and what it rests on


def as_text(found: Row, lang: Lang) -> str:
    """The chain of every period in plain lines."""
    kpi = found["kpi"]
    if kpi is None:
        return _said("nothing", lang)
    lines = [
        f"{kpi['kpi_id']}  {kpi[f'name_{lang}']}",
        f"{_said('series', lang)} {kpi['series_id']} @ {kpi['area_code']}  {kpi['method_version']}",
        *(line for target in found["targets"] for line in _target(target, kpi, lang)),
    ]
    for period in found["periods"]:
        lines += ["", *_period(period, kpi, lang)]
    return "\n".join(lines)


def _target(target: Row, kpi: Row, lang: Lang) -> Iterator[str]:
    start, end = (period_words(target[f"{name}_period"], lang) for name in ("baseline", "target"))
    course = f"{_figure(target['baseline_value'], kpi, lang)} ({start}) → {_aim(target, kpi, lang)} ({end})"
    yield f"{_said('target', lang)} {target['version']} ({target['valid_from']} –)  {course}"
    if target["path"]:
        points = ", ".join(
            f"{period_words(p['period'], lang)} {_figure(p['value'], kpi, lang)}" for p in target["path"]
        )
        yield f"  {_said('path', lang)}: {points}"


def _aim(target: Row, kpi: Row, lang: Lang) -> str:
    """The target's figure; as printed where it is a range or an event."""
    value = target["target_value"]
    return str(target["target_printed"]) if value is None else _figure(value, kpi, lang)


def _figure(value: float | None, kpi: Row, lang: Lang) -> str:
    # Plain text is searched and copied: there a blank is a blank.
    return figure_words(value, kpi["decimals"], kpi["unit"], lang).replace("\N{NO-BREAK SPACE}", " ")


def _period(row: Row, kpi: Row, lang: Lang) -> Iterator[str]:
    yield (
        f"{period_words(row['period'], lang)}  {row['status']} ({row[f'status_{lang}']})  {_said('grade', lang)}"
        f" {row['jp_grade']}  {_said('verdict', lang)} {word(VERDICT, row['verdict_kind'], lang)}"
    )
    yield _line("known", row["vintage"], lang)
    if row["reason"]:
        yield _line("because", f"{row['reason']}: {row[f'reason_{lang}']}", lang)
    if row["flags"]:
        told = [f"{flag} ({word(FLAG, flag, lang)})" for flag in row["flags"]]
        yield _line("flags", ", ".join(told), lang)
    yield f"    {_said('rules', lang)}"
    for rule in row["rules"]:
        yield f"      {'✓' if rule['held'] else '×'} {rule['status']:<20} {rule[f'words_{lang}']}"
    if row["figures"]["value"] is not None and kpi["direction"] != "milestone":
        yield _line("figures", _figures(row["figures"], kpi, lang), lang)
    decimals = kpi["decimals"] or 0
    for formula in row["formulas"]:
        result = result_words(formula["name"], formula["result"], decimals)
        steps = [_in_words(formula["formula"], lang), formula["numbers"], result]
        yield f"      {_FORMULA[formula['name']][lang == 'en']}: {' = '.join(filter(None, steps))}"
    for figure in row["observations"]:
        yield from _observation(figure, lang)


def _in_words(formula: str, lang: Lang) -> str:
    """A formula with the method of the projection in words."""
    for code, pair in _PROJECTION.items():
        formula = formula.replace(code, pair[lang == "en"])
    return formula


def _figures(figures: Row, kpi: Row, lang: Lang) -> str:
    told = [f"A = {_figure(figures['value'], kpi, lang)}"]
    for letter, name in (("B", "baseline"), ("T", "target")):
        if figures[f"{name}_value"] is not None:
            when = period_words(figures[f"{name}_period"], lang)
            told.append(f"{letter} = {_figure(figures[f'{name}_value'], kpi, lang)} ({when})")
    return ", ".join(told)


def _observation(figure: Row, lang: Lang) -> Iterator[str]:
    source, printed = figure["source"], figure["printed"]
    unit = "" if figure["raw_unit"] == "state" else figure["raw_unit"]
    came = ", ".join([figure["obs_status"], *(word(_HOW, figure[name], lang) for name in ("evidence", "acquisition"))])
    known = f"{_said('public', lang)} {figure['known_from']} ({word(_BASIS, figure['known_from_basis'], lang)})"
    told = (period_words(figure["period"], lang), repr(figure["raw_text"]), unit, f"[{came}]", known)
    yield _line(figure["role"], " ".join(filter(None, told)), lang)
    if figure["correction"]:
        yield from _correction(figure, lang)
    column = f", {_said('column', lang)} {source['source_column']}" if source["source_column"] else ""
    place = f"{source['resource_id']} {_said('line', lang)} {source['source_line']}{column}"
    fetched = f", {_said('fetched', lang)} {source['fetched_at']}" if source["fetched_at"] else ""
    yield _line("file", place, lang)
    yield _line("printed", f"{printed['place']}: {printed['text'] or printed[f'why_not_{lang}']}", lang)
    if printed["text"] and printed[f"why_not_{lang}"]:
        yield _line("printed", printed[f"why_not_{lang}"], lang)
    for name in ("citation", "note"):
        if figure[name]:
            yield _line(name, figure[name], lang)
    if source["url"]:
        yield _line("address", source["url"], lang)
    yield f"      SHA-256: {source['snapshot_id']}{fetched}"
    yield _line("licence", source["licence_ja" if lang == "ja" else "licence"] or "–", lang)


def _correction(figure: Row, lang: Lang) -> Iterator[str]:
    """What the figure counts as in place of what is printed, why, and who says so."""
    correction, unit = figure["correction"], figure["unit"]
    erratum = correction["erratum"]
    printed = correction["expected_text"] or f"{correction['expected_value']:,.10g} {unit}"
    counted = "–" if figure["value"] is None else f"{figure['value']:,.10g} {unit}"
    yield _line(
        "corrected",
        f"{printed} → {counted} [{figure['obs_status']}, {correction['action']}, {correction['correction_id']}]:"
        f" {correction[f'reason_{lang}']}",
        lang,
    )
    told = (erratum["publisher"], erratum["title"], erratum["url"], erratum["known_from"])
    yield _line("erratum", ", ".join(part for part in told if part), lang)


def _said(name: str, lang: Lang) -> str:
    return _WORDS[name][lang == "en"]


def _line(name: str, text: object, lang: Lang) -> str:
    return f"    {_said(name, lang)}: {text}"
