"""Rules that are tried in order until one holds, and the trace that this leaves: what was asked, with which numbers.

The trace *is* the decision: the status of a row is the status of the last step of its trace, so that an explanation
can never tell another story than the one by which the row was judged.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

Facts = TypeVar("Facts")
Number = float | bool | None


@dataclass(frozen=True, slots=True)
class Step:
    """One rule as it was tried: the status that it gives, the condition's name, its numbers, and whether it held."""

    status: str
    condition: str
    numbers: tuple[tuple[str, Number], ...]
    held: bool


@dataclass(frozen=True, slots=True)
class Rule(Generic[Facts]):
    """A status and the condition under which it is given.

    Attributes:
        status: what the row gets when the condition holds.
        condition: a name for people to look the condition up by; several rules may share one.
        holds: the condition.
        reads: the facts that it looks at, by attribute name; they become the numbers of the step.
        limits: the thresholds that it compares with, by name.
    """

    status: str
    condition: str
    holds: Callable[[Facts], bool]
    reads: tuple[str, ...] = ()
    limits: tuple[tuple[str, float], ...] = ()

    def tried(self, facts: Facts) -> Step:
        """What comes of this rule."""
        seen: list[tuple[str, Any]] = [(name, getattr(facts, name)) for name in self.reads]
        return Step(self.status, self.condition, (*seen, *self.limits), self.holds(facts))


def first_match(rules: Sequence[Rule[Facts]], facts: Facts) -> tuple[Step, ...]:
    """Every rule up to and with the first that holds.

    Raises:
        LookupError: when none holds; the last rule of a list must hold always.
    """
    steps: list[Step] = []
    for rule in rules:
        steps.append(rule.tried(facts))
        if steps[-1].held:
            return tuple(steps)
    raise LookupError(f"no rule holds for {facts}")
