"""The night under Prefect: real flow runs, seen through Prefect's own API afterwards, and the schedule."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from clock import TOKYO
from flows.server import PrivateServer
from settings import PROJECT_ROOT
from sources.publishers import source_ids
from tests.flows.command import kpi, start
from tests.flows.inbox import inbox
from tests.flows.town import NOBODY
from tests.publishers.everyone import settings_for
from warehouse.lock import writer_lock

pytestmark = pytest.mark.flow

# Python runs this at its start in `kpi` and in the server that it starts: every host that is looked up is written down.
LISTENING = """
import os, sys
def note(event, arguments):
    if event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.connect"):
        host = arguments[1][0] if event == "socket.connect" and isinstance(arguments[1], tuple) else arguments[0]
        if isinstance(host, (str, bytes)):
            with open(os.environ["HOSTS_SEEN"], "a") as file:
                file.write((host.decode() if isinstance(host, bytes) else host) + "\\n")
sys.addaudithook(note)
"""
LOOPBACK = {"127.0.0.1", "localhost", "::1", "0.0.0.0", "::"}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("prefect")
    (folder / "listening").mkdir()
    (folder / "listening" / "sitecustomize.py").write_text(LISTENING, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def post():
    """The address for messages, and what has arrived there."""
    with inbox() as (address, arrived):
        yield address, arrived


@pytest.fixture
def messages(post):
    """What arrives during a test."""
    post[1].clear()
    return post[1]


@pytest.fixture(scope="module")
def settings(place, post):
    """Every publisher is down, so that the night asks, gets nothing and is degraded."""
    return {
        **settings_for(NOBODY),
        "KPI_NOTIFY_URLS": post[0],
        "KPI_NOTIFY_AFTER_NIGHTS": 1,
        "PYTHONPATH": place / "listening",
        "HOSTS_SEEN": place / "hosts",
    }


@pytest.fixture(scope="module")
def night(place, settings, post):
    """`kpi run` with the private server that it starts and ends itself, and what was told of it."""
    ended = kpi("run", data=place / "data", **settings)
    ended.told = list(post[1])
    return ended


@pytest.fixture(scope="module")
def api(place, night):
    """A server on what that night left, asked with POST."""
    server = PrivateServer(place / "data" / "prefect")
    server.wait()

    ask = asking(server.url)
    ask.url = server.url
    yield ask
    server.stop()


def asking(url):
    """Asks a server with POST."""

    def ask(path, **body):
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{url}/{path}", json.dumps(body).encode(), headers)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    return ask


def processes_at_home(home):
    """Processes whose Prefect home is this folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if f"PREFECT_HOME={home}".encode() in (process / "environ").read_bytes().split(b"\0"):
                found.append(process.name)
        except OSError:
            continue
    return found


def test_the_run_ends_well_and_leaves_no_server_behind(place, night):
    assert night.returncode == 0, night.stderr
    assert "degraded" in night.stdout
    assert processes_at_home((place / "data" / "prefect").resolve()) == []


def test_no_host_but_loopback_was_looked_up(place, night):
    assert night.returncode == 0
    hosts = set((place / "hosts").read_text(encoding="utf-8").split())
    assert "127.0.0.1" in hosts
    assert hosts <= LOOPBACK


def test_the_flow_run_is_named_for_people_and_its_state_says_degraded(api):
    (run,) = api("flow_runs/filter")
    assert run["name"].startswith("kpi-")
    assert run["name"].endswith(" JST")
    assert (run["state"]["type"], run["state"]["name"]) == ("COMPLETED", "Degraded")
    assert "ssdse recorded" in run["state"]["message"]


def test_every_step_is_a_task_run_of_its_own_with_its_own_name(api):
    runs = api("task_runs/filter", sort="EXPECTED_START_TIME_ASC")
    assert [run["state"]["name"] for run in runs] == ["Completed"] * len(runs)
    assert sorted(run["name"] for run in runs) == sorted(
        [
            "build",
            "check what is not served",
            "publish",
            "report",
            "export",
            *(f"check {source}" for source in source_ids()),
            *(f"fetch {source}" for source in source_ids() if source != "register"),
        ]
    )


def test_the_table_and_the_summary_are_artifacts(api):
    artifacts = {artifact["key"]: artifact for artifact in api("artifacts/filter")}
    table = json.loads(artifacts["kpi-progress"]["data"])
    assert len(table) == 5
    assert "FINAL_PENDING" in artifacts["kpi-progress"]["data"]
    assert artifacts["run-summary"]["data"].startswith("**degraded**")


def test_the_report_is_a_link_among_the_artifacts(place, api):
    (link,) = (artifact for artifact in api("artifacts/filter") if artifact["key"] == "report")
    page = (place / "data" / "report" / "index.html").resolve()
    assert page.is_file()
    assert f"({page.as_uri()})" in link["data"]


def test_the_hook_of_a_degraded_night_tells_once_with_its_run(place, night):
    (message,) = night.told
    assert message["title"] == "KPI: 一部縮退、公表の遅れ / degraded, overdue"
    assert "ssdse recorded, night 1 in a row: " in message["message"]
    (record,) = (place / "data" / "runs").glob("*.json")
    assert record.stem in message["message"]


def test_the_hook_of_a_failed_night_tells_once_why_and_the_command_says_it_too(place, settings, api, messages):
    strategies = place / "failing" / "no-strategies"
    strategies.mkdir(parents=True)
    told = {**settings, "KPI_STRATEGIES_DIR": strategies, "PREFECT_API_URL": api.url}
    ended = kpi("run", "--offline", data=place / "failing" / "data", **told)
    assert ended.returncode == 2
    assert f"kpi: {strategies}: no strategy" in ended.stderr
    (message,) = messages
    assert message["title"] == "KPI: 失敗 / failed"
    assert f"\n{strategies}: no strategy" in message["message"]
    (record,) = (place / "failing" / "data" / "runs").glob("*.json")
    assert record.stem in message["message"]


def test_a_second_run_uses_the_server_that_is_configured(place, settings, api):
    ended = kpi("run", "--offline", "--lang", "en", data=place / "data", PREFECT_API_URL=api.url, **settings)
    assert ended.returncode == 0, ended.stderr
    assert "nothing new" in ended.stdout
    runs = api("flow_runs/filter", sort="EXPECTED_START_TIME_ASC")
    assert [run["state"]["name"] for run in runs] == ["Degraded", "Failed", "Degraded"]


def test_the_schedule_is_a_quarter_past_three_in_japan_and_outlives_the_server_that_serves_it(place, settings, api):
    serving = start("serve", data=place / "data", PREFECT_API_URL=api.url, **settings)
    try:
        assert deployment(api, serving)["paused"] is False
    finally:
        serving.send_signal(signal.SIGINT)
        out, err = serving.communicate(timeout=90)
    assert "Traceback" not in err
    assert "03:15 Asia/Tokyo" in out
    after = deployment(api)
    (schedule,) = after["schedules"]
    assert (schedule["schedule"]["cron"], schedule["schedule"]["timezone"]) == ("15 3 * * *", "Asia/Tokyo")
    assert schedule["active"] is True
    assert after["paused"] is False
    assert after["parameters"] == {"data_dir": str(place / "data")}


def test_a_scheduled_run_that_meets_another_fails_at_once_and_tells_by_whom_it_is_locked_out(
    place, settings, api, messages
):
    serving = start("serve", data=place / "data", PREFECT_API_URL=api.url, **settings)
    try:
        served = deployment(api, serving)
        with writer_lock(place / "data"):
            run = api(f"deployments/{served['id']}/create_flow_run")
            state = final_state(api, run["id"])
            await_one(messages)  # the hook runs when the state is known
    finally:
        serving.send_signal(signal.SIGINT)
        serving.communicate(timeout=90)
    assert (state["type"], "another run holds" in state["message"]) == ("FAILED", True)
    (message,) = messages
    assert message["title"] == "KPI: 実行中のため中止 / locked out"
    assert f"(pid {os.getpid()}, started " in message["message"]


def test_a_night_that_is_killed_is_told_by_the_service_that_started_it(place, settings, api, messages):
    with socket.create_server(("127.0.0.1", 0)) as mute:  # a publisher that never says a word
        told = {**settings, "KPI_BASE_URL__SSDSE": f"http://127.0.0.1:{mute.getsockname()[1]}"}
        serving = start("serve", data=place / "data", PREFECT_API_URL=api.url, **told)
        try:
            served = deployment(api, serving)
            api(f"deployments/{served['id']}/create_flow_run")
            mute.settimeout(90)
            with mute.accept()[0]:
                owner = json.loads((place / "data" / "writer.lock").read_text(encoding="utf-8"))
                os.kill(owner["pid"], signal.SIGKILL)  # as the kernel does when memory runs out
                await_one(messages)
        finally:
            serving.send_signal(signal.SIGINT)
            serving.communicate(timeout=90)
    (message,) = messages
    assert message["title"] == "KPI: 失敗 / failed"
    assert "-9" in message["message"]


def await_one(messages):
    give_up = time.monotonic() + 60
    while not messages and time.monotonic() < give_up:
        time.sleep(0.1)


@pytest.fixture
def serving(tmp_path, settings):
    """`kpi serve` with its own server, and the processes of that server."""
    process = start("serve", data=tmp_path / "data", **settings)
    assert "serving" in process.stdout.readline()
    home = (tmp_path / "data" / "prefect").resolve()
    yield process, home, processes_at_home(home)
    process.kill()
    process.wait()


def test_a_service_with_its_own_server_has_the_coming_nights_planned_and_asks_nobody_outside(place, serving):
    _, _, (server,) = serving
    command = Path(f"/proc/{server}/cmdline").read_text(encoding="utf-8").split("\0")
    url = f"http://127.0.0.1:{command[command.index('--port') + 1]}/api"
    ask = asking(url)
    give_up = time.monotonic() + 90
    while not (runs := ask("flow_runs/filter", sort="EXPECTED_START_TIME_ASC")) and time.monotonic() < give_up:
        time.sleep(0.5)
    assert len(runs) > 1
    assert {(run["state"]["type"], run["expected_start_time"][11:16]) for run in runs} == {("SCHEDULED", "18:15")}
    assert set((place / "hosts").read_text(encoding="utf-8").split()) <= LOOPBACK


def test_a_service_whose_own_server_dies_ends_with_it_so_that_it_is_started_again(serving):
    process, _, (server,) = serving
    os.kill(int(server), signal.SIGKILL)
    _, err = process.communicate(timeout=90)
    assert process.returncode == 1
    assert "the private Prefect API ended (see " in err
    assert "start `kpi serve` again" in err


def test_a_service_that_is_stopped_ends_well_and_takes_its_server_with_it(serving):
    process, home, (_,) = serving
    process.send_signal(signal.SIGINT)  # as the unit and the compose file do
    _, err = process.communicate(timeout=90)
    assert process.returncode in (0, 130)  # 130 when it had not come to wait for the night yet
    assert "Traceback" not in err
    assert processes_at_home(home) == []


def final_state(api, run_id):
    """How a flow run ended, as soon as it has."""
    give_up = time.monotonic() + 90
    while time.monotonic() < give_up:
        (run,) = api("flow_runs/filter", flow_runs={"id": {"any_": [run_id]}})
        if run["state"]["type"] in ("COMPLETED", "FAILED", "CRASHED", "CANCELLED"):
            return run["state"]
        time.sleep(0.2)
    raise AssertionError(run["state"])


def deployment(api, process=None):
    """The one deployment, as soon as it is there."""
    give_up = time.monotonic() + 60
    while not (found := api("deployments/filter")) and time.monotonic() < give_up:
        assert process is None or process.poll() is None, process.communicate()
        time.sleep(0.2)
    (only,) = found
    assert only["name"] == "nightly"
    return only


def test_prefect_yaml_is_understood_by_prefect_itself_and_leaves_an_active_schedule(place, api):
    def prefect(*arguments):
        environment = {**os.environ, "PREFECT_API_URL": api.url, "PREFECT_HOME": str(place / "deploying")}
        command = [sys.executable, "-m", "prefect", "--no-prompt", *arguments]
        done = subprocess.run(
            command, check=False, cwd=PROJECT_ROOT, env=environment, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stdout + done.stderr

    prefect("work-pool", "create", "default", "--type", "process")
    prefect("deploy", "--all")
    (deployed,) = (d for d in api("deployments/filter") if d["work_pool_name"] == "default")
    (schedule,) = deployed["schedules"]
    assert (schedule["schedule"]["cron"], schedule["schedule"]["timezone"]) == ("15 3 * * *", "Asia/Tokyo")
    assert (schedule["active"], deployed["paused"]) == (True, False)
    assert deployed["global_concurrency_limit"]["limit"] == 1
    assert deployed["concurrency_options"]["collision_strategy"] == "CANCEL_NEW"


def test_prefect_yaml_has_the_same_schedule():
    import yaml

    from flows.schedule import CRON

    (planned,) = yaml.safe_load((PROJECT_ROOT / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]
    assert [(s["cron"], s["timezone"], s["active"]) for s in planned["schedules"]] == [(CRON, TOKYO.key, True)]
    module, _, name = planned["entrypoint"].partition(":")
    assert (PROJECT_ROOT / module).is_file()
    assert name == "nightly"
