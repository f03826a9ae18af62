"""How the code of an indicator is found: every form in which it is offered, or one line that says why not."""

import csv

import pytest

from sources.dashboard_search import main
from tests.publishers import Replica
from tests.publishers.dashboard import PREFIX, mount
from tests.publishers.misbehaviour import maintenance_page


@pytest.fixture
def replica(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "*")
    with Replica() as server:
        mount(server)
        yield server


def search(replica, word, capsys):
    code = main([word, "--base-url", replica.url])
    out, err = capsys.readouterr()
    return code, list(csv.DictReader(out.splitlines())), err


def test_a_word_of_the_name_finds_the_code_with_its_ranks_and_years(replica, capsys):
    code, offers, _ = search(replica, "出生", capsys)
    assert code == 0
    assert {offer["code"] for offer in offers} == {"0203010000000010000"}
    assert [(offer["rank"], offer["to"]) for offer in offers] == [
        ("2", "2020CY00"),
        ("3", "2022CY00"),
        ("4", "2023CY00"),
    ]
    assert (offers[0]["cycle"], offers[0]["unit"], offers[0]["statistics"]) == ("3", "人", "人口動態調査")


def test_a_word_that_no_name_has_finds_nothing_and_is_no_error(replica, capsys):
    assert search(replica, "合計特殊出生率", capsys) == (0, [], "")


def test_a_maintenance_page_is_told_in_one_line(replica, capsys):
    replica.misbehave(f"{PREFIX}getIndicatorInfo", maintenance_page)
    code, _, err = search(replica, "出生", capsys)
    assert (code, err.count("\n")) == (1, 1)
    assert "no answer of the Statistics Dashboard" in err


def test_an_api_that_cannot_be_reached_is_told_in_one_line(capsys):
    assert main(["出生", "--base-url", "http://127.0.0.1:9"]) == 1
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert "no connection" in err
