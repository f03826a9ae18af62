"""Area codes: their check digit, and how a printed name leads to one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.areas import check_digit, municipality, prefecture


@pytest.mark.parametrize(
    ("code", "digit"), [("17201", "4"), ("01100", "2"), ("01000", "6"), ("13101", "6"), ("47381", "2")]
)
def test_the_check_digit_is_the_ministrys(code, digit):
    assert check_digit(code) == digit


@given(st.from_regex(r"[0-9]{5}", fullmatch=True), st.integers(0, 4), st.integers(1, 9))
def test_it_notices_almost_every_wrong_digit(code, at, by):
    wrong = code[:at] + str((int(code[at]) + by) % 10) + code[at + 1 :]
    # Remainders 0 and 10 of 11 share a digit: the one hole of the rule.
    pair = [sum(int(d) * w for d, w in zip(text, (6, 5, 4, 3, 2), strict=True)) % 11 for text in (code, wrong)]
    assert (check_digit(code) == check_digit(wrong)) == (sorted(pair) == [0, 10])


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("石川県金沢市", "17201"),
        ("北海道　虻田郡倶知安町", "01400"),
        ("北海道後志総合振興局倶知安町", "01400"),
        ("東京都千代田区", "13101"),
        ("岐阜県郡上市", "21219"),
        ("石川県架空市", None),
        ("金沢市", None),
        ("北海道大上富良野町", None),
    ],
)
def test_a_municipality_is_found_by_prefecture_and_name_whatever_stands_between(name, code):
    assert municipality(name) == code


@pytest.mark.parametrize(
    ("name", "code"),
    [("　17石川県", "17000"), ("北海道", "01000"), ("18石川県", None), ("北海道運輸局", None), ("", None)],
)
def test_a_prefecture_is_found_by_name_and_its_digits_must_agree(name, code):
    assert prefecture(name) == code
