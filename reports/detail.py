"""What the page of one KPI says besides its chart: every period, every vintage, its sources, and what is missing."""

from __future__ import annotations

from typing import Any

from reports.figures import figure_words
from reports.view import UNKNOWN, Kpi, Row, badge, evidence, flag_words, value_words
from reports.words import Lang, number, period_words, reason_words, share

_REGISTER = "register"
_OF_A_SUM = {"SUM_HAS_GAP", "CUMULATIVE_FELL"}  # flags of a count that is known, and makes no total


def periods(kpi: Kpi, lang: Lang) -> list[dict[str, Any]]:
    """The table behind the chart: one line a period, as it is known today."""
    return [_period(kpi, row, lang) for row in kpi.current]


def _period(kpi: Kpi, row: Row, lang: Lang) -> dict[str, Any]:
    unit, decimals = kpi.about["unit"], kpi.about["decimals"]
    pace = row["pace_ratio"]
    return {
        "period": period_words(row["period"], lang),
        "value": "–" if kpi.is_milestone else value_words(kpi, row, lang),
        "expected": figure_words(row["expected_value"], decimals, unit, lang),
        "p": share(row["achievement_rate"]),
        "r": "–" if pace is None else number(pace, 2),
        "badge": badge(row["status"], lang),
        "grade": row["jp_grade"] or "−",
        "reason": reason_words(row["reason"], lang),
        "evidence": evidence(row, lang),
        "flags": flag_words(row, lang),
        "known": row["vintage"],
    }


def vintages(kpi: Kpi, lang: Lang) -> list[dict[str, Any]]:
    """How the judgement of each period came to be: one line whenever something became known, newest day first."""
    rows = sorted(kpi.vintages, key=lambda row: (row["vintage"], row["period_end"]), reverse=True)
    return [
        {
            "known": row["vintage"],
            "period": period_words(row["period"], lang),
            "value": "–" if kpi.is_milestone else value_words(kpi, row, lang),
            "badge": badge(row["status"], lang),
            "before": badge(row["status_prev_vintage"], lang) if row["status_prev_vintage"] else None,
            "revised": bool(row["status_changed_by_revision"]),
            "reason": reason_words(row["reason"], lang),
        }
        for row in rows
    ]


def sources(kpi: Kpi, lang: Lang) -> dict[str, Any]:
    """Series, publisher, licence and credit line, word for word as the catalog has them, with files and documents."""
    licence = "licence_ja" if lang == "ja" else "licence"
    about = kpi.about
    files = {(row["citation"] or row["resource_id"], _web(row["url"])): row for row in kpi.origins}
    return {
        "series": about[f"series_{lang}"] or about["series_id"],
        "series_id": about["series_id"],
        "area": about["area_ja"],
        "publisher": about[f"publisher_{lang}"] or "–",
        "licence": about[licence] or "–",
        "credit": about[f"credit_{lang}"] or "–",
        "note": about[f"series_note_{lang}"] or "",
        "files": [{"name": name, "url": url, "evidence": row["evidence"]} for (name, url), row in files.items()],
    }


def _web(url: str | None) -> str:
    """The address when it is one of the web; anything else is not made a link."""
    return url if url and url.lower().startswith(("https://", "http://")) else ""


def missing(kpi: Kpi, lang: Lang) -> dict[str, Any]:
    """The periods whose figure is not known, and the command that supplies one where people keep the series.

    Of some periods something is known that gives no figure: a count behind a gap, a bound, a symbol.
    """
    rows = [row for row in kpi.current if row["status"] in UNKNOWN]
    nowhere, unusable = ([row for row in rows if bool(row["evidence"]) is known] for known in (False, True))
    to_record = [row for row in rows if _OF_A_SUM.isdisjoint(row["flags"] or ())]
    pending = [row for row in to_record if row["status"] == "FINAL_PENDING"]
    by_hand = kpi.about["publisher_id"] == _REGISTER
    return {
        "periods": [period_words(row["period"], lang) for row in nowhere],
        "unusable": [(period_words(row["period"], lang), _why_unusable(row, lang)) for row in unusable],
        "by_hand": by_hand,
        "command": _record(kpi, (pending or to_record)[-1], lang) if by_hand and to_record else "",
    }


def _why_unusable(row: Row, lang: Lang) -> str:
    """Its own reason; of a period that is called too old, what its flags say."""
    said = flag_words(row, lang) if row["status"] == "NA_STALE" else []
    return ("・" if lang == "ja" else ", ").join(said) or reason_words(row["reason"], lang)


def _record(kpi: Kpi, row: Row, lang: Lang) -> str:
    """The line that adds the figure of a period to the register, with blanks for what only its document can say."""
    files = [origin["resource_id"].partition("/")[2] for origin in kpi.origins if origin["resource_id"]]
    blanks = (
        ("<登録簿>", "<数値>", "<公表者>", "<資料名>", "<URL>", "<公表日>")
        if lang == "ja"
        else ("<register file>", "<figure>", "<publisher>", "<title>", "<URL>", "<YYYY-MM-DD>")
    )
    file, value, publisher, title, url, day = blanks
    return (
        f"kpi record {files[0] if files else file} --series {kpi.about['series_id']} --area {kpi.about['area_code']}"
        f' --period {row["period"]} --value "{value}" --publisher "{publisher}" --title "{title}" --url "{url}"'
        f' --published-on "{day}" --evidence primary'
    )
