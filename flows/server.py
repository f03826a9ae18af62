"""A private Prefect API for one run: a free loopback port, its home under the data folder, nothing told to anyone.

It is started before the heavy imports, so that its own start-up runs beside them.
"""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

START_TIMEOUT = 120.0  # the first start creates its database, and machines are slow at 3 in the morning
_PR_SET_PDEATHSIG = 1


class ServerError(RuntimeError):
    """The private Prefect API did not come up; the message says where its log is."""


def quiet_environment(home: Path) -> dict[str, str]:
    """Prefect settings of this project: its own home, no analytics, old runs vacuumed, only warnings logged."""
    return {
        "PREFECT_HOME": str(home),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
        "PREFECT_LOGGING_LEVEL": "WARNING",
        "PREFECT_UI_ENABLED": "false",
        # No flow of ours uses blocks, and to register Prefect's own takes two of the first night's seconds.
        "PREFECT_SERVER_REGISTER_BLOCKS_ON_START": "false",
    }


class PrivateServer:
    """The server process and its address.

    Args:
        home: folder of its database and its log.
        schedules: also start runs by their schedule and vacuum the database. A server for one run does without, which
            is what Prefect calls ephemeral; a schedule on such a server starts nothing, ever.
    """

    def __init__(self, home: Path, *, schedules: bool = False) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self.log = home / "server.log"
        self.port = _free_port()
        self._stopping = False
        self.url = f"http://127.0.0.1:{self.port}/api"
        command = [sys.executable, "-m", "uvicorn", "--factory", "prefect.server.api.server:create_app"]
        command += ["--host", "127.0.0.1", "--port", str(self.port), "--log-level", "error", "--lifespan", "on"]
        environment = {**os.environ, **quiet_environment(home)}
        if not schedules:
            environment["PREFECT__SERVER_EPHEMERAL"] = "1"
        environment.pop("PREFECT_API_URL", None)
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(  # noqa: S603 - our own interpreter and constants
                command,
                env=environment,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                preexec_fn=_die_with_parent,  # noqa: PLW1509 - no thread runs yet
            )

    def wait(self) -> None:
        """Until the API answers.

        Raises:
            ServerError: when it does not.
        """
        give_up = time.monotonic() + START_TIMEOUT
        while time.monotonic() < give_up and self.process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.url}/health", timeout=2):  # noqa: S310 - loopback
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
        raise ServerError(
            f"the private Prefect API did not start (see {self.log}); use `kpi run --inline`, or set PREFECT_API_URL"
        )

    def end_with_it(self) -> None:
        """End this process when the server ends on its own: a schedule without a server starts nothing, for ever.

        Whoever supervises the service then starts both again.
        """
        threading.Thread(target=self._end_with_it, daemon=True).start()

    def _end_with_it(self) -> None:
        self.process.wait()
        if not self._stopping:
            sys.stderr.write(f"kpi: the private Prefect API ended (see {self.log}); start `kpi serve` again\n")
            os._exit(1)

    def stop(self) -> None:
        """End the process and wait for it."""
        self._stopping = True
        self.process.terminate()
        try:
            self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@contextmanager
def prefect_api(home: Path, *, schedules: bool = False) -> Iterator[PrivateServer | None]:
    """The API for a run: the configured one (None), else a private one, which ends with the block.

    Sets the process's environment, so it must be entered before Prefect is imported.
    """
    if os.environ.get("PREFECT_API_URL"):
        os.environ.setdefault("DO_NOT_TRACK", "1")
        yield None
        return
    server = PrivateServer(home.resolve(), schedules=schedules)
    os.environ.update(quiet_environment(home.resolve()), PREFECT_API_URL=server.url)
    try:
        yield server
    finally:
        server.stop()
        del os.environ["PREFECT_API_URL"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _die_with_parent() -> None:
    """Ask Linux to end the server when its parent is killed, so that no orphan keeps the port."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
