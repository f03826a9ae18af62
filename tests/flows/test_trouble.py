"""What a night does about each kind of trouble: degrade and say so, keep what was good, never invent, never fall."""

import re
import shutil

import pytest

from flows.build import BuildRefusedError
from flows.run_record import past_runs
from sources.recorded import recorded
from sources.register import RegisterError
from sources.strategy import StrategyError
from tests.flows.conftest import BAD_ROWS, moved
from tests.flows.published import B_2025, E_2023
from tests.flows.town import NOBODY
from tests.publishers.misbehaviour import maintenance_page, status, truncated

E_FIGURES = "resource_id = 'ssdse/E-2023'"
B_FIGURES = "resource_id = 'ssdse/B-2025'"
PREFECTURE_TFR = "series_id = 'ssdse_b.A4103' AND area_code = '17000' AND period = '2022'"


def replace_text(town, path, old, new):
    """Change what a publisher serves, in the encoding of its file."""
    body = town.replica.files[path].decode("cp932")
    assert old in body
    town.replica.files[path] = body.replace(old, new, 1).encode("cp932")


def of_prefecture(series_id):
    """The cell of a figure of SSDSE-E for Ishikawa, with what stands around it."""
    return f"series_id = '{series_id}' AND area_code = '17000'"


def acquisitions(town, where):
    return {row["acquisition"] for row in town.ask(f"SELECT DISTINCT acquisition FROM core.observation WHERE {where}")}


# ---------------------------------------------------------------- a publisher's bad night


def test_a_publisher_that_is_down_leaves_its_last_good_figures_marked_stale_and_the_night_degraded(town):
    before = town.figures("true")
    town.base_url = {"ssdse": NOBODY}
    record = town.night()
    assert (record.outcome, record.exit_code) == ("degraded", 0)
    source = town.source(record, "ssdse")
    assert source["state"] == "stale"
    assert "no connection" in source["reason"]
    assert source["age_days"] == 0
    assert town.source(record, "digital_tourism")["state"] == "live"
    assert town.figures("true") == before
    assert acquisitions(town, E_FIGURES) == {"stale"}


def test_a_publisher_that_was_never_reached_is_replaced_by_the_recorded_figures(new_town):
    new_town.base_url = {"ssdse": NOBODY, "digital_tourism": NOBODY}
    record = new_town.night()
    assert record.outcome == "degraded"
    source = new_town.source(record, "ssdse")
    assert (source["state"], source["age_days"]) == ("recorded", None)
    assert acquisitions(new_town, E_FIGURES) == {"recorded"}
    assert new_town.ask("SELECT count(*) AS kpis FROM mart.kpi_latest") == [{"kpis": 5}]


def test_a_night_of_trouble_that_repeats_is_degraded_each_time_and_builds_only_once(town):
    town.base_url = {"ssdse": NOBODY}
    assert [town.night().outcome for _ in range(2)] == ["degraded", "degraded"]
    assert len(town.published) == 2


def test_the_night_after_the_trouble_is_well_again(town):
    town.replica.files[E_2023] += b"\r\n"
    town.replica.misbehave(E_2023, maintenance_page)
    assert town.night().outcome == "degraded"
    assert town.night().outcome == "ok"
    assert acquisitions(town, E_FIGURES) == {"live"}


REFUSED = {
    "a web page": (lambda body: b"<!DOCTYPE html><html><body>sorry</body></html>", "a web page"),
    "an empty file": (lambda body: b"", "empty"),
    "a file cut in its last line": (lambda body: body[:-30], "cut in its last line"),
    "half a file": (lambda body: body[: body.index(b"\r\nR17000") + 2], "shrunk from"),
    "another encoding": (lambda body: body.decode("cp932").encode("euc_jp"), "UTF-8"),
    "a table without one column": (lambda body: body.replace(b"A4103", b"Z9999", 1), "column A4103"),
    "a table without one area": (
        lambda body: body.replace(body[body.index(b"R17000") :], body[body.index(b"R00000") : body.index(b"R17000")]),
        "areas vanished (17000)",
    ),
}


@pytest.fixture(scope="module")
def one_town(after_a_good_night, tmp_path_factory):
    """One place for all refused files: as none of them counts, they cannot disturb each other."""
    return moved(after_a_good_night, tmp_path_factory.mktemp("refused"))


@pytest.mark.parametrize("kind", REFUSED)
def test_a_file_that_is_not_what_it_should_be_is_refused_and_kept_and_the_last_good_stays(one_town, replica, kind):
    town, (spoil, reason) = one_town, REFUSED[kind]
    before = town.figures("true")
    replica.files[E_2023] = spoiled = spoil(replica.files[E_2023])
    record = town.night()
    source = town.source(record, "ssdse")
    assert (record.outcome, source["state"], source["refused"]) == ("degraded", "stale", 1)
    assert reason in source["reason"]
    assert "ssdse/E-2023" in source["reason"]
    assert town.figures("true") == before
    assert spoiled in [path.read_bytes() for path in (town.data / "snapshots" / "bytes").glob("*/*")]
    assert acquisitions(town, E_FIGURES) == {"stale"}
    assert acquisitions(town, B_FIGURES) == {"live"}


@pytest.mark.parametrize(
    "mood", [status(503), status(429, retry_after="0"), truncated], ids=["busy", "too many requests", "cut connection"]
)
def test_a_trouble_that_passes_costs_a_second_try_and_nothing_else(town, mood):
    town.replica.files[B_2025] = town.replica.files[B_2025].replace(b"\r\n", b"\n")
    town.replica.misbehave(B_2025, mood)
    assert town.night().outcome == "unchanged"
    assert town.replica.count(B_2025) == 2


@pytest.mark.parametrize("mood", [status(500), truncated], ids=["error", "cut connection"])
def test_a_trouble_that_stays_leaves_the_last_good_figures(town, mood):
    town.replica.misbehave(B_2025, *[mood] * 8)
    town.replica.files[B_2025] += b"\r\n"
    record = town.night()
    assert town.source(record, "ssdse")["failed"] == 1
    assert acquisitions(town, B_FIGURES) == {"stale"}
    assert acquisitions(town, E_FIGURES) == {"live"}


# ---------------------------------------------------------------- cells


def recorded_figures_of_ishikawa():
    rows = next(entry for entry in recorded("ssdse") if entry.resource.id == "ssdse/E-2023").rows
    return rows[rows["area_code"] == "17000"].to_dict("records")


@pytest.fixture
def odd_cells(new_town):
    """A night in which SSDSE-E prints the figures of Ishikawa in odd ways."""
    figures = {row["source_column"]: row["raw_text"] for row in recorded_figures_of_ishikawa()}
    head, prefecture = new_town.replica.files[E_2023].decode("cp932").split("R17000")
    full_width = f"{int(figures['A1101']):,}".translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789,"})
    for column, text in {
        "A1101": f'"{full_width}"',
        "A4101": "△12",
        "A4200": "-",
        "A9101": "***",
        "A9201": "X",
    }.items():
        assert f",{figures[column]}" in prefecture
        prefecture = prefecture.replace(f",{figures[column]}", f",{text}", 1)
    new_town.replica.files[E_2023] = (head + "R17000" + prefecture).encode("cp932")
    return new_town, int(figures["A1101"])


def test_odd_cells_are_read_or_quarantined_and_never_become_zero(odd_cells):
    town, population = odd_cells
    record = town.night()
    assert record.outcome == "ok"
    assert [row[2] for row in town.figures(of_prefecture("ssdse_e.A1101"))] == [population]
    for series in ("A4101", "A4200", "A9101", "A9201"):
        assert town.figures(of_prefecture(f"ssdse_e.{series}")) == []
    rows = town.ask("SELECT series_id, rule, reason, raw, resource_id, source_line FROM ops.quarantine")
    refused = {(row["series_id"], row["rule"]): row["reason"] for row in rows}
    assert "△12" in refused["ssdse_e.A4101", "not_below_minimum"]
    for series, symbol in (("A4200", "-"), ("A9101", "***"), ("A9201", "X")):
        assert f'the meaning of "{symbol}" is not known' in refused[f"ssdse_e.{series}", "status_listed"]
    assert {(row["resource_id"], row["source_line"]) for row in rows} == {("ssdse/E-2023", 5)}
    assert town.source(record, "ssdse")["quarantined"] == len({row["raw"] for row in rows}) < len(rows)
    assert town.ask("SELECT count(*) AS zeros FROM core.observation WHERE value = 0 AND series_id LIKE 'ssdse_e%'") == [
        {"zeros": 0}
    ]


def test_a_key_with_two_figures_is_quarantined_whole_and_the_rest_stays(town):
    body = town.replica.files[B_2025].decode("cp932")
    year = next(line for line in body.splitlines() if line.startswith("2022,"))
    hypothetical = year.replace(",1.38,", ",1.39,")
    town.replica.files[B_2025] = (body + hypothetical + "\r\n").encode("cp932")
    record = town.night()
    assert record.outcome == "ok"
    rows = town.ask("SELECT rule, reason FROM ops.quarantine WHERE series_id = 'ssdse_b.A4103'")
    assert {row["rule"] for row in rows} == {"one_figure_per_key"}
    assert len(rows) == 2
    assert all("1.38" in row["reason"] and "1.39" in row["reason"] for row in rows)
    assert [row[2] for row in town.figures(PREFECTURE_TFR)] == [1.38]


def test_a_source_with_too_many_bad_rows_stops_and_keeps_its_last_good_figures(town):
    before = town.figures("true")
    body = town.replica.files[E_2023].decode("cp932")
    head, prefecture = body.split("R17000")
    cells = prefecture.rstrip("\r\n").split(",")
    cells[2:9] = ["******"] * 7
    town.replica.files[E_2023] = (head + "R17000" + ",".join(cells) + "\r\n").encode("cp932")
    record = town.night()
    source = town.source(record, "ssdse")
    assert (record.outcome, source["state"]) == ("degraded", "stale")
    assert "quarantined (limit 20%)" in source["reason"]
    assert town.figures("true") == before


# ---------------------------------------------------------------- the register


@pytest.mark.parametrize("kind", BAD_ROWS)
def test_a_bad_register_row_goes_to_quarantine_with_its_line_and_the_reason(bad_rows, kind):
    town, _, first = bad_rows
    line = first + list(BAD_ROWS).index(kind)
    rows = town.ask(
        f"SELECT reason FROM ops.quarantine WHERE resource_id = 'register/visitors' AND source_line = {line}"
    )
    assert len(rows) == 1
    assert BAD_ROWS[kind][1] in rows[0]["reason"]


def test_bad_register_rows_leave_all_other_rows_where_they_were(bad_rows, after_a_good_night):
    town, record, _ = bad_rows
    assert town.source(record, "register")["quarantined"] == len(BAD_ROWS)
    assert town.figures("true") == after_a_good_night.figures("true")


def test_a_register_file_that_is_none_stops_the_night_by_name_and_the_published_file_stays(town):
    before = town.published
    (town.register / "brand.csv").write_text("not,a,register\n1,2,3\n", encoding="utf-8")
    with pytest.raises(RegisterError, match=r"register/brand: column .* is missing; the columns are"):
        town.night(offline=True)
    assert town.published == before


# ---------------------------------------------------------------- nothing half-published


def lose_figures(town):
    for file in ("population", "tourism", "digital_tourism_other_files"):
        (town.register / f"{file}.csv").unlink()


def test_a_file_that_lost_figures_is_not_published_and_the_old_one_stays(town):
    before, content = town.published, town.figures("true")
    lose_figures(town)
    with pytest.raises(BuildRefusedError) as refused:
        town.night(offline=True)
    said = str(refused.value)
    assert "nothing was published: observations_kept (core.observation): 観測値が、" in said
    assert re.search(rf" fell from \d+ in {before[-1]} to \d+ \(5 % at most\); lost by source: register −132 \(", said)
    assert "(tourism −55, population −39, digital_tourism_other_files −38); restore these files" in said
    assert (town.published, town.figures("true")) == (before, content)
    assert left_over(town) == []
    last = past_runs(town.data / "runs")[-1]
    assert (last.outcome, last.exit_code, last.published) == ("failed", 1, "")


def test_a_file_of_the_register_that_is_gone_stops_the_night_however_small_it_was(town):
    before = town.published
    (town.register / "vision.csv").unlink()
    with pytest.raises(BuildRefusedError, match=r"register_files_kept .* files of the register: vision; restore them"):
        town.night(offline=True)
    assert town.published == before


def test_figures_are_not_lost_either_when_only_the_link_was_removed(town):
    before = town.published
    town.current.unlink()
    lose_figures(town)
    with pytest.raises(BuildRefusedError, match=f"observations fell from .* in {before[-1]} to "):
        town.night(offline=True)
    assert town.published == before
    assert not town.current.exists()


def test_a_damaged_file_is_passed_over_and_figures_are_compared_with_the_one_before(town):
    kept = town.current.resolve()
    damaged = kept.with_name("kpi-99999999T999999999Z.duckdb")
    damaged.write_bytes(b"cut")
    town.current.unlink()
    town.current.symlink_to(damaged.name)
    lose_figures(town)
    with pytest.raises(BuildRefusedError, match=f"observations fell from .* in {kept.name} to "):
        town.night(offline=True)


def test_figures_that_are_meant_to_go_go_as_the_refusal_says(town, tmp_path):
    lose_figures(town)
    for file in town.current.parent.glob("kpi-*.duckdb"):
        file.rename(tmp_path / file.name)
    assert town.night(offline=True, anew=True).published


def test_a_build_that_breaks_publishes_nothing_and_a_rebuild_heals_it(town):
    before = town.published
    for part in (town.data / "parts").glob("*/rows.parquet"):
        part.write_bytes(b"damaged by a full disk")
    town.replica.files[B_2025] = town.replica.files[B_2025].replace(b",1.38,", b",1.39,")  # hypothetical
    with pytest.raises(Exception, match="parquet"):
        town.night()
    assert town.published == before
    assert town.ask("SELECT count(*) AS kpis FROM mart.kpi_latest") == [{"kpis": 5}]
    assert town.night(anew=True).outcome == "ok"
    assert left_over(town) == []


def test_a_strategy_that_cannot_be_used_stops_the_night_before_anything_is_published(town, tmp_path):
    town.strategies = tmp_path / "strategies"
    shutil.copytree(town.__class__.strategies, town.strategies)
    file = town.strategies / "kanazawa-2015.toml"
    file.write_text(
        file.read_text(encoding="utf-8").replace('series = "kanazawa.tfr"', 'series = "no.such"'), encoding="utf-8"
    )
    before = town.published
    with pytest.raises(StrategyError, match=r"kanazawa-2015\.toml.*no\.such"):
        town.night(offline=True)
    assert town.published == before


def left_over(town):
    return [path.name for path in (town.data / "warehouse").iterdir() if path.name.startswith(".")]


def test_a_damaged_record_of_an_earlier_run_is_told_and_stops_no_night(town, caplog):
    (town.data / "runs" / f"{past_runs(town.data / 'runs')[-1].run_id}.json").write_text("{", encoding="utf-8")
    again = town.night(offline=True)
    assert again.outcome in ("ok", "unchanged", "degraded")
    assert "is damaged and left out; restore this record" in caplog.text
    assert past_runs(town.data / "runs")[-1].run_id == again.run_id
