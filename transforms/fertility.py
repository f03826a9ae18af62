"""Total fertility rates of our own, where no official one is published: never an official figure, always an estimate.

Direct: births by age of the mother over women by age. In five-year groups, TFR = 5 Σ B_i / W_i; prefectures published
theirs so until 2014 (e.g. Oita, https://pref.oita.jp/site/healthdata/goutoku.html). Births are taken as Poisson counts
and women as known, so that SE = √(25 Σ B_i / W_i²).

Indirect: where mothers' ages are not known, by indirect standardisation. A reference population's rates f_i say how
many births its behaviour would give among these women, Σ f_i W_i; the births that there were, over those, scale the
reference's TFR, 5 Σ f_i. SE = TFR / √B; the error of the schedule itself is not in it.

Births of the vital statistics are those of Japanese nationals: women should be counted likewise.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

YEARS = 5  # of an age group


@dataclass(frozen=True, slots=True)
class Fertility:
    """An estimated total fertility rate, in children a woman, with its standard error (None where nothing was born)."""

    value: float
    se: float | None


def rates(births: Mapping[str, float | None], women: Mapping[str, float | None]) -> dict[str, float] | None:
    """Births a woman and year by age group.

    Args:
        births: live births of a year by age group of the mother.
        women: women by age group; the same groups.

    Returns:
        None when a group is missing or empty of women on either side: a gap is never filled.
    """
    if not births or births.keys() != women.keys():
        return None
    found = {}
    for age, born in births.items():
        there = women[age]
        if born is None or not there or there < 0 or born < 0:
            return None
        found[age] = born / there
    return found


def direct(births: Mapping[str, float | None], women: Mapping[str, float | None]) -> Fertility | None:
    """TFR from births by five-year age group of the mother and women by age group; None when a group is missing."""
    schedule = rates(births, women)
    if schedule is None:
        return None
    variance = math.fsum(rate / (women[age] or math.nan) for age, rate in schedule.items())  # B / W²
    return Fertility(YEARS * math.fsum(schedule.values()), YEARS * math.sqrt(variance) if variance else None)


def indirect(
    births: float | None, women: Mapping[str, float | None], schedule: Mapping[str, float] | None
) -> Fertility | None:
    """TFR from all births of a year and women by age group, on a reference population's rates.

    Args:
        births: live births, whatever the age of the mother.
        women: women by age group.
        schedule: births a woman and year in the reference population; the same groups.

    Returns:
        None when births, a group or the schedule is missing, or the schedule expects no birth at all.
    """
    if births is None or births < 0 or not schedule or schedule.keys() != women.keys():
        return None
    counted = {age: there for age, there in women.items() if there is not None and there >= 0}
    if len(counted) < len(schedule):
        return None
    expected = math.fsum(rate * counted[age] for age, rate in schedule.items())
    if expected <= 0:
        return None
    value = YEARS * math.fsum(schedule.values()) * births / expected
    return Fertility(value, value / math.sqrt(births) if births else None)
