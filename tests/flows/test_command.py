"""The `kpi` command: exit codes, one-line errors, data on standard output and nothing else, tables for people."""

import csv
import io
import json
import re
import shutil
import subprocess
import sys

import pytest
import typer.main
from rich.cells import cell_len
from typer.testing import CliRunner

from flows import cli
from settings import PROJECT_ROOT
from tests.flows.command import kpi

QUESTIONS = [
    ["progress"],
    ["progress", "--kpi", "visitors"],
    ["progress", "--at", "2017"],
    ["progress", "--as-of", "2020-01-01"],
    ["status"],
    ["sources"],
    ["sources", "--series"],
    ["quarantine"],
    ["yardsticks"],
    ["yardsticks", "visitors"],
    ["diff"],
    ["sql", "SELECT kpi_id, verdict_status FROM mart.kpi_latest ORDER BY kpi_id"],
]


def name(question):
    return " ".join(question)


@pytest.fixture
def ask(offline):
    """Ask the published warehouse; gives exit code, standard output and standard error."""
    data, ended = offline
    assert ended.returncode == 0, ended.stderr

    def run(*arguments):
        result = CliRunner().invoke(cli.app, [*arguments, "--data-dir", str(data)], terminal_width=100)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


# ---------------------------------------------------------------- questions


@pytest.mark.parametrize("question", QUESTIONS, ids=name)
def test_every_question_is_answered_as_csv_with_nothing_else_on_standard_output(ask, question):
    answer = ask(*question, "--format", "csv")
    assert answer.exit_code == 0
    lines = list(csv.reader(io.StringIO(answer.stdout)))
    assert {len(line) for line in lines} == {len(lines[0])}
    assert len(lines) > 1 or question == ["quarantine"]


@pytest.mark.parametrize(
    ("question", "columns"),
    [
        (["quarantine"], "rule,reason,raw,"),
        (["progress", "--at", "1800"], "name_ja,name_en,"),
        (["yardsticks", "--as-of", "1900-01-01"], "name_ja,name_en,"),
        (["sql", "SELECT 1 AS a, 2 AS a WHERE false"], "a,a_1\n"),
    ],
    ids=str,
)
def test_without_any_row_the_header_is_there_all_the_same(ask, question, columns):
    (header,) = ask(*question, "--format", "csv").stdout.splitlines(keepends=True)
    assert header.startswith(columns)
    markdown, _ = ask(*question, "--format", "markdown").stdout.splitlines()
    assert markdown == f"| {' | '.join(header.strip().split(','))} |"
    assert json.loads(ask(*question, "--format", "json").stdout) == []


def test_before_the_first_run_the_header_of_the_runs_is_there(ask, tmp_path):
    header = ask("status", "--format", "csv").stdout.splitlines()[0]
    ended = kpi("status", "--format", "csv", data=tmp_path / "data")
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, f"{header}\n", "")


def test_a_row_is_one_line_of_markdown_whatever_its_cells_hold(ask):
    query = "SELECT 'a|b' AS x, 'c' || chr(10) || 'd' AS y, [1, 2] AS z, NULL AS n"
    markdown = ask("sql", query, "--format", "markdown").stdout
    assert markdown == "| x | y | z | n |\n|-|-|-|-|\n| a\\|b | c d | 1 2 |  |\n"


def test_columns_of_one_name_are_told_apart_and_none_is_lost(ask):
    query = "SELECT 1 AS a, 2 AS a, 3 AS a_1, 4 AS a"
    assert json.loads(ask("sql", query, "--format", "json").stdout) == [{"a": 1, "a_1": 2, "a_1_1": 3, "a_2": 4}]


def test_what_json_and_csv_have_no_form_for_is_null_or_text(ask):
    query = "SELECT 'nan'::DOUBLE AS n, ['inf'::DOUBLE, 1] AS l, INTERVAL 1 DAY AS i, 'x'::BLOB AS b, TIME '10:00' AS t"
    (row,) = json.loads(ask("sql", query, "--format", "json").stdout)
    assert (row["n"], row["l"], row["t"]) == (None, [None, 1.0], "10:00:00")
    assert row["i"] == "1 day, 0:00:00"
    lines = ask("sql", "SELECT [1.5, NULL, 2] AS l, ['x', NULL] AS m", "--format", "csv").stdout.splitlines()
    assert lines == ["l,m", "1.5  2.0,x "]


@pytest.mark.parametrize("question", QUESTIONS, ids=name)
def test_every_question_is_answered_as_json_with_the_rows_of_the_csv(ask, question):
    rows = json.loads(ask(*question, "--format", "json").stdout)
    lines = list(csv.DictReader(io.StringIO(ask(*question, "--format", "csv").stdout)))
    assert [list(row) for row in rows] == [list(line) for line in lines]


@pytest.mark.parametrize("question", QUESTIONS, ids=name)
def test_every_question_is_answered_as_markdown(ask, question):
    answer = ask(*question, "--format", "markdown").stdout
    assert all(line.startswith("|") and line.endswith("|") for line in answer.splitlines())


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("question", QUESTIONS, ids=name)
def test_no_table_is_wider_than_100_cells(ask, question, lang):
    answer = ask(*question, "--lang", lang)
    assert answer.exit_code == 0
    assert answer.stdout.strip()
    assert max(cell_len(line.rstrip()) for line in answer.stdout.splitlines()) <= 100


@pytest.mark.parametrize(
    ("question", "japanese", "english"),
    [
        (["progress"], "目標時点の判定", "at the target"),
        (["progress", "--at", "1800"], "行がない", "no row"),
        (["status"], "超過日数", "days overdue"),
        (["status", "--freshness"], "期限", "expected by"),
        (["sources"], "まだ取得していない", "nothing was fetched yet"),
        (["sources", "--series"], "英語の名称", "Japanese name"),
        (["quarantine"], "隔離した行はない", "nothing in quarantine"),
        (["yardsticks"], "方法", "method"),
        (["diff"], "内容", "why"),
        (["sql", "SELECT 1 WHERE false"], "行がない", "no rows"),
    ],
    ids=str,
)
def test_every_table_speaks_japanese_or_english(ask, question, japanese, english):
    in_japanese, in_english = ask(*question).stdout, ask(*question, "--lang", "en").stdout
    assert japanese in in_japanese
    assert english not in in_japanese
    assert english in in_english
    assert japanese not in in_english


def test_what_was_not_in_force_yet_is_a_dash(ask):
    assert "None" not in ask("progress", "--as-of", "1900-01-01").stdout


def test_progress_as_of_a_day_knows_only_what_was_public_then(ask):
    def newest(day):
        rows = json.loads(ask("progress", "--as-of", day, "--format", "json").stdout)
        return next(row["latest_value"] for row in rows if row["kpi_id"] == "tfr")

    assert newest("2024-06-19") is None
    assert newest("2024-06-20") == 1.35  # the day of the answer in the city council


def test_progress_and_explain_of_the_newest_run_are_those_of_today(ask):
    run = json.loads(ask("status", "--format", "json").stdout)[0]["run_id"]
    for question in (["progress"], ["explain", "visitors", "--as-of", "2020-01-01"]):
        assert ask(*question, "--run", run).stdout == ask(*question).stdout


def test_explain_as_of_a_day_knows_only_what_was_public_then(ask):
    assert "1.35" not in ask("explain", "tfr", "--as-of", "2024-06-19").stdout
    assert "1.35" in ask("explain", "tfr", "--as-of", "2024-06-20").stdout


@pytest.mark.parametrize("question", [["progress", "--run", "tonight"], ["diff", "tonight"]], ids=name)
def test_an_unknown_run_is_exit_2_and_names_the_newest(ask, question):
    answer = ask(*question)
    assert answer.exit_code == 2
    assert "there is no run 'tonight'" in answer.stderr
    assert re.search(r"\b20\d{6}T\d{9}Z\b", answer.stderr)


def test_explain_prints_formula_raw_text_citation_and_a_fingerprint_of_bytes_that_exist(ask):
    answer = ask("explain", "visitors", "--period", "2017").stdout
    assert "p = (A − B) / (T − B) = (10,221,000 − 8,440,000) / (10,000,000 − 8,440,000) = 1.1417" in answer
    assert "'10221' 千人" in answer
    assert "http://www.fukuishimbun.co.jp/articles/-/327642" in answer
    (sha,) = set(re.findall(r"\b[0-9a-f]{64}\b", answer))
    import hashlib

    register = (PROJECT_ROOT / "sources" / "register" / "visitors.csv").read_bytes()
    assert hashlib.sha256(register).hexdigest() == sha


def test_explain_of_a_proxy_leads_to_the_publishers_address(ask):
    answer = ask("explain", "tfr~ssdse_b.A4103@17000", "--period", "2022").stdout
    assert "https://www.nstac.go.jp/files/SSDSE-B-2025.csv" in answer
    assert re.search(r"\b[0-9a-f]{64}\b", answer)
    assert "p = " not in answer


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM core.observation",
        "CREATE TABLE core.mine (x INT)",
        "COPY core.kpi TO '/tmp/kpi.csv'",
        "SELEC 1",
        "SELECT * FROM read_csv('/etc/hostname')",
    ],
)
def test_sql_refuses_whatever_writes_or_leaves_the_file(ask, query):
    from warehouse.connect import WarehouseError

    with pytest.raises(WarehouseError, match="refused"):
        ask("sql", query)


# ---------------------------------------------------------------- errors are one line


def one_line(ended):
    assert ended.stdout == ""
    assert ended.stderr.count("\n") == 1
    assert "Traceback" not in ended.stderr
    return ended.stderr


def test_without_a_warehouse_a_question_says_what_to_do(tmp_path):
    ended = kpi("progress", data=tmp_path / "data")
    assert ended.returncode == 1
    assert "run `kpi run` first" in one_line(ended)


def test_an_unknown_kpi_is_exit_2_and_names_those_that_exist(offline):
    ended = kpi("explain", "happiness", data=offline[0])
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert "happiness" in ended.stderr
    assert "visitors" in ended.stderr


def test_an_unknown_option_is_exit_2(tmp_path):
    assert kpi("run", "--sideways", data=tmp_path / "data").returncode == 2


def test_a_bad_strategy_is_exit_2_and_names_file_entry_and_remedy(tmp_path):
    strategies = shutil.copytree(PROJECT_ROOT / "strategies", tmp_path / "strategies")
    file = strategies / "kanazawa-2015.toml"
    text = file.read_text(encoding="utf-8").replace('direction = "decrease"', 'direction = "downhill"', 1)
    file.write_text(text, encoding="utf-8")
    ended = kpi("run", "--offline", "--inline", data=tmp_path / "data", KPI_STRATEGIES_DIR=strategies)
    assert ended.returncode == 2
    said = one_line(ended)
    assert "kanazawa-2015.toml" in said
    assert "students" in said
    assert "increase" in said


def test_an_unknown_strategy_is_exit_2_and_names_those_that_exist(tmp_path):
    ended = kpi("run", "--offline", "--inline", "--strategy", "atlantis-2015", data=tmp_path / "data")
    assert ended.returncode == 2
    assert "atlantis-2015" in ended.stderr
    assert "kanazawa-2015" in one_line(ended)


@pytest.mark.parametrize(("setting", "value"), [("KPI_BASE_URL", "no json"), ("KPI_NO_SUCH", "1")])
def test_a_setting_that_cannot_be_used_is_exit_2_by_its_name(tmp_path, setting, value):
    ended = kpi("status", data=tmp_path / "data", **{setting: value})
    assert ended.returncode == 2
    assert setting.removeprefix("KPI_").lower() in one_line(ended).lower()


def test_a_setting_in_kpi_toml_that_is_unknown_is_exit_2_by_its_name(tmp_path):
    (tmp_path / "kpi.toml").write_text('data_dri = "elsewhere"\n', encoding="utf-8")
    ended = kpi("status", data=tmp_path / "data")
    assert ended.returncode == 2
    assert "KPI_DATA_DRI" in one_line(ended)


def test_a_kpi_toml_that_is_no_toml_is_exit_2(tmp_path):
    (tmp_path / "kpi.toml").write_text("data_dir = elsewhere\n", encoding="utf-8")
    ended = kpi("status", data=tmp_path / "data")
    assert ended.returncode == 2
    assert "kpi.toml" in one_line(ended)


def test_the_traceback_is_behind_debug(tmp_path):
    ended = kpi("--debug", "progress", data=tmp_path / "data")
    assert "Traceback" in ended.stderr
    assert ended.returncode == 1


# ---------------------------------------------------------------- runs


def test_an_offline_run_prints_table_places_and_nothing_on_standard_error(offline):
    data, ended = offline
    assert ended.returncode == 0
    assert ended.stderr == ""
    for text in ("合計特殊出生率", "FINAL_PENDING", str(data / "warehouse" / "kpi.duckdb"), "収録済みの値を使用"):
        assert text in ended.stdout
    table = ended.stdout.partition("結果 ")[0]
    assert max(cell_len(line.rstrip()) for line in table.splitlines()) <= 100


def test_strict_makes_a_degraded_night_exit_3(offline):
    assert kpi("run", "--offline", "--inline", "--strict", data=offline[0]).returncode == 3


def test_rebuild_prints_both_fingerprints_and_that_they_are_equal(offline, tmp_path):
    data = shutil.copytree(offline[0], tmp_path / "data", symlinks=True)
    shutil.rmtree(data / "parts")
    for lang, before, after in (
        ("en", "equal to the file published before (", ")\n"),
        ("ja", "前に公開したファイル（", "）と等しい\n"),
    ):
        ended = kpi("rebuild", "--lang", lang, data=data)
        assert ended.returncode == 0, ended.stderr
        rebuilt, published = re.findall(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])", ended.stdout)
        assert rebuilt == published
        assert ended.stdout.endswith(f"\n{before}{published}{after}")


def test_a_recorded_figure_changes_the_kpi_and_its_verdict_in_the_next_run(offline, tmp_path):
    data = shutil.copytree(offline[0], tmp_path / "data", symlinks=True)
    register = shutil.copytree(PROJECT_ROOT / "sources" / "register", tmp_path / "register")
    row = ["--series", "kanazawa.tfr", "--area", "17201", "--period", "H31", "--value", "1.62"]
    source = ["--publisher", "hypothetical", "--title", "hypothetical figure of a test", "--published-on", "2020-09-30"]
    added = kpi("record", "fertility", *row, *source, data=data, KPI_REGISTER_DIR=register)
    assert added.returncode == 0, added.stderr
    assert "1.62" in (register / "fertility.csv").read_text(encoding="utf-8").splitlines()[-1]
    ran = kpi("run", "--offline", "--inline", data=data, KPI_REGISTER_DIR=register)
    assert ran.returncode == 0, ran.stderr
    rows = json.loads(kpi("progress", "--format", "json", data=data).stdout)
    tfr = next(row for row in rows if row["kpi_id"] == "tfr")
    assert (tfr["verdict_status"], tfr["verdict_value"]) == ("FINAL_ACHIEVED", 1.62)
    explained = kpi("explain", "tfr", "--period", "2019", data=data).stdout
    assert "hypothetical figure of a test" in explained


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (["--publisher", ""], "no citation"),
        (["--value", "about 1.6"], "not a number"),
        (["--series", "no.such"], "no.such"),
        (["--area", "Kanazawa"], "Kanazawa"),
    ],
    ids=["no citation", "no number", "unknown series", "no area code"],
)
def test_a_row_that_the_register_does_not_take_is_exit_2_and_changes_nothing(tmp_path, change, reason):
    row = ["--series", "kanazawa.tfr", "--area", "17201", "--period", "H31", "--value", "1.62"]
    source = ["--publisher", "hypothetical", "--title", "hypothetical figure of a test"]
    ended = kpi("record", "fertility", *row, *source, *change, data=tmp_path / "data", KPI_REGISTER_DIR=tmp_path)
    assert ended.returncode == 2
    assert reason in one_line(ended)
    assert not (tmp_path / "fertility.csv").exists()


@pytest.mark.parametrize("file", ["../fertility", "/tmp/fertility", ""])
def test_a_register_file_outside_the_register_is_refused(tmp_path, file):
    row = ["--series", "kanazawa.tfr", "--area", "17201", "--period", "H31", "--value", "1.62"]
    ended = kpi("record", file, *row, "--publisher", "a", "--title", "b", data=tmp_path / "data")
    assert ended.returncode == 2
    assert "no plain name" in one_line(ended)


# ---------------------------------------------------------------- help at once


def test_help_imports_no_heavy_library():
    code = (
        "import sys; sys.argv = ['kpi', '--help']\n"
        "from flows.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print(sorted({'pandas', 'great_expectations', 'prefect', 'duckdb', 'requests', 'numpy'} & set(sys.modules)))"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=PROJECT_ROOT)
    assert "Usage" in ended.stdout
    assert ended.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    "command",
    sorted(typer.main.get_command(cli.app).commands),
)
def test_every_command_explains_itself(command):
    answer = CliRunner().invoke(cli.app, [command, "--help"])
    assert answer.exit_code == 0
    assert "--data-dir" in answer.stdout or command == "record"
