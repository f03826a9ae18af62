"""`kpi sources`: the state of each source, the series that they carry, and questions to e-Stat's API."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows import cli_read
from flows.cli_read import DataDir, Format, FormatOption, Language, LanguageOption, Rows

if TYPE_CHECKING:
    from sources.estat_check import EstatApi

EXIT_NOT_AS_CATALOGUED = 1

app = typer.Typer(invoke_without_command=True)


@app.callback()
def sources(
    context: typer.Context,
    data_dir: DataDir = None,
    series: Annotated[bool, typer.Option("--series", help="List the catalogued series instead.")] = False,  # noqa: FBT002
    lang: LanguageOption = Language.JA,
    form: FormatOption = Format.TABLE,
) -> None:
    """Show the sources, their state in the last run, or the series that they carry."""
    if context.invoked_subcommand:
        return
    from reports import terminal
    from warehouse import read

    if series:
        from sources.publishers import publishers

        rows: Rows = [
            {"series_id": s.id, "publisher_id": p.id, "unit": s.unit, "name_ja": s.name_ja, "name_en": s.name_en}
            for p in publishers().values()
            for s in p.series
        ]
        columns = {"series_id": "series", "unit": "unit", "name_ja": "name", "name_en": "English name"}
        cli_read.write(rows, form, terminal.plain_table("系列 / Series", rows, columns, "no series"))
        return
    rows = read.sources(cli_read.warehouse(data_dir))
    cli_read.write(rows, form, terminal.sources_table(rows, lang.value))


@app.command()
def check(data_dir: DataDir = None, form: FormatOption = Format.TABLE) -> None:
    """Ask e-Stat whether the catalogued tables are still as the catalog says; exit 1 when one is not."""
    from reports import terminal
    from settings import load
    from sources.snapshots import SnapshotStore

    store = SnapshotStore(load(data_dir).data_dir / "snapshots")
    rows: list[dict[str, Any]] = []
    for found in _estat().check():
        last = store.last_good(f"estat/{found.dataset_id}")
        rows.append(asdict(found) | {"held_from": last.known_from.isoformat() if last else ""})
    columns = {"table_id": "table", "state": "state", "title": "title", "updated_on": "updated", "held_from": "held"}
    table = terminal.plain_table("統計表 / Tables", rows, columns | {"problem": "look at"}, "no table in the catalog")
    cli_read.write(rows, form, table)
    if any(row["state"] != "ok" for row in rows):
        raise typer.Exit(EXIT_NOT_AS_CATALOGUED)


@app.command()
def search(word: Annotated[str, typer.Argument(help="A part of a name.")], form: FormatOption = Format.TABLE) -> None:
    """Find tables and files on e-Stat, to be entered into the catalog."""
    from reports import terminal

    rows = _estat().search(word)
    names = ("kind", "id", "statistics", "title", "updated_on", "url")
    cli_read.write(rows, form, terminal.plain_table("e-Stat", rows, {name: name for name in names}, "nothing found"))


def _estat() -> EstatApi:
    """The API with the key and the address of the settings."""
    from flows.keys import how_to_get, key_of
    from settings import SettingsError, load
    from sources.estat_check import EstatApi
    from sources.publishers import publishers

    publisher = publishers()["estat"]
    key = key_of(publisher)
    if key is None:
        raise SettingsError(how_to_get(publisher))
    return EstatApi(publisher, key, load().base_url.get(publisher.id))
