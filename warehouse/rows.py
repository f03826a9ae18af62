"""Answers of the warehouse: rows, and the names of their columns, which are known when there is no row, too."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb


class Rows(list[dict[str, Any]]):
    """The answer to a question: one dict a row, by column name, and ``columns`` in their order."""

    def __init__(self, columns: Iterable[str], rows: Iterable[dict[str, Any]] = ()) -> None:
        super().__init__(rows)
        self.columns = tuple(columns)


def answer(connection: duckdb.DuckDBPyConnection) -> Rows:
    """What the query that was run last has found."""
    columns = _apart([column[0] for column in connection.description or ()])
    return Rows(columns, (dict(zip(columns, row, strict=True)) for row in connection.fetchall()))


def _apart(names: Sequence[str]) -> list[str]:
    """Names of columns, of which the second ``value`` is called ``value_1``, as DuckDB itself does in a frame."""
    found: list[str] = []
    for name in names:
        free, more = name, 0
        while free in found:
            more += 1
            free = f"{name}_{more}"
        found.append(free)
    return found
