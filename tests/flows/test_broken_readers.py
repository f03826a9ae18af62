"""Nights on which an adapter breaks on what a publisher sent: one file is refused, the rest of the night goes on."""

import logging
from dataclasses import replace

import pytest

from sources import dashboard, estat, ssdse
from sources.parsed import ParseError
from tests.flows.published import E_2023
from tests.publishers.ckan import PREFIXES as PORTAL
from tests.publishers.dashboard import PREFIX as DASHBOARD
from tests.publishers.estat import PREFIX as ESTAT

BROKE = "the reader of ssdse broke on this file (TypeError: 'NoneType' object is not iterable)"
REMEDY = "report it, the last good figures stay"
SERVED = "resource_id IN ('ssdse/B-2025', 'ssdse/E-2023')"  # the others are recorded


def breaks(*_):
    """What an adapter's code does when nobody thought of a case."""
    list(None)


def acquisitions(town, where):
    return {row["acquisition"] for row in town.ask(f"SELECT DISTINCT acquisition FROM core.observation WHERE {where}")}


def changed(town):
    """The publisher serves other bytes of the same content."""
    town.replica.files[E_2023] += b"\r\n"


class TestOneFile:
    @pytest.fixture
    def broken(self, town, monkeypatch):
        changed(town)
        monkeypatch.setattr(ssdse, "parse", breaks)
        return town

    def test_it_is_refused_as_trouble_of_ours_and_the_last_good_figures_stay(self, broken, caplog):
        before = broken.figures("true")
        with caplog.at_level(logging.DEBUG, logger="sources"):
            record = broken.night()
        source = broken.source(record, "ssdse")
        assert (record.outcome, source["state"], source["refused"]) == ("degraded", "stale", 1)
        assert source["reason"] == f"ssdse/E-2023: {BROKE}; {REMEDY}"
        assert broken.figures("true") == before
        assert broken.source(record, "digital_tourism")["state"] == "live"
        assert "in breaks\n    list(None)" in caplog.text
        (rule,) = broken.ask("SELECT rule FROM ops.check_result WHERE NOT success AND subject = 'ssdse/E-2023'")
        assert rule == {"rule": "reader_works"}

    def test_every_night_tries_it_again_and_builds_no_second_file(self, broken):
        assert [broken.night().outcome for _ in range(2)] == ["degraded", "degraded"]
        assert len(broken.published) == 2

    def test_once_the_code_is_mended_the_kept_file_is_read_without_a_raised_version(self, broken, monkeypatch):
        broken.night()
        monkeypatch.undo()
        record = broken.night()
        assert (record.outcome, broken.source(record, "ssdse")["state"]) == ("ok", "live")
        assert acquisitions(broken, "resource_id = 'ssdse/E-2023'") == {"live"}

    def test_a_file_that_was_never_read_is_replaced_by_the_recorded_figures(self, new_town, monkeypatch):
        monkeypatch.setattr(ssdse, "parse", breaks)
        record = new_town.night()
        source = new_town.source(record, "ssdse")
        assert (record.outcome, source["state"]) == ("degraded", "recorded")
        assert BROKE in source["reason"]

    def test_trouble_of_our_own_disk_still_ends_the_night(self, town, monkeypatch):
        changed(town)

        def full(*_):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(ssdse, "parse", full)
        with pytest.raises(OSError, match="No space left"):
            town.night()


class TestTheListOfFiles:
    @pytest.mark.parametrize("how", [breaks, None], ids=["a broken reader", "a page that cannot be read"])
    def test_without_it_nothing_is_asked_for_and_all_that_we_hold_is_stale(self, town, monkeypatch, how):
        def unreadable(*_):
            raise ParseError("list.html", "no link to a CSV", "look at the page")

        before = town.figures("true")
        monkeypatch.setattr(ssdse, "resources", how or unreadable)
        record = town.night()
        source = town.source(record, "ssdse")
        assert (record.outcome, source["state"], source["failed"], source["refused"]) == ("degraded", "stale", 1, 0)
        assert source["reason"] == (
            f"ssdse/listing: {BROKE}; {REMEDY}" if how else "list.html: no link to a CSV; look at the page"
        )
        assert town.figures("true") == before
        assert acquisitions(town, SERVED) == {"stale"}

    def test_the_night_on_which_it_can_be_read_again_is_well(self, town, monkeypatch):
        monkeypatch.setattr(ssdse, "resources", breaks)
        town.night()
        monkeypatch.undo()
        record = town.night()
        assert (record.outcome, town.source(record, "ssdse")["state"]) == ("ok", "live")
        assert acquisitions(town, SERVED) == {"live"}


class TestAnAnswerOfAnApi:
    def test_that_breaks_its_judge_fails_its_resource_alone(self, town, monkeypatch):
        judge, before = dashboard.judge, town.figures("true")
        odd = b"0201010000000010000"  # the code of the population
        monkeypatch.setattr(dashboard, "judge", lambda body: breaks() if odd in body else judge(body))
        record = town.night()
        source = town.source(record, "dashboard")
        assert (record.outcome, source["state"]) == ("degraded", "stale")
        assert "the reader of dashboard broke on this file" in source["reason"]
        assert 0 < source["failed"] < source["resources"]
        assert town.figures("true") == before

    def test_that_breaks_its_walk_fails_each_of_its_tables_by_name(self, town, monkeypatch):
        monkeypatch.setattr(estat, "untouched", breaks)
        monkeypatch.setattr(estat, "walk", breaks)
        record = town.night()
        source = town.source(record, "estat")
        assert (record.outcome, source["state"], source["failed"]) == ("degraded", "stale", 6)
        assert "estat/municipal_population (table 0000020201): " in source["reason"]
        assert source["reason"].endswith("and 3 more, see ops.fetch")

    def test_that_breaks_the_comparison_with_the_last_one_counts_as_new(self, town, monkeypatch):
        monkeypatch.setattr(estat, "untouched", lambda *_: ())
        monkeypatch.setattr(estat, "says_the_same", breaks)
        assert town.night().outcome == "unchanged"  # other bytes, equal figures


def without_a_figure(town):
    api = town.replica.handlers[DASHBOARD]
    answer = api.data

    def data(asked):
        content = answer(asked)
        for entry in content["GET_STATS"].get("STATISTICAL_DATA", {}).get("DATA_INF", {}).get("DATA_OBJ", ()):
            entry["VALUE"]["$"] = None
        return content

    api.data = data


def under_another_header(town):
    town.replica.files[E_2023] = town.replica.files[E_2023].replace("都道府県".encode("cp932"), b"ken", 1)


def with_another_moment(town):
    town.replica.handlers[PORTAL[0]].modified = "2024/07/16 12:00"


@pytest.mark.parametrize(
    ("spoil", "publisher", "words"),
    [
        (under_another_header, "ssdse", "ssdse/E-2023, line 3: neither 市区町村 nor 都道府県 is there"),
        (without_a_figure, "dashboard", "line 1, column $: the field is gone, or no text"),
        (with_another_moment, "ckan", "package_show: '2024/07/16 12:00' is no moment like"),
    ],
    ids=["a renamed header", "a figure that is null", "a moment written otherwise"],
)
def test_an_odd_answer_costs_its_publisher_one_night_and_is_told_with_its_place(town, spoil, publisher, words):
    before = town.figures("true")
    spoil(town)
    record = town.night()
    source = town.source(record, publisher)
    assert (record.outcome, source["state"]) == ("degraded", "stale")
    assert words in source["reason"]
    assert town.figures("true") == before


def test_a_page_that_nobody_can_decode_is_refused_and_kept_for_study(town):
    api, before = town.replica.handlers[ESTAT], town.figures("true")
    api.tables["0000020201"] = replace(api.tables["0000020201"], updated="2026-11-24")
    odd = b'{"GET_STATS_DATA": {"RESULT": {"STATUS": 0}, "STATISTICAL_DATA": {"DATA_INF": {"NOTE": ""}}}}'
    town.replica.misbehave(f"{ESTAT}getStatsData", lambda answer, _: answer.send(200, odd))
    record = town.night()
    source = town.source(record, "estat")
    assert (record.outcome, source["state"], source["refused"], source["failed"]) == ("degraded", "stale", 1, 0)
    assert "estat/municipal_population (table 0000020201): " in source["reason"]
    assert "compare the kept page with the API's specification" in source["reason"]
    (kept,) = town.ask("SELECT snapshot_id, url, status FROM ops.fetch WHERE outcome = 'refused'")
    path = town.data / "snapshots" / "bytes" / kept["snapshot_id"][:2] / kept["snapshot_id"][2:]
    assert (path.read_bytes(), kept["status"]) == (odd, 200)
    assert "appId" not in kept["url"]
    assert town.figures("true") == before
