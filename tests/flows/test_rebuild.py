"""The warehouse is a projection: thrown away, it comes back with equal content from what was kept."""

import shutil

import pytest

from tests.flows.published import B_2025, CITY_202606, E_2023
from tests.flows.test_doctor import cut, damage
from tests.publishers.misbehaviour import maintenance_page


def content(town):
    return town.night(offline=True).content_hash


def test_without_warehouse_and_parts_the_same_content_comes_back_from_the_kept_bytes(town):
    before = content(town)
    shutil.rmtree(town.data / "warehouse")
    shutil.rmtree(town.data / "parts")
    rebuilt = town.night(anew=True, offline=True)
    assert rebuilt.published == town.published[0]
    assert rebuilt.content_hash == before


def test_after_a_night_with_stale_files_the_same_content_comes_back(town):
    for path in (B_2025, E_2023):
        town.replica.misbehave(path, maintenance_page)
    stale = town.night()
    assert stale.outcome == "degraded"
    shutil.rmtree(town.data / "warehouse")
    shutil.rmtree(town.data / "parts")
    assert town.night(anew=True, offline=True).content_hash == stale.content_hash


def test_a_warehouse_that_was_deleted_in_the_day_is_back_after_the_next_night(town):
    before = content(town)
    for path in (town.data / "warehouse").iterdir():
        path.unlink()
    record = town.night()
    assert (record.outcome, record.content_hash) == ("ok", before)
    assert town.ask("SELECT count(*) AS kpis FROM mart.kpi_latest") == [{"kpis": 5}]


def test_a_published_file_that_was_deleted_while_its_link_stayed_is_back_after_the_next_night(town):
    town.current.resolve().unlink()
    assert town.night().outcome == "ok"
    assert town.ask("SELECT count(*) AS kpis FROM mart.kpi_latest") == [{"kpis": 5}]


@pytest.mark.parametrize(
    "spoil", [damage, cut, lambda file: file.write_bytes(b"no database")], ids=["changed bytes", "cut", "no database"]
)
def test_a_published_file_that_was_damaged_is_built_anew_by_the_next_night_which_says_so(town, spoil):
    before, (damaged,) = content(town), town.published
    spoil(town.current.resolve())
    record = town.night()
    assert (record.outcome, record.content_hash) == ("ok", before)
    assert record.message.startswith(f"published; {damaged} cannot be read as it was published and is built anew, ")
    assert town.ask("SELECT count(*) AS kpis FROM mart.kpi_latest") == [{"kpis": 5}]
    assert town.night().outcome == "unchanged"


def test_a_damaged_file_is_in_the_way_of_no_news(town):
    damage(town.current.resolve())
    town.replica.files[CITY_202606] = town.replica.files[CITY_202606].replace(b"538749", b"538751")  # hypothetical
    assert "figures: 1 restated" in town.night().message
