"""The publishers on loopback for a person: serves until Ctrl-C and prints how to point a run at it.

    python -m tests.publishers [--port 8765] [FOLDER]

Without a folder it has the small files of the tests: true figures, but so few that the catalog's limits refuse most of
them. With a folder of the publishers' own files (``SSDSE-*.csv``, ``city*.csv``, ``pref*.csv``) it serves those.
"""

from __future__ import annotations

import argparse
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from tests.flows.published import files
from tests.publishers.everyone import files_in, mount_all, settings_for
from tests.publishers.replica import Replica

PORT = 8765


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.publishers", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, metavar="FOLDER")
    parser.add_argument("--port", type=int, default=PORT)
    given = parser.parse_args(arguments)
    if given.folder and not given.folder.is_dir():
        parser.error(f"{given.folder} is no folder")
    try:
        replica = Replica(files_in(given.folder) if given.folder else files(), given.port)
    except OSError as error:
        sys.stderr.write(f"port {given.port} cannot be used ({error.strerror}); give another one with --port\n")
        return 1
    mount_all(replica)
    with replica:
        settings = " ".join(f"{name}={url}" for name, url in settings_for(replica.url).items())
        sys.stdout.write(f"Serving {', '.join([*replica.files, *replica.handlers])}\n")
        sys.stdout.write(f"at {replica.url} until Ctrl-C. In another terminal:\n\n{settings} .venv/bin/kpi run\n\n")
        sys.stdout.flush()
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            sys.stdout.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
