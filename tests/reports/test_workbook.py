"""The workbook as people and programs open it: texts stay texts, figures figures, and every sheet says what it is."""

import shutil
import zipfile
from datetime import UTC, date, datetime

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from flows.export import write_export
from reports.words import STATUS
from reports.workbook import FIRST, FONT, HEADER_EN, HEADER_JA, Cell, Sheet, write_workbook
from warehouse.read import ask

MADE_AT = datetime(2026, 11, 25, 18, 15, tzinfo=UTC)


@pytest.fixture(scope="module")
def exported(data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    write_export(data / "warehouse" / "kpi.duckdb", folder)
    return folder


@pytest.fixture(scope="module")
def book(exported):
    return load_workbook(exported / "kpi.xlsx")


def one_sheet(path, *values, form=""):
    sheet = Sheet("x", "題", "title", [("値", "value")], [[Cell(value, form)] for value in values])
    write_workbook(path, [sheet], "t", MADE_AT)
    sheet = load_workbook(path)["x"]
    return [sheet.cell(FIRST + 1 + position, 1) for position in range(len(values))]


def headings(sheet, row):
    return [cell.value for cell in sheet[row + 1]]


# --- what a planner meets


def test_the_first_sheet_says_what_it_is_as_of_which_run_and_whom_to_credit(book, warehouse):
    said = {row[0].value: (row[1].value, row[2].value) for row in book.worksheets[0].iter_rows(min_row=FIRST + 1)}
    (run,) = ask(warehouse, "SELECT run_id FROM ops.run")
    assert said["基準の実行 / As of run"][0].startswith(run["run_id"])
    publishers = ask(
        warehouse,
        "SELECT DISTINCT p.* FROM core.publisher p JOIN core.series USING (publisher_id)"
        " JOIN core.observation USING (series_id)",
    )
    assert len(publishers) >= 3
    for row in publishers:
        assert said[f"出典 / Credit {row['publisher_id']}"] == (row["credit_ja"], row["credit_en"])
        assert said[f"利用条件 / Licence {row['publisher_id']}"] == (row["licence_ja"], row["licence"])


def test_every_sheet_is_announced_on_the_first_one(book):
    first = [row[0].value for row in book.worksheets[0].iter_rows(min_row=FIRST + 1)]
    assert [f"頁 / Sheet {name}" in first for name in book.sheetnames[1:]] == [True] * (len(book.sheetnames) - 1)


def test_the_table_in_words_has_the_kpis_in_the_order_of_the_strategy(book, warehouse):
    summary = book["summary"]
    kpis = ask(warehouse, "SELECT name_ja, name_en FROM core.kpi WHERE NOT is_proxy ORDER BY number")
    shown = [summary.cell(FIRST + 1 + n, 1).value for n in range(len(kpis))]
    assert shown == [f"{kpi['name_ja']}\n{kpi['name_en']}" for kpi in kpis]
    assert summary.cell(FIRST + 1, 4).value == "\n".join(STATUS["FINAL_PENDING"])


def test_every_sheet_has_japanese_headers_above_english_ones_and_both_stay_in_view(book):
    for sheet in book:
        japanese, english = headings(sheet, HEADER_JA), headings(sheet, HEADER_EN)
        assert [text for text in japanese if text.isascii()] == [], sheet.title
        assert all(english), sheet.title
        assert all(ord(character) < 0x3000 for character in "".join(english)), sheet.title
        assert sheet.freeze_panes == "B4"


def test_no_two_columns_of_a_sheet_have_the_same_headers(book):
    for sheet in book:
        pairs = list(zip(headings(sheet, HEADER_JA), headings(sheet, HEADER_EN), strict=True))
        assert len(set(pairs)) == len(pairs), sheet.title


def test_every_cell_is_in_one_japanese_font(book):
    assert {cell.font.name for sheet in book for row in sheet.iter_rows() for cell in row if cell.value} == {FONT}


def test_every_column_is_explained_in_both_languages(book):
    explained = {(row[0].value, row[1].value) for row in book["columns"].iter_rows(min_row=FIRST + 1)}
    assert ("mart.kpi_progress", "achievement_rate") in explained
    assert all(cell.value for row in book["columns"].iter_rows(min_row=FIRST + 1) for cell in row)


# --- figures


def column(book, sheet, name):
    """The cells of a column by its name in the files; the sheet "columns" has them in the same order."""
    names = [row[1].value for row in book["columns"].iter_rows(min_row=FIRST + 1) if row[0].value == sheet]
    return [row[names.index(name)] for row in book[sheet].iter_rows(min_row=FIRST + 1)]


def test_a_mart_has_the_rows_of_the_warehouse_in_their_order(book, warehouse):
    rows = ask(warehouse, "SELECT * FROM mart.kpi_progress ORDER BY ALL")
    for name in ("kpi_id", "period", "value", "status", "achievement_rate", "target_met"):
        shown = [cell.value for cell in column(book, "mart.kpi_progress", name)]
        for cell, row in zip(shown, rows, strict=True):
            value = row[name]  # a spreadsheet keeps fifteen digits of a number
            assert cell == (pytest.approx(value, rel=1e-15) if isinstance(value, float) else value), name


def test_figures_are_shown_with_the_decimals_of_their_kpi_and_shares_in_percent(book, warehouse):
    decimals = {row["kpi_id"]: row["decimals"] for row in ask(warehouse, "SELECT kpi_id, decimals FROM core.kpi")}
    ids = [cell.value for cell in column(book, "mart.kpi_progress", "kpi_id")]
    figures = column(book, "mart.kpi_progress", "value")
    formats = {(decimals[kpi], cell.number_format) for kpi, cell in zip(ids, figures, strict=True) if cell.value}
    assert formats == {(0, "#,##0"), (2, "#,##0.00")}
    rates = [cell for cell in column(book, "mart.kpi_progress", "achievement_rate") if cell.value is not None]
    assert {cell.number_format for cell in rates} == {"0.0%"}


def test_days_are_days_and_periods_and_area_codes_are_texts(book):
    assert {type(cell.value) for cell in column(book, "core.observation", "known_from")} == {datetime}
    for name in ("area_code", "period", "raw_text"):
        cells = [cell for cell in column(book, "core.observation", name) if cell.value is not None]
        assert {(cell.data_type, cell.number_format) for cell in cells} == {("s", "@")}


def test_the_observations_are_those_of_kpis_and_proxies_only(book, warehouse):
    wanted = ask(warehouse, "SELECT DISTINCT series_id FROM core.kpi")
    shown = {cell.value for cell in column(book, "core.observation", "series_id")}
    assert shown <= {row["series_id"] for row in wanted}
    assert len(shown) > 3


def test_a_negative_number_stays_a_number(tmp_path):
    (cell,) = one_sheet(tmp_path / "x.xlsx", -3.1, form="#,##0.0")
    assert (cell.data_type, cell.value, cell.number_format) == ("n", -3.1, "#,##0.0")


def test_what_is_not_known_is_an_empty_cell(tmp_path):
    assert [cell.value for cell in one_sheet(tmp_path / "x.xlsx", None, "", 0, False)] == [None, None, 0, False]


def test_a_day_a_moment_and_a_list_have_forms_of_their_own(tmp_path):
    day, moment, many = one_sheet(tmp_path / "x.xlsx", date(2019, 3, 31), MADE_AT, ["A", "B"])
    assert (day.value.date(), day.number_format) == (date(2019, 3, 31), "yyyy-mm-dd")
    assert (moment.value, moment.number_format) == (MADE_AT.replace(tzinfo=None), "yyyy-mm-dd hh:mm")
    assert many.value == "A B"


# --- hostile texts

HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1+1", '=HYPERLINK("http://a.invalid","x")']
LIKE_SOMETHING_ELSE = ["00000", "1-2", "2019-03-31", "3E5", "TRUE", "http://a.invalid/", "mailto:a@b.invalid", "{=1}"]


def test_a_text_that_looks_like_a_formula_is_a_text_even_after_it_is_edited(tmp_path):
    for text, cell in zip(HOSTILE, one_sheet(tmp_path / "x.xlsx", *HOSTILE), strict=True):
        assert (cell.data_type, cell.number_format, cell.quotePrefix) == ("s", "@", True), text


def test_a_text_that_looks_like_a_number_a_day_or_a_link_stays_that_text(tmp_path):
    cells = one_sheet(tmp_path / "x.xlsx", *LIKE_SOMETHING_ELSE)
    assert [(cell.data_type, cell.value, cell.hyperlink) for cell in cells] == [
        ("s", text, None) for text in LIKE_SOMETHING_ELSE
    ]


def test_a_text_longer_than_a_cell_is_cut_with_a_mark(tmp_path):
    (cell,) = one_sheet(tmp_path / "x.xlsx", "長" * 40_000)
    assert (len(cell.value), cell.value[-1]) == (32_767, "…")


@given(text=st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), min_size=1))
def test_any_text_comes_back_as_it_was(text, tmp_path_factory):
    (cell,) = one_sheet(tmp_path_factory.mktemp("x") / "x.xlsx", text)
    assert (cell.data_type, cell.value) == ("s", text)


def test_a_hostile_warehouse_gives_a_workbook_without_a_formula_or_a_link(warehouse, tmp_path):
    copy = shutil.copy(warehouse, tmp_path / "kpi.duckdb")
    with duckdb.connect(str(copy)) as connection:
        texts = connection.execute(
            "SELECT schema_name || '.' || table_name, column_name FROM duckdb_columns()"
            " SEMI JOIN duckdb_tables() USING (table_oid) WHERE data_type = 'VARCHAR'"
            " AND schema_name IN ('core', 'mart') AND column_name NOT LIKE '%\\_id' ESCAPE '\\'"
            " AND column_name NOT IN ('status', 'verdict_status', 'direction', 'area_code', 'period')"
        ).fetchall()
        for table, name in texts:
            connection.execute(f"UPDATE {table} SET {name} = '=cmd|''/c calc''!A0'")
    write_export(copy, tmp_path / "files")
    cells = [c for sheet in load_workbook(tmp_path / "files" / "kpi.xlsx") for row in sheet.iter_rows() for c in row]
    attacks = [cell for cell in cells if isinstance(cell.value, str) and cell.value.startswith("=")]
    assert len(attacks) > 100
    assert {(cell.data_type, cell.quotePrefix, cell.hyperlink) for cell in attacks} == {("s", True, None)}


# --- the same bytes


def test_nothing_in_the_file_is_of_the_moment_at_which_it_was_written(exported, warehouse):
    (run,) = ask(warehouse, "SELECT started_at FROM ops.run")
    with zipfile.ZipFile(exported / "kpi.xlsx") as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = archive.read("docProps/core.xml").decode()
    assert core.count(f"{run['started_at']:%Y-%m-%dT%H:%M:%S}Z") == 2
