"""The scorecard for another web site: strategies, goals and KPIs with their judgement in codes and words, as JSON.

Its form is ``scorecard.schema.json`` beside this module. Whatever is not known is null, with a reason.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from reports.glossary import CONFIDENCE, DIRECTION, EVIDENCE, FLAG, VERDICT, tone
from reports.view import Kpi, kpis_of
from reports.words import STATUS, period_words, reason_words, word

Row = Mapping[str, Any]

SCHEMA = Path(__file__).with_name("scorecard.schema.json")
VERSION = 1  # raised when a reader of the file would have to change


def as_json(rows: Mapping[str, Sequence[Row]], warehouse: str) -> str:
    """The scorecard of the rows that ``warehouse.pages.page_rows`` gives of the file called ``warehouse``."""
    said = {"$schema": SCHEMA.name, "version": VERSION, **_scorecard(rows, warehouse)}
    return json.dumps(said, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _scorecard(rows: Mapping[str, Sequence[Row]], warehouse: str) -> dict[str, Any]:
    run = rows["runs"][0]
    kpis = kpis_of(rows)
    return {
        "generated_from": {
            "run_id": run["run_id"],
            "started_at": run["started_at"].isoformat(timespec="seconds"),
            "outcome": run["outcome"],
            "warehouse": warehouse,
            "content_hash": run["content_hash"],
        },
        "strategies": [_strategy(strategy, rows["goals"], kpis) for strategy in rows["strategies"]],
    }


def _strategy(strategy: Row, goals: Sequence[Row], kpis: Sequence[Kpi]) -> dict[str, Any]:
    return {
        "id": strategy["strategy_id"],
        "name": _names(strategy),
        "municipality": strategy["municipality"],
        "area_code": strategy["area_code"],
        "first_day": strategy["period_start"].isoformat(),
        "last_day": strategy["period_end"].isoformat(),
        "source": strategy["source_ja"],
        "goals": [_goal(goal, kpis) for goal in goals if goal["strategy_id"] == strategy["strategy_id"]],
    }


def _goal(goal: Row, kpis: Sequence[Kpi]) -> dict[str, Any]:
    said = [_kpi(kpi) for kpi in kpis if kpi.about["goal_id"] == goal["goal_id"]]
    return {
        "id": goal["goal_id"],
        "number": goal["number"],
        "name": _names(goal),
        "statuses": dict(sorted(Counter(kpi["status"]["code"] for kpi in said if kpi["status"]).items())),
        "kpis": said,
    }


def _kpi(kpi: Kpi) -> dict[str, Any]:
    about, summary = kpi.about, kpi.summary or {}
    reason, latest = summary.get("reason") or "", _figure(kpi, summary.get("latest_period"))
    return {
        "id": kpi.id,
        "number": about["number"],
        "name": _names(about),
        "direction": _code(DIRECTION, about["direction"]),
        "unit": about["unit"],
        "decimals": about["decimals"],
        "area": {"code": about["area_code"], "name": about["area_ja"]},
        "series_id": about["series_id"],
        "baseline": {
            "value": None if summary.get("baseline_is_none") else summary.get("baseline_value"),
            "printed": summary.get("baseline_printed"),
            "period": _period(summary.get("baseline_period")),
        },
        "target": {
            "value": summary.get("target_value"),
            "low": summary.get("target_low"),
            "high": summary.get("target_high"),
            "printed": summary.get("target_printed"),
            "period": _period(summary.get("target_period")),
        },
        # The judgement for exactly the target period where there is one, as everywhere.
        "status": _status(summary.get("verdict_status") or summary.get("latest_status")),
        "reason": {"code": reason, "ja": reason_words(reason, "ja"), "en": reason_words(reason, "en")}
        if reason
        else None,
        "at_target": _figure(kpi, summary.get("target_period")),
        # As the newest figure is judged today: one that has become too old has lost its status and its grade.
        "latest": latest
        and latest | {"status": _status(summary.get("latest_status")), "jp_grade": summary.get("latest_jp_grade")},
        "credits": _credits(kpi),
        "proxies": [_proxy(proxy) for proxy in kpi.proxies],
    }


def _proxy(proxy: Kpi) -> dict[str, Any]:
    about = proxy.about
    known = [row["period"] for row in proxy.current if row["value"] is not None]
    return {
        "id": proxy.id,
        "name": _names(about),
        "area": {"code": about["area_code"], "name": about["area_ja"]},
        "series_id": about["series_id"],
        "unit": about["unit"],
        "decimals": about["decimals"],
        "why": {"ja": about["note_ja"], "en": about["note_en"]},
        "latest": _figure(proxy, known[-1] if known else None),
        "credits": _credits(proxy),
    }


def _figure(kpi: Kpi, period: str | None) -> dict[str, Any] | None:
    """One period's row as it is known today; None when the KPI has none."""
    row = next((row for row in reversed(kpi.current) if period and row["period"] == period), None)
    if row is None:
        return None
    return {
        "period": _period(period),
        "value": row["value"],
        "value_low": row["value_low"],
        "value_high": row["value_high"],
        "status": _status(row["status"]),
        "jp_grade": row["jp_grade"],
        "achievement_rate": row["achievement_rate"],
        "pace_ratio": row["pace_ratio"],
        "verdict_kind": _code(VERDICT, row["verdict_kind"]),
        "confidence": _code(CONFIDENCE, row["confidence"]),
        "evidence": _code(EVIDENCE, row["evidence"]),
        "flags": [_code(FLAG, flag) for flag in row["flags"] or ()],
        "held_since": row["vintage"].isoformat(),
    }


def _status(code: str | None) -> dict[str, str] | None:
    said = _code(STATUS, code)
    return said and said | {"tone": tone(code)}


def _code(words: dict[str, tuple[str, str]], code: str | None) -> dict[str, str] | None:
    return {"code": code, "ja": word(words, code, "ja"), "en": word(words, code, "en")} if code else None


def _period(label: str | None) -> dict[str, str] | None:
    return {"code": label, "ja": period_words(label, "ja"), "en": period_words(label, "en")} if label else None


def _names(row: Row) -> dict[str, str]:
    return {"ja": row["name_ja"], "en": row["name_en"]}


def _credits(kpi: Kpi) -> list[dict[str, str]]:
    """The credit line of the series that a KPI rests on."""
    if not kpi.about["publisher_id"]:
        return []
    return [{name: kpi.about[name] for name in ("publisher_id", "credit_ja", "credit_en", "licence")}]
