"""An analyst keeps the file open all day with a plain DuckDB client, and the night runs: neither notices the other."""

import json
import shutil
import subprocess
import sys

import pytest

from tests.flows.command import kpi
from tests.flows.town import edit
from warehouse.publish import CURRENT

# What an analyst's program does: nothing of ours in it. It asks again and again, and connects anew when it is told to.
READER = """
import json, select, sys
import duckdb
BIRTHS = "SELECT value FROM mart.figure WHERE series_id = 'juki.births' AND period = '2024'"
link = sys.argv[1]
with duckdb.connect(link, read_only=True) as held:
    asked, answers = 0, set()
    print("open", flush=True)
    while not select.select([sys.stdin], [], [], 0.05)[0]:
        answers.add(held.sql(BIRTHS).fetchall()[0])
        asked += 1
    with duckdb.connect(link, read_only=True) as new:
        anew = new.sql(BIRTHS).fetchall()
    print(json.dumps({"asked": asked, "answers": sorted(answers), "still": held.sql(BIRTHS).fetchall(), "anew": anew}))
"""


@pytest.fixture
def data(offline, tmp_path):
    return shutil.copytree(offline[0], tmp_path / "data", symlinks=True)


def open_all_night(data, night):
    """Run a night while the reader asks; gives how the night ended and what the reader saw."""
    command = [sys.executable, "-c", READER, data / "warehouse" / CURRENT]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as reader:
        assert reader.stdout.readline() == "open\n"
        ended = night()
        out, _ = reader.communicate("\n", timeout=60)
    assert reader.returncode == 0
    return ended, json.loads(out)


def test_a_night_that_publishes_new_figures_and_a_reader_do_not_disturb_each_other(data, register):
    edit(register / "births.csv", r"^juki\.births,17201,2024,2563,", "juki.births,17201,2024,2564,")
    night = {"data": data, "KPI_REGISTER_DIR": register}
    ended, seen = open_all_night(data, lambda: kpi("run", "--offline", "--inline", **night))
    assert ended.returncode == 0, ended.stderr
    assert len(list((data / "warehouse").glob("kpi-*.duckdb"))) == 2
    assert seen["asked"] > 1
    assert seen["answers"] == [[2563.0]]
    assert seen["still"] == [[2563.0]]
    assert seen["anew"] == [[2564.0]]


def test_a_night_without_news_leaves_the_reader_its_file_and_publishes_none(data):
    ended, seen = open_all_night(data, lambda: kpi("run", "--offline", "--inline", data=data))
    assert ended.returncode == 0, ended.stderr
    assert len(list((data / "warehouse").glob("kpi-*.duckdb"))) == 1
    assert seen["answers"] == seen["anew"] == [[2563.0]]
