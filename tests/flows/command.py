"""The `kpi` command as a process of its own, with a clean environment."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

KPI = Path(sys.executable).with_name("kpi")


def environment(data, **more):
    """What the process sees: none of our own settings, this data folder, and what a test adds."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("KPI_", "PREFECT_"))}
    return clean | {"KPI_DATA_DIR": str(data)} | {name: str(value) for name, value in more.items()}


def without_powers():
    """What stands before a command so that permissions bind it, also when root runs the tests; None if that fails."""
    if os.geteuid():
        return []
    setpriv = shutil.which("setpriv")
    return [setpriv, "--bounding-set=-dac_override,-dac_read_search"] if setpriv else None


def start(*arguments, data, **more):
    """Start `kpi` beside the folder of its data and leave it running; standard output and error come as text."""
    pipe, env = subprocess.PIPE, environment(data, **more)
    return subprocess.Popen([KPI, *arguments], env=env, cwd=data.parent, stdout=pipe, stderr=pipe, text=True)


def kpi(*arguments, data, **more):
    """Run `kpi` to its end."""
    process = start(*arguments, data=data, **more)
    out, err = process.communicate(timeout=120)
    return subprocess.CompletedProcess(arguments, process.returncode, out, err)
