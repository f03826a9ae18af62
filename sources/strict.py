"""What hand-kept TOML files share: entries without unknown keys, and errors that name the entry as people wrote it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError


class Strict(BaseModel):
    """An entry of a hand-kept file: no unknown keys, no silent conversions, no changes after loading."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def first_problem(error: ValidationError, raw: dict[str, Any]) -> str:
    """The first problem of a file in one line: which entry, what is wrong, what to do.

    Args:
        error: what pydantic found.
        raw: the file as TOML gives it, to call an entry by its name.
    """
    first = error.errors(include_url=False)[0]
    kind, message = first["type"], first["msg"].removeprefix("Value error, ")
    match kind:
        case "missing":
            message = "is missing; add it, it is never inferred from other entries"
        case "extra_forbidden":
            message = "is not a known key; correct or remove it"
        case "value_error":
            pass
        case _:
            message += "; correct this entry"
    return f"{_entry_name(first['loc'], raw)}: {message}"


def _entry_name(location: Iterable[int | str], raw: Any) -> str:  # noqa: ANN401 - any part of a TOML file
    """``kpis.1.direction`` for people: ``kpis visitors direction``."""
    words, here = [], raw
    for part in location:
        try:
            here = here[part]
        except (LookupError, TypeError):
            here = None
        named = here if isinstance(part, int) and isinstance(here, dict) else {}
        words.append(str(named.get("id") or named.get("number") or named.get("name_ja") or part))
    return " ".join(words) or "file"
