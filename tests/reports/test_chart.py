"""The geometry of charts: scales, ticks, places of periods and of labels."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records import Period
from reports.chart import Labels, Scale, label_position, span, ticks, whole_years

figures = st.floats(-1e9, 1e9)


@given(st.floats(-1e6, 1e6), st.floats(0.001, 1e6), st.floats(0, 1))
def test_a_scale_maps_its_ends_to_the_ends_and_keeps_the_order(low, length, share):
    scale = Scale(low, low + length, 300, 20)
    assert scale(scale.low) == pytest.approx(300)
    assert scale(scale.high) == pytest.approx(20)
    assert 20 - 1e-6 <= scale(low + share * length) <= 300 + 1e-6


def test_a_scale_without_length_puts_everything_in_the_middle():
    assert Scale(5, 5, 0, 100)(5) == pytest.approx(50)


def test_what_lies_outside_a_clipped_scale_stands_at_its_end():
    scale = Scale(0, 10, 0, 100)
    assert (scale.clipped(-3), scale.clipped(4), scale.clipped(99)) == (0, 40, 100)


@given(st.lists(figures, min_size=1, max_size=9))
def test_a_span_holds_all_figures_and_has_a_length(values):
    low, high = span(values)
    assert low < min(values)
    assert max(values) < high


@given(figures, st.floats(1e-6, 1e9), st.integers(1, 12))
def test_ticks_are_few_round_ascending_and_inside(low, length, most):
    high = low + length
    found = ticks(low, high, most)
    assert len(found) <= most
    assert found == sorted(found)
    slack = 1e-6 * max(abs(low), abs(high), length)
    assert all(low - slack <= tick <= high + slack for tick in found)


def test_ticks_are_what_a_person_would_choose():
    assert ticks(1.15, 1.72, 6) == pytest.approx([1.2, 1.3, 1.4, 1.5, 1.6, 1.7])
    assert ticks(0, 1050, 6) == pytest.approx([0, 200, 400, 600, 800, 1000])
    assert ticks(3, 3, 5) == []


def test_years_thin_out_where_there_is_no_room_for_all():
    assert whole_years(2013.2, 2019.9, 10) == [2014, 2015, 2016, 2017, 2018, 2019]
    assert whole_years(1995, 2024, 6) == [1995, 2000, 2005, 2010, 2015, 2020]


@pytest.mark.parametrize(
    "period",
    [
        Period.cy(2019),
        Period.fy(2019),
        Period.month(2024, 10),
        Period.day(date(2016, 4, 22)),
        Period.window(2018, 2022),
        Period.window(2015, 2017, fiscal=True),
    ],
    ids=lambda period: period.label,
)
def test_a_period_stands_in_its_middle_when_told_by_name(period):
    assert label_position(period.label) == period.middle


def test_what_is_no_period_stands_nowhere():
    assert label_position("soon") is None
    assert label_position(None) is None


def apart(a, b):
    return a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]


@given(st.lists(st.tuples(st.floats(0, 600), st.floats(40, 260)), min_size=2, max_size=12))
def test_no_label_covers_another_or_a_mark_or_leaves_the_frame(points):
    labels = Labels((0, 20, 600, 280))
    for x, y in points:
        labels.keep_free(x, y)
    marks = list(labels.taken)
    boxes = [place.box for x, y in points if (place := labels.place(x, y, "1,022.1万人"))]
    assert all(left >= -1e-6 and top >= 20 - 1e-6 for left, top, _, _ in boxes)
    assert all(right <= 600 + 1e-6 and bottom <= 280 + 1e-6 for _, _, right, bottom in boxes)
    for number, box in enumerate(boxes):
        assert all(apart(box, other) for other in [*marks, *boxes[number + 1 :]])


def test_a_label_stands_above_its_mark_and_gives_way_to_what_is_there():
    def place(*lines, x=300):
        labels = Labels((0, 0, 600, 280))
        labels.keep_free(x, 140)
        for line in lines:
            labels.keep_line_free(*line)
        return labels.place(x, 140, "1.60")

    upright, level = ((300, 0), (300, 280)), ((0, 140), (600, 140))
    assert place().anchor == "middle"
    assert place().y < 140
    assert place(((250, 130), (350, 130))).y > 140  # a line above: below
    assert (place(upright).anchor, place(upright, x=590)) == ("start", place(x=590))  # a line through it: beside
    assert place(upright, level).anchor == "start"  # a cross: in one of its corners
    assert place(upright, level).y < 140


def test_a_label_without_room_is_left_out():
    labels = Labels((0, 0, 60, 20))
    assert labels.place(30, 10, "a text that is too long for the frame") is None
