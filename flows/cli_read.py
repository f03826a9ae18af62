"""Commands that only ask the published warehouse. ``--format csv|json|markdown`` writes nothing but data to stdout."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from warehouse.rows import Rows

if TYPE_CHECKING:
    from rich.console import RenderableType

app = typer.Typer()
EXIT_REFUSED = 1


class Format(StrEnum):
    """How rows are written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    MARKDOWN = "markdown"


class Language(StrEnum):
    """Language of words in tables."""

    JA = "ja"
    EN = "en"


class EmptyFolderError(Exception):
    """A folder was asked for under an empty name. No ValueError, of which Typer would make many lines."""


def folder_of(option: str) -> Callable[[str], Path]:
    """How the text of an option becomes a folder.

    An empty text would mean the working folder, and nobody who left a variable empty wants that.
    """

    def parse(text: str) -> Path:
        if not text.strip():
            raise EmptyFolderError(f"{option} is empty; name a folder, or leave it out")
        return Path(text)

    return parse


DataDir = Annotated[
    Path | None,
    typer.Option(
        "--data-dir",
        parser=folder_of("--data-dir"),
        metavar="PATH",
        help="Folder of the data (default: KPI_DATA_DIR or data/).",
    ),
]
FormatOption = Annotated[Format, typer.Option("--format", help="How to write the rows.")]
LanguageOption = Annotated[Language, typer.Option("--lang", help="Language of the words.")]
AsOf = Annotated[
    datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="What was public on this day (YYYY-MM-DD).")
]
RunOption = Annotated[
    str | None, typer.Option("--run", help="What this run of ours published, by its id (see `kpi status`).")
]


def warehouse(data_dir: Path | None) -> Path:
    """The published file of a data folder."""
    from settings import load
    from warehouse.publish import CURRENT

    return load(data_dir).data_dir / "warehouse" / CURRENT


def write(rows: Rows, form: Format, table: RenderableType) -> None:
    """Rows on standard output, as a table for people or as data."""
    from flows import show
    from reports.terminal import console

    match form:
        case Format.TABLE:
            # Plain text is not wrapped: addresses and hashes are there to be copied.
            console().print(table, soft_wrap=isinstance(table, str))
        case Format.CSV:
            sys.stdout.write(show.as_csv(rows))
        case Format.JSON:
            sys.stdout.write(show.as_json(rows))
        case Format.MARKDOWN:
            sys.stdout.write(show.as_markdown(rows))


@app.command()
def progress(
    data_dir: DataDir = None,
    kpi: Annotated[str | None, typer.Option("--kpi", help="One KPI with all its periods and its proxies.")] = None,
    at: Annotated[int | None, typer.Option("--at", help="Only this year.")] = None,
    as_of: AsOf = None,
    run: RunOption = None,
    lang: LanguageOption = Language.JA,
    form: FormatOption = Format.TABLE,
) -> None:
    """Show KPI progress: one row a KPI, or every period of one KPI, or one year."""
    from reports.kpi_tables import periods_table, progress_table
    from warehouse import read

    path = warehouse(data_dir)
    day = as_of.date() if as_of else None
    check_run(path, run)
    if kpi is None and at is None:
        rows = read.summary(path, day, run)
        write(rows, form, progress_table(rows, lang.value))
        return
    check_kpi(path, kpi, run)
    rows = read.progress(path, kpi, at, day, run)
    write(rows, form, periods_table(rows, lang.value))


@app.command()
def status(
    data_dir: DataDir = None,
    freshness: Annotated[bool, typer.Option("--freshness", help="Every series: is its next figure late?")] = False,  # noqa: FBT002
    lang: LanguageOption = Language.JA,
    form: FormatOption = Format.TABLE,
) -> None:
    """Show how the last runs went, which checks did not pass and which series are overdue; or all series' freshness."""
    from clock import tokyo_day, utc_now
    from flows.run_record import RUN_COLUMNS, dead, past_runs
    from reports import terminal
    from settings import load
    from warehouse import read
    from warehouse.lock import holder

    if freshness:
        series = read.freshness(warehouse(data_dir), tokyo_day(utc_now()))
        write(series, form, terminal.freshness_table(series, lang.value))
        return
    folder = load(data_dir).data_dir
    newest = past_runs(folder / "runs")[:-11:-1]
    if not holder(folder):
        newest = [dead(run) for run in newest]  # as the next run will find them
    runs = Rows(RUN_COLUMNS, (run.row() for run in newest))
    write(runs, form, terminal.runs_table(runs, lang.value))
    path = warehouse(data_dir)
    if form is Format.TABLE and path.exists():
        # What is late is said below, and as of today.
        failed = [row for row in read.failed_checks(path) if row["suite"] != "freshness"]
        terminal.console().print(terminal.checks_table(failed, lang.value))
        terminal.console().print(terminal.overdue_table(read.freshness(path, tokyo_day(utc_now())), lang.value))


@app.command()
def quarantine(data_dir: DataDir = None, lang: LanguageOption = Language.JA, form: FormatOption = Format.TABLE) -> None:
    """Show the rows that were refused, each with rule, reason, file and line."""
    from reports import terminal
    from warehouse import read

    rows = read.quarantine(warehouse(data_dir))
    write(rows, form, terminal.quarantine_table(rows, lang.value))


@app.command()
def diff(
    since: Annotated[
        str | None, typer.Argument(metavar="RUN", help="A run; alone it is compared with the run before it.")
    ] = None,
    until: Annotated[str | None, typer.Argument(metavar="RUN", help="A later run.")] = None,
    data_dir: DataDir = None,
    lang: LanguageOption = Language.JA,
    form: FormatOption = Format.TABLE,
) -> None:
    """Show what changed with the newest run, with one run, or between two: figures, and grades with their causes."""
    from reports import difference
    from warehouse.as_published import run_diff

    path = warehouse(data_dir)
    check_run(path, since, until)
    rows = run_diff(path, *((since, until) if until else (None, since)))
    write(rows, form, difference.table(rows, lang.value))


@app.command()
def sql(
    query: Annotated[str | None, typer.Argument(help="One query; without it, queries are read from a prompt.")] = None,
    data_dir: DataDir = None,
    lang: LanguageOption = Language.JA,
    form: FormatOption = Format.TABLE,
) -> None:
    """Ask the warehouse in SQL. It is opened read-only. At the prompt a query may have many lines and ends with `;`."""
    path = warehouse(data_dir)
    if query is not None:
        _answer(path, query, lang, form)
        return
    from flows.sql_prompt import statements
    from warehouse.connect import WarehouseError, published_file
    from warehouse.read import EmptyQueryError

    published_file(path)  # without one, no query has an answer
    refused = False
    for statement in statements(path.parent.parent):
        try:
            _answer(path, statement, lang, form)
        except EmptyQueryError:  # a lone comment or semicolon between two queries
            continue
        except WarehouseError as error:
            refused = True
            sys.stderr.write(f"{error}\n")
    if refused and not sys.stdin.isatty():  # a person has seen it, a script has not
        raise typer.Exit(EXIT_REFUSED)


def _answer(path: Path, query: str, lang: Language, form: Format) -> None:
    from reports import terminal
    from warehouse import read

    rows = read.ask(path, query)
    columns = {name: (name, name) for name in rows.columns}
    write(rows, form, terminal.plain_table("", rows, columns, ("行がない", "no rows"), lang.value))


def check_kpi(path: Path, kpi: str | None, run: str | None = None) -> None:
    """Refuse the id of a KPI that the published file, or that run, does not have."""
    if kpi is None:
        return
    from warehouse import read

    known = "SELECT kpi_id FROM core.kpi ORDER BY is_proxy, strategy_id, number, kpi_id"
    ids = [row["kpi_id"] for row in read.ask(path, known, run=run)]
    if kpi not in ids:
        raise typer.BadParameter(f"there is no KPI {kpi!r}; there are: {', '.join(ids)}")


def check_run(path: Path, *runs: str | None) -> None:
    """Every run that is named exists. That its rows are on record is found when they are asked for."""
    from flows.run_record import past_runs

    ids = [run.run_id for run in past_runs(path.parent.parent / "runs")]
    for run in runs:
        if run is not None and run not in ids:
            raise typer.BadParameter(f"there is no run {run!r}; the newest are: {', '.join(ids[-3:]) or 'none'}")
