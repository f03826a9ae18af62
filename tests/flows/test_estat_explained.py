"""Figures of e-Stat's API in `kpi explain` and `kpi verify`: down to the object that the publisher sent."""

import json
from dataclasses import replace

from flows.printed import printed_rows
from flows.verify import verify_published
from settings import load
from tests.publishers import estat
from tests.publishers.estat import PREFIX

BIRTHS = "series_id = 'estat_ssds_municipal.A4101' AND area_code = '17201' AND period = '2023'"
SENT = {"@tab": "00001", "@cat01": "A4101", "@area": "17201", "@time": "2023100000", "@unit": "人", "$": "2829"}


def printed(town, where=BIRTHS):
    """The newest figure for which a condition holds, as printed."""
    (figure,) = town.ask(f"SELECT * FROM core.observation WHERE {where} ORDER BY known_from DESC LIMIT 1")
    return printed_rows(town.data / "snapshots", town.register)(figure)


def test_the_row_as_printed_is_the_object_of_that_cell(town):
    found = printed(town)
    assert json.loads(found.text) == SENT
    assert (found.publishers_bytes, found.why_not_en) == (True, "")


def test_in_a_walk_it_is_the_object_on_the_right_page(town, monkeypatch):
    monkeypatch.setattr(estat, "MOST_CELLS", 7)
    api = town.replica.handlers[PREFIX]
    api.tables["0000020201"] = replace(api.tables["0000020201"], updated="2026-11-24")
    restated = [c._replace(text="2830") if c.text == "2829" else c for c in api.tables["0000020201"].cells]
    api.tables["0000020201"] = replace(api.tables["0000020201"], cells=tuple(restated))
    town.night()
    assert json.loads(printed(town).text) == SENT | {"$": "2830"}
    assert town.ask("SELECT count(*) AS n FROM core.snapshot WHERE media_type = 'application/json-seq'") == [{"n": 1}]
    assert verified(town, monkeypatch).failures == []


def test_every_figure_of_every_table_leads_to_an_object_with_its_text(town):
    find = printed_rows(town.data / "snapshots", town.register)
    figures = town.ask("SELECT * FROM core.observation WHERE series_id LIKE 'estat%'")
    assert len(figures) == 194
    assert [f["raw_text"] for f in figures if json.loads(find(f).text)["$"] != f["raw_text"]] == []


def test_bytes_that_are_gone_are_told(town):
    (figure,) = town.ask(f"SELECT * FROM core.observation WHERE {BIRTHS}")
    path = town.data / "snapshots" / "bytes" / figure["snapshot_id"][:2] / figure["snapshot_id"][2:]
    path.unlink()
    assert "this snapshot is missing" in printed(town).why_not_en


def test_all_figures_are_recomputed_from_their_bytes(town, monkeypatch):
    found = verified(town, monkeypatch)
    assert found.failures == []
    assert found.files >= 6


def verified(town, monkeypatch):
    monkeypatch.setenv("KPI_REGISTER_DIR", str(town.register))
    return verify_published(load(town.data))
