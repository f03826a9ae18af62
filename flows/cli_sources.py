"""`kpi sources`: the state of each source, the series that they carry, and questions to e-Stat and to portals."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows import cli_read
from flows.cli_read import DataDir, Format, FormatOption, Language, LanguageOption, Rows

if TYPE_CHECKING:
    from sources.estat_check import EstatApi
    from sources.publishers import Publisher

EXIT_NOT_AS_CATALOGUED = 1
EXIT_NO_ANSWER = 1

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
    """Find tables and files on e-Stat and datasets of open-data portals; exit 1 when one of them does not answer."""
    from flows.keys import how_to_get, lacks_key
    from reports import terminal
    from sources.addresses import FetchError
    from sources.parsed import ParseError
    from sources.publishers import publishers

    names = ("publisher_id", "kind", "id", "statistics", "title", "updated_on", "formats", "url")
    rows: list[dict[str, str]] = []
    unasked: list[str] = []
    silent: list[str] = []
    for publisher in publishers().values():
        if lacks_key(publisher):
            unasked.append(f"{publisher.id} was not asked: {how_to_get(publisher)}")
            continue
        try:
            finds = [{"publisher_id": publisher.id} | find for find in _finds(publisher, word)]
        except (FetchError, ParseError) as error:
            silent.append(f"{publisher.id} did not answer: {error}")
        else:
            rows += [{name: find.get(name, "") for name in names} for find in finds]
    headings = {name: name for name in names} | {"publisher_id": "source"}
    cli_read.write(rows, form, terminal.plain_table("検索結果 / Found", rows, headings, "nothing found"))
    sys.stderr.write("".join(f"{problem}\n" for problem in (*unasked, *silent)))
    if silent:
        raise typer.Exit(EXIT_NO_ANSWER)


def _finds(publisher: Publisher, word: str) -> list[dict[str, str]]:
    """What one publisher finds; nothing when it cannot be searched."""
    if publisher.adapter == "estat":
        return _estat().search(word)
    if publisher.adapter == "ckan":
        from settings import load
        from sources import ckan_search

        return ckan_search.search(publisher, word, load().base_url.get(publisher.id))
    return []


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
