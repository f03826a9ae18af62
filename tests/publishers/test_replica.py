"""The replica itself: files before APIs, the longest prefix, a misbehaviour in between, and the one for a person."""

import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from sources.publishers import publishers
from tests.flows.published import CITY_202606
from tests.publishers import Replica
from tests.publishers.estat import APP_ID
from tests.publishers.everyone import files_in, mount_all, settings_for
from tests.publishers.misbehaviour import KINDS, gzipped, status

ROOT = Path(__file__).parents[2]


def get(url):
    with requests.Session() as session:
        session.trust_env = False
        return session.get(url, timeout=10)


@pytest.fixture
def replica():
    with Replica({"/api/file.csv": b"a file"}) as server:
        server.mount("/api/", lambda answer: answer.send(200, b"api " + answer.path.encode()))
        server.mount("/api/3/", lambda answer: answer.send(200, b"third"))
        yield server


class TestMounted:
    def test_a_handler_answers_everything_below_its_prefix_with_its_query(self, replica):
        assert get(f"{replica.url}/api/x?a=1").content == b"api /api/x?a=1"

    def test_the_longest_prefix_answers(self, replica):
        assert get(f"{replica.url}/api/3/x").content == b"third"

    def test_a_file_comes_before_a_handler(self, replica):
        assert get(f"{replica.url}/api/file.csv").content == b"a file"

    def test_nobody_answers_elsewhere(self, replica):
        assert get(f"{replica.url}/ap").status_code == 404

    def test_a_misbehaviour_is_due_once_also_where_a_handler_answers(self, replica):
        replica.misbehave("/api/x", status(503))
        assert [get(f"{replica.url}/api/x?a={n}").status_code for n in "12"] == [503, 200]
        assert replica.count("/api/x") == 2

    def test_a_misbehaviour_gets_the_body_that_the_handler_would_have_sent(self, replica):
        replica.misbehave("/api/x", gzipped)
        answer = get(f"{replica.url}/api/x?a=1")
        assert (answer.content, answer.headers["Content-Encoding"]) == (b"api /api/x?a=1", "gzip")

    def test_mounting_all_publishers_takes_back_what_was_changed(self, replica):
        mount_all(replica)
        assert get(f"{replica.url}/api/3/x").status_code == 404
        assert "/api/3/action/" in replica.handlers


def test_every_publisher_with_files_can_be_pointed_at_one_address_with_the_key_that_is_known_there():
    published = {name for name, publisher in publishers().items() if publisher.base_url}
    addresses = {f"KPI_BASE_URL__{name.upper()}": "x" for name in published}
    assert settings_for("x") == addresses | {"KPI_ESTAT_APP_ID": APP_ID}


def test_files_of_a_folder_are_served_under_their_publishers_paths(tmp_path):
    for name in ("SSDSE-A-2026.csv", "city2024.csv", "dtoukei_pref2024.csv", "other.csv"):
        (tmp_path / name).write_text(name)
    mirror = "/code4fukui/japan-kanko-stat/main/data"
    assert {path: body.decode() for path, body in files_in(tmp_path).items()} == {
        "/files/SSDSE-A-2026.csv": "SSDSE-A-2026.csv",
        f"{mirror}/city2024.csv": "city2024.csv",
        f"{mirror}/pref2024.csv": "dtoukei_pref2024.csv",
    }


class TestHabits:
    def test_everything_below_a_path_misbehaves_until_further_notice(self, replica):
        replica.misbehave_below("/api/", status(500))
        assert [get(f"{replica.url}/api/{n}").status_code for n in ("x", "3/x", "file.csv")] == [500] * 3

    def test_a_path_with_its_query_is_told_from_another_query(self, replica):
        replica.misbehave_below("/api/x?a=1", status(500))
        assert [get(f"{replica.url}/api/x?a={n}").status_code for n in "12"] == [500, 200]

    def test_after_so_many_times_all_is_as_it_should_be(self, replica):
        replica.misbehave_below("/api/", status(500), times=2)
        assert [get(f"{replica.url}/api/x").status_code for _ in range(3)] == [500, 500, 200]

    def test_what_is_due_once_for_a_path_comes_first(self, replica):
        replica.misbehave_below("/api/", status(500))
        replica.misbehave("/api/x", status(503))
        assert [get(f"{replica.url}/api/x").status_code for _ in range(2)] == [503, 500]


def test_a_release_in_mid_walk_is_half_of_a_table_and_its_rest_of_a_later_day():
    with Replica() as server:
        mount_all(server)
        server.misbehave_below("/rest/", KINDS["release"].mood())
        table = f"{server.url}/rest/3.0/app/json/getStatsData?appId={APP_ID}&statsDataId=0000020201"
        first = get(table).json()["GET_STATS_DATA"]["STATISTICAL_DATA"]
        following = first["RESULT_INF"]["NEXT_KEY"]
        rest = get(f"{table}&startPosition={following}").json()["GET_STATS_DATA"]["STATISTICAL_DATA"]
    assert following == len(first["DATA_INF"]["VALUE"]) + 1 == first["RESULT_INF"]["TO_NUMBER"] + 1
    assert len(first["DATA_INF"]["VALUE"]) + len(rest["DATA_INF"]["VALUE"]) == first["RESULT_INF"]["TOTAL_NUMBER"]
    assert first["TABLE_INF"]["UPDATED_DATE"] < rest["TABLE_INF"]["UPDATED_DATE"]


class TestForAPerson:
    def start(self, *arguments):
        command = [sys.executable, "-m", "tests.publishers", *arguments]
        return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def refused(self, *arguments):
        """How it ends when it is told something that it cannot do: exit code and the one line."""
        process = self.start("--port", "0", *arguments)
        out, err = process.communicate(timeout=60)
        assert (out, err.count("\n")) == ("", 1)
        return process.returncode, err

    def test_it_serves_a_folder_prints_what_to_paste_misbehaves_as_asked_and_ends_on_ctrl_c(self, tmp_path):
        (tmp_path / "SSDSE-A-2026.csv").write_text("from the folder")
        wish = ("--misbehave", "/api/3/=500:1")
        process = self.start("--port", "0", "--data-dir", str(tmp_path / "data"), *wish, str(tmp_path))
        try:
            lines = [process.stdout.readline() for _ in range(4)]
            address = lines[1].split()[1]
            assert lines[3].startswith(f"cd {ROOT} && ")
            assert lines[3].endswith(f" -m tests.publishers.kpi {tmp_path}/data/catalog run\n")
            assert f"KPI_BASE_URL__DASHBOARD={address} " in lines[3]
            assert get(f"{address}/files/SSDSE-A-2026.csv").text == "from the folder"
            assert get(f"{address}/files/SSDSE-E-2023.csv").status_code == 404  # a small file is none of the folder's
            assert get(f"{address}{CITY_202606}").status_code == 200
            births = get(f"{address}/api/1.0/Json/getData?IndicatorCode=0203010000000010000&RegionCode=17201").json()
            assert births["GET_STATS"]["RESULT"]["status"] == "0"
            search = f"{address}/api/3/action/package_search?q=x"
            assert [get(search).status_code for _ in range(2)] == [500, 200]
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=20)
        finally:
            process.kill()
        assert (process.returncode, out.strip(), err) == (0, "", "")

    def test_a_port_that_is_taken_is_told_in_one_line(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = str(taken.getsockname()[1])
            code, err = self.refused("--port", port)
        assert (code, err.startswith(f"port {port} cannot be used")) == (1, True)

    def test_the_help_lists_every_kind_of_misbehaviour(self):
        out, _ = self.start("--help").communicate(timeout=60)
        assert [name for name, kind in KINDS.items() if f"  {name:<14}{kind.meaning}\n" not in out] == []

    @pytest.mark.parametrize("readme", ["README.md", "README.ja.md"])
    def test_the_readmes_name_every_kind_of_misbehaviour(self, readme):
        text = (ROOT / readme).read_text(encoding="utf-8")
        assert [name for name in KINDS if f"`{name}`" not in text] == []

    @pytest.mark.parametrize(
        ("wish", "problem"),
        [
            ("/files/=sleepy", "'sleepy' is no kind; the kinds are 429, 500, drip,"),
            ("/files/", "'/files/' is no kind"),
            ("/files/=500:often", "'often' is no number of times; write e.g. 500:2"),
            ("/nowhere=500", "nothing is served at '/nowhere'; served are /files/SSDSE-E-2023.csv,"),
        ],
    )
    def test_a_misbehaviour_that_cannot_be_is_told_in_one_line(self, wish, problem):
        code, err = self.refused("--misbehave", wish)
        assert code == 2
        assert err.startswith(f"--misbehave {wish}: {problem}")

    def test_a_folder_without_publishers_files_is_told_in_one_line(self, tmp_path):
        code, err = self.refused(str(tmp_path))
        assert (code, err) == (2, f"{tmp_path} has no SSDSE-*.csv, city*.csv or pref*.csv; give a folder that has\n")
