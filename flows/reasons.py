"""Why a source is not up to date, and which of its rows were refused: one line for the record of the run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from clock import TOKYO
from reports.run_words import check_message
from warehouse.parts import Part, in_quarantine

_MOST = 3
NOBODY_ASKED = "nothing was asked tonight (offline)"


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with one file of a source; ``asked_at`` is when its publisher was last asked, if it ever was."""

    said: str
    asked_at: datetime | None = None


def in_one_line(troubles: Sequence[Trouble], odd: Sequence[Part], *, offline: bool) -> str:
    """Troubles of equal words are said once, and behind them what went to quarantine; empty when all is well.

    Args:
        troubles: of the files.
        odd: the parts in use that have rows in quarantine.
        offline: nobody was asked, so what publishers said is of an earlier night and gets its moment.
    """
    alike: dict[str, list[Trouble]] = {}
    for trouble in troubles:
        alike.setdefault(trouble.said, []).append(trouble)
    reasons = [_said(said, each, offline=offline) for said, each in alike.items()]
    more = len(reasons) - _MOST
    asked = any(trouble.asked_at for trouble in troubles)
    return "; ".join(
        [
            *([NOBODY_ASKED] if offline and asked else []),
            *reasons[:_MOST],
            *([f"and {more} more, see ops.fetch"] if more > 0 else []),
            *([_refused(odd)] if odd else []),
        ]
    )


def _said(said: str, each: Sequence[Trouble], *, offline: bool) -> str:
    counted = f"{said} ({len(each)} files)" if len(each) > 1 else said
    asked = [trouble.asked_at for trouble in each if trouble.asked_at]
    return f"asked on {max(asked).astimezone(TOKYO):%Y-%m-%d %H:%M} JST: {counted}" if offline and asked else counted


def _refused(odd: Sequence[Part]) -> str:
    """The first row in quarantine with its place and reason, and how many there are in all."""
    first = in_quarantine(odd[0])[0]
    rows = sum(part.quarantined for part in odd)
    many = "1 row" if rows == 1 else f"{rows:,} rows"
    said = f"{first['resource_id']} line {first['source_line']}: {check_message(first['reason'], 'en')}"
    return f"{many} in quarantine, see `kpi quarantine`; {said}"
