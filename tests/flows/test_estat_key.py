"""The key of e-Stat's API is in the requests and in nothing that is left behind, however a night goes wrong."""

import json
import logging
from pathlib import Path

import duckdb
import pytest

from flows.keys import key_of
from sources.publishers import publishers
from tests.flows.command import kpi
from tests.flows.town import NOBODY
from tests.publishers import Replica, estat
from tests.publishers import misbehaviour as bad
from tests.publishers.estat import PREFIX
from tests.publishers.everyone import settings_for
from warehouse.publish import CURRENT

KEY = "recognisable-5ae1c7e4-key"
DATA = f"{PREFIX}getStatsData"


def page_that_repeats_the_request(answer, _):
    answer.send(200, f"<html>you asked for {answer.path}</html>".encode(), {"Content-Type": "text/html"})


def json_that_repeats_the_request(answer, body):
    """The right answer, with everything that was asked beside it."""
    content = json.loads(body)
    content["GET_STATS_DATA"]["PARAMETER"]["APP_ID"] = answer.path.partition("appId=")[2].partition("&")[0]
    answer.send(200, json.dumps(content, ensure_ascii=False).encode())


def error_that_repeats_the_request(answer, _):
    said = {"STATUS": 102, "ERROR_MSG": f"appId=[{KEY}]の値が正しくありません。", "DATE": ""}
    answer.send(400, json.dumps({"GET_STATS_DATA": {"RESULT": said}}, ensure_ascii=False).encode())


def redirect_with_the_request(answer, _):
    answer.send(302, b"", {"Location": f"http://elsewhere.invalid{answer.path}&again={KEY}"})


def left_behind(data):
    """Every file below the folder that has the key in its bytes, and every table that has it in a row."""
    found = [str(path) for path in sorted(data.rglob("*")) if path.is_file() and KEY.encode() in path.read_bytes()]
    with duckdb.connect(data / "warehouse" / CURRENT, read_only=True) as connection:
        names = connection.execute("SELECT schema_name, table_name FROM duckdb_tables()").fetchall()
        for schema, table in names:
            (times,) = connection.execute(
                f'SELECT count(*) FROM "{schema}"."{table}" t WHERE contains(t::VARCHAR, ?)', [KEY]
            ).fetchone()
            found += [f"{schema}.{table}"] * times
    assert names
    return found


def test_a_key_that_is_left_behind_would_be_found(new_town):
    new_town.night(offline=True)
    (new_town.data / "snapshots" / "left.txt").write_text(f"appId={KEY}", encoding="utf-8")
    assert [Path(path).name for path in left_behind(new_town.data)] == ["left.txt"]


@pytest.mark.parametrize("around", ["{}\n", " {} ", "{}\r\n", "\t{}"])
def test_a_line_end_or_a_blank_around_the_key_is_not_sent(monkeypatch, around):
    monkeypatch.setenv("KPI_ESTAT_APP_ID", around.format(KEY))
    assert key_of(publishers()["estat"]).added_to("https://a.jp/x") == f"https://a.jp/x?appId={KEY}"


@pytest.mark.parametrize("blank", ["", " ", "\n"])
def test_a_key_of_blanks_alone_is_none(monkeypatch, blank):
    monkeypatch.setenv("KPI_ESTAT_APP_ID", blank)
    assert key_of(publishers()["estat"]) is None


def test_no_trouble_of_a_night_and_no_log_line_shows_the_key(new_town, monkeypatch, caplog):
    monkeypatch.setenv("KPI_ESTAT_APP_ID", KEY)
    api = new_town.replica.handlers[PREFIX]
    api.app_id = KEY
    moods = (
        *[bad.status(500)] * 4,
        *[bad.truncated] * 4,
        *[page_that_repeats_the_request] * 4,
        error_that_repeats_the_request,
        redirect_with_the_request,
        json_that_repeats_the_request,
    )
    new_town.replica.misbehave(DATA, *moods)
    with caplog.at_level(logging.DEBUG):
        record = new_town.night()
    asked = [request.target for request in new_town.replica.requests if request.target.startswith(PREFIX)]
    assert len(asked) == len(moods)
    assert all(f"appId={KEY}" in target for target in asked)
    log = (new_town.data / "snapshots" / "fetches.jsonl").read_text(encoding="utf-8")
    for reason in ("the publisher answers 500; ", "truncated after", "a web page came", f"appId=[{'*' * len(KEY)}]"):
        assert reason in log
    assert KEY not in caplog.text
    assert KEY not in str(record)
    assert left_behind(new_town.data) == []


@pytest.fixture
def api():
    with Replica() as replica:
        estat.mount(replica)
        replica.seen = []
        handler = replica.handlers[PREFIX]

        def look_around(answer):
            """Answer as the API does, while every process of this machine is looked at."""
            for process in Path("/proc").glob("[0-9]*"):
                try:
                    replica.seen.append((process / "cmdline").read_bytes())
                except OSError:
                    continue
            handler(answer)

        replica.handlers[PREFIX] = look_around
        yield replica


@pytest.mark.flow
def test_under_prefect_a_wrong_key_is_in_no_database_no_output_and_no_list_of_processes(tmp_path, api):
    settings = settings_for(NOBODY) | {"KPI_BASE_URL__ESTAT": api.url, "KPI_ESTAT_APP_ID": KEY}
    night = kpi("--debug", "run", data=tmp_path / "data", **settings)
    assert night.returncode == 0, night.stderr
    assert [request.target.count(KEY) for request in api.requests] == [1]
    assert api.seen
    assert not any(KEY.encode() in line for line in api.seen)
    assert "check KPI_ESTAT_APP_ID" in night.stdout + night.stderr
    assert KEY not in night.stdout
    assert KEY not in night.stderr
    assert (tmp_path / "data" / "prefect" / "prefect.db").is_file()
    assert left_behind(tmp_path / "data") == []


def test_the_key_is_never_sent_in_clear_text_over_the_network(tmp_path):
    settings = settings_for(NOBODY) | {"KPI_BASE_URL__ESTAT": "http://api.e-stat.invalid", "KPI_ESTAT_APP_ID": KEY}
    night = kpi("--debug", "run", "--inline", "--lang", "en", data=tmp_path / "data", **settings)
    assert night.returncode == 0, night.stderr
    assert "the key is sent over https only" in night.stdout
    assert KEY not in night.stdout + night.stderr
