"""One page of getStatsData as typed columns: figure, printed text, meaning of its symbol, unit, period, codes.

A page may have 100,000 cells, so whatever differs little is worked out once: each code, each unit, each odd text.
"""

from __future__ import annotations

import operator
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import compress
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

import msgspec

from records import Period
from sources.cells import read_figures
from sources.estat_wire import Code, Statistics, Value, cells, decoded, listed
from sources.japanese import parse_period

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

T = TypeVar("T")
U = TypeVar("U")
_AT_A_TIME = 1_000  # cells; so few that they are still in the processor's cache for the next column
AXES = ("tab", *(f"cat{number:02}" for number in range(1, 16)), "area")
_NUMBERS = msgspec.json.Decoder(list[float])


class Reading(NamedTuple):
    """How a printed text is understood, besides its number: the columns of that name in rows."""

    obs_status: str = "A"
    symbol_meaning: str = ""
    note: str = ""


@dataclass(frozen=True)
class Coded(Generic[T]):
    """A column in which little differs: what there is, and for each cell which of it."""

    there: Sequence[T]
    which: np.ndarray[Any, Any]

    def each(self, turned: Callable[[T], str]) -> pd.Categorical:
        """A column of texts that follow from each entry, worked out once an entry."""
        import numpy as np
        import pandas as pd

        texts = [turned(entry) for entry in self.there]
        number = {text: at for at, text in enumerate(sorted(set(texts)))}
        renumbered = np.array([number[text] for text in texts], dtype=np.int32)
        return pd.Categorical.from_codes(renumbered[self.which], pd.Index(list(number), dtype="str"), validate=False)

    def where(self, holds: Callable[[T], bool]) -> np.ndarray[Any, Any]:
        """In which cells something holds of the entry."""
        import numpy as np

        found: np.ndarray[Any, Any] = np.array([holds(entry) for entry in self.there], np.bool_)[self.which]
        return found

    def at(self, places: np.ndarray[Any, Any]) -> Coded[T]:
        """The same column of some cells."""
        return Coded(self.there, self.which[places])

    def beside(self, other: Coded[U]) -> Coded[tuple[T, U]]:
        """Both columns as one, in which the pairs are what there is."""
        import pandas as pd

        width = max(len(other.there), 1)
        which, pairs = pd.factorize(self.which.astype("int64") * width + other.which)
        return Coded([(self.there[pair // width], other.there[pair % width]) for pair in pairs.tolist()], which)


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
        raw_text: as printed, str.
        value: the number that is printed, float64, NaN when there is none.
        reading: how each text is understood.
        annotation: the mark of a remark, mostly empty.
    """

    meta: Meta
    codes: Mapping[str, Coded[str]]
    periods: Coded[tuple[Period | str, str]]
    unit: Coded[str]
    raw_text: np.ndarray[Any, Any]
    value: np.ndarray[Any, Any]
    reading: Coded[Reading]
    annotation: Coded[str]

    def __len__(self) -> int:
        return len(self.value)


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
    meta = _meta(statistics, before or Meta())
    promised = {axis: meta.axes[axis] for axis in AXES if axis in meta.axes} | {"time": meta.axes.get("time", {})}
    values = cells(statistics.data.values, promised, where)
    axes = [axis for axis in AXES if axis in meta.axes or any(getattr(cell, axis, "") for cell in values[:1])]
    gathered = _Gathered(values, [*axes, "time", "unit", "annotation"])
    codes = gathered.codes()
    units, annotation, times = codes.pop("unit"), codes.pop("annotation"), codes["time"]
    return Page(
        meta=meta,
        codes=codes,
        periods=Coded([_period(code, meta.axes.get("time", {})) for code in times.there], times.which),
        unit=_units(units, codes, meta),
        reading=gathered.reading(meta.legend),
        raw_text=gathered.texts,
        value=gathered.value,
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
        self._which = {name: np.empty(length, np.int32) for name in names}
        read = {name: operator.attrgetter(name) for name in names}
        for start in range(0, length, _AT_A_TIME):
            some = values[start : start + _AT_A_TIME]
            place = slice(start, start + len(some))
            for name, attribute in read.items():
                known, column = self._there[name], list(map(attribute, some))
                if column.count(column[0]) == len(column):  # as a rule: from cell to cell only the last axis changes
                    self._which[name][place] = known[column[0]]
                else:
                    self._which[name][place] = np.fromiter(map(known.__getitem__, column), np.int32, len(column))
            self._take_figures([value.text for value in some], place)

    def _take_figures(self, texts: list[str], place: slice) -> None:
        import numpy as np

        self.texts[place] = texts
        whole = np.fromiter(map(str.isdecimal, texts), np.bool_, len(texts))
        if not "".join(texts).isascii():
            whole &= np.fromiter(map(str.isascii, texts), np.bool_, len(texts))
        self.whole[place] = whole
        self.value[place][whole] = _numbers(compress(texts, whole))

    def codes(self) -> dict[str, Coded[Any]]:
        """The columns in which little differs."""
        return {name: Coded(list(there), self._which[name]) for name, there in self._there.items()}

    def reading(self, legend: Mapping[str, str]) -> Coded[Reading]:
        """What :func:`read_figures` makes of the texts; whole numbers need none of its care."""
        import numpy as np

        others = self.texts[~self.whole].tolist()
        there = {text: at for at, text in enumerate(dict.fromkeys(others))}
        which = [there[text] for text in others]
        once = read_figures(list(there), legend)
        self.value[~self.whole] = once["value"][which]
        readings = [Reading(*parts) for parts in zip(*(once[name] for name in Reading._fields), strict=True)]
        number = {reading: at for at, reading in enumerate(dict.fromkeys([Reading(), *readings]))}
        found = np.zeros(len(self.texts), np.int32)
        found[~self.whole] = np.array([number[reading] for reading in readings], np.int32)[which]
        return Coded(list(number), found)


def _numbers(digits: Iterable[str]) -> list[float]:
    """What digits say. A reader of JSON is three times as quick at it as Python, but refuses a zero in front."""
    texts = list(digits)
    try:
        return _NUMBERS.decode(f"[{','.join(texts)}]")
    except msgspec.DecodeError:
        return [float(text) for text in texts]


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
