"""What a person does with `make replica`: start it, paste the line that it prints, and see every source live."""

import json
import os
import subprocess
import sys
import time

from settings import PROJECT_ROOT
from sources.publishers import publishers

FETCHED = {name for name, publisher in publishers().items() if publisher.base_url}
A_MINUTE = 60  # seconds; a third of it on a machine that has nothing else to do


def pasted(line, folder):
    """Run a line in another terminal: another folder, a clean environment."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("KPI_", "PREFECT_"))}
    return subprocess.run(line, shell=True, cwd=folder, env=clean, capture_output=True, text=True, check=False)


def test_the_printed_line_brings_a_night_in_which_every_publisher_is_live_within_a_minute(tmp_path):
    data = tmp_path / "data"
    serve = [sys.executable, "-m", "tests.publishers", "--port", "0", "--data-dir", str(data)]
    with subprocess.Popen(serve, cwd=PROJECT_ROOT, stdout=subprocess.PIPE, text=True) as replica:
        try:
            line = next(line for line in replica.stdout if line.startswith("cd "))
            started = time.monotonic()
            ended = pasted(line, tmp_path)
            took = time.monotonic() - started
        finally:
            replica.terminate()
    assert ended.returncode == 0, ended.stderr
    (log,) = (data / "runs").glob("*.json")
    record = json.loads(log.read_text(encoding="utf-8"))
    states = {source["publisher_id"]: source["state"] for source in record["sources"]}
    assert record["outcome"] == "ok", record["message"]
    assert {name for name, state in states.items() if state == "live"} == FETCHED
    assert took < A_MINUTE
