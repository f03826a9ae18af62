"""The guards: which files are refused before they count, and what people are told about it."""

from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records import KnownFromBasis, Period, Resource
from sources.guards import Shape, check_bytes, check_shape, refusal, shape_of
from sources.parsed import Parsed
from sources.publishers import Guard
from sources.tidy import tidy_areas, tidy_rows
from tests.publishers.estat_files import workbook
from tests.publishers.misbehaviour import HTML

REAL = Path(__file__).parents[2] / "../shared/real"
CSV = Resource(
    id="ssdse/A-2026",
    publisher="ssdse",
    dataset="A",
    edition="2026",
    urls=("https://example.jp/SSDSE-A-2026.csv",),
    known_from=date(2026, 7, 1),
    known_from_basis=KnownFromBasis.DATE,
)
API = replace(CSV, id="estat/0000020201", urls=("https://example.jp/json?statsDataId=0000020201",))
# Population of Kanazawa and Nanao, census 2020 (e-Stat, Social and Demographic Statistics, A1101).
XLSX = replace(CSV, id="accommodation/annual-2025", urls=("https://example.jp/file-download",), workbook=True)
GOOD = "地域コード,市区町村,A1101\r\nR17201,金沢市,463254\r\nR17202,七尾市,50300\r\n"


def problem_of(body, resource=CSV, guard=None, last_size=None):
    return refusal(check_bytes(BytesIO(body), resource, guard or Guard(), last_size))


# --- workbooks


def test_a_workbook_passes_where_one_is_expected_and_nowhere_else():
    body = workbook({"表": [["施設所在地"], ["石川県"]]})
    results = check_bytes(BytesIO(body), XLSX, Guard(), len(body))
    assert [(result.rule, result.message) for result in results] == [
        ("not_empty", ""),
        ("data_not_page", ""),
        ("complete", ""),
        ("not_shrunk", ""),
    ]
    assert "NUL" in problem_of(body) or "UTF-8" in problem_of(body)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "the file is empty"),
        (HTML, "a web page or XML came in place of the data"),
        (b"\xef\xbb\xbf\r\n" + HTML, "a web page or XML came in place of the data"),
        (GOOD.encode(), "neither an xlsx nor an xls workbook"),
        (workbook({"表": [["施設所在地"]]})[:-30], "the workbook is cut or damaged"),
    ],
)
def test_what_poses_as_a_workbook_is_refused(body, words):
    assert words in problem_of(body, XLSX)


def test_a_workbook_that_shrank_is_refused():
    body = workbook({"表": [["施設所在地"]]})
    assert "shrunk from" in problem_of(body, XLSX, last_size=2 * len(body))


# --- bytes


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_a_csv_in_any_encoding_of_the_publishers_passes_every_rule(encoding):
    results = check_bytes(BytesIO(GOOD.encode(encoding)), CSV, Guard(), len(GOOD))
    assert [result.rule for result in results] == [
        "not_empty",
        "decodable",
        "data_not_page",
        "complete",
        "no_api_error",
        "not_shrunk",
    ]
    assert all(result.success and not result.message for result in results)


def test_an_api_answer_passes():
    assert problem_of(b'{"GET_STATS_DATA": {"RESULT": {"STATUS": 0}}}', API) == ""
    assert problem_of(b'[{"year": 2020}]', API) == ""


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "empty"),
        (b"\r\n \n", "empty"),
        (HTML, "a web page"),
        (b"\xef\xbb\xbf\n <html>", "a web page"),
        (b'<?xml version="1.0"?><Error>AccessDenied</Error>', "a web page or XML"),
        (b'{"RESULT": {"STATUS": 100}}', "JSON came in place of a CSV file"),
        (GOOD.encode() + b"\xff\xff\n", "neither UTF-8 nor CP932"),
        (b"PK\x03\x04\x00\x00\x00\x00\n", "NUL"),
        ("金沢市,463254\n七尾市,503".encode()[:-7], "cut in its last line"),
        (b"not found", "cut in its last line"),
        ('a,b\n"金沢市,463254\n'.encode(), "cut inside a quoted cell"),
        (b"a" * 200_000, "cut in its last line"),
    ],
)
def test_a_body_that_is_no_data_is_refused_and_named(body, words):
    problem = problem_of(body)
    assert words in problem
    assert problem.startswith("ssdse/A-2026: ")
    assert "\n" not in problem


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"a": [1, 2', "breaks off"),
        (b'{"error": "no such table"}', "the API answered with an error"),
        (b'{"success": false, "result": null}', "the API answered with an error"),
        (b'{"success": "no", "error": "no such table"}', "the API answered with an error"),
    ],
)
def test_an_api_answer_without_data_is_refused(body, words):
    assert words in problem_of(body, API)


def test_after_the_first_failed_rule_no_other_is_asked():
    assert [result.rule for result in check_bytes(BytesIO(b""), CSV, Guard(), 100)] == ["not_empty"]


@given(cut=st.integers(min_value=1, max_value=len(GOOD.encode()) - 1))
def test_a_csv_cut_anywhere_but_behind_a_whole_line_is_refused(cut):
    body = GOOD.encode()[:cut]
    assert bool(problem_of(body)) != body.endswith(b"\n")


def test_a_last_figure_that_lost_a_digit_is_refused_though_no_cell_is_missing():
    assert "cut in its last line" in problem_of(GOOD.strip().encode())
    assert "cut in its last line" in problem_of(GOOD.strip().encode()[:-1])


def test_a_quoted_cell_with_a_line_break_is_not_taken_for_a_cut():
    assert problem_of(b'a,b\n1,"two\nlines"\n') == ""


@given(last=st.integers(1, 10**6), share=st.floats(0, 1))
def test_a_file_may_shrink_by_the_limit_and_no_more(last, share):
    body = b"1,2\n" * 10
    refused = bool(problem_of(body, guard=Guard(max_shrink=share), last_size=last))
    assert refused == (len(body) < last * (1 - share))


def test_a_shrunk_file_is_told_with_both_sizes_and_the_limit():
    problem = problem_of(GOOD.encode(), last_size=1000)
    assert f"shrunk from 1000 to {len(GOOD.encode())} bytes, more than guard.max_shrink = 20%" in problem
    assert "raise the limit in the catalog" in problem


@pytest.mark.skipif(not REAL.exists(), reason="the folder with files as published is not here")
@pytest.mark.parametrize("path", sorted(REAL.glob("*.csv")), ids=lambda path: path.name)
def test_files_as_published_pass(path):
    body = path.read_bytes()
    assert problem_of(body, last_size=len(body)) == ""


# --- content


def shape(**changes):
    usual = Shape(
        rows=100,
        header=("code", "A1101", "A4101"),
        areas=frozenset({"17201", "17202", "17203"}),
        periods=frozenset({Period.cy(2019), Period.cy(2020)}),
        units=frozenset({("ssdse_a.A1101", "人"), ("ssdse_a.A4101", "人")}),
    )
    return replace(usual, **changes)


def problems(now, before, *, guard=None, same_edition=True, same_adapter=True):
    results = check_shape(now, before, CSV, guard or Guard(), same_edition=same_edition, same_adapter=same_adapter)
    return {result.rule: result for result in results if not result.success}


def test_the_shape_of_parsed_content_counts_rows_areas_periods_and_units_as_printed():
    rows = tidy_rows(
        {
            "series_id": ["s.a", "s.a", "s.b"],
            "area_code": ["17201", "17201", "17202"],
            "period_kind": "CY",
            "period_start": ["2019-01-01", "2020-01-01", "2020-01-01"],
            "period_end": ["2019-12-31", "2020-12-31", "2020-12-31"],
            "raw_unit": ["千人", "千人", "人"],
            "unit": "人",
        }
    )
    assert shape_of(Parsed(rows, tidy_areas(), ("a", "b"))) == Shape(
        rows=3,
        header=("a", "b"),
        areas=frozenset({"17201", "17202"}),
        periods=frozenset({Period.cy(2019), Period.cy(2020)}),
        units=frozenset({("s.a", "千人"), ("s.b", "人")}),
    )


def test_the_shape_of_nothing_is_empty():
    assert shape_of(Parsed(tidy_rows(), tidy_areas(), ())) == Shape(0, (), frozenset(), frozenset(), frozenset())


def test_the_first_content_ever_has_nothing_to_be_compared_with():
    assert problems(shape(), None) == {}


def test_content_that_only_grew_passes():
    grown = shape(
        rows=120,
        areas=shape().areas | {"17204"},
        periods=shape().periods | {Period.cy(2021)},
        units=shape().units | {("ssdse_a.A9101", "組")},
    )
    assert problems(grown, shape()) == {}


@pytest.mark.parametrize(
    ("changes", "rule", "words"),
    [
        ({"rows": 79}, "rows_not_shrunk", "shrunk from 100 to 79 rows"),
        ({"areas": frozenset({"17202"})}, "areas_still_there", "2 known areas vanished (17201, 17203)"),
        ({"periods": frozenset({Period.cy(2020)})}, "periods_still_there", "1 known periods vanished (2019)"),
        ({"header": ("code", "A1101")}, "columns_still_there", "columns gone: A4101"),
        (
            {"units": frozenset({("ssdse_a.A1101", "千人"), ("ssdse_a.A4101", "人")})},
            "units_unchanged",
            "unit changed: ssdse_a.A1101 from 人 to 千人",
        ),
    ],
)
def test_content_that_lost_or_changed_something_is_refused_with_what_to_do(changes, rule, words):
    found = problems(shape(**changes), shape())
    assert list(found) == [rule]
    assert found[rule].action == "stop"
    assert found[rule].message.startswith(f"ssdse/A-2026: {words}")
    assert "catalog" in found[rule].message or "VERSION" in found[rule].message
    assert refusal(found.values()) == found[rule].message


def test_new_columns_are_a_warning_and_refuse_nothing():
    found = problems(shape(header=(*shape().header, "A9101")), shape())
    assert found["no_new_columns"].action == "warn"
    assert "A9101" in found["no_new_columns"].message
    assert refusal(found.values()) == ""


def test_limits_of_the_catalog_let_areas_and_periods_go():
    now = shape(areas=frozenset({"17202"}), periods=frozenset())
    assert problems(now, shape(), guard=Guard(max_vanished_areas=2, max_vanished_periods=2)) == {}
    assert len(problems(now, shape(), guard=Guard(max_vanished_areas=1, max_vanished_periods=1))) == 2


def test_many_vanished_areas_are_told_by_their_first_five():
    before = shape(areas=frozenset(f"172{n:02}" for n in range(1, 20)))
    message = problems(shape(areas=frozenset()), before)["areas_still_there"].message
    assert "19 known areas vanished (17201, 17202, 17203, 17204, 17205 and 14 more)" in message


def test_between_editions_only_areas_and_units_compare():
    now = shape(rows=1, header=(), periods=frozenset(), areas=frozenset(), units=frozenset({("ssdse_a.A1101", "千人")}))
    assert set(problems(now, shape(), same_edition=False)) == {"areas_still_there", "units_unchanged"}


def test_a_raised_adapter_version_accepts_new_columns_and_units_but_no_loss():
    now = shape(header=(), units=frozenset({("ssdse_a.A1101", "千人")}), rows=1)
    assert set(problems(now, shape(), same_adapter=False)) == {"rows_not_shrunk"}


@given(
    now=st.frozensets(st.sampled_from("abcdef")),
    before=st.frozensets(st.sampled_from("abcdef")),
    limit=st.integers(0, 6),
)
def test_areas_vanish_up_to_the_limit_whatever_appears_instead(now, before, limit):
    found = problems(shape(areas=now), shape(areas=before), guard=Guard(max_vanished_areas=limit))
    assert bool(found) == (len(before - now) > limit)
