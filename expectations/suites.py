"""The rules: read from ``rules/*.toml`` and turned into Great Expectations objects.

A rule is data: an id, what it does when broken (quarantine, stop, warn), the table that it looks at, the name of a
Great Expectations class with its arguments, and one sentence in Japanese and one in English for people.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from great_expectations import ExpectationSuite
    from great_expectations.expectations import Expectation

RULES_DIR = Path(__file__).parent / "rules"
_COLUMN_ARGUMENTS = ("column", "column_A", "column_B")
ACTIONS = ("quarantine", "stop", "warn")


class RuleError(ValueError):
    """A rule that cannot be used; the message names file, rule and remedy."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that must hold. The sentences are templates over the facts of the row or table that broke it."""

    id: str
    table: str  # the frame that it looks at
    action: str
    expectation: str  # a class of great_expectations.expectations
    arguments: Mapping[str, Any]
    ja: str
    en: str
    file: str

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it reads."""
        return tuple(str(self.arguments[name]) for name in _COLUMN_ARGUMENTS if name in self.arguments)

    def say(self, facts: Mapping[str, Any]) -> str:
        """What is wrong, in one line, Japanese then English.

        Raises:
            RuleError: a sentence names a fact that its table does not have.
        """
        return " / ".join(self.words(facts))

    def words(self, facts: Mapping[str, Any]) -> tuple[str, str]:
        """What is wrong, in Japanese and in English, each in one line.

        Raises:
            RuleError: a sentence names a fact that its table does not have.
        """
        try:
            ja, en = (" ".join(sentence.format_map(facts).split()) for sentence in (self.ja, self.en))
        except (KeyError, TypeError, ValueError) as error:
            raise RuleError(
                f"{self.file}: rule {self.id}: the sentence cannot be filled in ({error}); use only {', '.join(facts)}"
            ) from error
        return ja, en

    def expectation_object(self) -> Expectation:
        """The rule as a Great Expectations object that carries the rule's id.

        Raises:
            RuleError: no such expectation, or an argument that it does not take.
        """
        from great_expectations import expectations

        kind = getattr(expectations, self.expectation, None)
        if kind is None:
            raise RuleError(
                f"{self.file}: rule {self.id}: Great Expectations has no {self.expectation!r}; correct `expectation`"
            )
        try:
            return kind(**self.arguments, meta={"rule": self.id})
        except ValueError as error:
            detail = " ".join(str(error).split())
            raise RuleError(f"{self.file}: rule {self.id}: {detail}; correct `arguments`") from error


def read_rules(path: Path) -> tuple[Rule, ...]:
    """Read and check one rules file, in its order.

    Raises:
        RuleError: not TOML, a missing or unknown key, an unknown action, an id given twice.
    """
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8")).get("rule", [])
    except tomllib.TOMLDecodeError as error:
        raise RuleError(f"{path.name}: not valid TOML: {error}; correct the file") from error
    expected = {field.name for field in fields(Rule)} - {"file"}
    rules: dict[str, Rule] = {}
    for entry in entries:
        name = entry.get("id", f"number {len(rules) + 1}")
        if wrong := sorted(expected ^ entry.keys()):
            raise RuleError(f"{path.name}: rule {name}: missing or unknown: {', '.join(wrong)}; give all of, and only, "
                            f"{', '.join(sorted(expected))}")  # fmt: skip
        if entry["action"] not in ACTIONS:
            raise RuleError(f"{path.name}: rule {name}: action {entry['action']!r}; use one of {', '.join(ACTIONS)}")
        if name in rules:
            raise RuleError(f"{path.name}: rule {name} is given twice; rename one")
        rules[name] = Rule(**entry, file=path.name)
    return tuple(rules.values())


_rules_in = cache(read_rules)


@cache
def rules_for(suite: str, table: str) -> tuple[Rule, ...]:
    """The rules of ``rules/<suite>.toml`` that look at one table."""
    return tuple(rule for rule in _rules_in(RULES_DIR / f"{suite}.toml") if rule.table == table)


@cache
def expectation_suite(suite: str, table: str) -> ExpectationSuite:
    """The same rules as one Great Expectations suite."""
    import great_expectations as gx

    return gx.ExpectationSuite(
        name=f"{suite}/{table}", expectations=[rule.expectation_object() for rule in rules_for(suite, table)]
    )


def fingerprint() -> str:
    """SHA-256 (hex) over the rules and the code that applies them: equal fingerprints judge equal rows equally."""
    digest = hashlib.sha256()
    for path in sorted([*RULES_DIR.glob("*.toml"), *Path(__file__).parent.glob("*.py")]):
        digest.update(path.name.encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
