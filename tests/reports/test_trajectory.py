"""The drawn course: what is in it, what is not, and that no text can become a part of the drawing."""

from xml.etree import ElementTree as ET

import pytest

from reports.trajectory import Band, Course, Point, Target, trajectory

HOSTILE = '"><script>alert(1)</script>'
SVG = "{*}"


def course(**changes):
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
    return Course(**(about | changes))


def drawn(shown, lang="ja", width=900):
    return ET.fromstring(trajectory(shown, lang, width, 300))


def classes(picture, name):
    return [element for element in picture.iter() if name in (element.get("class") or "").split()]


def test_each_kind_of_figure_has_a_shape_of_its_own():
    marks = classes(drawn(course()), "mark")
    assert [(mark.tag.rpartition("}")[2], mark.get("class")) for mark in marks] == [
        ("circle", "mark"),
        ("circle", "mark hollow"),
        ("path", "mark hollow"),
    ]


def test_a_period_without_a_figure_is_a_question_and_no_point():
    picture = drawn(course())
    assert len(classes(picture, "missing")) == 2
    assert [element.text for element in classes(picture, "question")] == ["?", "?"]
    assert len(classes(picture, "mark")) == 3


def test_no_line_joins_figures_between_which_something_is_unknown():
    assert classes(drawn(course()), "line") == []
    assert len(classes(drawn(course(joined=True)), "line")) == 1


def test_covid_years_and_breaks_are_marked_where_the_chart_reaches_them():
    assert classes(drawn(course()), "covid") == []
    later = drawn(course(points=[Point(2014.5, 844.0, "primary"), Point(2022.5, 900.0, "primary")], breaks=[2021.5]))
    assert len(classes(later, "covid")) == 1
    assert len(classes(later, "break")) == 1


def test_a_wide_band_does_not_press_the_figures_flat():
    def height(picture):
        ys = [float(mark.get("cy")) for mark in classes(picture, "mark") if mark.get("cy")]
        return max(ys) - min(ys)

    wide = course(band=Band(2019.5, 1000.0, -1e6, 1e6))
    assert height(drawn(wide)) > height(drawn(course())) / 4
    assert len(classes(drawn(wide), "band")) == 1


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("field", ["description", "unit"])
def test_a_hostile_text_stays_text(lang, field):
    picture = drawn(course(**{field: HOSTILE}), lang)
    assert picture.findall(f".//{SVG}script") == []
    said = (picture.get("aria-label") or "") + "".join(picture.itertext())
    assert "<script>" in said


def test_a_course_without_any_figure_or_target_draws_nothing():
    assert trajectory(course(points=[], path=[], target=None), "ja", 900, 300) == ""


def test_one_figure_alone_can_be_drawn():
    assert len(classes(drawn(course(points=[Point(2014.5, 0.0, "primary")], path=[], target=None)), "mark")) == 1


@pytest.mark.parametrize("width", [330, 1100])
def test_everything_stays_inside_the_drawing(width):
    picture = drawn(course(), width=width)
    xs = [float(e.get(name)) for e in picture.iter() for name in ("x", "cx", "x1", "x2") if e.get(name)]
    assert min(xs) >= 0
    assert max(xs) <= width
