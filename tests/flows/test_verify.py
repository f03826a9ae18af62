"""`kpi verify`: every published row follows from the bytes that it came from, or it is named with what to do."""

import json
import shutil

import duckdb
import pytest

from flows.verify import verify_published
from reports.endings import of_verification
from settings import load
from sources.snapshots import SnapshotStore
from tests.flows.command import kpi
from tests.flows.published import B_2025, CITY_202606
from warehouse.connect import WarehouseError


def verified(town):
    settings = load(town.data).model_copy(update={"register_dir": town.register, "strategies_dir": town.strategies})
    return verify_published(settings)


def snapshot_of(town, resource):
    store = SnapshotStore(town.data / "snapshots")
    return store.path(store.last_good(resource).snapshot_id)


def tamper(town, statement):
    """Change the published file in place, as nobody should."""
    file = town.current.resolve()
    file.chmod(0o644)
    with duckdb.connect(str(file)) as connection:
        connection.execute(statement)


def rewritten(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_after_a_good_night_everything_follows_from_the_bytes(town):
    found = verified(town)
    assert found.failures == []
    ((figures, files),) = (
        row.values()
        for row in town.ask("SELECT count(*) AS figures, count(DISTINCT resource_id) AS files FROM core.observation")
    )
    assert (found.figures, found.files) == (figures, files)
    assert found.without_bytes < figures
    assert of_verification(found.counts(), found.failures, "en").endswith("\neverything that is published follows")


def test_a_restated_figure_follows_from_both_of_its_files(town):
    town.replica.files[CITY_202606] = town.replica.files[CITY_202606].replace(b"538749", b"538751")  # hypothetical
    assert town.night().outcome == "ok"
    assert verified(town).failures == []


def test_recorded_figures_are_compared_with_our_lines_and_counted_apart(offline):
    for lang, words in (("en", "recorded lines, whose files are not held here"), ("ja", "個は収録値の行")):
        ended = kpi("verify", "--lang", lang, data=offline[0])
        assert (ended.returncode, ended.stderr) == (0, "")
        assert words in ended.stdout


def test_a_snapshot_that_was_changed_on_disk_is_found_by_its_fingerprint(town):
    path = snapshot_of(town, "ssdse/B-2025")
    path.write_bytes(path.read_bytes().replace(b"1.38", b"1.83"))
    (failure,) = verified(town).failures
    assert failure.startswith("ssdse/B-2025 (")
    assert "damaged" in failure
    assert "fetch it anew with `kpi run`" in failure


def test_a_snapshot_that_is_gone_is_named(town):
    snapshot_of(town, "ssdse/E-2023").unlink()
    (failure,) = verified(town).failures
    assert "ssdse/E-2023" in failure
    assert "missing" in failure


def test_a_published_figure_that_was_changed_no_longer_follows(town):
    tamper(
        town,
        "UPDATE core.observation SET value = 1.83 WHERE series_id = 'ssdse_b.A4103' AND area_code = '17000'"
        " AND period = '2022'",
    )
    failures = verified(town).failures
    assert "its content is not what was published" in failures[0]
    assert "ssdse_b.A4103 17000 2022 is published as 1.83, the file says 1.38" in failures[1]
    assert any(failure.startswith("mart.kpi_progress tfr~ssdse_b.A4103@17000") for failure in failures)


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE mart.kpi_progress SET status = 'ON_TRACK' WHERE kpi_id = 'tfr' AND period = '2022'", "status: MOVING"),
        ("DELETE FROM mart.kpi_verdict", "mart.kpi_verdict vision: the whole row"),
        ("UPDATE mart.kpi_trace SET held = NOT held WHERE kpi_id = 'vision'", "mart.kpi_trace vision"),
        ("UPDATE mart.kpi_yardstick SET status = 'A' WHERE method_key = 'nagano' AND period = '2022'", "status: C"),
        ("UPDATE core.kpi SET area_code = '17000' WHERE kpi_id = 'tfr'", "core.kpi tfr: area_code: 17201 recomputed"),
        (
            "UPDATE core.series SET unit = '千人' WHERE series_id = 'kanazawa.guests'",
            "core.series kanazawa.guests: unit",
        ),
        (
            "UPDATE core.correction SET value = 1 WHERE correction_id LIKE '%2014%'",
            "core.correction guests-2014-months",
        ),
        ("UPDATE core.kpi_target SET target_value = 1.3 WHERE kpi_id = 'tfr'", "core.kpi_target tfr 1: target_value"),
        ("UPDATE mart.scorecard SET kpis = kpis + 1", "mart.scorecard"),
        ("INSERT INTO mart.kpi_latest (kpi_id) VALUES ('happiness')", "happiness: a row that nothing gives"),
    ],
)
def test_a_row_of_the_marts_that_was_changed_is_named_with_what_it_should_be(town, statement, named):
    tamper(town, statement)
    assert any(named in failure for failure in verified(town).failures)


def test_a_row_of_the_register_that_was_changed_without_a_run_is_named(town):
    rewritten(
        town.register / "visitors.csv", "ishikawa.visitors,17901,2017,10221", "ishikawa.visitors,17901,2017,10222"
    )
    (failure,) = verified(town).failures
    assert "register/visitors: ishikawa.visitors 17901 2017 is published as 10221000.0" in failure
    assert "the file says 10222000.0" in failure
    assert "`kpi run` takes it over" in failure


def test_a_row_added_to_the_register_takes_nothing_from_what_is_published(town):
    path = town.register / "visitors.csv"
    first, _, rest = path.read_text(encoding="utf-8").partition("\n")
    added = "ishikawa.visitors,17901,2018,1000,,,万人,A,secondary,hypothetical,hypothetical,,2019-05-01,2026-11-23,"
    path.write_text(f"{first}\n{added}\n{rest}", encoding="utf-8")
    assert verified(town).failures == []


def test_a_register_file_that_is_gone_is_named(town):
    (town.register / "vision.csv").unlink()
    assert "vision.csv is gone; restore it" in verified(town).failures[0]


def test_a_log_of_fetches_that_lost_its_lines_is_named(town):
    log = town.data / "snapshots" / "fetches.jsonl"
    lines = log.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if json.loads(line)["resource"] != "ssdse/B-2025"]
    log.write_text("".join(kept), encoding="utf-8")
    (failure,) = verified(town).failures
    assert "the log of fetches has no line about it" in failure


def test_another_strategy_than_the_published_one_shows_in_every_row_that_it_moves(town, tmp_path):
    town.strategies = shutil.copytree(town.strategies, tmp_path / "strategies")
    (path,) = town.strategies.glob("*.toml")
    rewritten(path, 'value = 10000000\nprinted = "1,000万人"', 'value = 11000000\nprinted = "1,100万人"')
    failures = verified(town).failures
    assert any(f.startswith("core.kpi_target visitors 1: target_value: 11000000.0") for f in failures)
    assert any(f.startswith("mart.kpi_progress visitors") for f in failures)


def test_the_command_ends_with_1_and_prints_one_line_a_failure(town):
    snapshot_of(town, "ssdse/B-2025").unlink()
    for lang, label, said in (("en", "not so ", "missing"), ("ja", "不一致 ", "保管したファイルがない")):
        ended = kpi("verify", "--lang", lang, data=town.data, KPI_REGISTER_DIR=town.register)
        assert ended.returncode == 1
        failures = [line for line in ended.stdout.splitlines() if line.startswith(label)]
        assert any(said in line for line in failures)
        assert "Traceback" not in ended.stderr
        assert B_2025 not in ended.stderr


def test_without_a_published_file_there_is_nothing_to_verify(tmp_path):
    with pytest.raises(WarehouseError, match="run `kpi run`"):
        verify_published(load(tmp_path))
