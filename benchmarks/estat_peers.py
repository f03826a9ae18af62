"""Other clients of e-Stat's API from the package registry, each in a virtual environment of its own."""

from __future__ import annotations

import os
import subprocess
import venv
from functools import cache
from pathlib import Path
from tempfile import gettempdir

# Name -> what pip gets besides. pandas-estat takes pandas 1, which does not start with the numpy that pip chooses.
PEERS: dict[str, tuple[str, ...]] = {"estat-api-dlt-helper": (), "estats-client": (), "pandas-estat": ("numpy<2",)}
READ_JSON = ("estat-api-dlt-helper", "estats-client")  # the same answers as we; the third asks for CSV
FOLDER = Path(gettempdir()) / f"kpi-bench-peers-{os.getuid()}"
_READY = "ready"


class AbsentError(Exception):
    """A peer that cannot be measured here; the message says why."""


@cache
def python_of(name: str) -> str:
    """The interpreter of a peer's environment, which is made when it is not there.

    Raises:
        AbsentError: when it cannot be installed.
    """
    folder = FOLDER / name
    python = folder / "bin" / "python"
    if not (folder / _READY).exists():
        FOLDER.mkdir(mode=0o700, exist_ok=True)
        venv.create(folder, clear=True, with_pip=True)
        install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", name, *PEERS[name]]
        done = subprocess.run(install, capture_output=True, text=True, check=False)
        if done.returncode:
            last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            raise AbsentError(f"cannot be installed: {last}")
        (folder / _READY).touch()
    return str(python)


def version_of(name: str) -> str:
    """The installed version of a peer."""
    told = f"from importlib.metadata import version; print(version({name!r}))"
    return subprocess.run([python_of(name), "-c", told], capture_output=True, text=True, check=True).stdout.strip()
