"""Why a KPI has its grade: grade, formula with its numbers, observation, snapshot, address and SHA-256, as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reports.words import STATUS, number, reason_words, word

Row = Mapping[str, Any]


def explanation(rows: Sequence[Row]) -> str:
    """The chain of every period of one KPI, newest first, in plain lines."""
    if not rows:
        return "nothing is known of this KPI yet: no period has ended and no figure has come"
    first = rows[0]
    head = [
        f"{first['kpi_id']}  {first['name_ja']} / {first['name_en']}",
        f"series {first['series_id']}, area {first['area_code']}, method {first['method_version']}",
    ]
    return "\n".join([*head, *(line for row in rows for line in ("", *_period(row)))])


def _period(row: Row) -> list[str]:
    status = f"{row['status']} ({word(STATUS, row['status'], 'ja')} / {word(STATUS, row['status'], 'en')})"
    lines = [
        f"{row['period']}  {status}  grade {row['jp_grade']}  verdict {row['verdict_kind']}",
        _line("known since", f"{row['vintage']} (this row's vintage)"),
    ]
    if row["reason"]:
        lines.append(
            _line(
                "because", f"{row['reason']}: {reason_words(row['reason'], 'ja')} / {reason_words(row['reason'], 'en')}"
            )
        )
    if row["flags"]:
        lines.append(_line("flags", ", ".join(row["flags"])))
    return [*lines, *_formula(row), *_evidence(row)]


def _formula(row: Row) -> list[str]:
    """The figures and every step from them to the status, with their numbers."""
    if row["value"] is None or row["direction"] == "milestone":
        return []
    decimals, p, r = row["decimals"] or 0, row["achievement_rate"], row["pace_ratio"]
    a, b, t = (number(row[name], decimals) for name in ("value", "baseline_value", "target_value"))
    figures = [f"A = {a}{row['unit']}"]
    figures += [f"B = {b} ({row['baseline_period']})"] if row["baseline_value"] is not None else []
    figures += [f"T = {t} ({row['target_period']})"] if row["target_value"] is not None else []
    lines = [_line("figures", ", ".join(figures))]
    if p is not None:
        lines.append(_line("achievement", f"p = (A − B) / (T − B) = ({a} − {b}) / ({t} − {b}) = {p:.4f}"))
    if p is not None and r is not None:
        lines.append(_line("pace", f"r = p / elapsed = {p:.4f} / {row['elapsed']:.4f} = {r:.4f}"))
    if row["min_detectable_change"] is not None:
        told = "larger" if row["change_detectable"] else "not larger"
        noise = f"{row['min_detectable_change']:,.4g}"
        lines.append(_line("noise", f"the change is {told} than {noise}, the smallest that can be told from noise"))
    return lines


def _evidence(row: Row) -> list[str]:
    if row["resource_id"] is None:
        return []
    lines = [
        _line(
            "observation",
            f"printed {row['raw_text']!r} {row['raw_unit']}, status {row['obs_status']}, "
            f"{row['evidence']}, public since {row['known_from']} ({row['known_from_basis']})",
        ),
        _line(
            "file",
            f"{row['resource_id']} line {row['source_line']}, column {row['source_column'] or '–'}"
            f" ({row['acquisition']})",
        ),
    ]
    if row["citation"]:
        lines.append(_line("citation", row["citation"]))
    if row["note"]:
        lines.append(_line("note", row["note"]))
    if row["url"]:
        lines.append(_line("address", row["url"]))
    fetched = f", fetched {row['fetched_at']:%Y-%m-%d %H:%M} UTC" if row["fetched_at"] else ""
    return [*lines, _line("SHA-256", f"{row['snapshot_id']}{fetched}"), _line("licence", row["licence"] or "–")]


def _line(name: str, text: str) -> str:
    return f"    {name:<12} {text}"
