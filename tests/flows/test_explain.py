"""`kpi explain` and `kpi yardsticks`: the whole chain from the grade to the row as printed, as text and as JSON."""

import json

import pytest
from typer.testing import CliRunner

from flows import cli
from flows.printed import printed_rows
from sources.snapshots import SnapshotStore
from tests.flows.published import B_2025
from warehouse.evidence import evidence

PREFECTURE = "tfr~ssdse_b.A4103@17000"
KEYS_OF_A_PERIOD = {
    *("period", "vintage", "target_version", "status", "status_ja", "status_en", "jp_grade", "verdict_kind"),
    *("confidence", "reason", "reason_ja", "reason_en", "flags", "rules", "figures", "formulas", "observations"),
}


@pytest.fixture
def ask(offline):
    """Ask about the data folder of an offline night."""
    data, ended = offline
    assert ended.returncode == 0, ended.stderr

    def run(*arguments):
        result = CliRunner().invoke(cli.app, [*arguments, "--data-dir", str(data)])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.stdout

    return run


def explained(ask, *arguments):
    return json.loads(ask("explain", *arguments, "--format", "json"))


# ---------------------------------------------------------------- the structure


def test_the_json_has_the_documented_form(ask):
    found = explained(ask, "visitors")
    assert found["schema"] == "kpi-explanation-1"
    assert set(found) == {"schema", "kpi", "targets", "periods"}
    assert (found["kpi"]["kpi_id"], found["kpi"]["series_id"]) == ("visitors", "ishikawa.visitors")
    assert [target["target_printed"] for target in found["targets"]] == ["1,000万人"]
    assert [set(period) for period in found["periods"]] == [KEYS_OF_A_PERIOD] * len(found["periods"])


def test_every_period_ends_its_rules_with_its_status_and_newest_comes_first(ask):
    for kpi in ("tfr", "students", "visitors", "brand", "vision", PREFECTURE):
        periods = explained(ask, kpi)["periods"]
        assert [period["rules"][-1]["status"] for period in periods] == [period["status"] for period in periods]
        assert {rule["held"] for period in periods for rule in period["rules"][:-1]} <= {False}


def test_the_figure_and_the_baseline_are_there_with_their_rows_in_the_register(ask):
    (period,) = explained(ask, "visitors", "--period", "2017")["periods"]
    actual, baseline = period["observations"]
    assert [(o["role"], o["raw_text"], o["raw_unit"]) for o in (actual, baseline)] == [
        ("actual", "10221", "千人"),
        ("baseline", "844", "万人"),
    ]
    assert actual["printed"]["text"].startswith("ishikawa.visitors,17901,2017,10221,,,千人,A,secondary,")
    assert actual["printed"]["publishers_bytes"] is False
    assert len(actual["source"]["snapshot_id"]) == 64


def test_a_recorded_figure_shows_our_line_and_says_that_the_bytes_are_not_held(ask):
    (period,) = explained(ask, PREFECTURE, "--period", "2022")["periods"]
    printed = period["observations"][0]["printed"]
    assert "ssdse_b.A4103,17000,CY,2022-01-01,2022-12-31,1.38" in printed["text"]
    assert printed["publishers_bytes"] is False
    assert "not held here" in printed["why_not_en"]


def test_as_of_a_day_only_what_was_public_then_is_explained(ask):
    assert "2022" not in [p["period"] for p in explained(ask, "tfr", "--as-of", "2024-06-19")["periods"]]
    assert "2022" in [p["period"] for p in explained(ask, "tfr", "--as-of", "2024-06-20")["periods"]]


def test_a_period_that_has_no_row_is_no_error(ask):
    assert explained(ask, "tfr", "--period", "1999") == {
        "schema": "kpi-explanation-1",
        "kpi": None,
        "targets": [],
        "periods": [],
    }
    assert "there is no row: no figure of that period" in ask("explain", "tfr", "--period", "1999", "--lang", "en")


# ---------------------------------------------------------------- the text


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "ja",
            ["前倒しで達成", "規則（上から順に試す）", "原文の行: visitors.csv:6", "進捗率 p: p = (A − B) / (T − B)"],
        ),
        ("en", ["achieved early", "rules, tried from the top", "row as printed: visitors.csv:6", "pace r: r = p /"]),
    ],
)
def test_the_text_tells_the_same_in_both_languages(ask, lang, words):
    answer = ask("explain", "visitors", "--period", "2017", "--lang", lang)
    assert [word for word in words if word not in answer] == []
    assert "✓ ACHIEVED_EARLY" in answer
    assert "× NA_NO_DATA" in answer


def test_the_fertility_rate_has_a_standard_error_from_the_births_of_its_year(ask):
    (period,) = explained(ask, "tfr", "--period", "2022")["periods"]
    errors = {formula["name"]: formula["result"] for formula in period["formulas"]}
    (births,) = json.loads(
        ask(
            "sql",
            "SELECT value FROM core.observation WHERE series_id = 'ssdse_a.A4101' AND area_code = '17201'"
            " AND period = '2022' AND known_to IS NULL",
            "--format",
            "json",
        )
    )
    assert errors["se"] == pytest.approx(1.35 / births["value"] ** 0.5)
    assert "p_se" not in errors  # the births of 2013, behind the baseline, are not known
    assert "standard error 0.0" in ask("progress", "--kpi", "tfr", "--lang", "en")


# ---------------------------------------------------------------- rows of files that are held, changed or lost


def figures(town):
    found = evidence(town.current, PREFECTURE, "2022")
    return found.figures_behind(found.rows[0])


def printed(town):
    return printed_rows(town.data / "snapshots", town.register)(figures(town)[0])


def test_a_fetched_figure_shows_the_publishers_row_from_its_bytes(town):
    found = printed(town)
    assert found.publishers_bytes
    assert found.text.startswith("2022,R17000,石川県,")
    assert found.text in town.replica.files[B_2025].decode("cp932")


def test_bytes_that_are_lost_are_missed_in_words(town):
    SnapshotStore(town.data / "snapshots").path(figures(town)[0]["snapshot_id"]).unlink()
    found = printed(town)
    assert found.text == ""
    assert "this snapshot is missing" in found.why_not_en
    assert found.why_not_ja.startswith("原本を読めない：")
    assert "保管したファイルがない。バックアップから戻すか" in found.why_not_ja


def test_bytes_that_may_not_be_read_are_told_and_take_no_page_down(town):
    path = SnapshotStore(town.data / "snapshots").path(figures(town)[0]["snapshot_id"])
    path.unlink()
    path.mkdir()  # which nobody may read as a file, root neither
    found = printed(town)
    assert (found.text, found.why_not_en) == ("", f"[Errno 21] Is a directory: '{path}'")
    assert found.why_not_ja == f"原本を読めない：ファイルがあるべき所にフォルダーがある（'{path}'）"


def test_a_register_that_changed_since_is_said_beside_its_row(town):
    found = evidence(town.current, "visitors", "2017")
    (figure, _) = found.figures_behind(found.rows[0])
    path = town.register / "visitors.csv"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert printed_rows(town.data / "snapshots", town.register)(figure).why_not_en == "the register has changed since"
    path.unlink()
    assert printed_rows(town.data / "snapshots", town.register)(figure).why_not_en == "no such file"


@pytest.mark.parametrize(("line", "why"), [(0, "no such line"), (10_000, "no such line")])
def test_a_line_that_the_file_does_not_have_is_said(town, line, why):
    figure = figures(town)[0] | {"source_line": line}
    assert why in printed_rows(town.data / "snapshots", town.register)(figure).why_not_en


def test_a_file_that_is_no_text_has_no_row_to_print(town):
    store = SnapshotStore(town.data / "snapshots")
    figure = figures(town)[0] | {"snapshot_id": store.keep(b"PK\x03\x04\xff\xfe\x00\x81")}
    assert "not a text file" in printed_rows(town.data / "snapshots", town.register)(figure).why_not_en


# ---------------------------------------------------------------- other yardsticks


def test_yardsticks_stand_beside_our_status_with_a_reason_for_every_silence(ask):
    rows = json.loads(ask("yardsticks", "visitors", "--format", "json"))
    known = {row["method_key"]: row for row in rows if row["period"] == "2017"}
    assert (known["nagano"]["status"], known["nagano"]["own_status"]) == ("A", "ACHIEVED_EARLY")
    assert [row for row in rows if not row["reason"] and row["metric"] is None] == []


@pytest.mark.parametrize(("lang", "words"), [("ja", "判定ではない"), ("en", "never the grade")])
def test_the_table_of_yardsticks_says_that_it_is_no_grade(ask, lang, words):
    answer = ask("yardsticks", "--lang", lang)
    assert words in answer
    assert "target_achieved" in answer
