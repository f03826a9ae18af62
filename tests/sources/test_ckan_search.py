"""What a portal answers to a search, as rows for people; or one sentence that says why there are none."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.ckan_search import found, search
from sources.fetch_errors import FetchError
from sources.parsed import ParseError
from sources.publishers import publishers
from tests.publishers import Replica
from tests.publishers.ckan import PREFIXES, Portal
from tests.publishers.misbehaviour import status

PORTAL = "https://portal.example"
SEARCH = "/api/3/action/package_search"
CATALOG = publishers()["ckan"]


def answer(*packages, **more):
    return json.dumps({"success": True, "result": {"count": len(packages), "results": packages}} | more).encode()


def one(**package):
    (row,) = found(answer({"name": "list", "title": "一覧", "resources": []} | package), PORTAL)
    return row


def test_formats_are_named_once_each_whatever_their_spelling_and_an_empty_one_not_at_all():
    resources = [{"format": name} for name in ("xlsx", "CSV", "csv", "", None)]
    assert one(resources=resources)["formats"] == "CSV, XLSX"


def test_the_day_of_a_change_is_that_of_the_portals_place():
    assert one(metadata_modified="2024-07-15T20:00:00.000000")["updated_on"] == "2024-07-16"


def test_a_dataset_without_a_day_has_none_and_its_page_is_at_the_portal():
    assert (one()["updated_on"], one()["url"]) == ("", f"{PORTAL}/dataset/list")


def test_an_error_is_told_in_the_portals_words():
    with pytest.raises(ParseError, match="the portal says Search Query is invalid; change the word or wait"):
        found(answer(success=False, error={"message": "Search Query is invalid"}), PORTAL)


@given(st.binary() | st.recursive(st.none() | st.text(), st.lists).map(lambda value: json.dumps(value).encode()))
def test_whatever_is_no_answer_of_ckan_is_refused(body):
    with pytest.raises(ParseError, match="this is no answer of CKAN"):
        found(body, PORTAL)


json_values = st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists)


@given(st.dictionaries(st.sampled_from(["name", "title", "metadata_modified", "resources"]), json_values))
def test_an_odd_dataset_is_a_row_of_text_or_refused(package):
    with suppress(ParseError):
        (row,) = found(answer(package), PORTAL)
        assert all(isinstance(text, str) for text in row.values())


@pytest.fixture
def replica(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "*")
    with Replica() as server:
        for prefix in PREFIXES:
            server.mount(prefix, Portal())
        yield server


def test_the_word_is_asked_for_as_it_is_written(replica):
    assert len(search(CATALOG, "施設一覧", replica.url)) == 1
    assert search(CATALOG, "a&rows=0 b", replica.url) == []
    assert "q=a%26rows%3D0+b&rows=100" in replica.requests[-1].target


def test_an_answer_that_is_none_names_the_address(replica):
    replica.misbehave(SEARCH, status(404))
    with pytest.raises(FetchError, match="this is no answer of CKAN") as caught:
        search(CATALOG, "施設", replica.url)
    assert caught.value.url.startswith(replica.url + SEARCH)
