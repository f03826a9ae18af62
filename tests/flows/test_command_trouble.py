"""The `kpi` command with something in its way: one line that says what, where and what to do, and the right code."""

import shutil
import subprocess

import pytest
from rich.cells import cell_len

from settings import PROJECT_ROOT
from tests.flows.command import KPI, environment, kpi, without_powers
from tests.flows.town import NOBODY
from tests.publishers.everyone import settings_for

ROW = ["--series", "kanazawa.tfr", "--area", "17201", "--period", "H31", "--value", "1.62"]
CITED = ["--publisher", "hypothetical", "--title", "hypothetical figure of a test"]


@pytest.fixture
def data(offline, tmp_path):
    """A data folder of its own after an offline night."""
    return shutil.copytree(offline[0], tmp_path / "data", symlinks=True)


def bound(*arguments, data, **more):
    """Run `kpi` with permissions that bind it."""
    before = without_powers()
    if before is None:
        pytest.skip("root without setpriv: nothing is forbidden here")
    command = [*before, KPI, *arguments]
    env = environment(data, **more)
    return subprocess.run(command, env=env, cwd=data.parent, capture_output=True, text=True, timeout=120, check=False)


def refused(ended, code):
    """The one line on standard error of a command that ended with this code and answered nothing."""
    assert (ended.returncode, ended.stdout) == (code, ""), ended.stderr
    assert ended.stderr.startswith("kpi: ")
    assert ended.stderr.count("\n") == 1
    return ended.stderr


# ---------------------------------------------------------------- queries


@pytest.mark.parametrize("query", ["", "  \n ", "/* what was it? */", "-- what was it?\n", ";"], ids=repr)
def test_a_query_that_asks_for_nothing_is_exit_2_and_says_what_to_write(offline, query):
    said = refused(kpi("sql", "--", query, data=offline[0]), 2)
    assert said == "kpi: the query was refused: it is empty; write one, e.g. SELECT * FROM mart.kpi_latest\n"


def test_the_query_that_it_proposes_has_an_answer(offline):
    assert kpi("sql", "SELECT * FROM mart.kpi_latest", data=offline[0]).returncode == 0


def piped(text, data):
    command = [KPI, "sql", "--format", "csv"]
    return subprocess.run(command, input=text, env=environment(data), capture_output=True, text=True, check=False)


def test_in_a_pipe_comments_and_semicolons_between_queries_ask_for_nothing(offline):
    ended = piped("-- the first\n;\nSELECT 1 AS a;\n;\n-- that was all\n", offline[0])
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "a\n1\n", "")


def test_a_pipe_in_which_a_query_was_refused_ends_with_1_and_answers_the_others(offline):
    ended = piped("SELECT nothing FROM nowhere;\nSELECT 1 AS a;\n", offline[0])
    assert (ended.returncode, ended.stdout) == (1, "a\n1\n")
    assert ended.stderr.startswith("the query was refused: ")


# ---------------------------------------------------------------- no data, or none that can be used


@pytest.mark.parametrize(
    "command",
    [
        *(["progress"], ["sources"], ["quarantine"], ["diff"], ["yardsticks"], ["explain", "tfr"], ["sql"], ["verify"]),
        *(["sql", "SELECT 1"], ["status", "--freshness"], ["report"], ["export"], ["export", "--to", "elsewhere"]),
    ],
    ids=" ".join,
)
def test_without_a_warehouse_every_question_is_exit_1_and_no_folder_is_made(tmp_path, command):
    said = refused(kpi(*command, data=tmp_path / "data"), 1)
    assert "run `kpi run`" in said
    assert list(tmp_path.iterdir()) == []


def test_before_the_first_run_status_says_so_in_both_languages(tmp_path):
    assert "まだ実行がない" in kpi("status", data=tmp_path / "data").stdout
    assert "no run yet" in kpi("status", "--lang", "en", data=tmp_path / "data").stdout


@pytest.mark.parametrize(
    ("folder", "command"), [("runs", "status"), ("warehouse", "progress"), ("snapshots", "verify")]
)
def test_a_folder_that_may_not_be_read_is_named_with_what_to_do(data, folder, command):
    (data / folder).chmod(0)
    said = refused(bound(command, data=data), 1)
    assert f"{data / folder}" in said
    assert "Permission denied; correct owner and permissions there" in said


def test_a_folder_that_may_not_be_written_to_is_no_place_for_an_export(data, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    said = refused(kpi("export", "--to", tmp_path / "file", data=data), 1)
    assert said == f"kpi: the folder {tmp_path / 'file'} cannot be written (File exists); choose another with --to\n"


def test_a_register_that_may_not_be_written_to_is_named_and_stays(data, tmp_path):
    register = shutil.copytree(PROJECT_ROOT / "sources" / "register", tmp_path / "register")
    before = (register / "fertility.csv").read_bytes()
    register.chmod(0o555)
    said = refused(bound("record", "fertility", *ROW, *CITED, data=data, KPI_REGISTER_DIR=register), 1)
    assert f"{register}" in said
    assert "correct owner and permissions there" in said
    assert (register / "fertility.csv").read_bytes() == before


@pytest.mark.parametrize(
    "command",
    [
        *(["run", "--offline", "--inline"], ["rebuild"], ["report"], ["export"], ["serve"], ["verify"], ["doctor"]),
        *(["progress"], ["explain", "tfr"], ["sources"], ["sources", "check"]),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("empty", ["", " "], ids=repr)
def test_an_empty_folder_is_exit_2_and_never_the_working_folder(tmp_path, command, empty):
    ended = kpi(*command, "--data-dir", empty, data=tmp_path / "data")
    assert refused(ended, 2) == "kpi: --data-dir is empty; name a folder, or leave it out\n"
    assert list(tmp_path.iterdir()) == []


def test_an_export_to_an_empty_folder_is_exit_2_and_writes_nothing(data, tmp_path):
    assert refused(kpi("export", "--to", "", data=data), 2) == "kpi: --to is empty; name a folder, or leave it out\n"
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_a_folder_without_strategies_is_said_by_the_name_of_its_setting(tmp_path):
    ended = kpi("run", "--offline", "--inline", data=tmp_path / "data", KPI_STRATEGIES_DIR=tmp_path / "nowhere")
    assert "check KPI_STRATEGIES_DIR" in refused(ended, 2)


# ---------------------------------------------------------------- terminals and pipes


@pytest.mark.parametrize("command", [["progress"], ["progress", "--format", "json"], ["explain", "tfr"]], ids=" ".join)
def test_an_encoding_without_japanese_is_named_with_the_one_that_has_it(offline, command):
    ended = kpi(*command, data=offline[0], PYTHONIOENCODING="ascii")
    assert refused(ended, 2) == "kpi: this cannot be written in the encoding ascii; set PYTHONIOENCODING=utf-8\n"


def test_in_the_c_locale_japanese_is_written_in_utf_8(offline):
    assert "合計特殊出生率" in kpi("progress", data=offline[0], LC_ALL="C").stdout


def test_a_reader_that_has_seen_enough_is_no_trouble_to_tell_of(offline):
    process = subprocess.Popen(
        [KPI, "sql", "SELECT * FROM core.observation", "--format", "csv"],
        env=environment(offline[0]),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stdout.readline()
    process.stdout.close()
    process.wait(timeout=60)
    assert process.stderr.read() == b""
    process.stderr.close()


@pytest.mark.parametrize("command", ["progress", "status", "sources", "quarantine", "diff", "doctor"])
def test_a_narrow_terminal_is_kept_to(offline, command):
    ended = kpi(
        command, data=offline[0], COLUMNS="40", LINES="25", FORCE_COLOR="1", TERM="dumb", **settings_for(NOBODY)
    )
    assert ended.stderr == ""
    assert max(cell_len(line.rstrip()) for line in ended.stdout.splitlines()) <= 40


# ---------------------------------------------------------------- the language of a run


def test_a_run_speaks_the_language_that_is_asked_for(data):
    japanese, english = (kpi("run", "--offline", "--inline", "--lang", lang, data=data).stdout for lang in ("ja", "en"))
    assert "目標時点の判定" in japanese
    assert "結果          degraded（一部縮退）：公開済みの版のまま。データ源：" in japanese
    assert f"{data}/report/index.html" in japanese
    assert "at the target" in english
    assert "outcome     degraded: nothing new, no new file; " in english
    assert f"{data}/report/en/index.html" in english
