"""A night on the publishers' whole files, with the catalog's own limits, where copies of them are at hand."""

from pathlib import Path

import pytest

from sources import publishers
from sources.recorded import recorded
from tests.flows.conftest import forget_catalog
from tests.flows.town import Town
from tests.publishers import Replica
from tests.publishers.small_catalog import small_catalog

REAL = Path(__file__).parents[2].parent / "shared" / "real"
SSDSE = ("A-2025", "A-2026", "B-2025", "E-2023")
TOURISM = ("city2024", "city202603", "pref2024")

pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason=f"no copies of the publishers' files in {REAL}")


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """A place after its first night on whole files; only the pause between two requests is left out."""
    catalog = small_catalog(tmp_path_factory.mktemp("whole"), whole=publishers.publishers())
    files = {f"/files/SSDSE-{name}.csv": (REAL / f"SSDSE-{name}.csv").read_bytes() for name in SSDSE}
    for name in TOURISM:
        files[f"/code4fukui/japan-kanko-stat/main/data/{name}.csv"] = (REAL / f"dtoukei_{name}.csv").read_bytes()
    with pytest.MonkeyPatch.context() as patch, Replica(files) as replica:
        patch.setattr(publishers, "CATALOG_DIR", catalog)
        forget_catalog()
        town = Town(tmp_path_factory.mktemp("live") / "data", replica)
        town.first = town.night()
        yield town
    forget_catalog()


def test_every_whole_file_passes_all_checks_without_a_row_in_quarantine(town):
    live = town.ask("SELECT resource_id FROM core.snapshot WHERE url LIKE 'http://127.0.0.1%'")
    assert len(live) == len(SSDSE) + len(TOURISM)
    assert town.ask("SELECT * FROM ops.quarantine") == []
    assert town.ask("SELECT subject, rule FROM ops.check_result WHERE NOT success AND action = 'stop'") == []


def test_files_that_the_publishers_no_longer_have_make_the_night_degraded(town):
    assert town.first.outcome == "degraded"
    assert "not there any more" in town.first.message


def test_the_live_figures_are_those_that_were_recorded(town):
    for publisher, names in (("ssdse", SSDSE), ("digital_tourism", ("city-2024", "city-202603", "pref-2024"))):
        for entry in recorded(publisher):
            if entry.resource.id.partition("/")[2] in names:
                figures = entry.rows[["series_id", "area_code", "period_start", "value"]]
                assert missing(town, figures.itertuples(index=False)) == []


def missing(town, figures):
    """Figures that the warehouse does not hold, from whatever edition they became known first."""
    rows = town.ask("SELECT series_id, area_code, period_start, value FROM core.observation")
    known = {tuple(row.values()) for row in rows}
    return [f for f in figures if (f.series_id, f.area_code, f.period_start.date(), f.value) not in known]


def test_the_night_after_asks_conditionally_and_builds_nothing(town):
    before, asked = town.published, len(town.replica.requests)
    record = town.night()
    assert record.published == ""
    assert town.published == before
    marks = [r.target for r in town.replica.requests[asked:] if "If-None-Match" in r.headers]
    assert len(marks) == len(SSDSE) + len(TOURISM)
