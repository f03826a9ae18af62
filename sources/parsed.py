"""What an adapter hands back of one file: its content, or the error that says where it is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Parsed:
    """The content of one resource.

    Attributes:
        rows: one row a figure, columns ``records.ROW_COLUMNS`` with the dtypes of :func:`sources.tidy.tidy_rows`.
        areas: the areas that the file names, columns ``records.AREA_COLUMNS``, each code once.
        header: the file's own column names in order, by which a guard notices that the layout changed.
        table: where the rows belong, ``core.observation`` or ``core.facility`` (then a row is a facility, with columns
            ``records.FACILITY_COLUMNS`` and the dtypes of :func:`sources.tidy.tidy_facilities`).
    """

    rows: pd.DataFrame
    areas: pd.DataFrame
    header: tuple[str, ...]
    table: str = "core.observation"


class ParseError(ValueError):
    """A file that cannot be read as its publisher describes it.

    Attributes:
        where: resource id or file name.
        line: 1-based line of the file, None when the whole file is meant.
        column: the file's own column name, empty when the whole line is meant.
        problem: what is wrong.
        remedy: what a person can do about it.
    """

    def __init__(self, where: str, problem: str, remedy: str, *, line: int | None = None, column: str = "") -> None:
        self.where = where
        self.line = line
        self.column = column
        self.problem = problem
        self.remedy = remedy
        place = where + (f", line {line}" if line is not None else "") + (f", column {column}" if column else "")
        super().__init__(f"{place}: {problem}; {remedy}")

    def __reduce__(self) -> tuple[Any, ...]:
        """Survive the way between processes with all fields."""
        return _rebuild, (self.where, self.problem, self.remedy, self.line, self.column)


def _rebuild(where: str, problem: str, remedy: str, line: int | None, column: str) -> ParseError:
    return ParseError(where, problem, remedy, line=line, column=column)
