"""The replica itself: files before APIs, the longest prefix, a misbehaviour in between, and the one for a person."""

import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from sources.publishers import publishers
from tests.publishers import Replica
from tests.publishers.estat import APP_ID
from tests.publishers.everyone import files_in, mount_all, settings_for
from tests.publishers.misbehaviour import gzipped, status

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


class TestForAPerson:
    def start(self, *arguments):
        command = [sys.executable, "-m", "tests.publishers", *arguments]
        return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def test_it_says_how_to_point_a_run_at_it_serves_and_ends_on_ctrl_c(self, tmp_path):
        (tmp_path / "SSDSE-A-2026.csv").write_text("from the folder")
        process = self.start("--port", "0", str(tmp_path))
        try:
            lines = [process.stdout.readline() for _ in range(4)]
            address = lines[1].split()[1]
            assert lines[3].endswith(" .venv/bin/kpi run\n")
            assert f"KPI_BASE_URL__DASHBOARD={address} " in lines[3]
            assert get(f"{address}/files/SSDSE-A-2026.csv").text == "from the folder"
            births = get(f"{address}/api/1.0/Json/getData?IndicatorCode=0203010000000010000&RegionCode=17201").json()
            assert births["GET_STATS"]["RESULT"]["status"] == "0"
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
            _, err = self.start("--port", port).communicate(timeout=60)
        assert err.startswith(f"port {port} cannot be used")
        assert err.count("\n") == 1
