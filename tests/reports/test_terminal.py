"""Tables for the terminal: texts of sources and strategies are printed as they are, brackets included."""

import shutil

import pytest

from reports import terminal
from reports.kpi_tables import periods_table, progress_table
from reports.yardsticks import yardsticks_table
from warehouse import read
from warehouse.evidence import yardsticks

BRACKETS = "[/x] [km2] [red]"


@pytest.fixture(scope="module")
def bracketed(warehouse, tmp_path_factory):
    """A warehouse in which names, printed targets, units and reasons have brackets."""
    import duckdb

    copy = shutil.copyfile(warehouse, tmp_path_factory.mktemp("brackets") / "kpi.duckdb")
    copy.chmod(0o644)
    with duckdb.connect(str(copy)) as connection:
        connection.execute("UPDATE core.kpi SET name_ja = $b, name_en = $b, unit = $b", {"b": BRACKETS})
        connection.execute("UPDATE core.kpi_target SET target_printed = $b", {"b": BRACKETS})
        connection.execute("UPDATE ops.run_source SET reason = $b", {"b": BRACKETS})
    return copy


def printed(table):
    out = terminal.console()
    with out.capture() as capture:
        out.print(table)
    return " ".join(capture.get().split())


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize(
    "table",
    [
        lambda path, lang: progress_table(read.summary(path), lang),
        lambda path, lang: periods_table(read.progress(path), lang),
        lambda path, lang: terminal.sources_table(read.sources(path), lang),
        lambda path, lang: yardsticks_table(yardsticks(path), lang),
    ],
    ids=["progress", "periods", "sources", "yardsticks"],
)
def test_brackets_are_text(bracketed, table, lang):
    told = printed(table(bracketed, lang))
    for bracket in BRACKETS.split():
        assert bracket in told
