"""One KPI as a page shows it: what is known, how it is judged, what is missing; shaped from the warehouse's rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from reports.figures import age_words, day_words, figure_words
from reports.glossary import EVIDENCE, FLAG, MARK, tone
from reports.words import STATUS, TARGET_IS_AHEAD, Lang, in_lang, period_words, reason_words, word

Row = Mapping[str, Any]
Rows = Sequence[Row]

UNKNOWN = ("NA_NO_DATA", "NA_STALE", "FINAL_PENDING")  # statuses of a period whose figure is missing
_SAID = {"PROXY", "SECONDARY_SOURCE"}  # flags that the kind of evidence says already
_WEAK = {"PROVISIONAL", "ESTIMATED"}


@dataclass(frozen=True)
class Kpi:
    """The rows of one KPI, or of one proxy."""

    about: Row  # core.kpi with its series
    target: Row | None  # the newest version of its target
    vintages: Rows  # every row of mart.kpi_progress
    origins: Rows  # the files and documents that its figures came from
    summary: Row | None = None  # as `kpi progress` shows it; proxies have none
    proxies: tuple[Kpi, ...] = ()

    @property
    def id(self) -> str:
        """Id of the KPI."""
        return str(self.about["kpi_id"])

    @property
    def current(self) -> list[Row]:
        """What is known today: the newest vintage of every period, in the order of the periods."""
        return list({(row["period_start"], row["period_end"]): row for row in self.vintages}.values())

    @property
    def is_milestone(self) -> bool:
        """Whether it is an event and not a quantity."""
        return bool(self.about["direction"] == "milestone")


def kpis_of(rows: Mapping[str, Rows]) -> list[Kpi]:
    """All KPIs in the order of their strategies, each with its proxies."""
    vintages, origins = _grouped(rows["progress"]), _grouped(rows["origins"])
    targets = {row["kpi_id"]: row for row in rows["targets"]}  # the newest version comes last
    summaries = {row["kpi_id"]: row for row in rows["summary"]}

    def kpi(about: Row, proxies: tuple[Kpi, ...] = ()) -> Kpi:
        name = about["kpi_id"]
        return Kpi(about, targets.get(name), vintages[name], origins[name], summaries.get(name), proxies)

    beside: dict[str, list[Kpi]] = defaultdict(list)
    for about in rows["kpis"]:
        if about["is_proxy"]:
            beside[about["proxy_of"]].append(kpi(about))
    return [kpi(about, tuple(beside[about["kpi_id"]])) for about in rows["kpis"] if not about["is_proxy"]]


def _grouped(rows: Rows) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row["kpi_id"]].append(row)
    return groups


def badge(status: str | None, lang: Lang) -> dict[str, str]:
    """A status as a mark, a tone and words."""
    kind = tone(status)
    return {"tone": kind, "mark": MARK[kind], "words": word(STATUS, status, lang), "code": status or ""}


def is_estimate(row: Row) -> bool:
    """Whether the publisher, or we, call a figure provisional or estimated."""
    return bool(set(row["flags"] or ()) & _WEAK) or row["obs_status"] in ("E", "P")


def evidence(row: Row, lang: Lang) -> str:
    """What a figure rests on: primary, secondary, proxy, an estimate, or an estimate of our own."""
    kinds = ["proxy"] if "PROXY" in (row["flags"] or ()) else []
    if row["acquisition"] == "derived":  # nobody published it: neither primary nor secondary
        kinds += ["derived"]
    else:
        kinds += [row["evidence"]] if row["evidence"] else []
        kinds += ["estimate"] if is_estimate(row) else []
    return ("・" if lang == "ja" else ", ").join(word(EVIDENCE, kind, lang) for kind in kinds)


def flag_words(row: Row, lang: Lang) -> list[str]:
    """The warnings that stand beside a figure, without those that its kind of evidence says already."""
    return [word(FLAG, flag, lang) for flag in row["flags"] or () if flag not in _SAID]


def is_ahead(summary: Row) -> bool:
    """Whether the target period is not over, and nothing decided it early."""
    return bool(summary.get("target_is_ahead")) and not summary.get("verdict_status")


def overview(kpi: Kpi, today: date, lang: Lang) -> dict[str, Any]:
    """One line of the front page."""
    summary = kpi.summary or {}
    newest = next((row for row in reversed(kpi.current) if row["period"] == summary.get("latest_period")), None)
    ahead = is_ahead(summary)
    # Until the target period is over, a KPI stands as its newest figure does, and so does the reason.
    standing = badge(summary.get("verdict_status") or summary.get("latest_status"), lang)
    not_over = {"tone": "open", "mark": MARK["open"], "words": in_lang(TARGET_IS_AHEAD, lang), "code": ""}
    reason = reason_words(summary.get("reason"), lang)
    return {
        "id": kpi.id,
        "name": kpi.about[f"name_{lang}"],
        "direction": kpi.about["direction"],
        "standing": standing,
        "verdict": not_over if ahead else standing,
        "reason": "" if ahead else reason,
        "reason_of_latest": reason if ahead else "",
        "latest": _latest(kpi, newest, today, lang) if newest else None,
        "due": _due(kpi, today, lang),
        "baseline": end(kpi, "baseline", lang),
        "target": end(kpi, "target", lang),
    }


def _latest(kpi: Kpi, row: Row, today: date, lang: Lang) -> dict[str, Any]:
    period, day = period_words(row["period"], lang), day_words(row["period_end"], lang)
    seen = f"{day}までに確認" if lang == "ja" else f"seen by {day}"
    return {
        "value": seen if kpi.is_milestone else value_words(kpi, row, lang),
        "period": "" if kpi.is_milestone else period,
        "age": age_words(row["period_end"], today, lang),
        "evidence": evidence(row, lang),
        "flags": flag_words(row, lang),
        "grade": (kpi.summary or {}).get("latest_jp_grade") or "−",
        "badge": badge((kpi.summary or {}).get("latest_status"), lang),
    }


def value_words(kpi: Kpi, row: Row, lang: Lang) -> str:
    """A row's figure in words; a bound where only a bound is known."""
    unit, decimals = kpi.about["unit"], kpi.about["decimals"]
    low, high = row["value_low"], row["value_high"]
    if row["value"] is not None or (low is None and high is None):
        return figure_words(row["value"], decimals, unit, lang)
    bounds = [("≥ ", low), ("≤ ", high)]
    return " ".join(sign + figure_words(bound, decimals, unit, lang) for sign, bound in bounds if bound is not None)


def end(kpi: Kpi, which: str, lang: Lang) -> dict[str, str]:
    """Baseline or target with its period: its figure in the form of all others; in words where it is none."""
    target = kpi.target
    if target is None:
        return {"value": "–", "period": "", "printed": ""}
    value, printed = target[f"{which}_value"], target[f"{which}_printed"] or ""
    if which == "baseline" and target["baseline_is_none"]:
        said = printed if lang == "ja" else "not begun"
    elif lang == "en" and kpi.is_milestone:
        said = "reached" if which == "target" else "not reached"
    elif value is None and printed:
        said = printed
    else:
        said = figure_words(value, kpi.about["decimals"], kpi.about["unit"], lang)
    return {"value": said, "period": period_words(target[f"{which}_period"], lang), "printed": printed}


def _due(kpi: Kpi, today: date, lang: Lang) -> dict[str, Any] | None:
    """Where the KPI should be by now: the path's figure for the newest period that is over, at most the target's."""
    target = kpi.target
    if target is None or kpi.is_milestone:
        return None
    last = min(today, target["target_period_end"] or today)
    rows = [row for row in kpi.current if row["period_end"] <= last and row["expected_value"] is not None]
    if not rows:
        return None
    return {
        "value": figure_words(rows[-1]["expected_value"], kpi.about["decimals"], kpi.about["unit"], lang),
        "period": period_words(rows[-1]["period"], lang),
        "over": bool(target["target_period_end"] and target["target_period_end"] < today),
    }
