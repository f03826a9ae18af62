"""Runs whole programs and measures them from outside: wall-clock time and peak memory.

The measuring process imports nothing heavy, because Linux counts the size of a parent as the first peak of its child.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO

PYTHON = sys.executable
KPI = str(Path(PYTHON).with_name("kpi"))
ROUNDS = 5
_MB = 1024  # Linux reports kilobytes
_OURS = ("KPI_", "PREFECT_", "GX_")  # settings of the person who measures must not matter


@dataclass(frozen=True, slots=True)
class Cost:
    """What one program, or the median of several runs of it, cost."""

    seconds: float
    peak_mb: float


def cost(command: Sequence[str], **environment: str) -> Cost:
    """Run a program to its end; the peak is that of the largest process of its family.

    Raises:
        RuntimeError: when it fails, with the end of what it said.
    """
    with TemporaryDirectory() as folder, TemporaryFile() as said:
        began = time.perf_counter()
        process = _started(command, environment, Path(folder), said)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        _complain(process, said)
    return Cost(seconds, usage.ru_maxrss / _MB)


def peaks(command: Sequence[str], **environment: str) -> tuple[float, float]:
    """Peak memory (MB) of a program itself and of the largest process that it started, sampled while they run.

    Raises:
        RuntimeError: when it fails, with the end of what it said.
    """
    seen: dict[int, float] = {}
    with TemporaryDirectory() as folder, TemporaryFile() as said:
        process = _started(command, environment, Path(folder), said)
        while process.poll() is None:
            for pid in (process.pid, *_children(process.pid)):
                seen[pid] = max(seen.get(pid, 0.0), _peak(pid))
            time.sleep(0.02)
        _complain(process, said)
    own = seen.pop(process.pid)
    return own, max(seen.values(), default=0.0)


def side_by_side(ours: Callable[[], Cost], floor: Callable[[], Cost], rounds: int = ROUNDS) -> tuple[Cost, Cost]:
    """Medians of both, run in turns, so that a busy minute of the machine meets both alike."""
    pairs = [(ours(), floor()) for _ in range(rounds)]
    return _median([a for a, _ in pairs]), _median([b for _, b in pairs])


def _median(costs: Sequence[Cost]) -> Cost:
    return Cost(median(c.seconds for c in costs), median(c.peak_mb for c in costs))


def _started(
    command: Sequence[str], environment: dict[str, str], folder: Path, said: IO[bytes]
) -> subprocess.Popen[bytes]:
    """The program, in an empty folder and without anybody's own settings."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    return subprocess.Popen(command, cwd=folder, env=inherited | environment, stdout=said, stderr=subprocess.STDOUT)


def _complain(process: subprocess.Popen[bytes], said: IO[bytes]) -> None:
    if process.returncode:
        said.seek(0)
        end = said.read().decode(errors="replace")[-500:]
        raise RuntimeError(f"{' '.join(map(str, process.args))} ended with {process.returncode}: {end}")  # type: ignore[arg-type]


def _children(pid: int) -> list[int]:
    with suppress(OSError):
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def _peak(pid: int) -> float:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / _MB
    return 0.0
