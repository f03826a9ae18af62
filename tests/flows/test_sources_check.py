"""`kpi sources check`: what e-Stat says of the catalogued tables."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from flows import cli
from settings import SettingsError
from sources.addresses import Key
from sources.estat_check import EstatApi
from sources.publishers import publishers
from tests.publishers import Replica, estat
from tests.publishers.estat import APP_ID, PREFIX
from tests.publishers.estat_table import Code

RECORDED = Path(__file__).parents[2].parent / "shared" / "real"
EDUCATION, RATES = "0000010105", "0003411598"


@pytest.fixture
def api(monkeypatch):
    with Replica() as replica:
        estat.mount(replica)
        api = replica.handlers[PREFIX]
        api.tables = {name: complete(table) for name, table in api.tables.items()}
        api.replica = replica
        monkeypatch.setenv("NO_PROXY", "*")
        monkeypatch.setenv("KPI_BASE_URL__ESTAT", replica.url)
        monkeypatch.setenv("KPI_ESTAT_APP_ID", APP_ID)
        quick = publishers()["estat"].model_copy(update={"min_interval_seconds": 0})
        monkeypatch.setitem(publishers(), "estat", quick)
        yield api


def complete(table):
    """The table with every code that the catalog names: the replica's are cut to few."""
    (dataset,) = [d for d in publishers()["estat"].datasets if d.options["table"] == table.id]
    wanted = dict(dataset.options["codes"])
    items = [series.column for series in publishers()["estat"].series_of(dataset.id)]
    axes = []
    for axis in table.axes:
        named = items if dataset.options["items"] in (axis.id, axis.name[:4]) else wanted.get(axis.id, [])
        there = {code.name if named is items and axis.id == "cat02" else code.code for code in axis.codes}
        axes.append(replace(axis, codes=(*axis.codes, *(Code(name, name) for name in named if name not in there))))
    return replace(table, axes=tuple(axes))


def run(tmp_path, *arguments):
    result = CliRunner().invoke(cli.app, ["sources", *arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def checked(tmp_path):
    result = run(tmp_path, "check", "--format", "json", "--data-dir", str(tmp_path))
    return result.exit_code, {row["table_id"]: row for row in json.loads(result.stdout)}


def test_tables_that_are_as_the_catalog_says_are_ok_with_their_day(tmp_path, api):
    code, tables = checked(tmp_path)
    assert {row["state"] for row in tables.values()} == {"ok"}, tables
    assert (code, tables[EDUCATION]["updated_on"], tables[EDUCATION]["held_from"]) == (0, "2026-02-17", "")
    assert len(api.replica.requests) == 6


def test_a_code_that_is_gone_is_named(tmp_path, api):
    table = api.tables[EDUCATION]
    tab, items, *others = table.axes
    fewer = replace(items, codes=tuple(code for code in items.codes if code.code != "E650220"))
    api.tables[EDUCATION] = replace(table, axes=(tab, fewer, *others))
    code, tables = checked(tmp_path)
    assert (code, tables[EDUCATION]["state"]) == (1, "changed")
    assert tables[EDUCATION]["problem"] == "cat01 has no E650220"


def test_another_title_is_told(tmp_path, api):
    api.tables[RATES] = replace(api.tables[RATES], title="別の表")
    code, tables = checked(tmp_path)
    assert (code, tables[RATES]["title"]) == (1, "別の表")
    assert "the title is another one (catalog: 都道府県別にみた年次別合計特殊出生率)" in tables[RATES]["problem"]


def test_an_axis_that_the_catalog_names_and_the_table_lacks_is_told(tmp_path, api):
    table = api.tables["0003412062"]
    axes = tuple(replace(axis, name=axis.name.replace("母の", "父の")) for axis in table.axes)
    api.tables["0003412062"] = replace(table, axes=axes)
    problem = checked(tmp_path)[1]["0003412062"]["problem"]
    assert problem.startswith("no axis 母の年齢 (there: tab 表章項目, cat01 性別, cat02 父の年齢")


def test_a_unit_that_is_none_of_the_series_is_told(tmp_path, api):
    table = api.tables[EDUCATION]
    tab, items, *others = table.axes
    other = replace(items, codes=tuple(replace(code, unit="ha") for code in items.codes))
    api.tables[EDUCATION] = replace(table, axes=(tab, other, *others))
    code, tables = checked(tmp_path)
    assert (code, tables[EDUCATION]["state"]) == (1, "changed")
    assert "is counted in ha (catalog: " in tables[EDUCATION]["problem"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"GET_META_INFO":{"RESULT":{"STATUS":1,"ERROR_MSG":"none"}}}', "the API has no data about it"),
        (b'{"GET_META_INFO":{"RESULT":{"STATUS":0},"METADATA_INF":{"TABLE_INF":7}}}', "has another form"),
        (b'{"GET_META_INFO":{"RESULT":{"STATUS":0}}}', "has another form than the specification says (KeyError: "),
    ],
)
def test_an_odd_answer_is_told_for_its_table_and_the_others_are_checked(tmp_path, api, body, said):
    api.replica.misbehave(f"{PREFIX}getMetaInfo", lambda answer, _: answer.send(200, body))
    code, tables = checked(tmp_path)
    assert (code, sorted(row["state"] for row in tables.values())) == (1, [*["ok"] * 5, "unanswered"])
    assert [row["problem"] for row in tables.values() if said in row["problem"]]


def test_a_withdrawn_table_is_told_in_the_publishers_words(tmp_path, api):
    del api.tables[RATES]
    code, tables = checked(tmp_path)
    assert (code, tables[RATES]["state"]) == (1, "withdrawn")
    assert "statsDataId=[0003411598]のデータは存在しません" in tables[RATES]["problem"]
    assert tables[RATES]["problem"].endswith("; correct the dataset in sources/catalog/estat.toml")


def test_a_wrong_key_is_asked_with_once(tmp_path, api):
    api.app_id = "another"
    code, tables = checked(tmp_path)
    assert (code, {row["state"] for row in tables.values()}) == (1, {"unanswered"})
    assert all("check KPI_ESTAT_APP_ID" in row["problem"] for row in tables.values())
    assert len(api.replica.requests) == 1


def test_without_a_key_it_says_how_to_get_one(tmp_path, api, monkeypatch):
    monkeypatch.delenv("KPI_ESTAT_APP_ID")
    with pytest.raises(SettingsError, match=r"KPI_ESTAT_APP_ID is not set; registration at .* is free"):
        run(tmp_path, "check")


def test_a_table_for_people_has_the_same(tmp_path, api):
    assert EDUCATION in run(tmp_path, "check", "--data-dir", str(tmp_path)).stdout


def test_the_list_of_series_is_still_there(tmp_path):
    assert "estat_vital.tfr" in run(tmp_path, "--series", "--format", "csv").stdout


@pytest.mark.parametrize("table", ["0000010101", EDUCATION])
def test_the_catalog_agrees_with_recorded_metadata(table, monkeypatch):
    path = RECORDED / f"estat_getMetaInfo_{table}.json"
    if not path.is_file():
        pytest.skip(f"no copy of the recorded metadata in {RECORDED}")
    monkeypatch.setenv("NO_PROXY", "*")
    catalog = publishers()["estat"]
    (dataset,) = [dataset for dataset in catalog.datasets if dataset.options["table"] == table]
    with Replica({f"{PREFIX}getMetaInfo": path.read_bytes()}) as replica:
        api = EstatApi(catalog.model_copy(update={"datasets": (dataset,)}), Key("appId", SecretStr("k")), replica.url)
        (found,) = api.check()
    assert (found.state, found.problem) == ("ok", "")
