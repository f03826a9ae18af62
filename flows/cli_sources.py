"""`kpi sources`: the state of each source, the series that they carry, and questions to e-Stat and to portals."""

from __future__ import annotations

import sys
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Annotated

import typer

from flows import cli_read
from flows.cli_read import DataDir, Format, FormatOption, Language, LanguageOption
from warehouse.rows import Rows

if TYPE_CHECKING:
    from sources.estat_check import EstatApi
    from sources.publishers import Publisher

EXIT_NOT_AS_CATALOGUED = 1
EXIT_NO_ANSWER = 1

_FOUND = {
    "publisher_id": ("公表元", "source"),
    "kind": ("種類", "kind"),
    "id": ("番号", "id"),
    "statistics": ("統計", "statistics"),
    "title": ("表題", "title"),
    "updated_on": ("更新日", "updated_on"),
    "formats": ("形式", "formats"),
    "url": ("住所", "url"),
}

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

        rows = Rows(
            ("series_id", "publisher_id", "unit", "name_ja", "name_en"),
            (
                {"series_id": s.id, "publisher_id": p.id, "unit": s.unit, "name_ja": s.name_ja, "name_en": s.name_en}
                for p in publishers().values()
                for s in p.series
            ),
        )
        columns = {
            "series_id": ("系列", "series"),
            "unit": ("単位", "unit"),
            "name_ja": ("名称", "Japanese name"),
            "name_en": ("英語の名称", "name"),
        }
        nothing = ("カタログに系列がない", "no series in the catalog")
        cli_read.write(rows, form, terminal.plain_table("系列 / Series", rows, columns, nothing, lang.value))
        return
    rows = read.sources(cli_read.warehouse(data_dir))
    cli_read.write(rows, form, terminal.sources_table(rows, lang.value))


@app.command()
def check(data_dir: DataDir = None, lang: LanguageOption = Language.JA, form: FormatOption = Format.TABLE) -> None:
    """Ask e-Stat whether the catalogued tables are still as the catalog says; exit 1 when one is not."""
    from reports import terminal
    from settings import load
    from sources.estat_check import TableCheck
    from sources.snapshots import SnapshotStore

    store = SnapshotStore(load(data_dir).data_dir / "snapshots")
    rows = Rows((*(column.name for column in fields(TableCheck)), "held_from"))
    for found in _estat().check():
        last = store.last_good(f"estat/{found.dataset_id}")
        rows.append(asdict(found) | {"held_from": last.known_from.isoformat() if last else ""})
    columns = {
        "table_id": ("統計表", "table"),
        "state": ("状態", "state"),
        "title": ("表題", "title"),
        "updated_on": ("更新日", "updated"),
        "held_from": ("手元", "held"),
        "problem": ("見るところ", "look at"),
    }
    nothing = ("カタログに統計表がない", "no table in the catalog")
    cli_read.write(rows, form, terminal.plain_table("統計表 / Tables", rows, columns, nothing, lang.value))
    if any(row["state"] != "ok" for row in rows):
        raise typer.Exit(EXIT_NOT_AS_CATALOGUED)


@app.command()
def search(
    word: Annotated[str, typer.Argument(help="A part of a name.")],
    lang: LanguageOption = Language.JA,
    form: FormatOption = Format.TABLE,
) -> None:
    """Find tables and files on e-Stat and datasets of open-data portals; exit 1 when one of them does not answer."""
    from flows.keys import how_to_get, lacks_key
    from reports import terminal
    from sources.fetch_errors import FetchError
    from sources.parsed import ParseError
    from sources.publishers import publishers

    rows = Rows(_FOUND)
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
            rows += [{name: find.get(name, "") for name in _FOUND} for find in finds]
    nothing = ("見つからない", "nothing found")
    cli_read.write(rows, form, terminal.plain_table("検索結果 / Found", rows, _FOUND, nothing, lang.value))
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
