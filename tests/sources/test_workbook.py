"""Which Excel files are opened, what their cells read as, and where messages point."""

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from sources import workbook as module
from sources.parsed import ParseError
from sources.sheet_cells import read_apart
from sources.workbook import Sheet, open_workbook, trouble
from tests.publishers.estat_files import workbook
from tests.publishers.misbehaviour import HTML

REAL = Path(__file__).parents[2].parent / "shared" / "wire" / "files"
OLE = bytes.fromhex("d0cf11e0a1b11ae1")
SMALL = workbook({"参考第６表(5月)": [["施設所在地", "延べ宿泊者数 1)、2)"], ["石川県金沢市", 336_340]]})
# A zip without compression would let a changed byte through to the cells; these are deflated and have checksums.
real_xls = pytest.mark.skipif(not REAL.exists(), reason="the publishers' xls files are not beside this checkout")


def sheet_of(rows, **more):
    return open_workbook(workbook({"表": rows}, **more), "test/file").sheet("表")


def with_member(name, content, *, method=zipfile.ZIP_DEFLATED):
    """The small workbook with one more member."""
    body = io.BytesIO(SMALL)
    with zipfile.ZipFile(body, "a", method) as archive:
        archive.writestr(name, content)
    return body.getvalue()


def refusal_of(body):
    """Which file reading every sheet is refused for, empty when it can be read; any other end fails the test."""
    try:
        book = open_workbook(body, "a/b")
        return "" if all(book.sheet(name).cells for name in book.names) else "no cells"
    except ParseError as error:
        return error.where.partition(",")[0]


class TestCells:
    def test_numbers_read_as_they_would_be_printed(self):
        assert sheet_of([[5, 1.36, "013", True, 0.1 + 0.2, None, "x"]]).cells == [
            ["5", "1.36", "013", "TRUE", "0.3", "", "x"]
        ]

    def test_rows_are_equally_long_and_begin_at_a1_whatever_is_empty(self):
        assert sheet_of([[], [None, "x"], [None, None, 3]]).cells == [["", "", ""], ["", "x", ""], ["", "", "3"]]

    def test_of_merged_cells_the_first_has_the_text(self):
        assert sheet_of([["人口", None], ["男", "女"]], merged=["A1:B1"]).cells[0] == ["人口", ""]

    @real_xls
    def test_an_xls_of_a_government_institute_reads_alike(self):
        body = (REAL / "ipss_1-9a.xls").read_bytes()
        book = open_workbook(body, "ipss/1-9a")
        assert book.names[:2] == ("表1-9A(1)", "表1-9A(2)")
        sheet = book.sheet("表１－９Ａ（１）")
        assert sheet.words(4, 1) == "総数"  # printed with a full-width blank inside
        assert sheet.cells[6][1] == "127094.745"


class TestSheetsAndHeaders:
    @pytest.mark.parametrize("name", ["参考第6表(5月)", "参考第６表（５月）", "参考 第６表(5月)"])
    def test_a_sheet_is_found_in_any_width(self, name):
        assert open_workbook(SMALL, "a/b").sheet(name).name == "参考第６表(5月)"

    def test_a_renamed_sheet_is_refused_and_the_message_names_those_that_are_there(self):
        with pytest.raises(
            ParseError, match=r"^a/b, sheet 参考第6表\(6月\): there is no such sheet; there are 参考第６表"
        ):
            open_workbook(SMALL, "a/b").sheet("参考第6表(6月)")

    def test_an_empty_sheet_is_refused(self):
        with pytest.raises(ParseError, match="a/b, sheet 表: the sheet is empty"):
            open_workbook(workbook({"表": []}), "a/b").sheet("表")

    def test_a_column_is_found_by_the_words_above_it_over_several_rows(self):
        sheet = sheet_of([["", "合計特殊", "出生率"], ["", "出生率 1)", "15～19歳"], ["17201", 1.36, 2.0]])
        assert sheet.column("合計特殊出生率$", above=2) == 1

    def test_a_moved_header_is_refused_with_sheet_and_cell(self):
        sheet = sheet_of([["", "外国人", "計"], ["17201", 1, 2]])
        with pytest.raises(
            ParseError, match=r"test/file, sheet 表, cell A2: one column named '延べ宿泊者数' .* no column"
        ):
            sheet.column("延べ宿泊者数", above=1)

    def test_a_header_that_stands_twice_is_refused_with_both_columns(self):
        sheet = sheet_of([["", "計", "計"], ["17201", 1, 2]])
        with pytest.raises(ParseError, match=r"cell B2: one column named '計' .* and B, C has it"):
            sheet.column("計", above=1)

    @pytest.mark.parametrize(("column", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
    def test_cells_are_named_as_a_spreadsheet_names_them(self, column, letters):
        assert str(Sheet("a/b", "表", []).error("wrong", 6, column)).startswith(
            f"a/b, sheet 表, cell {letters}7: wrong;"
        )


class TestWhatIsNotOpened:
    @pytest.mark.parametrize(
        ("body", "words"),
        [
            (HTML, "neither an xlsx nor an xls workbook"),
            (b"17201,336340\r\n", "neither an xlsx nor an xls workbook"),
            (SMALL[: len(SMALL) // 2], "cut or damaged"),
            (SMALL[:4], "cut or damaged"),
            (OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
            (OLE + bytes(4096), "cannot be read"),
        ],
    )
    def test_other_bytes_are_refused_in_words(self, body, words):
        with pytest.raises(ParseError, match=f"^a/b: .*{words}"):
            open_workbook(body, "a/b")

    def test_a_zip_bomb_is_seen_before_it_is_unpacked(self):
        bomb = with_member("xl/worksheets/sheet9.xml", bytes(40 * 2**20))
        assert len(bomb) < 100_000
        assert "would unpack to 41,9" in trouble(bomb)

    def test_a_workbook_that_is_large_for_another_reason_than_packing_is_refused_too(self, monkeypatch):
        monkeypatch.setattr(module, "MAX_UNPACKED", 1000)
        assert "a zip bomb" in trouble(SMALL)

    def test_a_member_that_is_longer_than_it_says_is_damage(self):
        honest = with_member("xl/more.xml", b"x" * 1000, method=zipfile.ZIP_STORED)
        size = (1000).to_bytes(4, "little")
        assert honest.count(size * 2) == 2  # packed and unpacked size, before the member and in the directory
        assert "cut or damaged" in trouble(honest.replace(size * 2, size + (10).to_bytes(4, "little")))

    @pytest.mark.parametrize("cell", ["XFD1048576", "AAA1", "A1000000"])
    def test_a_cell_far_outside_is_refused_because_the_table_around_it_fills_the_memory(self, cell):
        book = Workbook()
        book.worksheets[0][cell] = 1
        body = io.BytesIO()
        book.save(body)
        assert f"has a cell as far out as {cell}" in trouble(body.getvalue())

    def test_the_last_cell_of_a_large_table_is_not_too_far(self):
        book = Workbook()
        book.worksheets[0]["ZZ99999"] = 1
        body = io.BytesIO()
        book.save(body)
        assert trouble(body.getvalue()) == ""

    @given(st.data())
    @settings(max_examples=200, deadline=None)
    def test_no_damage_of_an_xlsx_does_more_than_refuse_it(self, data):
        broken = bytearray(SMALL)
        for at in data.draw(st.lists(st.integers(0, len(broken) - 1), min_size=1, max_size=5)):
            broken[at] = data.draw(st.integers(0, 255))
        assert refusal_of(bytes(broken)) in {"", "a/b"}

    @real_xls
    def test_a_damaged_xls_ends_its_own_process_and_not_ours(self):
        """Without its own process, this file ends the whole run: the reader asks for 4 GiB and is aborted."""
        whole = (REAL / "ipss_10-1.xls").read_bytes()
        for half in (whole[: len(whole) // 2], whole[: len(whole) // 2] + bytes(len(whole) // 2), whole[:3000]):
            assert refusal_of(half) in {"", "a/b"}

    def test_what_the_other_process_says_is_one_line(self):
        with pytest.raises(ValueError, match=r"^[^\n]*Cannot detect file format$"):
            read_apart(OLE + bytes(4096))
