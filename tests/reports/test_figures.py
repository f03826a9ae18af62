"""Figures and ages in words: nothing is rounded that was printed exactly, and unknown is never 0."""

from datetime import date

import pytest

from reports.figures import age_words, axis_unit, figure_words, tick_words
from reports.glossary import CONDITION, FLAG, MARK, TONE_WORDS, tone
from reports.words import STATUS
from settings import PROJECT_ROOT
from tests.test_docs import codes_of_the_maths
from transforms.status import Status


@pytest.mark.parametrize(
    ("value", "decimals", "unit", "ja", "en"),
    [
        (None, 0, "人", "–", "–"),
        (0, 0, "品", "0品", "0 products"),
        (1.35, 2, "", "1.35", "1.35"),
        (1800, 0, "人", "1,800人", "1,800 people"),
        (1, 0, "人泊", "1人泊", "1 guest night"),
        (1, 0, "基", "1基", "1 基"),
        (8440000, 0, "人", "844万人", "8,440,000 people"),
        (10221000, 0, "人", "1,022.1万人", "10,221,000 people"),
        (5582820, 0, "人泊", "5,582,820人泊", "5,582,820 guest nights"),
        (-3703, 0, "人", "-3,703人", "-3,703 people"),
        (36.5, 1, "%", "36.5%", "36.5%"),
    ],
)
def test_a_figure_in_both_languages(value, decimals, unit, ja, en):
    assert figure_words(value, decimals, unit, "ja") == ja
    assert figure_words(value, decimals, unit, "en") == en.replace(" ", "\N{NO-BREAK SPACE}", 1)


def test_an_axis_of_large_figures_counts_in_larger_units():
    assert axis_unit(10_000_000, "人", "ja") == (10_000, "万人")
    assert axis_unit(10_000_000, "人", "en") == (1_000_000, "million people")
    assert axis_unit(1.6, "", "ja") == (1, "")


def test_figures_on_an_axis_have_the_decimals_of_their_distance():
    assert [tick_words(value, 0.05) for value in (1.4, 1.45)] == ["1.40", "1.45"]
    assert tick_words(1000, 200) == "1,000"
    assert [tick_words(value, 0.2, least=2) for value in (1.4, 1.6)] == ["1.40", "1.60"]  # as the figures beside it


@pytest.mark.parametrize(
    ("end", "ja", "en"),
    [
        (date(2022, 12, 31), "3年10か月前", "3 years 10 months ago"),
        (date(2025, 11, 25), "1年前", "1 year ago"),
        (date(2026, 10, 20), "1か月前", "1 month ago"),
        (date(2026, 11, 20), "0か月前", "0 months ago"),
        (date(2027, 3, 31), "0か月前", "0 months ago"),
    ],
)
def test_the_age_of_a_figure_counts_whole_months(end, ja, en):
    today = date(2026, 11, 25)
    assert age_words(end, today, "ja") == ja
    assert age_words(end, today, "en") == en


def test_every_status_has_a_condition_in_the_words_of_both_readmes():
    assert set(CONDITION) == {status.value for status in Status}
    for lang, name in enumerate(("README.ja.md", "README.md")):
        text = (PROJECT_ROOT / name).read_text(encoding="utf-8")
        rows = [f"| `{code}` | {STATUS[code][lang]} | {words[lang]} |" for code, words in CONDITION.items()]
        assert [row for row in rows if row not in text] == []


def test_every_flag_that_a_row_can_carry_has_words():
    from reports.words import REASON

    assert codes_of_the_maths() - set(FLAG) - set(REASON) - {status.value for status in Status} == set()


def test_what_is_not_judged_looks_unknown_and_neither_good_nor_bad():
    unknown = {status.value for status in Status if tone(status) == "unknown"}
    assert unknown == {s.value for s in Status if s.value.startswith("NA_")} | {"FINAL_PENDING"}
    assert tone(None) == "unknown"
    assert set(MARK) == set(TONE_WORDS)
    assert len(set(MARK.values())) == len(MARK)  # told apart without colour
