"""One page of getStatsData as typed columns: figure, printed text, meaning of its symbol, unit, period, codes.

A page may have 100,000 cells, so whatever differs little is worked out once: each code, each unit, each odd text.
"""

from __future__ import annotations

import operator
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import compress
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from records import Period
from sources.estat_wire import Code, Statistics, Value, decoded, listed
from sources.japanese import parse_period
from sources.parsed import read_figures

if TYPE_CHECKING:
    import numpy as np

T = TypeVar("T")
_AT_A_TIME = 1_000  # cells; so few that they are still in the processor's cache for the next column
_AXES = ("tab", *(f"cat{number:02}" for number in range(1, 16)), "area")
_OF_A_NUMBER = {"obs_status": "A", "symbol_meaning": "", "note": ""}


@dataclass(frozen=True)
class Coded(Generic[T]):
    """A column in which little differs: what there is, and for each cell which of it."""

    there: Sequence[T]
    which: np.ndarray[Any, Any]

    def each(self, turned: Callable[[T], object]) -> np.ndarray[Any, Any]:
        """A column of something that follows from each entry, worked out once an entry."""
        import numpy as np

        found = np.empty(len(self.there), dtype=object)
        found[:] = [turned(entry) for entry in self.there]
        return found[self.which]  # type: ignore[no-any-return]


@dataclass(frozen=True)
class Meta:
    """What explains the cells: the axes with their codes, the legend of symbols, the remarks on cells."""

    axes: Mapping[str, Mapping[str, Code]] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)  # axis -> its name
    legend: Mapping[str, str] = field(default_factory=dict)
    remarks: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Page:
    """The cells of one page in columns of equal length, in the order of VALUE.

    Attributes:
        meta: what explains them; the next page of the same request may come without and is read with this.
        codes: axis -> codes.
        periods: the periods with the label that the table gives them, or why a code is no period.
        unit: as printed with the cell, else with the code of an axis, else empty.
        figures: ``raw_text``, ``value``, ``obs_status``, ``symbol_meaning`` and ``note`` as rows have them.
        annotation: the mark of a remark, mostly empty.
    """

    meta: Meta
    codes: Mapping[str, Coded[str]]
    periods: Coded[tuple[Period | str, str]]
    unit: Coded[str]
    figures: Mapping[str, Any]
    annotation: Coded[str]

    def __len__(self) -> int:
        return len(self.periods.which)


def typed_columns(body: bytes, where: str, before: Meta | None = None) -> Page:
    """One page as typed columns.

    Args:
        body: the page as it came.
        where: resource id, for messages.
        before: what explained the page before.

    Raises:
        ParseError: when the page is no answer of getStatsData.
    """
    statistics = decoded(body, where)
    values = listed(statistics.data.values)
    meta = _meta(statistics, before or Meta())
    axes = [axis for axis in _AXES if axis in meta.axes or (values and getattr(values[0], axis))]
    gathered = _Gathered(values, [*axes, "time", "unit", "annotation"])
    codes = gathered.codes()
    units, annotation, times = codes.pop("unit"), codes.pop("annotation"), codes["time"]
    return Page(
        meta=meta,
        codes=codes,
        periods=Coded([_period(code, meta.axes.get("time", {})) for code in times.there], times.which),
        unit=_units(units, codes, meta),
        figures=gathered.figures(meta.legend),
        annotation=annotation,
    )


def _meta(statistics: Statistics, before: Meta) -> Meta:
    axes = listed(statistics.classes.axes)
    symbols, remarks = listed(statistics.data.symbols), listed(statistics.data.remarks)
    return Meta(
        {axis.id: {code.code: code for code in listed(axis.codes)} for axis in axes} or before.axes,
        {axis.id: axis.name for axis in axes} or before.names,
        {symbol.char: symbol.meaning for symbol in symbols} or before.legend,
        {**before.remarks, **{remark.mark: remark.text for remark in remarks}},
    )


class _Gathered:
    """Columns taken from the cells, a few cells at a time."""

    def __init__(self, values: list[Value], names: Sequence[str]) -> None:
        import numpy as np

        length = len(values)
        self.texts = np.empty(length, dtype=object)
        self.value = np.full(length, np.nan)
        self.whole = np.zeros(length, np.bool_)  # a whole number, as most figures are: digits and nothing else
        self._there: dict[str, defaultdict[str, int]] = {name: defaultdict() for name in names}
        for known in self._there.values():
            known.default_factory = known.__len__  # the next number for each new text
        self._which = {name: np.empty(length, np.intp) for name in names}
        read = {name: operator.attrgetter(name) for name in names}
        for start in range(0, length, _AT_A_TIME):
            some = values[start : start + _AT_A_TIME]
            place = slice(start, start + len(some))
            for name, attribute in read.items():
                numbers = map(self._there[name].__getitem__, map(attribute, some))
                self._which[name][place] = np.fromiter(numbers, np.intp, len(some))
            self._take_figures([value.text for value in some], place)

    def _take_figures(self, texts: list[str], place: slice) -> None:
        import numpy as np

        self.texts[place] = texts
        whole = np.fromiter(map(str.isdecimal, texts), np.bool_, len(texts))
        if not "".join(texts).isascii():
            whole &= np.fromiter(map(str.isascii, texts), np.bool_, len(texts))
        self.whole[place] = whole
        self.value[place][whole] = np.fromiter(map(float, compress(texts, whole)), np.float64)

    def codes(self) -> dict[str, Coded[Any]]:
        """The columns in which little differs."""
        return {name: Coded(list(there), self._which[name]) for name, there in self._there.items()}

    def figures(self, legend: Mapping[str, str]) -> dict[str, Any]:
        """The columns of :func:`read_figures`; whole numbers need none of its care."""
        import numpy as np

        found = {name: np.full(len(self.texts), text, dtype=object) for name, text in _OF_A_NUMBER.items()}
        others = self.texts[~self.whole].tolist()
        there = {text: at for at, text in enumerate(dict.fromkeys(others))}
        which = [there[text] for text in others]
        once = read_figures(list(there), legend)
        self.value[~self.whole] = once["value"][which]
        for name, column in found.items():
            column[~self.whole] = once[name][which]
        return {"raw_text": self.texts, "value": self.value, **found}


def _units(own: Coded[Any], codes: Mapping[str, Coded[str]], meta: Meta) -> Coded[str]:
    """The unit stands with the cell; where it does not, with a code of one of the axes; index numbers have none."""
    axis = next((a for a in codes if any(code.unit is not None for code in meta.axes.get(a, {}).values())), None)
    if None not in own.there or axis is None:
        return Coded([unit or "" for unit in own.there], own.which)
    of_code = [known.unit or "" if (known := meta.axes[axis].get(code)) else "" for code in codes[axis].there]
    from_code = own.which == own.there.index(None)
    which = own.which.copy()
    which[from_code] = codes[axis].which[from_code] + len(own.there)
    return Coded([*(unit or "" for unit in own.there), *of_code], which)


def _period(code: str, known: Mapping[str, Code]) -> tuple[Period | str, str]:
    """The period of a time code, by its name in the table's own metadata, which alone says what a year is."""
    label = known[code].name.strip() if code in known else ""
    if not label:
        return f"the table does not explain the time code {code!r}", label
    try:
        return parse_period(label), label
    except ValueError as error:
        return str(error), label
