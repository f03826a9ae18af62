"""A KPI's trajectory as a picture: SVG drawn when the report is written, so that a page needs no program to show it."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from markupsafe import Markup, escape

from records import COVID_YEARS
from reports.chart import AIR, Labels, Scale, span, text_width, ticks, whole_years
from reports.figures import axis_unit, figure_words, tick_words
from reports.words import Lang

_ASIDE = 0.7  # years of room before the first and after the last figure
_MOST_ASIDE = 0.25  # share of the width that a label may take beside the years
_LABELLED = 9  # more figures than that are read from the table
_SIZE, _SIZE_IN_PRINT = 12, 17  # pixels of text, as report.css has them: on paper only the wide chart is shown, smaller
_POINT, _TARGET = 5.0, 9.0  # pixels from the middle of a mark to its edge, its line included
_GAP = 7.0  # pixels between the upright axis and its figures
_WIDE = 600  # pixels from which on a chart is the one that is printed


@dataclass(frozen=True)
class Point:
    """One figure of one period. ``kind`` is primary, secondary or estimate and gives the mark its shape."""

    x: float
    value: float
    kind: str


@dataclass(frozen=True)
class Target:
    """Where the path leads: a figure, or a range of figures."""

    x: float
    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Band:
    """The projection to the target period and its 80 % interval."""

    x: float
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Trajectory:
    """All that one chart shows; positions are years with a fraction."""

    description: str  # what a screen reader says instead of the picture
    unit: str
    decimals: int
    points: Sequence[Point]
    path: Sequence[tuple[float, float]] = ()
    target: Target | None = None
    band: Band | None = None
    missing: Sequence[float] = ()  # periods of the plan whose figure nobody knows
    breaks: Sequence[float] = ()
    year_middle: float = 0.5  # where a year's figures stand: 0.5 for calendar years, 0.75 for years from April
    joined: bool = False  # whether a line may join the figures: only where no period between them is missing


@dataclass
class _Canvas:
    """The frame of one drawing and what was drawn so far."""

    x: Scale
    y: Scale
    floor: float  # the pixel of the time axis: below the lowest figure, where the marks of unknown figures stand
    labels: Labels
    marks: list[tuple[float, str]]  # pixels and words of the figures on the upright axis
    unit: str  # in which these words count
    trajectory: Trajectory
    lang: Lang
    parts: list[str] = field(default_factory=list)

    def add(self, template: str, **values: object) -> None:
        """Draw an element; every value is escaped, numbers are cut to a tenth of a pixel."""
        said = {name: f"{value:.1f}" if isinstance(value, float) else escape(value) for name, value in values.items()}
        self.parts.append(template.format(**said))

    def text(self, x: float, y: float, words: str, kind: str, anchor: str = "middle") -> None:
        """Write words."""
        self.add('<text x="{x}" y="{y}" class="{kind}" text-anchor="{a}">{w}</text>', x=x, y=y, kind=kind, a=anchor, w=words)  # fmt: skip  # noqa: E501

    def say(self, value: float) -> str:
        """A figure in words."""
        return figure_words(value, self.trajectory.decimals, self.trajectory.unit, self.lang)

    def line(self, kind: str, *corners: tuple[float, float]) -> None:
        """Draw straight lines from point to point; no label covers them."""
        self.add('<path class="{kind}" d="{d}"/>', kind=kind, d="M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in corners))
        self.labels.keep_line_free(*corners)

    def note(self, x: float, y: float, words: str) -> None:
        """Write small words in the middle of x; no label covers them."""
        self.text(x, y, words, "small")
        half = text_width(words, self.labels.size) / 2
        self.labels.taken.append((x - half, y - self.labels.size, x + half, y + 3))

    def label(self, x: float, y: float, words: str, kind: str, radius: float) -> None:
        """Write words beside the mark at a point, where there is room."""
        if place := self.labels.place(x, y, words, radius):
            self.text(place.x, place.y, words, kind, place.anchor)


def draw(trajectory: Trajectory, lang: Lang, width: int, height: int) -> Markup:
    """Draw a trajectory as one SVG element of that many pixels; empty when it holds nothing to draw."""
    values = [p.value for p in trajectory.points] + [value for _, value in trajectory.path] + _targets(trajectory)
    if not values:
        return Markup()
    canvas = _canvas(trajectory, lang, width, height, values)
    _backdrop(canvas)
    _axes(canvas)
    _projection(canvas)
    _path(canvas)
    _figures(canvas)
    _unknown(canvas)
    _labels(canvas)
    frame = '<svg class="chart" viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img" aria-label="{about}">'
    head = frame.format(w=width, h=height, about=escape(trajectory.description))
    return Markup("\n".join([head, *canvas.parts, "</svg>"]))  # noqa: S704 - every value in it was escaped


def _targets(trajectory: Trajectory) -> list[float]:
    target = trajectory.target
    return [v for v in (target.value, target.low, target.high) if v is not None] if target else []


def _canvas(trajectory: Trajectory, lang: Lang, width: int, height: int, values: Sequence[float]) -> _Canvas:
    positions = [p.x for p in trajectory.points] + [x for x, _ in trajectory.path] + list(trajectory.missing)
    if trajectory.target:
        positions.append(trajectory.target.x)
    low, high = span(values)
    if trajectory.band:  # a wide band does not press the figures flat: it is cut off, the legend has its ends
        room = high - low
        low, high = min(low, max(trajectory.band.low, low - room)), max(high, min(trajectory.band.high, high + room))
    if min(values) >= 0 and not (trajectory.band and trajectory.band.low < 0):
        low = max(low, 0.0)
    right, top, floor = width - 14.0, 30.0, height - 28.0
    size = _SIZE_IN_PRINT if width >= _WIDE else _SIZE
    y = Scale(low, high, floor - (26 if trajectory.missing else 0), top)
    marks, unit = _marks(y, trajectory, lang)
    left = max(52.0, max((text_width(words, size) for _, words in marks), default=0) + 2 * _GAP)
    x = Scale(min(positions) - _ASIDE, max(positions) + _ASIDE, left, right)
    return _Canvas(
        x=replace(x, end=right - _room_for_target(x, trajectory, lang, size)),
        y=y,
        floor=floor,
        labels=Labels((left, top - size, right, floor), size),
        marks=marks,
        unit=unit,
        trajectory=trajectory,
        lang=lang,
    )


def _target_words(trajectory: Trajectory, lang: Lang) -> str:
    """What stands beside the target; empty where it is no single figure."""
    if trajectory.target is None or trajectory.target.value is None:
        return ""
    value = figure_words(trajectory.target.value, trajectory.decimals, trajectory.unit, lang)
    return f"目標 {value}" if lang == "ja" else f"target {value}"


def _room_for_target(x: Scale, trajectory: Trajectory, lang: Lang, size: float) -> float:
    """Pixels right of the years that the target's label needs; none where they would press the years together."""
    words = _target_words(trajectory, lang)
    if not words or trajectory.target is None or trajectory.target.x + _ASIDE < x.high:
        return 0.0
    aside = _ASIDE / (x.high - x.low)  # the share that is free anyway
    missing = text_width(words, size) + _TARGET + 2 * AIR - aside * (x.end - x.start)
    return max(missing / (1 - aside), 0.0) if missing < _MOST_ASIDE * (x.end - x.start) else 0.0


def _marks(y: Scale, trajectory: Trajectory, lang: Lang) -> tuple[list[tuple[float, str]], str]:
    """Pixels and words of round figures on the upright axis, and the unit in which they count."""
    divisor, unit = axis_unit(max(abs(y.low), abs(y.high)), trajectory.unit, lang)
    least = trajectory.decimals if divisor == 1 else 0  # as the figures beside it
    marks = ticks(y.low / divisor, y.high / divisor, max(3, int((y.start - y.end) / 42)))
    step = marks[1] - marks[0] if len(marks) > 1 else 1.0
    return [(y(mark * divisor), tick_words(mark, step, least)) for mark in marks], unit


def _backdrop(canvas: _Canvas) -> None:
    """The years of COVID-19 and breaks of the series, behind everything else."""
    x, y = canvas.x, canvas.y
    start, end = max(COVID_YEARS[0], x.low), min(COVID_YEARS[1], x.high)
    if start < end and x.high - _ASIDE > COVID_YEARS[0]:  # not for the sliver that the margin alone would show
        left, right = x(start), x(end)
        canvas.add('<rect class="covid" x="{x}" y="{y}" width="{w}" height="{h}"/>', x=left, y=y.end, w=right - left, h=canvas.floor - y.end)  # fmt: skip  # noqa: E501
        words = "新型コロナ" if canvas.lang == "ja" else "COVID-19"
        canvas.note((left + right) / 2, y.end + 12, words if right - left > 58 else "C19")
    for position in canvas.trajectory.breaks:
        canvas.line("break", (x(position), y.end), (x(position), canvas.floor))
        canvas.note(x(position), y.end - 4, "断絶" if canvas.lang == "ja" else "break")


def _axes(canvas: _Canvas) -> None:
    x = canvas.x
    for y, words in canvas.marks:
        canvas.add('<line class="grid" x1="{l}" x2="{r}" y1="{y}" y2="{y}"/>', l=x.start, r=x.end, y=y)
        canvas.text(x.start - _GAP, y + 4, words, "axis", "end")
    if canvas.unit:
        canvas.text(4, 14, canvas.unit, "axis", "start")
    canvas.add('<line class="base" x1="{l}" x2="{r}" y1="{y}" y2="{y}"/>', l=x.start, r=x.end, y=canvas.floor)
    shift = canvas.trajectory.year_middle  # the name of a year stands where the year's own figure stands
    for year in whole_years(x.low - shift + 0.3, x.high - shift - 0.3, int((x.end - x.start) / 46)):
        canvas.text(x(year + shift), canvas.floor + 19, str(year), "axis")


def _projection(canvas: _Canvas) -> None:
    band, points = canvas.trajectory.band, canvas.trajectory.points
    if not band:
        return
    x, y = canvas.x, canvas.y
    before = [p for p in points if p.x < band.x]
    low, high, right = y.clipped(band.low), y.clipped(band.high), x(band.x)
    if before:
        last = max(before, key=lambda p: p.x)
        a, b = x(last.x), y(last.value)
        canvas.add('<path class="band" d="M{a} {b}L{r} {high}L{r} {low}Z"/>', a=a, b=b, r=right, high=high, low=low)
        canvas.line("projection", (a, b), (right, y.clipped(band.value)))
    canvas.line("whisker", (right, low), (right, high))
    for end in (low, high):
        canvas.line("whisker", (right - 5, end), (right + 5, end))


def _path(canvas: _Canvas) -> None:
    x, y, trajectory = canvas.x, canvas.y, canvas.trajectory
    if len(trajectory.path) > 1:
        canvas.line("path", *((x(at), y(value)) for at, value in trajectory.path))
    if trajectory.path:
        at, value = trajectory.path[0]
        canvas.add('<rect class="baseline" x="{x}" y="{y}" width="10" height="10"/>', x=x(at) - 5, y=y(value) - 5)
        canvas.labels.keep_free(x(at), y(value), 6)
    target = trajectory.target
    if target is None:
        return
    if target.low is not None and target.high is not None:
        low, high = y(target.low), y(target.high)
        canvas.add('<rect class="range" x="{x}" y="{y}" width="12" height="{h}"/>', x=x(target.x) - 6, y=high, h=low - high)  # fmt: skip  # noqa: E501
        canvas.labels.taken.append((x(target.x) - 7, high - 1, x(target.x) + 7, low + 1))
    elif target.value is not None:
        a, b = x(target.x), y(target.value)
        canvas.add('<path class="target" d="M{l} {b}L{a} {t}L{r} {b}L{a} {u}Z"/>', a=a, b=b, l=a - 8, r=a + 8, t=b - 8, u=b + 8)  # fmt: skip  # noqa: E501
        canvas.labels.keep_free(a, b, _TARGET)


def _figures(canvas: _Canvas) -> None:
    x, y, trajectory = canvas.x, canvas.y, canvas.trajectory
    points = sorted(trajectory.points, key=lambda p: p.x)
    if trajectory.joined and len(points) > 1:
        canvas.line("line", *((x(p.x), y(p.value)) for p in points))
    for point in points:
        _mark(canvas, x(point.x), y(point.value), point.kind, 4.5 if len(points) <= 24 else 2.5)
        canvas.labels.keep_free(x(point.x), y(point.value), _POINT)


def _labels(canvas: _Canvas) -> None:
    """The target's figure, then those of the points, when every mark has its place: no label covers one."""
    x, y, target = canvas.x, canvas.y, canvas.trajectory.target
    if target and target.value is not None:
        canvas.label(
            x(target.x), y(target.value), _target_words(canvas.trajectory, canvas.lang), "label strong", _TARGET
        )
    points = sorted(canvas.trajectory.points, key=lambda p: p.x, reverse=True)
    for point in points if len(points) <= _LABELLED else points[:1]:  # where there is no room, older ones go without
        canvas.label(x(point.x), y(point.value), canvas.say(point.value), "label", _POINT)


def _mark(canvas: _Canvas, x: float, y: float, kind: str, r: float) -> None:
    if kind == "estimate":
        canvas.add('<path class="mark hollow" d="M{l} {d}L{x} {u}L{r} {d}Z"/>', x=x, l=x - r, r=x + r, u=y - r, d=y + r)
    else:
        canvas.add('<circle class="{k}" cx="{x}" cy="{y}" r="{r}"/>', k="mark" if kind == "primary" else "mark hollow", x=x, y=y, r=r)  # fmt: skip  # noqa: E501


def _unknown(canvas: _Canvas) -> None:
    """A question mark on the time axis for every period of the plan without a figure: not zero, and not nothing."""
    places = [canvas.x(position) for position in canvas.trajectory.missing]
    radius = min([8.0, *((right - left) * 0.45 for left, right in itertools.pairwise(places))])
    for place in places:
        canvas.add('<circle class="missing" cx="{x}" cy="{y}" r="{r}"/>', x=place, y=canvas.floor - 13, r=radius)
        canvas.labels.keep_free(place, canvas.floor - 13, radius)
        canvas.text(place, canvas.floor - 9, "?", "question")
