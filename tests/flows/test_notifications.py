"""Somebody is told of a night that failed or was degraded, once, and nobody of a night that was well."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from flows import command
from flows.build import BuildRefusedError
from settings import load
from tests.flows.published import CITY_202606
from tests.flows.town import edit
from tests.publishers.everyone import settings_for


class Inbox(BaseHTTPRequestHandler):
    """Takes messages in apprise's JSON form."""

    def do_POST(self):
        self.server.messages.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def messages(monkeypatch):
    """What arrives at the service that KPI_NOTIFY_URLS names."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Inbox)
    server.messages = []
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    monkeypatch.setenv("KPI_NOTIFY_URLS", f"json://127.0.0.1:{server.server_port}")
    yield server.messages
    server.shutdown()
    server.server_close()


@pytest.fixture
def run(town, monkeypatch):
    """Run a night in the town the way `kpi run --inline` does."""
    for name, url in settings_for(town.replica.url).items():
        monkeypatch.setenv(name, url)
    monkeypatch.setenv("KPI_REGISTER_DIR", str(town.register))
    return lambda: command._run_inline(load(town.data), None, lambda _: None, offline=False)


def test_a_night_that_is_well_tells_nobody(run, messages):
    assert run().outcome == "unchanged"
    assert messages == []


def test_a_degraded_night_tells_once_which_source_and_why(run, messages, monkeypatch):
    monkeypatch.setenv("KPI_BASE_URL__SSDSE", "http://127.0.0.1:9")
    assert run().outcome == "degraded"
    (message,) = messages
    assert message["title"] == "KPI: the night degraded"
    assert "ssdse stale: " in message["message"]


def test_a_night_that_changes_a_grade_tells_once_which_and_why(run, messages, town):
    edit(town.register / "visitors.csv", r"^(ishikawa.visitors,17901,2015,)10064", r"\g<1>8100")  # hypothetical
    assert run().outcome == "ok"
    (message,) = messages
    assert message["title"] == "KPI: the night changed a grade"
    assert "visitors 2015 ACHIEVED_EARLY (A) → NO_CHANGE (D), restated figure" in message["message"]


def test_a_night_with_an_alarm_tells_once_of_it_and_of_the_grade_that_went_with_it(run, messages, town):
    edit(town.register / "visitors.csv", r"^ishikawa.visitors,17901,2017.*\n", "")
    assert run().outcome == "ok"
    (message,) = messages
    assert message["title"] == "KPI: the night raised an alarm"
    assert "series ishikawa.visitors has 1 fewer observations" in message["message"]
    assert "ishikawa.visitors 17901 2017 10,221,000 → none" in message["message"]
    assert "visitors 2017 ACHIEVED_EARLY (A) → NA_NO_DATA (−), vanished figure" in message["message"]


def test_a_new_figure_that_changes_no_grade_tells_nobody(run, messages, town):
    town.replica.files[CITY_202606] = town.replica.files[CITY_202606].replace(b"538749", b"538751")  # hypothetical
    assert "1 restated" in run().message
    assert messages == []


def test_a_failed_night_tells_once_why(run, messages, town):
    for file in ("population", "tourism", "digital_tourism_other_files"):
        (town.register / f"{file}.csv").unlink()
    with pytest.raises(BuildRefusedError):
        run()
    (message,) = messages
    assert message["title"] == "KPI: the night failed"
    assert "nothing was published" in message["message"]


def test_a_service_that_cannot_be_reached_does_not_take_the_night_down(run, monkeypatch):
    monkeypatch.setenv("KPI_BASE_URL__SSDSE", "http://127.0.0.1:9")
    monkeypatch.setenv("KPI_NOTIFY_URLS", "json://127.0.0.1:9 no-such-service://x")
    assert run().outcome == "degraded"
