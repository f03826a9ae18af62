"""The other files for others: CSV, Parquet, the data package that describes them, and the scorecard for a web site."""

import csv
import hashlib
import json
import shutil

import duckdb
import frictionless
import jsonschema
import pytest

from flows.export import write_export
from reports import scorecard
from reports.words import STATUS
from warehouse.pages import page_rows
from warehouse.read import ask

TABLES = (
    *("core.area", "core.kpi", "core.kpi_target", "core.observation", "core.series"),
    *("mart.kpi_latest", "mart.kpi_progress", "mart.kpi_trace", "mart.kpi_verdict", "mart.kpi_yardstick"),
    *("mart.run_diff", "mart.scorecard", "mart.series_expected", "mart.series_latest"),
)
every_table = pytest.mark.parametrize("table", TABLES)


@pytest.fixture(scope="module")
def exported(data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    write_export(data / "warehouse" / "kpi.duckdb", folder)
    return folder


@pytest.fixture(scope="module")
def package(exported):
    return json.loads((exported / "datapackage.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def card(exported):
    return json.loads((exported / "scorecard.json").read_text(encoding="utf-8"))


def lines(exported, table):
    """Header and rows of a CSV file."""
    with (exported / "csv" / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    return header, rows


def in_force(table):
    return f"SELECT * FROM {table}" + (" WHERE known_to IS NULL" if table == "core.observation" else "")


def columns(warehouse, table):
    rows = ask(
        warehouse,
        "SELECT column_name, comment FROM duckdb_columns() WHERE schema_name || '.' || table_name = ?"
        " ORDER BY column_index",
        [table],
    )
    return {row["column_name"]: row["comment"] for row in rows}


# --- CSV and Parquet


def test_every_mart_and_five_core_tables_are_there_in_both_forms(exported, warehouse):
    marts = ask(warehouse, "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'mart'")
    assert {f"mart.{row['table_name']}" for row in marts} <= set(TABLES)
    for form in ("csv", "parquet"):
        assert sorted(path.stem for path in (exported / form).glob(f"*.{form}")) == sorted(TABLES)


@every_table
def test_a_csv_begins_with_a_byte_order_mark_and_has_all_columns_and_rows_in_order(exported, warehouse, table):
    assert (exported / "csv" / f"{table}.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    header, rows = lines(exported, table)
    assert header == list(columns(warehouse, table))
    first = header[0]
    expected = ask(warehouse, f"SELECT {first}::VARCHAR AS it FROM ({in_force(table)}) ORDER BY ALL")
    assert [row[0] for row in rows] == [row["it"] or "" for row in expected]


@every_table
def test_a_parquet_file_has_the_rows_of_the_warehouse_with_their_types(exported, warehouse, table):
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        rows = connection.execute(f"{in_force(table)} ORDER BY ALL").fetchall()
        types = connection.execute(f"DESCRIBE {in_force(table)}").fetchall()
        file = f"SELECT * FROM '{exported}/parquet/{table}.parquet'"
        assert connection.execute(file).fetchall() == rows
        assert connection.execute(f"DESCRIBE {file}").fetchall() == types


def test_what_is_not_known_is_empty_in_a_csv_and_a_number_has_a_point(exported):
    header, rows = lines(exported, "mart.kpi_latest")
    tfr = dict(zip(header, next(row for row in rows if row[0] == "tfr"), strict=True))
    assert (tfr["verdict_value"], tfr["latest_value"], tfr["target_value"]) == ("", "1.35", "1.6")


def test_lists_are_joined_by_blanks_and_moments_are_in_iso_8601(exported):
    header, rows = lines(exported, "mart.kpi_latest")
    proxies = {row[0]: row[header.index("proxies")] for row in rows}
    assert proxies["tfr"] == "tfr~ssdse_b.A4103@17000"
    assert len(proxies["students"].split(" ")) == 2
    header, rows = lines(exported, "core.observation")
    assert {row[header.index("first_seen")][-1] for row in rows} == {"Z"}


HOSTILE = {
    "=1+1": "'=1+1",
    "+1": "'+1",
    "-1": "'-1",
    "@SUM(A1)": "'@SUM(A1)",
    "\t=1": "'\t=1",
    "\rA": "'\rA",
    "  =1": "'  =1",
    "＝1+1": "'＝1+1",
    "－1": "'－1",
    '=A","B"\n=C': '\'=A","B"\n=C',
    "a=1": "a=1",
    "'=1": "'=1",
    "△3": "△3",
    "−": "−",
}


def test_a_text_that_a_spreadsheet_would_run_gets_an_apostrophe_and_a_negative_number_none(warehouse, tmp_path):
    copy = shutil.copy(warehouse, tmp_path / "kpi.duckdb")
    with duckdb.connect(str(copy)) as connection:
        connection.execute("DELETE FROM core.observation")
        for position, text in enumerate(HOSTILE):
            connection.execute(
                "INSERT INTO core.observation (series_id, value, raw_text, note) VALUES (?, -3.1, ?, ?)",
                [f"s{position:02}", text, text],
            )
        connection.execute("UPDATE mart.kpi_progress SET flags = ['=1', 'B']")
    write_export(copy, tmp_path / "files")
    header, rows = lines(tmp_path / "files", "core.observation")
    for name in ("raw_text", "note"):
        assert [row[header.index(name)] for row in rows] == list(HOSTILE.values())
    assert {row[header.index("value")] for row in rows} == {"-3.1"}
    header, rows = lines(tmp_path / "files", "mart.kpi_progress")
    assert {row[header.index("flags")] for row in rows} == {"'=1 B"}
    with duckdb.connect() as connection:  # Parquet is no spreadsheet: the text is the text
        file = tmp_path / "files" / "parquet" / "core.observation.parquet"
        assert [text for (text,) in connection.execute(f"SELECT raw_text FROM '{file}'").fetchall()] == list(HOSTILE)


# --- the data package


def test_frictionless_finds_every_file_row_and_type_as_the_package_says(exported):
    report = frictionless.validate(str(exported / "datapackage.json"))
    assert report.flatten(["name", "type", "message"]) == []
    assert report.stats["tasks"] == 2 * len(TABLES) + 3


def test_frictionless_notices_one_changed_byte(exported, tmp_path):
    folder = shutil.copytree(exported, tmp_path / "files")
    path = folder / "csv" / "mart.scorecard.csv"
    path.write_bytes(path.read_bytes().replace(b"FINAL_PENDING", b"FINAL_ACHIEVED", 1))
    report = frictionless.validate(str(folder / "datapackage.json"))
    assert {error for _, error in report.flatten(["name", "type"])} >= {"hash-count", "byte-count"}


def test_every_column_is_described_by_its_comment_in_both_forms(package, warehouse):
    resources = {resource["name"]: resource for resource in package["resources"]}
    for table in TABLES:
        for name in (table, f"{table}.parquet"):
            fields = resources[name]["schema"]["fields"]
            assert {field["name"]: field["description"] for field in fields} == columns(warehouse, table)


def test_every_file_but_the_package_is_listed_with_its_size_and_hash(package, exported):
    listed = {r["path"]: (r["bytes"], r["hash"]) for r in package["resources"]}
    files = [path for path in exported.rglob("*.*") if path.is_file()]
    files = [path for path in files if path.name not in ("datapackage.json", ".made-of")]
    assert listed == {
        path.relative_to(exported).as_posix(): (
            path.stat().st_size,
            f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}",
        )
        for path in files
    }


def test_sources_are_the_publishers_of_figures_with_their_credit_lines_and_terms(package, warehouse):
    rows = ask(
        warehouse,
        "SELECT DISTINCT publisher_id, credit_ja, credit_en, licence FROM core.series JOIN core.observation"
        " USING (series_id) ORDER BY publisher_id",
    )
    assert [(s["publisher_id"], s["credit_ja"], s["credit_en"]) for s in package["sources"]] == [
        (row["publisher_id"], row["credit_ja"], row["credit_en"]) for row in rows
    ]
    assert [licence["title"] for licence in package["licenses"]] == [row["licence"] for row in rows]


# --- the scorecard


def test_the_scorecard_keeps_the_schema_that_lies_beside_it(card, exported):
    schema = json.loads((exported / card["$schema"]).read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(card)


@pytest.mark.parametrize(
    ("where", "value"),
    [("id", None), ("status", {"code": "FINE", "ja": "", "en": "", "tone": "good"}), ("score", 1), ("target", {})],
)
def test_the_schema_refuses_what_the_scorecard_never_says(card, exported, where, value):
    schema = json.loads((exported / "scorecard.schema.json").read_text(encoding="utf-8"))
    wrong = json.loads(json.dumps(card))
    wrong["strategies"][0]["goals"][0]["kpis"][0][where] = value
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema).validate(wrong)


def test_the_schema_knows_every_status():
    schema = json.loads(scorecard.SCHEMA.read_text(encoding="utf-8"))
    assert set(schema["$defs"]["status"]["properties"]["code"]["enum"]) == set(STATUS)


def kpis_of(card):
    return {kpi["id"]: kpi for strategy in card["strategies"] for goal in strategy["goals"] for kpi in goal["kpis"]}


def test_the_scorecard_says_of_every_kpi_what_the_warehouse_says(card, warehouse):
    kpis = kpis_of(card)
    rows = ask(warehouse, "SELECT * FROM mart.kpi_latest")
    assert set(kpis) == {row["kpi_id"] for row in rows}
    for row in rows:
        kpi = kpis[row["kpi_id"]]
        latest = kpi["latest"] or {"value": None, "period": {"code": None}, "jp_grade": "−"}
        assert kpi["target"]["value"] == row["target_value"]
        assert kpi["status"]["code"] == row["verdict_status"]
        assert (kpi["reason"] or {"code": ""})["code"] == (row["reason"] or "")
        assert (latest["value"], latest["period"]["code"]) == (row["latest_value"], row["latest_period"])
        assert latest["jp_grade"] == row["latest_jp_grade"]
        assert {proxy["id"] for proxy in kpi["proxies"]} == set(row["proxies"])


def test_a_kpi_has_its_figure_its_words_its_evidence_and_its_credit_line(card):
    visitors = kpis_of(card)["visitors"]
    assert visitors["status"] == {
        "code": "FINAL_PENDING",
        "ja": "最終実績が未確認",
        "en": "final figure not known",
        "tone": "unknown",
    }
    assert visitors["latest"]["value"] == 10_221_000
    assert visitors["latest"]["evidence"]["code"] == "secondary"
    assert visitors["latest"]["period"] == {"code": "2017", "ja": "2017年", "en": "2017"}
    assert visitors["at_target"]["value"] is None
    assert visitors["reason"]["en"] == "no figure for 2019 is known"
    assert visitors["credits"][0]["publisher_id"] == "register"


def test_a_baseline_that_is_printed_as_not_begun_has_no_value(card):
    assert kpis_of(card)["brand"]["baseline"] == {
        "value": None,
        "printed": "未実施",
        "period": {"code": "FY2014", "ja": "2014年度", "en": "FY2014"},
    }


def test_a_proxy_has_a_figure_and_a_reason_but_no_grade(card):
    for kpi in kpis_of(card).values():
        for proxy in kpi["proxies"]:
            assert proxy["why"]["ja"]
            assert "status" not in proxy
            assert proxy["latest"]["jp_grade"] == "−"
            assert proxy["latest"]["value"] is not None


def test_the_scorecard_names_the_run_and_the_file_that_it_is_made_from(card, warehouse):
    (run,) = ask(warehouse, "SELECT run_id, content_hash FROM ops.run")
    assert card["generated_from"]["run_id"] == run["run_id"]
    assert card["generated_from"]["content_hash"] == run["content_hash"]
    assert card["generated_from"]["warehouse"] == warehouse.name


def test_a_figure_that_is_no_number_is_never_written(warehouse):
    rows = page_rows(warehouse)
    broken = dict(rows, summary=[{**row, "target_value": float("nan")} for row in rows["summary"]])
    with pytest.raises(ValueError, match="not JSON compliant"):
        scorecard.as_json(broken, "x")
