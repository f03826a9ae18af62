"""Which Excel files are opened, what their cells read as, and where messages point."""

import io
import subprocess
import sys
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources import workbook as module
from sources.parsed import ParseError
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


def with_cells(cells, *, prefix="", sheets='<sheet name="表" sheetId="1" r:id="rId1"/>', text=""):
    """A workbook whose only sheet is written by hand: spreadsheets would not write it so."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    names = f'xmlns{":" + prefix[:-1] if prefix else ""}="{main}"'
    data = cells if "<row" in cells else f"<{prefix}row>{cells}</{prefix}row>"
    members = {
        "_rels/.rels": f'<Relationships xmlns="{package}">'
        f'<Relationship Id="rId1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>{sheets}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}">'
        f'<Relationship Id="rId1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{office}/worksheet" Target="worksheets/none.xml"/></Relationships>',
        "xl/sharedStrings.xml": f'<sst xmlns="{main}"><si><t>{text}</t></si></sst>',
        "xl/worksheets/sheet1.xml": f"<{prefix}worksheet {names}><{prefix}sheetData>{data}"
        f"</{prefix}sheetData></{prefix}worksheet>",
    }
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return body.getvalue()


def one_text(cells, **more):
    """A workbook with one text of 100 kB, to which so many cells point."""
    rows = (f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(1, cells + 1))
    return with_cells("".join(rows), text="x" * 100_000, **more)


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

    def test_a_member_that_unpacks_to_far_more_than_it_says_is_not_unpacked_to_find_that_out(self):
        honest = with_member("xl/more.xml", bytes(60 * 2**20))
        size, packed = (60 * 2**20).to_bytes(4, "little"), len(honest)
        assert honest.count(size) == 2
        tracemalloc.start()
        assert "cut or damaged" in trouble(honest.replace(size, (10).to_bytes(4, "little")))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < packed + 4 * 2**20

    @pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
    def test_a_packing_that_no_spreadsheet_uses_is_refused(self, method):
        assert "packed as no spreadsheet packs it" in trouble(with_member("xl/more.xml", b"x", method=method))

    def test_a_directory_of_very_many_members_is_not_even_read(self):
        assert "10,001 members" in trouble(b"PK\x03\x04" + b"PK\x01\x02" * 10_001)

    @pytest.mark.parametrize("back", [10, 22])
    def test_a_directory_that_points_to_the_end_of_the_file_is_damage(self, back):
        first = SMALL.index(b"PK\x01\x02") + 42  # where the directory says at which byte the first member begins
        assert "cut or damaged" in trouble(
            SMALL[:first] + (len(SMALL) - back).to_bytes(4, "little") + SMALL[first + 4 :]
        )

    @given(st.data())
    @settings(max_examples=200)
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
        with pytest.raises(ParseError, match=r"^a/b: the workbook cannot be read: [^\n]*Cannot detect file format; "):
            open_workbook(OLE + bytes(4096), "a/b")


class TestWhatTheReaderWouldChokeOn:
    """Small files, whole and with true sizes, that took the process that read them down or bloated it."""

    FAR = (
        '<c s="1" r="XFD1048576"><v>1</v></c>',
        "<c r='XFD1048576'><v>1</v></c>",
        '<c\nr="XFD1048576"><v>1</v></c>',
        '<c r="ZZ99999"><v>1</v></c>',
    )

    @pytest.mark.parametrize("cell", FAR)
    def test_a_far_cell_is_refused_with_file_and_sheet_however_it_is_written(self, cell):
        with pytest.raises(
            ParseError, match=r"^a/b, sheet 表: the workbook took its reader down.*a cell far outside the table\?$"
        ):
            open_workbook(with_cells('<c r="A1"><v>1</v></c>' + cell), "a/b")

    def test_a_far_cell_is_refused_when_all_names_have_a_prefix_too(self):
        sheet = with_cells('<x:c r="A1"><x:v>1</x:v></x:c><x:c r="XFD1048576"><x:v>1</x:v></x:c>', prefix="x:")
        with pytest.raises(ParseError, match=r"^a/b, sheet 表: the workbook took its reader down"):
            open_workbook(sheet, "a/b")

    def test_a_far_cell_that_stands_alone_is_refused_with_its_place(self):
        book = open_workbook(with_cells('<c s="1" r="XFD1048576"><v>1</v></c>'), "a/b")
        with pytest.raises(ParseError, match=r"^a/b, sheet 表, cell XFD1048576: .* 17,179,869,184 cells, .*raise the"):
            book.sheet("表")

    @pytest.mark.parametrize(("cell", "fits"), [("J100000", True), ("J100001", False)])
    def test_a_sheet_has_at_most_a_million_cells_empty_ones_too(self, cell, fits):
        book = open_workbook(with_cells(f'<c r="A1"><v>1</v></c><c r="{cell}"><v>2</v></c>'), "a/b")
        if fits:
            assert book.sheet("表").cells[-1] == [""] * 9 + ["2"]
        else:
            with pytest.raises(ParseError, match=f"^a/b, sheet 表, cell {cell}: .*at most 1,000,000 are read; look at"):
                book.sheet("表")

    def test_one_long_text_in_many_cells_is_refused_with_the_cell_where_it_became_too_much(self):
        with pytest.raises(ParseError, match=r"^a/b, sheet 表, cell A336: .* more than 33,554,432 bytes; look at"):
            open_workbook(one_text(500), "a/b").sheet("表")

    def test_one_long_text_in_very_many_cells_is_refused_with_its_sheet(self):
        with pytest.raises(ParseError, match=r"^a/b, sheet 表: the workbook took its reader down, or asked for more"):
            open_workbook(one_text(5_000), "a/b")

    def test_all_sheets_together_have_that_much_text_and_those_before_can_be_read(self):
        names = "".join(f'<sheet name="{name}" sheetId="1" r:id="rId1"/>' for name in ("one", "two", "three"))
        book = open_workbook(one_text(130, sheets=names), "a/b")
        assert len(book.sheet("one").cells) == len(book.sheet("two").cells) == 130
        with pytest.raises(ParseError, match=r"^a/b, sheet three, cell A76: "):
            book.sheet("three")

    def test_a_workbook_of_very_many_sheets_is_refused(self):
        one = '<sheet name="表" sheetId="1" r:id="rId1"/>'
        with pytest.raises(ParseError, match=r"^a/b: the workbook cannot be read: more than 1,000 sheets"):
            open_workbook(with_cells("", sheets="".join(one.replace("表", str(n)) for n in range(1_001))), "a/b")

    def test_a_broken_sheet_is_refused_when_it_is_asked_for_and_the_others_are_read(self):
        two = '<sheet name="表" sheetId="1" r:id="rId1"/><sheet name="gone" sheetId="2" r:id="rId2"/>'
        book = open_workbook(with_cells('<c r="A1"><v>1</v></c>', sheets=two), "a/b")
        assert book.sheet("表").cells == [["1"]]
        with pytest.raises(ParseError, match=r"^a/b, sheet gone: the workbook cannot be read: .*fetch it again"):
            book.sheet("gone")

    def test_a_reader_that_does_not_come_to_an_end_is_stopped(self, monkeypatch):
        monkeypatch.setattr(module, "MAX_SECONDS", 0.001)
        with pytest.raises(ParseError, match=r"^a/b: the workbook was not read in time; look at the kept file"):
            open_workbook(SMALL, "a/b")

    def test_a_message_is_one_line_whatever_a_sheet_is_called(self):
        book = open_workbook(with_cells("", sheets='<sheet name="a&#10;b" sheetId="1" r:id="rId1"/>'), "a/b")
        with pytest.raises(ParseError, match=r"^a/b, sheet 表: there is no such sheet; there are a b; [^\n]*$"):
            book.sheet("表")

    def test_the_process_that_asks_survives_all_of_them_and_stays_small(self, tmp_path):
        far = [with_cells('<c r="A1"><v>1</v></c>' + cell) for cell in self.FAR]
        files = [tmp_path / f"{at}.xlsx" for at in range(len(far) + 1)]
        for file, body in zip(files, [*far, one_text(5_000)], strict=True):
            file.write_bytes(body)
        done = subprocess.run([sys.executable, "-c", ASKING, *files], capture_output=True, text=True, check=True)
        refused, grown = done.stdout.split()
        assert int(refused) == len(files)
        assert int(grown) < 100  # MiB; the files would be 500 MB of text and 512 GiB of cells


# Reads the files that it is given; prints how many were refused, and by how much its memory ever grew.
ASKING = """
import sys
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from sources.parsed import ParseError
from sources.workbook import open_workbook

before, refused = getrusage(RUSAGE_SELF).ru_maxrss, 0
for file in sys.argv[1:]:
    try:
        open_workbook(Path(file).read_bytes(), file).sheet("表")
    except ParseError:
        refused += 1
print(refused, (getrusage(RUSAGE_SELF).ru_maxrss - before) // (2**20 if sys.platform == "darwin" else 2**10))
"""
