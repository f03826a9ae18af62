"""What a published method is given and what it answers, and the few readings that several methods share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

NOT_AVAILABLE = "not_available"
_AT_MOST = frozenset({"decrease", "maintain_max"})


@dataclass(frozen=True, slots=True)
class Assessment:
    """One method's answer: its number (None when it has none) and its word, as the institution writes it."""

    metric: float | None
    status: str


@dataclass(frozen=True, slots=True)
class Case:
    """One indicator as a published method sees it. Values in one unit, years as the institution counts them.

    Attributes:
        direction: increase, decrease, maintain_min, maintain_max or cumulative; what is wanted, never inferred.
        kind: what sort of goal it is, in the method's terms: target, no_target, direction_only, maintain, ...
        baseline_year: year from which progress counts; None where a method has no baseline.
        observations: (year, value) in order of time, for methods that look at a stretch of years.
        options: what else the method asks for: limit, milestone, green_threshold, ...
    """

    direction: str
    kind: str
    baseline_year: float | None
    baseline_value: float | None
    target_year: float | None
    target_value: float | None
    current_year: float | None
    current_value: float | None
    observations: Sequence[tuple[int, float]] = ()
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sign(self) -> int:
        """+1 when more is better, -1 when less is."""
        return -1 if self.direction in _AT_MOST else 1

    def reaches(self, value: float, goal: float) -> bool:
        """Whether ``value`` is at ``goal`` or on its good side."""
        return self.sign * (value - goal) >= 0

    @property
    def elapsed(self) -> float | None:
        """Share of the time from baseline to target year that has passed, at most 1; None when a year is missing."""
        start, end, now = self.baseline_year, self.target_year, self.current_year
        if start is None or end is None or now is None or end <= start:
            return None
        return min((now - start) / (end - start), 1.0)


def word(value: float, classes: Sequence[tuple[float, str]], below: str) -> str:
    """The first class whose lower limit ``value`` reaches, else ``below``; classes run from best to worst."""
    return next((name for limit, name in classes if value >= limit), below)
