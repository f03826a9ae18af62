"""What every measurement gives back: figures for people, the aim, and whether it was reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measurement:
    """One answered question.

    Attributes:
        question: what was measured, as a heading.
        figures: what -> figure with its unit, in the order in which people read them.
        aim: what the project wants of it.
        reached: whether this run reached the aim; None when there is no aim to reach.
        note: what a reader must know to judge the figures.
    """

    question: str
    figures: Mapping[str, str]
    aim: str
    reached: bool | None
    note: str = ""

    @property
    def verdict(self) -> str:
        """The aim and whether it was reached, in one line."""
        said = {True: "reached", False: "NOT reached", None: "no aim set"}[self.reached]
        return f"{self.aim}: {said}" if self.aim else said
