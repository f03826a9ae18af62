"""Total fertility rates of our own, held against published ones where both exist.

Japan 2015. Births by age of the mother: vital statistics, as Hokkaido reprints them beside its own (平成27年 第6表,
https://www.harp.lg.jp/opendata/dataset/1323/resource/2282/content.html; the first and last group hold the younger and
older, too); with two of unknown age they are the 1,005,677
of the Ministry of Health, Labour and Welfare. Women on 1 October 2015, foreign residents included: census with unknown
ages distributed, as the projection of 2017 starts from it (IPSS, 表1-9A). Published: 1.45 (final, 2016-12-05).
Gifu 2008-2012: rate 1.49 and births per 1,000 women by age, municipal vital statistics (Bayes estimates), as copied at
http://demography.blog.fc2.com/blog-entry-7003.html.
"""

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from transforms.fertility import direct, indirect, rates

AGES = ("15-19", "20-24", "25-29", "30-34", "35-39", "40-44", "45-49")
BIRTHS_2015 = dict(zip(AGES, (39 + 11_890, 84_461, 262_256, 364_870, 228_293, 52_558, 1_308), strict=True))
WOMEN_2015 = dict(zip(AGES, (2_942_025, 2_968_579, 3_199_187, 3_645_002, 4_148_887, 4_858_921, 4_344_004), strict=True))
ALL_BIRTHS_2015 = 1_005_677
PUBLISHED_2015 = 1.45
GIFU = {age: rate / 1000 for age, rate in zip(AGES, (3.9, 37.4, 103.0, 105.1, 43.2, 6.2, 0.1), strict=True)}


class TestAgainstPublishedRates:
    def test_the_births_by_age_are_all_births_but_two_of_unknown_age(self):
        assert sum(BIRTHS_2015.values()) == ALL_BIRTHS_2015 - 2

    def test_japan_2015_direct_is_three_per_cent_below_the_published_rate_as_foreign_women_are_counted(self):
        estimate = direct(BIRTHS_2015, WOMEN_2015)
        assert estimate.value == pytest.approx(1.404, abs=0.0005)
        assert estimate.value / PUBLISHED_2015 - 1 == pytest.approx(-0.032, abs=0.0005)
        assert estimate.se == pytest.approx(0.00141, abs=0.000005)

    def test_japan_2015_indirect_on_the_rates_of_gifu_is_one_per_cent_below_the_published_rate(self):
        estimate = indirect(ALL_BIRTHS_2015, WOMEN_2015, GIFU)
        assert estimate.value == pytest.approx(1.438, abs=0.0005)
        assert estimate.value / PUBLISHED_2015 - 1 == pytest.approx(-0.008, abs=0.0005)

    def test_five_times_the_rates_of_gifu_are_its_published_rate(self):
        assert 5 * sum(GIFU.values()) == pytest.approx(1.49, abs=0.005)


class TestUnknownStaysUnknown:
    @pytest.mark.parametrize("age", AGES)
    def test_an_age_group_without_births_or_women_gives_no_rate(self, age):
        assert direct(BIRTHS_2015 | {age: None}, WOMEN_2015) is None
        assert direct(BIRTHS_2015, WOMEN_2015 | {age: None}) is None
        assert indirect(ALL_BIRTHS_2015, WOMEN_2015 | {age: None}, GIFU) is None

    @pytest.mark.parametrize("age", AGES)
    def test_an_age_group_that_one_side_does_not_have_gives_no_rate(self, age):
        fewer = {name: women for name, women in WOMEN_2015.items() if name != age}
        assert direct(BIRTHS_2015, fewer) is None
        assert indirect(ALL_BIRTHS_2015, fewer, GIFU) is None

    def test_no_group_at_all_no_births_and_no_schedule_give_no_rate(self):
        assert direct({}, {}) is None
        assert indirect(None, WOMEN_2015, GIFU) is None
        assert indirect(ALL_BIRTHS_2015, WOMEN_2015, None) is None

    def test_births_among_no_women_give_no_rate(self):
        assert rates(BIRTHS_2015, WOMEN_2015 | {"15-19": 0}) is None

    def test_a_schedule_that_expects_no_birth_gives_no_rate(self):
        assert indirect(ALL_BIRTHS_2015, WOMEN_2015, dict.fromkeys(AGES, 0.0)) is None

    def test_a_negative_count_gives_no_rate(self):
        assert direct(BIRTHS_2015 | {"15-19": -1}, WOMEN_2015) is None
        assert indirect(-1, WOMEN_2015, GIFU) is None
        assert indirect(ALL_BIRTHS_2015, WOMEN_2015 | {"15-19": -1}, GIFU) is None


def test_where_nothing_was_born_the_rate_is_zero_and_has_no_error():
    none = dict.fromkeys(AGES, 0)
    assert (direct(none, WOMEN_2015).value, direct(none, WOMEN_2015).se) == (0, None)
    assert (indirect(0, WOMEN_2015, GIFU).value, indirect(0, WOMEN_2015, GIFU).se) == (0, None)


def by_age(values):
    return st.lists(values, min_size=7, max_size=7).map(lambda row: dict(zip(AGES, row, strict=True)))


SOME_BIRTHS = by_age(st.integers(0, 1000))
SOME_WOMEN = by_age(st.integers(1001, 100_000))
SCHEDULE = by_age(st.floats(0.0001, 0.3))


@given(SOME_BIRTHS, SOME_WOMEN, st.integers(2, 50))
def test_a_town_so_many_times_larger_has_the_same_rate_and_a_smaller_error(births, women, times):
    assume(any(births.values()))
    small = direct(births, women)
    large = direct(*({age: count * times for age, count in counts.items()} for counts in (births, women)))
    assert large.value == pytest.approx(small.value)
    assert large.se == pytest.approx(small.se / math.sqrt(times))


@given(SOME_BIRTHS, SOME_WOMEN)
def test_the_error_is_the_square_root_of_25_times_the_births_over_the_women_squared(births, women):
    assume(any(births.values()))
    expected = math.sqrt(25 * sum(births[age] / women[age] ** 2 for age in AGES))
    assert direct(births, women).se == pytest.approx(expected)


@given(SOME_BIRTHS, SOME_WOMEN)
def test_on_its_own_rates_the_indirect_rate_is_the_direct_one(births, women):
    assume(any(births.values()))
    total = sum(births.values())
    indirectly = indirect(total, women, rates(births, women))
    assert indirectly.value == pytest.approx(direct(births, women).value)
    assert indirectly.se == pytest.approx(indirectly.value / math.sqrt(total))


@given(st.integers(1, 100_000), SOME_WOMEN, SCHEDULE, st.floats(0.1, 10))
def test_only_the_shape_of_a_schedule_counts_not_its_level(births, women, schedule, times):
    scaled = {age: rate * times for age, rate in schedule.items()}
    assert indirect(births, women, scaled).value == pytest.approx(indirect(births, women, schedule).value)


@given(SOME_BIRTHS, SOME_WOMEN, st.sampled_from(AGES))
def test_one_more_birth_raises_the_rate_by_five_over_the_women_of_that_age(births, women, age):
    more = direct(births | {age: births[age] + 1}, women)
    assert more.value - direct(births, women).value == pytest.approx(5 / women[age], rel=1e-6)
