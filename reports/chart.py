"""The geometry of charts: scales, ticks, where a period stands on the time axis, labels that do not overlap."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from records import Period


@dataclass(frozen=True)
class Scale:
    """A straight line from figures to pixels; ``low`` and ``high`` are figures, ``start`` and ``end`` pixels."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """The pixel of a figure, also outside the scale; the middle when the scale has no length."""
        if math.isclose(self.low, self.high):
            return (self.start + self.end) / 2
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    def clipped(self, value: float) -> float:
        """The pixel of a figure, or the nearer end of the scale."""
        return self(min(max(value, self.low), self.high))


def span(values: Iterable[float], margin: float = 0.12) -> tuple[float, float]:
    """Lowest and highest of the figures with a margin on both sides; a margin of 1 where all are equal to 0."""
    found = list(values)
    low, high = min(found), max(found)
    room = (high - low) * margin or abs(high) * margin or 1.0
    return low - room, high + room


def ticks(low: float, high: float, most: int) -> list[float]:
    """At most ``most`` round figures (1, 2 or 5 times a power of ten apart) within the span, ascending."""
    if not low < high or most < 1:
        return []
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough))
    for step in (factor * power for factor in (1, 2, 5, 10, 20, 50)):
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        if last - first + 1 <= most:
            return [number * step for number in range(first, last + 1)]
    return []


def whole_years(low: float, high: float, most: int) -> list[int]:
    """Years whose beginnings lie in the span, every 2nd, 5th, 10th … so that there are at most ``most``."""
    for step in (1, 2, 5, 10, 20, 50, 100):
        years = [year for year in range(math.ceil(low), math.floor(high) + 1) if year % step == 0]
        if len(years) <= most:
            return years
    return []


def label_position(label: str | None) -> float | None:
    """The middle of the period that has this short name; None when it is no name of a period."""
    period = _period(label or "")
    return period.middle if period else None


def _period(label: str) -> Period | None:
    """The period whose ``label`` this is."""
    if found := re.fullmatch(r"(FY)?(\d{4})", label):
        return Period.fy(int(found[2])) if found[1] else Period.cy(int(found[2]))
    if found := re.fullmatch(r"(FY)?(\d{4})-(\d{4})", label):
        return Period.window(int(found[2]), int(found[3]), fiscal=bool(found[1]))
    if found := re.fullmatch(r"(\d{4})-(\d{2})", label):
        return Period.month(int(found[1]), int(found[2]))
    if found := re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", label):
        return Period.day(date(int(found[1]), int(found[2]), int(found[3])))
    return None


def text_width(text: str, size: float) -> float:
    """At most about how wide a text is: full-width characters are as wide as high, others not much more than half."""
    return sum(size if ord(character) > 0x2E7F else size * 0.62 for character in text)


Box = tuple[float, float, float, float]  # left, top, right, bottom
_ASCENT, _DESCENT = 0.88, 0.22  # of letters above and below their line, as shares of the size
AIR = 2.0  # pixels between a mark and its label
_LINE_STEP = 3.0  # pixels from one box to the next along a line that is kept free
# Where a label may stand, seen from its mark: row and anchor, the best place first.
_PLACES = (
    *(("above", "middle"), ("below", "middle"), ("beside", "start"), ("beside", "end")),
    *(("above", "start"), ("above", "end"), ("below", "start"), ("below", "end")),
    *(("high", "middle"), ("low", "middle"), ("high", "end"), ("low", "end"), ("highest", "end"), ("lowest", "end")),
)


@dataclass(frozen=True)
class Place:
    """Where a label is written: ``x`` is its end, middle or start, as SVG's ``anchor`` says, ``y`` its base line."""

    x: float
    y: float
    anchor: str
    box: Box  # that it stays within


@dataclass
class Labels:
    """Places for labels beside marks, so that none covers a mark, a line or another label, or leaves the frame."""

    frame: Box
    size: float = 12
    taken: list[Box] = field(default_factory=list)

    def place(self, x: float, y: float, text: str, radius: float = 5) -> Place | None:
        """Where to write a text beside the mark of this radius at (x, y); None when there is no room."""
        for place in self._around(x, y, text_width(text, self.size), radius + AIR):
            if _within(place.box, self.frame) and not any(_overlap(place.box, other) for other in self.taken):
                self.taken.append(place.box)
                return place
        return None

    def _around(self, x: float, y: float, width: float, away: float) -> Iterator[Place]:
        height = (_ASCENT + _DESCENT) * self.size
        left, _, right, _ = self.frame
        middle = max(min(x, right - width / 2), left + width / 2)  # it moves aside a little to stay in the frame
        columns = {
            "middle": (middle, middle - width / 2),
            "start": (x + away, x + away),
            "end": (x - away, x - away - width),
        }
        rows = {"above": y - away - height, "beside": y - height / 2, "below": y + away}
        rows |= {"high": rows["above"] - height, "low": rows["below"] + height}
        rows |= {"highest": rows["high"] - height, "lowest": rows["low"] + height}
        for row, anchor in _PLACES:
            (at, start), top = columns[anchor], rows[row]
            yield Place(at, top + _ASCENT * self.size, anchor, (start, top, start + width, top + height))

    def keep_free(self, x: float, y: float, radius: float = 5) -> None:
        """Let no label cover the mark at this point."""
        self.taken.append((x - radius, y - radius, x + radius, y + radius))

    def keep_line_free(self, *corners: tuple[float, float]) -> None:
        """Let no label cover the straight lines from each of these points to the next."""
        for (x1, y1), (x2, y2) in itertools.pairwise(corners):
            steps = max(1, math.ceil(math.hypot(x2 - x1, y2 - y1) / _LINE_STEP))
            for step in range(steps + 1):
                self.keep_free(x1 + (x2 - x1) * step / steps, y1 + (y2 - y1) * step / steps, _LINE_STEP / 2)


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _within(inner: Box, outer: Box) -> bool:
    slack = 1e-6  # of adding and subtracting a width
    return all(a >= b - slack for a, b in zip(inner[:2], outer[:2], strict=True)) and all(
        a <= b + slack for a, b in zip(inner[2:], outer[2:], strict=True)
    )
