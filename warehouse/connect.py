"""The one place that opens DuckDB: new files are written aside, published files are only ever read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

# DuckDB 1.5 and 2.0 both read this format; 2.0's own default is refused by 1.5.
STORAGE_VERSION = "v1.5.0"

# Nothing may try the internet for an extension, and a night shares its machine with others.
_CONFIG = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "memory_limit": "256MB",
}


class WarehouseError(RuntimeError):
    """The warehouse cannot be read or written; the message says which file and what to do."""


@contextmanager
def scratch(temp: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """An in-memory database for turning frames into files, with one thread; spills to ``temp``.

    A second thread holds as many rows in memory again, and on two cores it gains nothing.
    """
    import duckdb

    with duckdb.connect(":memory:", config=dict(_CONFIG, threads="1")) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        if temp is not None:
            connection.execute("SET temp_directory = ?", [temp.as_posix()])
        yield connection


@contextmanager
def new_file(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A new database file, current schema inside it; checkpointed and closed on the way out."""
    quoted = path.as_posix().replace("'", "''")  # ATTACH takes no parameters
    with scratch(path.parent) as connection:
        connection.execute(f"ATTACH '{quoted}' AS kpi (STORAGE_VERSION '{STORAGE_VERSION}')")
        connection.execute("USE kpi")
        yield connection
        connection.execute("CHECKPOINT kpi")
        connection.execute("USE memory")
        connection.execute("DETACH kpi")


@contextmanager
def published(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A published file, read-only. A symlink is followed once, so that a flip in between changes nothing.

    Raises:
        WarehouseError: when there is no such file, it is no database, or it turns out to be damaged while it is read.
    """
    import duckdb

    file = published_file(path)
    try:
        with duckdb.connect(str(file), read_only=True, config=dict(_CONFIG)) as connection:
            connection.execute("SET TimeZone = 'UTC'")
            yield connection
    except duckdb.Error as error:
        raise _cannot_read(path, error) from error


@contextmanager
def published_beside(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A published file, read-only under the name ``kpi``, beside an empty database in memory called ``memory``.

    Raises:
        WarehouseError: as for ``published``.
    """
    import duckdb

    quoted = published_file(path).as_posix().replace("'", "''")  # ATTACH takes no parameters
    try:
        with scratch() as connection:
            connection.execute(f"ATTACH '{quoted}' AS kpi (READ_ONLY)")
            connection.execute("USE kpi")
            yield connection
    except duckdb.Error as error:
        raise _cannot_read(path, error) from error


def published_file(path: Path) -> Path:
    """The file behind a link to it, whatever the link becomes.

    Raises:
        WarehouseError: when there is none.
    """
    try:
        return path.resolve(strict=True)
    except FileNotFoundError as error:
        raise WarehouseError(f"there is no warehouse at {path}; run `kpi run` first") from error


def first_line(error: Exception) -> str:
    """What DuckDB says was wrong, without where in the query."""
    return str(error).splitlines()[0]


def _cannot_read(path: Path, error: Exception) -> WarehouseError:
    remedy = "run `kpi rebuild`"
    if "Conflicting lock" in str(error):
        remedy = "it is open for writing in another program: close it there, and open it read-only"
    return WarehouseError(f"{path} cannot be read ({first_line(error)}); {remedy}")
