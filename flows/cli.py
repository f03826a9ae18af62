"""The ``kpi`` command: runs a night, rebuilds, records, serves. Questions to the warehouse are in ``cli_read``.

Heavy libraries are imported inside the commands, so that ``kpi --help`` answers at once.
"""

from __future__ import annotations

import errno
import gc
import logging
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from flows import cli_doctor, cli_evidence, cli_read, cli_sources
from flows.cli_read import DataDir, EmptyFolderError, Language, LanguageOption, folder_of

EXIT_FAILED, EXIT_USAGE, EXIT_DEGRADED, EXIT_LOCKED, EXIT_INTERRUPTED = 1, 2, 3, 4, 130
# The heavy libraries make a million objects that live until the end. With Python's own 700, a quarter of a run's time
# goes into looking through them for garbage, again and again.
NEW_OBJECTS_PER_COLLECTION = 100_000
_MAKE_ROOM = "make room on that disk, see `kpi doctor`"
_REMEDIES = {
    errno.EACCES: "correct owner and permissions there",
    errno.EROFS: "that disk is mounted read-only: mount it anew, or choose another folder",
    errno.EDQUOT: _MAKE_ROOM,
    errno.ENOSPC: _MAKE_ROOM,
}

app = typer.Typer(
    help="Nightly KPI progress of a city's strategy, from public statistics to a DuckDB warehouse.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(cli_read.app)
app.add_typer(cli_evidence.app)
app.add_typer(cli_doctor.app)
app.add_typer(cli_sources.app, name="sources")

StrategyId = Annotated[str | None, typer.Option("--strategy", help="Only this strategy, by its id.")]


@app.callback()
def _options(
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks and log everything.")] = False,  # noqa: FBT002
) -> None:
    logging.basicConfig(level=logging.INFO if debug else logging.ERROR, format="%(levelname)s %(name)s: %(message)s")
    if not debug:  # libraries set levels of their own on their loggers
        logging.getLogger().handlers[0].setLevel(logging.ERROR)


@app.command()
def run(
    data_dir: DataDir = None,
    strategy: StrategyId = None,
    offline: Annotated[bool, typer.Option("--offline", help="Fetch nothing; use what is here.")] = False,  # noqa: FBT002
    inline: Annotated[bool, typer.Option("--inline", help="The same steps without Prefect.")] = False,  # noqa: FBT002
    strict: Annotated[bool, typer.Option("--strict", help="A degraded night exits 3.")] = False,  # noqa: FBT002
    lang: LanguageOption = Language.JA,
) -> None:
    """Run the night: fetch, check, build, publish, show.

    Exit codes: 0 ok, unchanged or degraded; 1 failed; 2 usage or configuration; 3 degraded with --strict; 4 locked.
    """
    from flows import command

    record = command.run(data_dir, strategy, lang.value, offline=offline, inline=inline)
    if strict and record.outcome == "degraded":
        raise typer.Exit(EXIT_DEGRADED)


@app.command()
def rebuild(data_dir: DataDir = None, strategy: StrategyId = None, lang: LanguageOption = Language.JA) -> None:
    """Build the warehouse anew from kept bytes, register and strategies, and compare it with the published one."""
    from flows import command

    command.rebuild(data_dir, strategy, lang.value)


@app.command()
def report(
    data_dir: DataDir = None,
    lang: LanguageOption = Language.JA,
    data_docs: Annotated[  # noqa: FBT002
        bool, typer.Option("--data-docs", help="Also write Great Expectations' own Data Docs (they load from the web).")
    ] = False,
) -> None:
    """Write the report's pages, in Japanese and English, and say where the front page is."""
    from flows import command

    command.report(data_dir, lang.value, data_docs=data_docs)


@app.command()
def export(
    data_dir: DataDir = None,
    to: Annotated[
        Path | None,
        typer.Option(
            "--to",
            parser=folder_of("--to"),
            metavar="PATH",
            help="Folder of the files (default: export/ in the data).",
        ),
    ] = None,
) -> None:
    """Write files for others: one workbook, Parquet and CSV of each table, a data package, the scorecard as JSON."""
    from flows import command

    command.export(data_dir, to)


@app.command()
def serve(data_dir: DataDir = None) -> None:
    """Stay and run every night at 03:15 Asia/Tokyo, until stopped."""
    from flows import command

    command.serve(data_dir)


@app.command()
def record(  # noqa: PLR0913, PLR0917 - one option a column of the register
    file: Annotated[str, typer.Argument(help="Register file, by its name without .csv, e.g. fertility.")],
    series: Annotated[str, typer.Option(help="Id of the series (see `kpi sources --series`).")],
    area: Annotated[str, typer.Option(help="Area code, e.g. 17201.")],
    period: Annotated[str, typer.Option(help="Period as printed: 2019, 2019年度, H31, 2016-04-22.")],
    publisher: Annotated[str, typer.Option(help="Who published the figure.")],
    title: Annotated[str, typer.Option(help="Title of the document.")],
    value: Annotated[str, typer.Option(help="The figure as printed.")] = "",
    unit: Annotated[str, typer.Option(help="Its unit as printed.")] = "",
    url: Annotated[str, typer.Option(help="Address of the document.")] = "",
    published_on: Annotated[str, typer.Option(help="Day, month or year of publication.")] = "",
    evidence: Annotated[str, typer.Option(help="primary or secondary.")] = "primary",
    note: Annotated[str, typer.Option(help="A note in your own words.")] = "",
    value_low: Annotated[str, typer.Option(help="Lower bound, when only that is printed.")] = "",
    value_high: Annotated[str, typer.Option(help="Upper bound, when only that is printed.")] = "",
    status: Annotated[str, typer.Option(help="SDMX status: A, P provisional, E estimated, B break.")] = "A",
) -> None:
    """Add a figure with its citation to the register; the next run shows what it changes."""
    from flows import command

    row = {
        "series_id": series,
        "area_code": area,
        "period": period,
        "value": value,
        "value_low": value_low,
        "value_high": value_high,
        "unit": unit,
        "obs_status": status,
        "evidence": evidence,
        "publisher": publisher,
        "title": title,
        "url": url,
        "published_on": published_on,
        "note": note,
    }
    command.record(file, row)


def main() -> None:
    """Entry point: errors are one line with a remedy; the traceback is behind ``--debug``."""
    gc.set_threshold(NEW_OBJECTS_PER_COLLECTION)
    try:
        app()
    except SystemExit as end:
        if end.code == EXIT_INTERRUPTED:  # what Typer makes of Ctrl-C
            # A thread may wait for a publisher for minutes yet; what it writes survives an end at any moment.
            os._exit(EXIT_INTERRUPTED)
        raise
    except Exception as error:
        if logging.getLogger().isEnabledFor(logging.INFO):
            raise
        sys.stderr.write(f"kpi: {_sentence(error)}\n")
        sys.exit(_exit_code(error))
    finally:
        gc.freeze()  # what is left ends with the process; Python would search it once more


def _sentence(error: Exception) -> str:
    """What happened, where, and what to do, in one line. Errors of the system know no remedy: it is added here."""
    match error:
        case UnicodeEncodeError():
            return f"this cannot be written in the encoding {error.encoding}; set PYTHONIOENCODING=utf-8"
        case OSError(filename=str(where), strerror=str(what)):
            remedy = _REMEDIES.get(error.errno or 0, "look there, and at `kpi doctor`")
            return f"{where}: {what}; {remedy}"
    said = " ".join(str(error).split()) or type(error).__name__
    return f"{said}; {_MAKE_ROOM}" if os.strerror(errno.ENOSPC) in said else said  # DuckDB says so in its own errors


def _exit_code(error: Exception) -> int:
    from expectations.suites import RuleError
    from settings import SettingsError
    from sources.corrections import CorrectionError
    from sources.publishers import CatalogError
    from sources.register import RegisterError
    from sources.strategy import StrategyError
    from warehouse.lock import LockedError
    from warehouse.read import EmptyQueryError

    if isinstance(error, LockedError):
        return EXIT_LOCKED
    usage = (EmptyFolderError, EmptyQueryError, UnicodeEncodeError)
    configuration = (SettingsError, CatalogError, StrategyError, RegisterError, CorrectionError, RuleError)
    return EXIT_USAGE if isinstance(error, (*usage, *configuration)) else EXIT_FAILED
