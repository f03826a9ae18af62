"""What answers of APIs have in common: they say themselves how they went, and lists of one may come as no list."""

from __future__ import annotations

from codecs import BOM_UTF8
from enum import Enum
from typing import Any


class Said(Enum):
    """How the answer of an API went by its own words, which stand in the body, whatever the HTTP status."""

    DATA = "data"  # or nothing that the API would say: the guards look at it
    NOTHING = "nothing"  # it worked, and there is no data
    BUSY = "busy"  # trouble on the other side; another try may help
    ERROR = "error"  # the request is wrong, and another try would be too
    CLOSED = "closed"  # nothing is to be had from this API now, such as with a wrong key


def without_mark(body: bytes) -> bytes:
    """JSON without the byte order mark that some put in front of it."""
    return body.removeprefix(BOM_UTF8)


def as_list(found: Any) -> list[Any]:  # noqa: ANN401 - whatever JSON holds
    """What an API gives as a list when it is many, as itself when it is one, and not or as an empty text when none."""
    if found is None or found == "":
        return []
    return found if isinstance(found, list) else [found]
