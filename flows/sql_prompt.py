"""The prompt of ``kpi sql``: statements over as many lines as they need, line editing, and a history that is kept."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

HISTORY = "sql_history"
_KEPT = 1000  # lines of history
_LEAVE = (".exit", ".quit", "exit", "quit")


def statements(data_dir: Path) -> Iterator[str]:
    """Each statement, ended by ``;`` outside of texts and comments, or by the end of the input.

    On a terminal there is a prompt with a history, and Ctrl-C drops what was begun.
    """
    if not sys.stdin.isatty():
        yield from _read("", "")
        return
    with _history(data_dir / HISTORY):
        yield from _read("kpi> ", "...> ")


def _read(first: str, further: str) -> Iterator[str]:
    begun = ""
    while True:
        try:
            line = input(further if begun else first)
        except EOFError:
            break
        except KeyboardInterrupt:
            sys.stdout.write("\n")
            begun = ""
            continue
        if not begun and line.strip() in _LEAVE:
            return
        begun = f"{begun}\n{line}" if begun else line.strip()
        if sqlite3.complete_statement(begun):  # knows texts, names in quotes and comments; SQL has them alike
            yield begun
            begun = ""
    if begun.strip():
        yield begun


@contextmanager
def _history(path: Path) -> Iterator[None]:
    """Line editing with the lines of earlier sessions; a folder that cannot be written costs the history only."""
    import readline

    readline.set_history_length(_KEPT)
    readline.set_auto_history(True)
    with suppress(OSError):
        readline.read_history_file(path)
    try:
        yield
    finally:
        with suppress(OSError):
            readline.write_history_file(path)
