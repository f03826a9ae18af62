"""Corrections of published figures: read for a build, and held against what the publishers say tonight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from records import CheckResult
from sources.areas import known_areas
from sources.corrections import load_corrections
from sources.publishers import all_series

Row = Mapping[str, Any]


def corrections(path: Path) -> list[dict[str, Any]]:
    """The rows of ``core.correction``.

    Raises:
        CorrectionError: with file, entry and remedy.
    """
    return load_corrections(path, all_series(), known_areas())


def check_corrections(found: Sequence[Row], path: Path) -> list[CheckResult]:
    """One result a correction: does the publisher still say what it corrects? If not, the night must not go on.

    Recorded figures, and sources that brought nothing, may be older than the correction: they only warn.

    Args:
        found: corrections with the newest published figure, as ``Builder.corrections`` gives them.
        path: the file of corrections, to name it.
    """
    results = []
    for row in found:
        problem = _problem(row)
        is_sure = row["acquisition"] != "recorded" if row["is_there"] else row["in_use"]
        results.append(
            CheckResult(
                suite="corrections",
                rule="figure_as_expected",
                subject=row["correction_id"],
                action="stop" if is_sure else "warn",
                success=not problem,
                checked=1,
                failed=int(bool(problem)),
                message=f"{path.name}: {row['correction_id']}: {problem}" if problem else "",
            )
        )
    return results


def _problem(row: Row) -> str:
    about = f"{row['series_id']} {row['area_code']} {row['period']}"
    if not row["is_there"]:
        place = f" in {row['resource_id']}" if row["resource_id"] else ""
        return (
            f"there is no figure of {about}{place} to correct; correct the period or the resource, or remove the entry"
        )
    if row["is_expected"]:
        return ""
    expected = _figure(row["expected_value"], row["expected_text"])
    return (
        f"{about} is now published as {_figure(row['published_value'], row['raw_text'])} in {row['published_in']}, and"
        f" the entry corrects {expected}; if the publisher has corrected it, remove the entry, else renew it"
    )


def _figure(value: float | None, text: str) -> str:
    return f"{text!r}" if value is None else f"{value:,.10g}"
