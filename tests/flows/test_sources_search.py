"""`kpi sources search`: tables and files of e-Stat, datasets of the open-data portal, and who did not answer."""

import csv
import json

import pytest
from typer.testing import CliRunner

from flows import cli
from settings import SettingsError
from sources.publishers import publishers
from tests.flows.town import NOBODY
from tests.publishers import Replica
from tests.publishers.ckan import PACKAGE
from tests.publishers.estat import APP_ID, PREFIX
from tests.publishers.everyone import mount_all
from tests.publishers.misbehaviour import maintenance_page

SEARCH = "/api/3/action/package_search"
RATES = "0003411598"


@pytest.fixture
def replica(monkeypatch):
    """Both on loopback, a key for e-Stat, and no wait between two questions."""
    with Replica() as server:
        mount_all(server)
        monkeypatch.setenv("NO_PROXY", "*")
        monkeypatch.setenv("KPI_ESTAT_APP_ID", APP_ID)
        for name in ("estat", "ckan"):
            monkeypatch.setenv(f"KPI_BASE_URL__{name.upper()}", server.url)
            quick = publishers()[name].model_copy(update={"min_interval_seconds": 0})
            monkeypatch.setitem(publishers(), name, quick)
        yield server


def search(word, form="json"):
    result = CliRunner().invoke(cli.app, ["sources", "search", word, "--format", form])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_tables_of_estat_are_found_once_and_files_with_their_addresses(replica):
    tables = list(csv.DictReader(search("出生", "csv").stdout.splitlines()))
    assert [(row["publisher_id"], row["kind"], row["id"]) for row in tables] == [
        ("estat", "table", RATES),
        ("estat", "table", "0003412062"),
    ]
    files = json.loads(search("保健所").stdout)
    assert [row["kind"] for row in files] == ["xls", "xls"]
    assert "statInfId=000040174881" in files[0]["url"]


def test_a_dataset_of_the_portal_is_found_with_its_title_the_day_of_its_change_and_its_formats(replica):
    result = search("食品衛生")
    assert (result.exit_code, result.stderr) == (0, "")
    assert json.loads(result.stdout) == [
        {
            "publisher_id": "ckan",
            "kind": "dataset",
            "id": PACKAGE,
            "statistics": "",
            "title": "金沢市 食品衛生関係営業許可施設一覧",
            "updated_on": "2024-07-16",
            "formats": "CSV",
            "url": f"https://catalog-data.city.kanazawa.ishikawa.jp/dataset/{PACKAGE}",
        }
    ]


def test_without_a_key_the_portal_is_searched_all_the_same_and_it_says_how_to_get_one(replica, monkeypatch):
    monkeypatch.delenv("KPI_ESTAT_APP_ID")
    result = search("食品衛生")
    assert (result.exit_code, [row["id"] for row in json.loads(result.stdout)]) == (0, [PACKAGE])
    assert result.stderr.startswith("estat was not asked: KPI_ESTAT_APP_ID is not set; registration at ")
    assert result.stderr.count("\n") == 1
    assert replica.count(SEARCH) == len(replica.requests)


def test_a_setting_that_cannot_be_used_is_an_error_and_nobody_is_asked(replica, monkeypatch):
    monkeypatch.setenv("KPI_NO_SETTING", "x")
    with pytest.raises(SettingsError, match="KPI_NO_SETTING is not known"):
        search("食品衛生")
    assert replica.requests == []


def test_a_portal_that_does_not_answer_is_told_in_one_line_beside_what_estat_found(replica):
    replica.misbehave(SEARCH, maintenance_page)
    result = search("出生")
    assert (result.exit_code, len(json.loads(result.stdout))) == (1, 2)
    assert result.stderr.startswith(f"ckan did not answer: {replica.url}{SEARCH}?")
    assert result.stderr.endswith(": this is no answer of CKAN; open the address in a browser\n")


def test_an_api_that_cannot_be_reached_is_told_beside_what_the_portal_found(replica, monkeypatch):
    monkeypatch.setenv("KPI_BASE_URL__ESTAT", NOBODY)
    result = search("食品衛生")
    assert (result.exit_code, len(json.loads(result.stdout))) == (1, 1)
    assert "estat did not answer: " in result.stderr
    assert "no connection" in result.stderr


@pytest.mark.parametrize("odd", [{"DATASET": {}}, {"DATASET": {}, "RESOURCES": {"RESOURCE": {"TITLE": "x"}}}, "x"])
def test_a_list_in_another_form_is_told_beside_what_the_portal_found(replica, odd):
    content = {"RESULT": {"STATUS": 0}, "DATA_CATALOG_LIST_INF": {"DATA_CATALOG_INF": odd}}
    body = json.dumps({"GET_DATA_CATALOG": content}).encode()
    replica.misbehave(f"{PREFIX}getDataCatalog", lambda answer, _: answer.send(200, body))
    result = search("食品衛生")
    assert {row["publisher_id"] for row in json.loads(result.stdout)} == {"ckan"}
    assert "estat did not answer: e-Stat: the answer has another form than the specification says" in result.stderr


def test_a_word_that_nobody_has_finds_nothing_and_is_no_error(replica):
    result = search("存在しない言葉", "table")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "見つからない\n", "")
    assert search("存在しない言葉", "csv").stdout == "publisher_id,kind,id,statistics,title,updated_on,formats,url\n"


def test_a_table_for_people_has_the_same(replica):
    assert PACKAGE[:6] in search("食品衛生", "table").stdout
