"""How many observations a new file has lost against the one that was published last, and which sources lost them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

_LISTED = 5  # files of each source
_REGISTER = "register/"


@dataclass(frozen=True, slots=True)
class Published:
    """What a published file holds: its name, and its observations by resource id (``source/edition``)."""

    file: str
    observations: Mapping[str, int]


def kept(resources: pd.DataFrame, before: Published | None) -> pd.DataFrame:
    """One line for the rule that observations are kept.

    Args:
        resources: the new file's observations, ``rows`` by ``resource_id``.
        before: the file to compare with; with none, or an empty one, nothing can be lost.

    Returns:
        ``published`` (its file), ``rows_before`` and ``rows``, ``lost`` (share, NaN where there is nothing to compare),
        ``losses`` in words, and ``register_gone``: the files of the register of which nothing is left. They are kept by
        hand, so nobody will publish them again.
    """
    import pandas as pd

    now = dict(zip(resources["resource_id"], resources["rows"].astype("int64"), strict=True))
    was = before.observations if before else {}
    rows, rows_before = sum(now.values()), sum(was.values())
    gone = sorted(resource for resource in was if resource.startswith(_REGISTER) and not now.get(resource))
    line = {
        "published": before.file if before else "",
        "rows_before": float(rows_before),
        "rows": float(rows),
        "lost": 1 - rows / rows_before if rows_before else float("nan"),
        "losses": _in_words({resource: was.get(resource, 0) - now.get(resource, 0) for resource in {*was, *now}}),
        "register_gone": ", ".join(resource.removeprefix(_REGISTER) for resource in gone),
    }
    return pd.DataFrame([line])


def _in_words(lost: Mapping[str, int]) -> str:
    """``register −120 (population −100, tourism −20)``: every source that lost observations, the largest loss first.

    A figure may only have gone from one file of a source to another, so sources count by what they lost on balance.
    """
    by_source = Counter[str]()
    for resource, rows in lost.items():
        by_source[resource.partition("/")[0]] += rows
    return ", ".join(
        f"{source} −{rows:,} ({_files({r: n for r, n in lost.items() if r.partition('/')[0] == source})})"
        for source, rows in sorted(by_source.items(), key=lambda loss: (-loss[1], loss[0]))
        if rows > 0
    )


def _files(lost: Mapping[str, int]) -> str:
    largest = sorted(
        ((resource, rows) for resource, rows in lost.items() if rows > 0), key=lambda loss: (-loss[1], loss[0])
    )
    named = [f"{resource.partition('/')[2]} −{rows:,}" for resource, rows in largest[:_LISTED]]
    more = [f"{len(largest) - _LISTED} more files"] if len(largest) > _LISTED else []
    return ", ".join([*named, *more])
