"""The drawn trajectory: what is in it, what is not, and that no text can become a part of the drawing."""

import itertools
import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.chart import text_width
from reports.trajectory import Band, Point, Target, Trajectory, draw

HOSTILE = '"><script>alert(1)</script>'
SVG = "{*}"


def trajectory(**changes):
    about = {
        "description": "d",
        "unit": "人",
        "decimals": 0,
        "points": [
            Point(2014.5, 844.0, "primary"),
            Point(2015.5, 1006.0, "secondary"),
            Point(2016.5, 990.0, "estimate"),
        ],
        "path": [(2014.5, 844.0), (2019.5, 1000.0)],
        "target": Target(2019.5, 1000.0),
        "missing": [2017.5, 2018.5],
    }
    return Trajectory(**(about | changes))


def drawn(shown, lang="ja", width=900):
    return ET.fromstring(draw(shown, lang, width, 300))


def classes(picture, name):
    return [element for element in picture.iter() if name in (element.get("class") or "").split()]


def label_boxes(picture):
    for text in classes(picture, "label"):
        x, y, width = float(text.get("x")), float(text.get("y")), text_width(text.text, 12)
        left = x - {"start": 0, "middle": width / 2, "end": width}[text.get("text-anchor")]
        yield left, y - 9, left + width, y + 2


def mark_boxes(picture):
    for circle in [*classes(picture, "mark"), *classes(picture, "missing")]:
        if circle.get("cx"):
            x, y, r = (float(circle.get(name)) for name in ("cx", "cy", "r"))
            yield x - r, y - r, x + r, y + r
    for shape in [*classes(picture, "target"), *(mark for mark in classes(picture, "mark") if mark.get("d"))]:
        xs, ys = zip(*corners(shape), strict=True)
        yield min(xs), min(ys), max(xs), max(ys)
    for rect in [*classes(picture, "baseline"), *classes(picture, "range")]:
        x, y, width, height = (float(rect.get(name)) for name in ("x", "y", "width", "height"))
        yield x, y, x + width, y + height


def corners(path):
    return [tuple(map(float, pair.split())) for pair in re.findall(r"[\d.-]+ [\d.-]+", path.get("d"))]


def lines(picture):
    for kind in ("path", "projection", "whisker", "line", "break"):
        for path in classes(picture, kind):
            yield from itertools.pairwise(corners(path))


def crosses(line, box):
    """Whether a piece of a straight line lies in a box: the share of it within left and right, top and bottom."""
    first, last = 0.0, 1.0
    for axis in (0, 1):
        start, way = line[0][axis], line[1][axis] - line[0][axis]
        if way == 0 and not box[axis] < start < box[axis + 2]:
            return False
        if way:
            ends = sorted(((box[axis] - start) / way, (box[axis + 2] - start) / way))
            first, last = max(first, ends[0]), min(last, ends[1])
    return first < last


def covered(picture):
    """Labels that stand on a mark, on a line or on one another."""
    boxes = list(label_boxes(picture))
    on_marks = [(box, mark) for box in boxes for mark in mark_boxes(picture) if overlap(box, mark)]
    on_lines = [(box, line) for box in boxes for line in lines(picture) if crosses(line, box)]
    return [*on_marks, *on_lines, *((a, b) for a, b in itertools.combinations(boxes, 2) if overlap(a, b))]


def overlap(a, b):
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("width", [330, 1100])
def test_the_target_is_told_beside_its_mark_and_not_on_the_bar_of_the_projection(width, lang):
    picture = drawn(trajectory(band=Band(2019.5, 1060.0, 900.0, 1200.0)), lang, width)
    assert [label.text for label in classes(picture, "strong")] == ["目標 1,000人" if lang == "ja" else "target 1,000\N{NO-BREAK SPACE}people"]  # fmt: skip  # noqa: E501
    assert covered(picture) == []


@given(
    st.lists(st.tuples(st.integers(2004, 2024), st.floats(500, 1500)), max_size=12, unique_by=lambda point: point[0]),
    st.floats(500, 1500),
    st.floats(10, 900),
    st.sampled_from([330, 1100]),
    st.booleans(),
)
def test_no_label_covers_a_mark_or_a_line_whatever_the_figures(figures, target, half, width, joined):
    shown = trajectory(
        points=[Point(year + 0.5, value, "primary") for year, value in sorted(figures)],
        path=[(2014.5, 844.0), (2019.5, target)],
        target=Target(2019.5, target),
        band=Band(2019.5, 1000.0, 1000.0 - half, 1000.0 + half),
        breaks=[2016.0],
        joined=joined,
    )
    assert covered(drawn(shown, width=width)) == []


def test_figures_on_the_upright_axis_are_not_cut_off():
    proxy = trajectory(
        points=[Point(2021.5, 70_000.0, "primary"), Point(2022.5, 790_000.0, "primary")], path=[], target=None
    )
    marks = [text for text in classes(drawn(proxy, "en"), "axis") if text.get("text-anchor") == "end"]
    assert "800,000" in [text.text for text in marks]
    assert all(float(text.get("x")) >= text_width(text.text, 12) for text in marks)


def test_each_kind_of_figure_has_a_shape_of_its_own():
    marks = classes(drawn(trajectory()), "mark")
    assert [(mark.tag.rpartition("}")[2], mark.get("class")) for mark in marks] == [
        ("circle", "mark"),
        ("circle", "mark hollow"),
        ("path", "mark hollow"),
    ]


def test_a_period_without_a_figure_is_a_question_and_no_point():
    picture = drawn(trajectory())
    assert len(classes(picture, "missing")) == 2
    assert [element.text for element in classes(picture, "question")] == ["?", "?"]
    assert len(classes(picture, "mark")) == 3


def test_no_line_joins_figures_between_which_something_is_unknown():
    assert classes(drawn(trajectory()), "line") == []
    assert len(classes(drawn(trajectory(joined=True)), "line")) == 1


def test_covid_years_and_breaks_are_marked_where_the_chart_reaches_them():
    assert classes(drawn(trajectory()), "covid") == []
    later = drawn(
        trajectory(points=[Point(2014.5, 844.0, "primary"), Point(2022.5, 900.0, "primary")], breaks=[2021.5])
    )
    assert len(classes(later, "covid")) == 1
    assert len(classes(later, "break")) == 1


def test_a_wide_band_does_not_press_the_figures_flat():
    def height(picture):
        ys = [float(mark.get("cy")) for mark in classes(picture, "mark") if mark.get("cy")]
        return max(ys) - min(ys)

    wide = trajectory(band=Band(2019.5, 1000.0, -1e6, 1e6))
    assert height(drawn(wide)) > height(drawn(trajectory())) / 4
    assert len(classes(drawn(wide), "band")) == 1


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("field", ["description", "unit"])
def test_a_hostile_text_stays_text(lang, field):
    picture = drawn(trajectory(**{field: HOSTILE}), lang)
    assert picture.findall(f".//{SVG}script") == []
    said = (picture.get("aria-label") or "") + "".join(picture.itertext())
    assert "<script>" in said


def test_a_trajectory_without_any_figure_or_target_draws_nothing():
    assert draw(trajectory(points=[], path=[], target=None), "ja", 900, 300) == ""


def test_one_figure_alone_can_be_drawn():
    assert len(classes(drawn(trajectory(points=[Point(2014.5, 0.0, "primary")], path=[], target=None)), "mark")) == 1


@pytest.mark.parametrize("width", [330, 1100])
def test_everything_stays_inside_the_drawing(width):
    picture = drawn(trajectory(), width=width)
    xs = [float(e.get(name)) for e in picture.iter() for name in ("x", "cx", "x1", "x2") if e.get(name)]
    assert min(xs) >= 0
    assert max(xs) <= width
