"""Lets readers of e-Stat's answers run in turns, each in a process of its own that stays and has its imports done."""

from __future__ import annotations

import json
import math
import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.estat_peers import PEERS, AbsentError, python_of
from benchmarks.process import PYTHON
from flows.cli import NEW_OBJECTS_PER_COLLECTION

_ROOT = Path(__file__).resolve().parents[1]
_SCRIPT = Path(__file__).with_name("estat_readers.py")


@dataclass(frozen=True, slots=True)
class Lap:
    """Everything read once: seconds of wall clock and of processor time, rows, highest memory of the process."""

    wall: float
    processor: float
    rows: int
    peak_mb: float


@dataclass(frozen=True)
class Race:
    """Medians of each reader, and why a reader did not run."""

    laps: Mapping[str, Lap]
    absent: Mapping[str, str]

    def ratio(self, name: str) -> float:
        """How many times as long as the floor."""
        return self.laps[name].wall / self.laps["floor"].wall

    def faster(self, name: str, others: Iterable[str]) -> tuple[str, float]:
        """The fastest of the others that ran, and how many times as long as ours it takes; not a number without any."""
        ran = [other for other in others if other in self.laps]
        best = min(ran, key=lambda other: self.laps[other].wall, default="none")
        return best, self.laps[best].wall / self.laps[name].wall if ran else math.nan

    def told(self, titles: Mapping[str, str]) -> dict[str, str]:
        """A line for people each, by title."""
        return {title: self._line(name) for name, title in titles.items()}

    def _line(self, name: str) -> str:
        if name in self.absent:
            return f"not measured: {self.absent[name]}"
        lap = self.laps[name]
        of_processor = lap.processor / self.laps["floor"].processor
        times = f"{lap.wall:.2f} s, {self.ratio(name):.2f} × (processor {lap.processor:.2f} s, {of_processor:.2f} ×)"
        return f"{times}; {lap.peak_mb:.0f} MB"


def race(names: Iterable[str], place: str, rounds: int, *, warm_up: bool = True, cells: int = 0) -> Race:
    """Let them read everything in a place in turns; a first turn of each may warm it up and is not counted.

    Raises:
        RuntimeError: when a reader did not find all that the first one found.
    """
    laps: dict[str, list[Lap]] = {}
    absent: dict[str, str] = {}
    with ExitStack() as stack:
        readers = {}
        for name in names:
            try:
                readers[name] = stack.enter_context(reading(name, place, cells))
                if warm_up:
                    next(readers[name])
            except AbsentError as error:
                absent[name] = str(error)
                readers.pop(name, None)
        for _ in range(rounds):
            for name, reader in readers.items():
                laps.setdefault(name, []).append(next(reader))
    found = {name: _median(its_laps) for name, its_laps in laps.items()}
    rows = {name: lap.rows for name, lap in found.items()}
    if len(set(rows.values())) > 1:
        raise RuntimeError(f"not all readers found the same rows: {rows}")
    return Race(found, absent)


@contextmanager
def reading(name: str, place: str, cells: int = 0) -> Iterator[Iterator[Lap]]:
    """A reader's process; each ``next`` is one turn.

    Raises:
        AbsentError: when the reader is a peer that does not run here.
    """
    peer = name in PEERS
    command = [python_of(name), "-P", str(_SCRIPT)] if peer else [PYTHON, "-m", "benchmarks.estat_readers"]
    own = {key: value for key, value in os.environ.items() if not key.startswith(("KPI_", "PREFECT_", "GX_"))}
    with subprocess.Popen(
        [*command, name, str(NEW_OBJECTS_PER_COLLECTION), place],
        cwd=_ROOT,
        env=own | {"CELLS": str(cells), "NO_PROXY": "127.0.0.1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            _line(process)  # all imports are done, else they would disturb the turns of others
            yield _laps(process)
        finally:
            process.kill()


def _laps(process: subprocess.Popen[str]) -> Iterator[Lap]:
    while True:
        yield Lap(**json.loads(_line(process, asked="\n")))


def _line(process: subprocess.Popen[str], asked: str = "") -> str:
    """What a reader answers."""
    assert process.stdin
    assert process.stdout
    assert process.stderr
    with suppress(BrokenPipeError):
        process.stdin.write(asked)
        process.stdin.flush()
    if line := process.stdout.readline():
        return line
    said = process.stderr.read().strip().splitlines()
    raise AbsentError(f"does not run: {said[-1] if said else 'it ended without a word'}")


def _median(laps: list[Lap]) -> Lap:
    return Lap(
        median(lap.wall for lap in laps),
        median(lap.processor for lap in laps),
        laps[-1].rows,
        max(lap.peak_mb for lap in laps),
    )
