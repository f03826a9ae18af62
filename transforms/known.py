"""What was known on a day: of all vintages of a series, the one figure per period that counted then."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from records import CORRECTED, Observation, Period

# SDMX observation statuses of figures that their publisher will replace, and the flag that says so.
NOT_FINAL = {"P": "PROVISIONAL", "E": "ESTIMATED"}
BREAK = "B"

Figures = Mapping[Period, Observation]


class ProgressError(ValueError):
    """A KPI or a figure that cannot be assessed at all; the message says which, why, and what to do."""


def is_final(observation: Observation) -> bool:
    """Whether the figure (or bound) is there and its publisher does not call it provisional or estimated."""
    return _printed(observation) and observation.obs_status not in NOT_FINAL


def known_on(observations: Iterable[Observation], day: date) -> dict[Period, Observation]:
    """The figure per period as known on ``day``, in order of time.

    A later vintage replaces an earlier one, except that a provisional figure never displaces a final one, unless a
    correction says so.
    Of two vintages of one day the one that comes last in ``observations`` counts.

    Raises:
        ProgressError: for a value that is not a finite number.
    """
    found: dict[Period, Observation] = {}
    for observation in sorted((o for o in observations if o.known_from <= day), key=lambda o: o.known_from):
        if observation.value is not None and not math.isfinite(observation.value):
            raise ProgressError(
                f"period {observation.period.label}, known from {observation.known_from}: {observation.value} is no "
                "finite number; give no value where there is none"
            )
        held = found.get(observation.period)
        weaker = held and is_final(held) and _printed(observation) and not is_final(observation)
        if not weaker or CORRECTED in observation.flags:
            found[observation.period] = observation
    return dict(sorted(found.items(), key=lambda item: (item[0].end, item[0].start)))


def restated_value(observations: Iterable[Observation], period: Period, day: date) -> float | None:
    """The newest value of ``period`` when the publisher has restated it by ``day``, else None."""
    vintages = [o for o in observations if o.period == period and o.value is not None and o.known_from <= day]
    newest = known_on(vintages, day).get(period)
    values = {o.value for o in vintages}
    return newest.value if newest and len(values) > 1 else None


def breaks_between(known: Figures, after: float, until: float) -> Sequence[Period]:
    """Periods in which the series broke, behind position ``after`` and up to position ``until``."""
    return [p for p, o in known.items() if o.obs_status == BREAK and after < p.middle <= until]


def _printed(observation: Observation) -> bool:
    return not (observation.value is None and observation.value_low is None and observation.value_high is None)
