"""The recorded figures: what they say, where they come from, and that anybody can compile them again."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from records import ROW_COLUMNS
from sources import compile_recorded, ssdse
from sources import recorded as recorded_module
from sources.areas import AREAS_FILE
from sources.publishers import all_series, publishers
from sources.recorded import RECORDED_DIR, read_text_csv, recorded, recorded_file

FIXTURES = Path(__file__).parent / "fixtures"
REAL = Path(__file__).parents[2].parent / "shared" / "real"
PUBLISHERS = ("digital_tourism", "ssdse")


def rows_of(publisher_id):
    return pd.concat([entry.rows for entry in recorded(publisher_id)])


@pytest.mark.parametrize(
    ("series_id", "area", "start", "value"),
    [
        ("ssdse_a.A4101", "17201", "2016-01-01", 3931),
        ("ssdse_a.A4101", "17201", "2018-01-01", 3723),
        ("ssdse_a.A4101", "17201", "2020-01-01", 3400),
        ("ssdse_a.A4101", "17201", "2021-01-01", 3053),
        ("ssdse_a.A4101", "17201", "2022-01-01", 3022),
        ("ssdse_a.A4101", "17201", "2023-01-01", 2829),
        ("ssdse_b.A4103", "17000", "2019-01-01", 1.46),
        ("ssdse_b.A4103", "17000", "2022-01-01", 1.38),
        ("ssdse_b.G7101", "17000", "2019-01-01", 7_631_900),
        ("ssdse_b.E6502", "17000", "2019-04-01", 5739),
        ("ssdse_e.A4103", "00000", "2019-01-01", 1.36),
        ("digital_tourism.visitors", "17201", "2026-06-01", 538_749),
    ],
)
def test_a_recorded_figure_is_the_published_one(series_id, area, start, value):
    rows = rows_of(all_publisher(series_id))
    found = rows[(rows["series_id"] == series_id) & (rows["area_code"] == area) & (rows["period_start"] == start)]
    assert set(found["value"]) == {value}


def all_publisher(series_id):
    return next(p.id for p in publishers().values() if any(s.id == series_id for s in p.series))


def test_both_vintages_of_a_restated_month_are_there_in_the_order_in_which_they_became_known():
    rows = rows_of("digital_tourism")
    month = rows[(rows["area_code"] == "17201") & (rows["period_start"] == "2024-01-01")].sort_values("known_from")
    assert month["value"].tolist() == [164_458, 288_767]


@pytest.mark.parametrize("publisher_id", PUBLISHERS)
def test_every_row_has_the_columns_and_types_of_a_row_of_an_adapter(publisher_id):
    for entry in recorded(publisher_id):
        rows = entry.rows
        assert tuple(rows.columns) == ROW_COLUMNS
        assert {str(rows[name].dtype) for name in ("period_start", "period_end", "known_from")} == {"datetime64[s]"}
        assert str(rows["value"].dtype) == "float64"
        assert set(rows["area_code"]) <= set(read_text_csv(AREAS_FILE)["area_code"])


@pytest.mark.parametrize("publisher_id", PUBLISHERS)
def test_every_row_belongs_to_a_catalogued_series_and_lies_within_its_limits(publisher_id):
    for series_id, values in rows_of(publisher_id).groupby("series_id")["value"]:
        series = all_series()[series_id]
        assert series.minimum <= values.min() <= values.max() <= series.maximum


@pytest.mark.parametrize("publisher_id", PUBLISHERS)
def test_every_file_has_an_address_a_fingerprint_and_the_day_on_which_it_was_compiled(publisher_id):
    entries = recorded(publisher_id)
    assert entries
    for entry in entries:
        assert entry.resource.urls[0].startswith("https://")
        assert len(entry.sha256) == 64
        assert entry.compiled_on <= date(2026, 11, 23)
    assert [entry.resource.id for entry in entries] == sorted(entry.resource.id for entry in entries)


def test_a_trimmed_copy_says_so():
    notes = {entry.resource.id: entry.copy_note for entry in recorded("ssdse")}
    assert notes["ssdse/A-2024"].startswith("trimmed copy")
    assert not notes["ssdse/A-2026"]


def test_a_publisher_without_recorded_figures_has_none():
    assert recorded("nobody") == []


def test_every_area_is_listed_once_with_a_name_and_a_level():
    areas = read_text_csv(AREAS_FILE)
    assert areas["area_code"].is_unique
    assert areas["area_code"].str.fullmatch(r"[0-9]{5}").all()
    assert (areas["name_ja"] != "").all()
    assert (areas["level"] == "prefecture").sum() == 47
    assert areas.set_index("area_code")["name_ja"]["17201"] == "金沢市"


class TestCompiling:
    @pytest.fixture
    def small(self, tmp_path, monkeypatch):
        """An empty target, and a catalog with the one column that the hand-written file holds."""
        catalog = publishers()["ssdse"]
        one = catalog.model_copy(update={"series": tuple(s for s in catalog.series if s.column == "A4101")})
        monkeypatch.setattr(recorded_module, "RECORDED_DIR", tmp_path / "recorded")
        monkeypatch.setattr(compile_recorded, "RECORDED_DIR", tmp_path / "recorded")
        monkeypatch.setattr(compile_recorded, "AREAS_FILE", tmp_path / "areas.csv")
        monkeypatch.setattr(compile_recorded, "publishers", lambda: {**publishers(), "ssdse": one})
        return one

    def test_compiled_rows_come_back_exactly_as_the_adapter_gave_them(self, small):
        source = FIXTURES / "SSDSE-A-2026.csv"
        assert compile_recorded.main(["--areas", "17201", "--compiled-on", "2026-11-23", str(source)]) == 0
        (entry,) = recorded("ssdse")
        parsed = ssdse.parse(source.read_bytes(), entry.resource, small)
        own = parsed.rows[parsed.rows["area_code"] == "17201"]
        pd.testing.assert_frame_equal(entry.rows, own, check_categorical=False)

    def test_the_order_of_the_files_does_not_matter(self, small):
        files = [str(FIXTURES / "SSDSE-A-2018.csv"), str(FIXTURES / "SSDSE-A-2026.csv")]
        written = []
        for given in (files, files[::-1]):
            compile_recorded.main(["--areas", "17201,17205", "--compiled-on", "2026-11-23", *given])
            written.append(recorded_file("ssdse").read_bytes())
        assert written[0] == written[1]
        assert written[0].count(b"\n") == 1 + 4

    def test_a_copy_with_another_name_is_given_as_the_published_name(self, small, tmp_path):
        copy = tmp_path / "copy.csv"
        copy.write_bytes((FIXTURES / "SSDSE-A-2018.csv").read_bytes())
        arguments = ["--areas", "17201", "--compiled-on", "2026-11-23", "--trimmed", f"SSDSE-A-2018.csv={copy}"]
        compile_recorded.main(arguments)
        assert recorded("ssdse")[0].copy_note.startswith("trimmed copy")

    def test_a_file_of_no_publisher_is_refused_by_name(self, small):
        with pytest.raises(SystemExit, match=r"no publisher has a file births\.csv"):
            compile_recorded.main(["--areas", "17201", "births.csv"])

    def test_a_file_that_cannot_be_parsed_writes_nothing(self, small, tmp_path, capsys):
        broken = tmp_path / "SSDSE-A-2018.csv"
        broken.write_bytes(b"<html></html>")
        assert compile_recorded.main(["--areas", "17201", str(broken)]) == 1
        assert "ssdse/A-2018: this is a web page" in capsys.readouterr().err
        assert not recorded_file("ssdse").exists()


@pytest.mark.skipif(not REAL.is_dir(), reason="no folder ../shared/real with published files next to the checkout")
def test_the_recorded_rows_of_a_published_file_are_those_of_the_file():
    entry = next(entry for entry in recorded("ssdse") if entry.resource.id == "ssdse/B-2025")
    full = ssdse.parse((REAL / "SSDSE-B-2025.csv").read_bytes(), entry.resource, publishers()["ssdse"]).rows
    key = ["series_id", "period_start"]
    own = full[full["area_code"] == "17000"].sort_values(key, ignore_index=True)
    pd.testing.assert_frame_equal(entry.rows.sort_values(key, ignore_index=True), own, check_categorical=False)


def test_every_recorded_file_belongs_to_a_publisher_of_the_catalog():
    assert {path.stem for path in RECORDED_DIR.glob("*.csv")} <= set(publishers())
