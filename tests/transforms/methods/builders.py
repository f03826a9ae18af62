"""A short way to write a case, so that a test shows only the figures it is about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from transforms.methods import Case

Figure = tuple[float | None, float | None]  # year, value
NONE: Figure = (None, None)


def case(
    direction: str,
    baseline: Figure = NONE,
    target: Figure = NONE,
    current: Figure = NONE,
    kind: str = "target",
    observations: Sequence[tuple[int, float]] = (),
    **options: Any,
) -> Case:
    """``case("decrease", (2015, 14.5), (2030, 7.25), (2023, 10.4))``."""
    return Case(direction, kind, *baseline, *target, *current, observations, options)


def yearly(first_year: int, *values: float) -> list[tuple[int, float]]:
    """Values of consecutive years."""
    return [(first_year + at, value) for at, value in enumerate(values)]
