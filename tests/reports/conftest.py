"""A published warehouse of recorded figures, its report, and a browser to read it with."""

import shutil

import pytest

from flows.printed import printed_rows
from reports.site import write_report
from settings import PROJECT_ROOT, load
from tests.flows.command import kpi


@pytest.fixture(scope="package")
def data(tmp_path_factory):
    """The data folder of a night without internet; nobody changes it."""
    folder = tmp_path_factory.mktemp("night") / "data"
    ended = kpi("run", "--offline", "--inline", data=folder)
    assert ended.returncode == 0, ended.stderr
    return folder


GUESTS = """
[[kpis]]
id = "example_guests"
goal = 1
name_ja = "宿泊客数"
name_en = "Guests"
direction = "decrease"
unit = "人"
noise = "relative"
series = "kanazawa.guests"
area = "17201"
period_kind = "CY"
baseline = { period = "H27", value = 2905204, printed = "2,905,204人" }
targets = [{ version = 1, period = "R32", value = 2500000, printed = "2,500,000人" }]
"""


@pytest.fixture(scope="package")
def two_cities(tmp_path_factory):
    """Folder of a night with a second strategy, the README's; its guests were last counted in 2019, and rose."""
    folder = tmp_path_factory.mktemp("cities")
    strategies = shutil.copytree(PROJECT_ROOT / "strategies", folder / "strategies")
    readme = (PROJECT_ROOT / "README.md").read_text(encoding="utf-8")
    example = readme.partition("```toml\n")[2].partition("```")[0]
    (strategies / "example-2030.toml").write_text(example + GUESTS, encoding="utf-8")
    ended = kpi("run", "--offline", "--inline", data=folder / "data", KPI_STRATEGIES_DIR=strategies)
    assert ended.returncode == 0, ended.stderr
    (folder / "said").write_text(ended.stdout, encoding="utf-8")
    return folder


@pytest.fixture(scope="package")
def warehouse(data):
    """Its published file."""
    return (data / "warehouse" / "kpi.duckdb").resolve()


@pytest.fixture(scope="package")
def printed(data):
    """Finds the row of a file that a figure was read from."""
    return printed_rows(data / "snapshots", load(data).register_dir)


@pytest.fixture
def report(data, tmp_path):
    """A copy of the report that the night wrote."""
    return shutil.copytree(data / "report", tmp_path / "report")


HOSTILE = (
    '<img src="https://example.invalid/x" onerror="document.title=1"><script>document.title="2"</script>\'"&{{7*7}}'
)


@pytest.fixture(scope="package")
def hostile(warehouse, printed, tmp_path_factory):
    """The report of a warehouse in which every text of a source and of a strategy is an attack."""
    import duckdb

    folder = tmp_path_factory.mktemp("hostile")
    copy = shutil.copyfile(warehouse, folder / "kpi.duckdb")
    texts = {
        "core.publisher": ("name_ja", "name_en", "homepage", "licence", "licence_ja", "credit_ja", "credit_en"),
        "core.series": ("name_ja", "name_en", "publisher_ja", "publisher_en", "licence", "credit_ja", "credit_en"),
        "core.kpi": ("name_ja", "name_en", "unit", "note_ja", "note_en"),
        "core.goal": ("name_ja", "name_en"),
        "core.measure": ("name_ja", "name_en"),
        "core.initiative": ("name_ja", "name_en"),
        "core.strategy": ("name_ja", "name_en", "source_ja", "source_en", "municipality", "municipality_en"),
        "core.kpi_target": ("baseline_printed", "target_printed"),
        "core.observation": ("citation", "note", "raw_text", "resource_id"),
        "core.area": ("name_ja",),
        "ops.run": ("message",),
        "ops.run_source": ("reason",),
        "ops.check_result": ("message", "subject", "rule"),
    }
    with duckdb.connect(str(copy)) as connection:
        for table, columns in texts.items():
            for column in columns:
                connection.execute(f"UPDATE {table} SET {column} = ?", [HOSTILE])
        connection.execute("UPDATE core.snapshot SET url = 'javascript:document.title=3'")
        connection.execute(
            "INSERT INTO ops.quarantine (rule, reason, raw, series_id, resource_id) VALUES ($t, $t, $t, $t, $t)",
            {"t": HOSTILE},
        )
    write_report(copy, folder / "report", printed)
    return folder / "report"
