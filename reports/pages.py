"""The report's pages as text: every page in Japanese and in English, from the rows of the published warehouse."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clock import TOKYO, tokyo_day
from reports import difference, glossary, run_words, words
from reports.chart_data import band_of, trajectory
from reports.detail import missing, periods, sources, vintages
from reports.explanation import Printed, explanation
from reports.explanation_text import as_text
from reports.figures import cell_words, day_words, figure_words
from reports.trajectory import draw
from reports.view import Kpi, Rows, end, kpis_of, overview
from reports.words import Lang, word
from reports.yardsticks import blocks
from warehouse.evidence import evidence_of_all
from warehouse.pages import QUARANTINE_SHOWN, page_rows

if TYPE_CHECKING:
    from jinja2 import Environment

_TEMPLATES = Path(__file__).with_name("templates")
_LANGUAGES: tuple[Lang, ...] = ("ja", "en")
_WIDE, _NARROW = (1100, 360), (330, 260)  # pixels of a chart on a desk and on a phone
_PROXY_WIDE, _PROXY_NARROW = (1100, 190), (330, 190)


@dataclass(frozen=True)
class Site:
    """What all pages are made of."""

    rows: Mapping[str, Rows]
    kpis: list[Kpi]
    grounds: Mapping[str, Mapping[str, Any]]  # why each KPI has its grade

    @property
    def run(self) -> dict[str, Any]:
        """The run that published the file."""
        return dict(self.rows["runs"][0])

    @property
    def today(self) -> date:
        """The day in Japan on which that run began: ages count from it, so that equal files give equal pages."""
        started: datetime = self.run["started_at"]
        return tokyo_day(started)


def render(path: Path, printed: Callable[[Mapping[str, Any]], Printed]) -> dict[str, str]:
    """All pages by their path in the report's folder; the front pages come last.

    ``printed`` finds the row of a file that a figure was read from.

    Raises:
        WarehouseError: when there is no warehouse to show.
    """
    rows = page_rows(path)
    kpis, known = kpis_of(rows), evidence_of_all(path)
    grounds = {kpi.id: explanation(known[kpi.id], printed) for kpi in kpis if kpi.id in known}
    site = Site(rows, kpis, grounds)
    return {
        ("en/" if lang == "en" else "") + name: _templates().get_template(template).render(context)
        for lang in _LANGUAGES
        for name, template, context in _pages(site, lang)
    }


@cache
def _templates() -> Environment:
    from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined

    # Compiled templates are kept beside them, as Python keeps its modules: to compile takes longer than to render.
    kept = _TEMPLATES / "__pycache__"
    if writable := os.access(_TEMPLATES, os.W_OK):
        kept.mkdir(exist_ok=True)
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        bytecode_cache=FileSystemBytecodeCache(str(kept)) if writable else None,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        auto_reload=False,
    )
    environment.globals["css"] = (_TEMPLATES / "report.css").read_text(encoding="utf-8")
    return environment


def _pages(site: Site, lang: Lang) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(path, template, what the template is told) of every page in one language."""
    shared = _shared(site, lang)
    for kpi in site.kpis:
        name = f"kpi/{kpi.id}.html"
        yield name, "kpi.html", {**shared, **_place(name, lang), **_kpi_page(site, kpi, lang)}
    others = {
        "goals.html": _goals(site),
        "run.html": _run(site, lang),
        "checks.html": _checks(site, lang),
        "method.html": {"glossary": glossary, "words": words},
        "index.html": _front(site, lang),
    }
    for name, told in others.items():
        yield name, name, {**shared, **_place(name, lang), **told}


def _place(name: str, lang: Lang) -> dict[str, str]:
    """Links of a page: to the folder of its language, and to itself in the other language."""
    up = "../" * name.count("/")
    other = f"{up}en/{name}" if lang == "ja" else f"{up}../{name}"
    return {"page": name, "up": up, "other": other}


def _shared(site: Site, lang: Lang) -> dict[str, Any]:
    strategy = site.rows["strategies"]
    return {
        "lang": lang,
        "t": lambda ja, en: ja if lang == "ja" else en,
        "say": lambda table, code: word(table, code, lang),
        "day": lambda moment: day_words(moment, lang),
        "stamp": lambda moment: f"{moment.astimezone(TOKYO):%Y-%m-%d %H:%M}" if moment else "–",
        "run": site.run,
        "today": site.today,
        "strategies": strategy,
        "cities": {row["strategy_id"]: row["municipality" if lang == "ja" else "municipality_en"] for row in strategy},
        "title": "・".join(row["name_ja"] for row in strategy)
        if lang == "ja"
        else ", ".join(row["name_en"] for row in strategy),
    }


def _front(site: Site, lang: Lang) -> dict[str, Any]:
    return {
        "parts": [_part(site, strategy, lang) for strategy in site.rows["strategies"]],
        "tone_words": glossary.TONE_WORDS,
    }


def _part(site: Site, strategy: Mapping[str, Any], lang: Lang) -> dict[str, Any]:
    """What the front page says of one strategy."""
    kpis = [kpi for kpi in site.kpis if kpi.about["strategy_id"] == strategy["strategy_id"]]
    lines = {kpi.id: overview(kpi, site.today, lang) for kpi in kpis}
    return {
        "strategy": strategy,
        "goals": [
            (goal, [lines[kpi.id] for kpi in kpis if kpi.about["goal_id"] == goal["goal_id"]])
            for goal in site.rows["goals"]
            if goal["strategy_id"] == strategy["strategy_id"]
        ],
        "counts": glossary.counted(line["standing"]["code"] for line in lines.values()),
        "total": len(lines),
    }


def _kpi_page(site: Site, kpi: Kpi, lang: Lang) -> dict[str, Any]:
    band, unit, decimals = band_of(kpi), kpi.about["unit"], kpi.about["decimals"]
    goal = next(row for row in site.rows["goals"] if row["goal_id"] == kpi.about["goal_id"])
    judged = [row for row in site.rows["yardsticks"] if row["kpi_id"] == kpi.id]
    return {
        "words": words,
        "kpi": kpi,
        "goal": goal,
        "line": overview(kpi, site.today, lang),
        "baseline": end(kpi, "baseline", lang),
        "target": end(kpi, "target", lang),
        "direction": word(glossary.DIRECTION, kpi.about["direction"], lang),
        "charts": [] if kpi.is_milestone else _charts(kpi, lang, _WIDE, _NARROW),
        "shown": trajectory(kpi, lang),
        "band": band
        and {
            name: figure_words(float(f"{value:.4g}"), decimals, unit, lang)  # more digits would promise too much
            for name, value in (("value", band.value), ("low", band.low), ("high", band.high))
        },
        "periods": periods(kpi, lang),
        "vintages": vintages(kpi, lang),
        "why": why(site, kpi, lang),
        "yardsticks": list(blocks(judged, lang, decimals or 0)),
        "sources": sources(kpi, lang),
        "missing": missing(kpi, lang),
        "proxies": [
            {
                "kpi": proxy,
                "charts": _charts(proxy, lang, _PROXY_WIDE, _PROXY_NARROW),
                "periods": periods(proxy, lang),
                "sources": sources(proxy, lang),
            }
            for proxy in kpi.proxies
        ],
    }


def _charts(kpi: Kpi, lang: Lang, wide: tuple[int, int], narrow: tuple[int, int]) -> list[tuple[str, str]]:
    """The same chart for a desk and for a phone: text keeps its size, so the drawing is another."""
    shown = trajectory(kpi, lang)
    drawn = [(kind, draw(shown, lang, *size)) for kind, size in (("wide", wide), ("narrow", narrow))]
    return [(kind, picture) for kind, picture in drawn if picture]


def why(site: Site, kpi: Kpi, lang: Lang) -> str:
    """Why a KPI has its grade, in plain lines, as `kpi explain` says it."""
    return as_text(site.grounds[kpi.id], lang) if kpi.id in site.grounds else ""


def _goals(site: Site) -> dict[str, Any]:
    measures, initiatives = site.rows["measures"], site.rows["initiatives"]
    return {
        "goals": [
            (
                goal,
                [
                    (measure, [row for row in initiatives if row["measure_id"] == measure["measure_id"]])
                    for measure in measures
                    if measure["goal_id"] == goal["goal_id"]
                ],
                [kpi for kpi in site.kpis if kpi.about["goal_id"] == goal["goal_id"]],
            )
            for goal in site.rows["goals"]
        ],
    }


def _run(site: Site, lang: Lang) -> dict[str, Any]:
    freshness, changes = site.rows["freshness"], site.rows["changes"]
    states: dict[str, dict[str, int]] = defaultdict(dict)
    for row in site.rows["run_states"]:
        states[row["run_id"]][row["state"]] = row["sources"]
    return {
        "runs": site.rows["runs"],
        "run_sources": site.rows["run_sources"],
        "overdue": sum(row["state"] == "overdue" for row in freshness),
        "late": list(run_words.late_series(freshness, lang)),
        "fresh": Counter(row["state"] for row in freshness),
        "summary": lambda run: run_words.summary(run, states[run["run_id"]], lang),
        "reason": lambda reason: run_words.source_reason(reason, lang),
        "words": words,
        "changes": list(difference.lines(changes, lang)),
        "change_columns": difference.COLUMNS,
        "cell": cell_words,
        "quarantined": site.rows["quarantine"][0]["total"] if site.rows["quarantine"] else 0,
        "failed_checks": site.rows["failed_checks"],
        "checks": len(site.rows["checks"]),
    }


def _checks(site: Site, lang: Lang) -> dict[str, Any]:
    rows = site.rows["quarantine"]
    return {
        "checks": site.rows["checks"],
        "failed_checks": site.rows["failed_checks"],
        "quarantine": rows,
        "quarantined": rows[0]["total"] if rows else 0,
        "shown_at_most": QUARANTINE_SHOWN,
        "message": lambda message: run_words.check_message(message, lang),
        "glossary": glossary,
    }
