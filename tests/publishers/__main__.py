"""The publishers on loopback for a person: serves until Ctrl-C and prints the line that runs a night against them."""

from __future__ import annotations

import argparse
import shlex
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from settings import PROJECT_ROOT
from tests.flows.published import files
from tests.publishers.everyone import files_in, mount_all, owners, settings_for
from tests.publishers.misbehaviour import KINDS
from tests.publishers.replica import Replica
from tests.publishers.small_catalog import small_catalog

PORT = 8765
_MORE = f"""
Without FOLDER the small files of the tests are served: true figures of few areas; facilities and residents by age are
examples. FOLDER may hold publishers' own files (SSDSE-*.csv, city*.csv, pref*.csv); they are served instead, and the
catalog's own limits hold for them. Tables of e-Stat have few of their codes here, and `kpi sources check` says so.
The printed line runs a night with a copy of the catalog that suits what is served, in a data folder of its own.

kinds of misbehaviour:
{chr(10).join(f"  {name:<14}{kind.meaning}" for name, kind in KINDS.items())}

  --misbehave /files/SSDSE-E-2023.csv=html   this file, every time it is asked for
  --misbehave /api/=500                      everything whose path and query begin so
  --misbehave /files/=429:1                  the next request only
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; returns the exit code."""
    given = _parser().parse_args(arguments)
    own = files_in(given.folder) if given.folder else {}
    if given.folder and not own:
        return _refused(f"{given.folder} has no SSDSE-*.csv, city*.csv or pref*.csv; give a folder that has")
    whole = owners(own)
    small = {path: body for path, body in files().items() if not owners([path]) & whole}
    try:
        replica = Replica(small | own, given.port)
    except OSError as error:
        sys.stderr.write(f"port {given.port} cannot be used ({error.strerror}); give another one with --port\n")
        return 1
    mount_all(replica)
    with replica:
        for wish in given.misbehave:
            if problem := _misbehave(replica, wish):
                return _refused(f"--misbehave {wish}: {problem}")
        data = given.data_dir.resolve()
        catalog = small_catalog(data / "catalog", whole)
        sys.stdout.write(f"Serving {', '.join([*replica.files, *replica.handlers])}\n")
        sys.stdout.write(f"at {replica.url} until Ctrl-C. In another terminal:\n\n{_line(replica, data, catalog)}\n\n")
        sys.stdout.flush()
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            sys.stdout.write("\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    plain = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser("python -m tests.publishers", None, __doc__, _MORE, formatter_class=plain)
    parser.add_argument("folder", nargs="?", type=Path, metavar="FOLDER", help="publishers' own files")
    parser.add_argument("--port", type=int, default=PORT, help=f"port on 127.0.0.1 (default {PORT}; 0: a free one)")
    parser.add_argument(
        "--data-dir",
        type=Path,
        default=PROJECT_ROOT / "data" / "replica",
        help="data folder of the printed line (default data/replica); delete it to begin anew",
    )
    parser.add_argument(
        "--misbehave",
        action="append",
        default=[],
        metavar="PATH=KIND[:TIMES]",
        help="answer badly below this path, every time or so many times; may be given several times",
    )
    return parser


def _misbehave(replica: Replica, wish: str) -> str:
    """Do as ``PATH=KIND[:TIMES]`` says; what is wrong with it, or nothing."""
    path, _, rest = wish.rpartition("=")
    name, _, times = rest.partition(":")
    if name not in KINDS:
        return f"{name!r} is no kind; the kinds are {', '.join(KINDS)}"
    if times and not (times.isdecimal() and int(times)):
        return f"{times!r} is no number of times; write e.g. {name}:2"
    if not path.startswith("/") or not replica.answers_below(path):
        return f"nothing is served at {path!r}; served are {', '.join([*replica.files, *replica.handlers])}"
    replica.misbehave_below(path, KINDS[name].mood(), int(times) if times else None)
    return ""


def _line(replica: Replica, data: Path, catalog: Path) -> str:
    """What a person pastes: it works in any folder, and a proxy that is set does not see it."""
    settings = {"NO_PROXY": "127.0.0.1", "KPI_DATA_DIR": str(data)} | settings_for(replica.url)
    run = [sys.executable, "-m", "tests.publishers.kpi", str(catalog), "run"]
    told = " ".join(f"{name}={shlex.quote(value)}" for name, value in settings.items())
    return f"cd {shlex.quote(str(PROJECT_ROOT))} && {told} {shlex.join(run)}"


def _refused(problem: str) -> int:
    sys.stderr.write(f"{problem}\n")
    return 2


if __name__ == "__main__":
    sys.exit(main())
