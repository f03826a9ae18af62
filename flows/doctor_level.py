"""How bad a finding of ``kpi doctor`` is, and the form in which it is put into words."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Level(StrEnum):
    """How bad a finding is; a night may be worse for a warning, and cannot be well with a failure."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


LEVEL = {Level.OK: ("正常", "ok"), Level.WARN: ("注意", "warn"), Level.FAIL: ("異常", "fail")}


class Said(NamedTuple):
    """A finding and its remedy in both languages; nothing to do when all is well."""

    level: Level
    found_ja: str
    found_en: str
    todo_ja: str = ""
    todo_en: str = ""
