"""Why a KPI has its grade, as one structure that terminal, JSON and pages share.

From the grade down: the rule that held and the rules before it that did not, the numbers in the formulas, the
observations with their evidence, and the publisher's row as printed. The form of the JSON is in docs/explain.md.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from reports.formulas import formulas
from reports.rule_words import condition_words
from reports.words import STATUS, reason_words, word
from warehouse.evidence import Evidence

SCHEMA = "kpi-explanation-1"
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Printed:
    """The publisher's row as printed. ``text`` is empty where it cannot be shown, and then ``why_not`` says why."""

    text: str
    place: str
    publishers_bytes: bool  # True: read from the publisher's own bytes; False: from our register or recorded file
    why_not_ja: str = ""
    why_not_en: str = ""


def explanation(about: Evidence, printed: Callable[[Row], Printed]) -> dict[str, Any]:
    """The whole chain for every row of ``about``; plain values only, so that it can be written as JSON.

    Args:
        about: what the published file knows.
        printed: finds the row of a file that a figure was read from.
    """
    if not about.rows:
        return {"schema": SCHEMA, "kpi": None, "targets": [], "periods": []}
    first = about.rows[0]
    names = ("kpi_id", "name_ja", "name_en", "series_id", "area_code", "direction", "unit", "decimals", "is_proxy")
    return {
        "schema": SCHEMA,
        "kpi": _chosen(first, (*names, "note_ja", "note_en", "method_version")),
        "targets": [_target(target, about) for target in about.targets],
        "periods": [_period(row, about, printed) for row in about.rows],
    }


def as_json(found: Mapping[str, Any]) -> str:
    """The structure as JSON text."""
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def _period(row: Row, about: Evidence, printed: Callable[[Row], Printed]) -> dict[str, Any]:
    names = ("period", "vintage", "target_version", "status", "jp_grade", "verdict_kind", "confidence", "reason")
    figures = ("value", "baseline_value", "baseline_period", "target_value", "target_low", "target_high")
    return {
        **_chosen(row, names),
        "status_ja": word(STATUS, row["status"], "ja"),
        "status_en": word(STATUS, row["status"], "en"),
        "reason_ja": reason_words(row["reason"], "ja"),
        "reason_en": reason_words(row["reason"], "en"),
        "flags": list(row["flags"] or ()),
        "rules": [_rule(step, row["decimals"] or 0) for step in about.trace(dict(row))],
        "figures": _chosen(row, (*figures, "target_period", "elapsed", "expected_value")),
        "formulas": formulas(row),
        "observations": [_observation(figure, printed) for figure in about.figures_behind(dict(row))],
    }


def _target(target: Row, about: Evidence) -> dict[str, Any]:
    names = ("version", "valid_from", "kind", "baseline_value", "baseline_period", "target_value", "target_low")
    return {
        **_chosen(target, (*names, "target_high", "target_strict", "target_period", "target_printed")),
        "path": [_chosen(p, ("period", "value")) for p in about.path if p["version"] == target["version"]],
    }


def _rule(step: Row, decimals: int) -> dict[str, Any]:
    numbers = json.loads(step["numbers"])
    return {
        **_chosen(step, ("step", "status", "condition", "held")),
        "numbers": numbers,
        "words_ja": condition_words(step["condition"], numbers, "ja", decimals),
        "words_en": condition_words(step["condition"], numbers, "en", decimals),
    }


def _observation(figure: Row, printed: Callable[[Row], Printed]) -> dict[str, Any]:
    row = printed(figure)
    names = ("role", "period", "value", "value_low", "value_high", "unit", "raw_text", "raw_unit", "obs_status")
    more = ("symbol_meaning", "note", "evidence", "acquisition", "known_from", "known_from_basis", "citation")
    source = (
        "resource_id",
        "source_line",
        "source_column",
        "snapshot_id",
        "url",
        "fetched_at",
        "licence",
        "licence_ja",
    )
    return {
        **_chosen(figure, (*names, *more)),
        "correction": _correction(figure) if figure["correction_id"] else None,
        "source": _chosen(figure, (*source, "publisher_ja", "publisher_en", "credit_ja", "credit_en")),
        "printed": {
            "text": row.text,
            "place": row.place,
            "publishers_bytes": row.publishers_bytes,
            "why_not_ja": row.why_not_ja,
            "why_not_en": row.why_not_en,
        },
    }


def _correction(figure: Row) -> dict[str, Any]:
    """What made the figure another one than its file prints, and who says so."""
    about = ("correction_id", "action", "expected_value", "expected_text", "reason_ja", "reason_en")
    erratum = {"publisher": figure["publisher"], "title": figure["title"], "url": figure["erratum_url"]}
    return _chosen(figure, about) | {"erratum": erratum | {"known_from": figure["corrected_from"].isoformat()}}


def _chosen(row: Row, names: tuple[str, ...]) -> dict[str, Any]:
    """These columns; days and moments in ISO 8601."""
    return {name: value.isoformat() if hasattr(value := row[name], "isoformat") else value for name in names}
