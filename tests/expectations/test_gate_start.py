"""The gate's manners: quick to import, no connection, no file left behind, several threads at once."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.expectations.rows import check, good_table

ROOT = Path(__file__).resolve().parents[2]

OFFLINE = """
import socket

tried = []

def refuse(*args, **kwargs):
    tried.append(args)
    raise OSError("no connection in this test")

for name in ("connect", "connect_ex", "sendto"):
    setattr(socket.socket, name, refuse)
socket.getaddrinfo = socket.create_connection = refuse

from tests.expectations.rows import check, good_table
assert len(check(good_table(3)).accepted) == 3
assert tried == []
"""


def python(code, tmp_path):
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "TMPDIR"):
        (tmp_path / name).mkdir()
        environment[name] = str(tmp_path / name)
    (tmp_path / "cwd").mkdir()
    return subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=tmp_path / "cwd", capture_output=True, text=True, check=False
    )


def test_importing_the_gate_loads_neither_pandas_nor_great_expectations(tmp_path):
    done = python(
        "import sys, expectations.gate; print([m for m in ('pandas', 'great_expectations') if m in sys.modules])",
        tmp_path,
    )
    assert done.stdout.strip() == "[]", done.stderr


def test_a_check_opens_no_connection_prints_nothing_and_leaves_no_file(tmp_path):
    done = python(OFFLINE, tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_parts_checked_in_several_threads_do_not_mix():
    lengths = [3, 5, 8, 13, 21, 34]
    with ThreadPoolExecutor(4) as threads:
        gates = list(threads.map(lambda length: check(good_table(length)), lengths))
    assert [len(gate.accepted) for gate in gates] == lengths
