"""One finding of ``kpi doctor``, as checks give it and as people and machines read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flows.doctor_level import Level
from flows.doctor_words import SAID
from reports.words import Lang

FINDING_COLUMNS = ("check", "level", "found", "todo")


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found. ``code`` is a key of ``SAID``, ``values`` fill its braces."""

    code: str
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def level(self) -> Level:
        """How bad it is."""
        return SAID[self.code].level

    def row(self, lang: Lang) -> dict[str, str]:
        """The finding for people and for machines, by ``FINDING_COLUMNS``."""
        said = SAID[self.code]
        found, todo = (said.found_ja, said.todo_ja) if lang == "ja" else (said.found_en, said.todo_en)
        return {
            "check": self.code.partition(".")[0],
            "level": said.level.value,
            "found": found.format(**self.values),
            "todo": todo.format(**self.values),
        }
