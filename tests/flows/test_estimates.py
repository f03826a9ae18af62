"""Estimates of our own: made of whole sets of inputs only, with every vintage, and never the figure that grades a KPI.

All figures are hypothetical and small: two age groups are a whole schedule here.
"""

import json
import shutil
from dataclasses import dataclass, replace
from datetime import date

import pytest

from flows.estimates import estimates
from flows.verify import verify_published
from settings import load
from sources import estimate, publishers
from sources.estimate import recipes
from sources.publishers import CatalogError, source_ids
from tests.flows.command import kpi
from tests.flows.conftest import forget_catalog
from tests.flows.town import edit

RECIPES = """
id = "estimate"
name_ja = "当システムの推計"
name_en = "Estimates of this system"
adapter = "estimate"
licence = "of the inputs"
credit_ja = "推計"
credit_en = "estimate"
cadence = "none"
datasets = [
    { id = "tfr_direct", name_ja = "直接", name_en = "direct", options = { method = "direct", bands = [
        { age = "20-24", births = ["t.births_20"], women = ["t.women_20"] },
        { age = "25-29", births = ["t.births_25", "t.births_older"], women = ["t.women_25"] },
    ] } },
    { id = "tfr_indirect", name_ja = "間接", name_en = "indirect", options = { method = "indirect", births = "t.births", bands = [
        { age = "20-24", women = ["t.women_20"], reference_births = ["t.births_20"], reference_women = ["t.women_20"] },
        { age = "25-29", women = ["t.women_25"], reference_births = ["t.births_25"], reference_women = ["t.women_25"] },
    ] } },
]
series = [
    { id = "estimate.tfr_direct", dataset = "tfr_direct", indicator = "fertility_rate_estimated", name_ja = "直接推計", name_en = "direct", unit = "", decimals = 2, minimum = 0.5, maximum = 4 },
    { id = "estimate.tfr_indirect", dataset = "tfr_indirect", indicator = "fertility_rate_estimated", name_ja = "間接推計", name_en = "indirect", unit = "", decimals = 2, minimum = 0.5, maximum = 4 },
]
"""  # noqa: E501
SERIES = ("births", "births_20", "births_25", "births_older", "women_20", "women_25")


@pytest.fixture
def catalogue(tmp_path, monkeypatch):
    """The catalog with small recipes, and with their inputs as hand-kept series."""
    folder = shutil.copytree(publishers.CATALOG_DIR, tmp_path / "catalog")
    (folder / "estimate.toml").write_text(RECIPES, encoding="utf-8")
    with (folder / "register.toml").open("a", encoding="utf-8") as register:
        for name in SERIES:
            about = f'indicator = "{name}"\nname_ja = "入力"\nname_en = "{name}"\nunit = "人"\n'
            register.write(f'\n[[series]]\nid = "t.{name}"\n{about}')
        about = 'indicator = "fertility_rate"\nname_ja = "公表値"\nname_en = "published"\nunit = ""\n'
        register.write(f'\n[[series]]\nid = "t.rate"\n{about}')
    monkeypatch.setattr(publishers, "CATALOG_DIR", folder)
    forget_catalog()
    yield folder
    monkeypatch.undo()
    forget_catalog()


def figure(series, value, known_from="2020-09-01", **changed):
    """One input: of Kanazawa in 2019, unless said otherwise."""
    row = {"series_id": f"t.{series}", "area_code": "17201", "period_start": date(2019, 1, 1), "period": "2019"}
    row |= {"value": value, "evidence": "primary", "known_from": date.fromisoformat(known_from), "known_to": None}
    return row | {"known_from_basis": "date", "first_seen": None, "snapshot_id": "5ad1"} | changed


DIRECT = [
    figure("births_20", 100),
    figure("births_25", 280),
    figure("births_older", 20),
    figure("women_20", 2000, "2020-02-01"),
    figure("women_25", 2000, "2020-02-01"),
]
INDIRECT = [
    figure("births", 300, "2021-01-01"),
    *DIRECT[3:],
    *(
        row | {"area_code": "17000", "value": row["value"] * 4}
        for row in DIRECT
        if row["series_id"] != "t.births_older"
    ),
]


@dataclass
class Rows:
    """Finds figures among these rows, as a build finds them in its file."""

    rows: tuple[dict, ...]

    def places(self, series):
        return {(row["series_id"], row["area_code"]) for row in self.rows if row["series_id"] in series}

    def vintages(self, series, areas):
        found = [row for row in self.rows if row["series_id"] in series and row["area_code"] in areas]
        return sorted(found, key=lambda row: (row["series_id"], row["known_from"]))


def made_of(*rows):
    """All estimates from these inputs, and what is said of each series."""

    made = estimates(Rows(rows))
    return made.tables["core.observation"], {result.subject: result for result in made.results}


@pytest.mark.usefixtures("catalogue")
class TestFromRows:
    def test_births_by_age_over_women_by_age_times_five(self):
        [row], _ = made_of(*DIRECT)
        assert row["value"] == pytest.approx(5 * (100 / 2000 + 300 / 2000))
        assert row["se"] == pytest.approx((25 * (100 + 300) / 2000**2) ** 0.5)
        assert (row["series_id"], row["obs_status"], row["acquisition"]) == ("estimate.tfr_direct", "E", "derived")

    def test_an_age_at_which_nobody_was_born_is_a_rate_of_zero_and_no_gap(self):
        [row], _ = made_of(figure("births_20", 0.0), *DIRECT[1:])
        assert row["value"] == pytest.approx(5 * 300 / 2000)

    def test_all_births_over_those_that_the_prefectures_rates_would_give(self):
        [row] = [row for row in made_of(*INDIRECT)[0] if row["series_id"] == "estimate.tfr_indirect"]
        rates = 100 / 2000, 280 / 2000
        assert row["value"] == pytest.approx(5 * sum(rates) * 300 / (2000 * sum(rates)))
        assert row["se"] == pytest.approx(row["value"] / 300**0.5)
        assert row["area_code"] == "17201"

    def test_the_note_names_every_input_with_area_period_and_file(self):
        [row], _ = made_of(*DIRECT)
        assert row["note"] == (
            "当システムの推計（direct）。入力："
            "t.births_20, t.women_20, t.births_25, t.births_older, t.women_25 [17201 2019, SHA-256 5ad1]"
        )

    @pytest.mark.parametrize("gone", range(len(DIRECT)))
    def test_with_one_input_missing_there_is_no_figure(self, gone):
        rows, said = made_of(*DIRECT[:gone], *DIRECT[gone + 1 :])
        assert rows == []
        assert said["estimate.tfr_direct"].success
        assert f"nothing estimated: no figure of {DIRECT[gone]['series_id']}" in said["estimate.tfr_direct"].message

    def test_inputs_of_different_years_or_areas_are_never_put_together(self):
        other_year = DIRECT[0] | {"period_start": date(2020, 1, 1)}
        other_area = DIRECT[0] | {"area_code": "17202"}
        rows, said = made_of(*DIRECT[1:], other_year, other_area)
        assert rows == []
        assert said["estimate.tfr_direct"].message == "nothing estimated: no area has all inputs for one year"

    def test_an_input_that_only_has_a_symbol_gives_no_figure(self):
        assert made_of(*DIRECT[1:], DIRECT[0] | {"value": None})[0] == []

    def test_it_is_known_from_the_day_of_the_last_input_and_a_restated_input_makes_another_vintage(self):
        restated = DIRECT[0] | {"value": 120, "known_from": date(2021, 9, 1)}
        rows, _ = made_of(DIRECT[0] | {"known_to": date(2021, 9, 1)}, restated, *DIRECT[1:])
        assert [(row["known_from"], row["known_to"]) for row in rows] == [
            (date(2020, 9, 1), date(2021, 9, 1)),
            (date(2021, 9, 1), None),
        ]
        assert [row["value"] for row in rows] == [pytest.approx(1.0), pytest.approx(1.05)]

    def test_an_input_that_is_taken_back_ends_the_estimate(self):
        taken_back = DIRECT[0] | {"value": None, "known_from": date(2021, 9, 1)}
        [row], _ = made_of(DIRECT[0] | {"known_to": date(2021, 9, 1)}, taken_back, *DIRECT[1:])
        assert row["known_to"] == date(2021, 9, 1)

    def test_an_input_that_changes_nothing_makes_no_vintage(self):
        again = DIRECT[0] | {"known_from": date(2021, 9, 1), "snapshot_id": "other"}
        assert len(made_of(DIRECT[0] | {"known_to": date(2021, 9, 1)}, again, *DIRECT[1:])[0]) == 1

    def test_one_secondary_input_makes_the_estimate_secondary(self):
        [row], _ = made_of(*DIRECT[1:], DIRECT[0] | {"evidence": "secondary"})
        assert row["evidence"] == "secondary"

    def test_an_estimate_outside_the_plausible_range_is_left_out_with_a_warning(self):
        rows, said = made_of(*DIRECT[1:], DIRECT[0] | {"value": 2000})
        assert rows == []
        result = said["estimate.tfr_direct"]
        assert (result.action, result.success, result.failed) == ("warn", False, 1)

    def test_the_nation_has_no_wider_population_to_take_rates_from(self):
        rows, _ = made_of(*(row | {"area_code": "00000"} for row in INDIRECT[:3]), *INDIRECT[3:])
        assert [row for row in rows if row["series_id"] == "estimate.tfr_indirect"] == []


def test_a_recipe_that_cannot_be_used_is_named(catalogue):
    edit(catalogue / "estimate.toml", 'method = "direct"', 'method = "by feeling"')
    forget_catalog()
    with pytest.raises(CatalogError, match=r"estimate\.toml: tfr_direct\.method: .* correct this entry"):
        recipes()


def test_estimates_are_no_source_of_the_night():
    assert estimate.PUBLISHER not in source_ids()


PROXY = """
[[kpis.proxies]]
series = "estimate.tfr_direct"
area = "17201"
unit = ""
decimals = 2
direction = "increase"
period_kind = "CY"
why_ja = "推計"
why_en = "estimate"
"""


@pytest.fixture
def estimating(catalogue, new_town, tmp_path):
    """A place whose register holds the inputs and whose strategy shows the estimate beside the KPI."""
    header = "series_id,area_code,period,value,unit,obs_status,evidence,publisher,title,url,published_on,note"
    lines = [
        f"{row['series_id']},17201,2019,{row['value']},人,A,primary,誰か,何か,,{row['known_from']}," for row in DIRECT
    ]
    names = (new_town.register / "fertility.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
    lines.append("t.rate,17201,2019,1.25,,A,primary,誰か,何か,,2020-09-01,")
    rows = [dict(zip(header.split(","), line.split(","), strict=True)) for line in lines]
    text = "\n".join([",".join(names), *(",".join(row.get(name, "") for name in names) for row in rows)]) + "\n"
    (new_town.register / "inputs.csv").write_text(text, encoding="utf-8")
    strategies = shutil.copytree(new_town.strategies, tmp_path / "strategies")
    edit(strategies / "kanazawa-2015.toml", r"\n\[\[kpis.proxies\]\]\nseries = \"ssdse_b.A4103\"", PROXY + r"\g<0>")
    return replace(new_town, strategies=strategies)


def test_a_night_shows_an_estimate_beside_the_kpi_and_everything_about_it_still_follows(estimating, catalogue):
    record = estimating.night(offline=True)
    [row] = estimating.ask("SELECT * FROM mart.kpi_progress WHERE kpi_id = 'tfr~estimate.tfr_direct@17201'")
    assert (row["value"], row["obs_status"], row["acquisition"]) == (pytest.approx(1.0), "E", "derived")
    assert row["se"] == pytest.approx(0.05)
    assert {"PROXY", "ESTIMATED"} <= set(row["flags"])
    page = (estimating.data / "report" / "kpi" / "tfr.html").read_text(encoding="utf-8")
    assert "代替指標・当システムの推計" in page
    graded = estimating.ask("SELECT series_id FROM core.kpi WHERE kpi_id = 'tfr'")
    assert graded == [{"series_id": "kanazawa.tfr"}]

    settings = load(estimating.data).model_copy(
        update={"register_dir": estimating.register, "strategies_dir": estimating.strategies}
    )
    assert verify_published(settings).failures == []
    again = estimating.night(offline=True, anew=True)
    assert again.content_hash == record.content_hash
    published = f"mart.observation_of_run('{record.run_id}')"
    of_run = estimating.ask(f"SELECT acquisition FROM {published} WHERE series_id = 'estimate.tfr_direct'")
    assert [row["acquisition"] for row in of_run] == ["derived"]
    as_of = "SELECT count(*) AS n FROM mart.observation_as_of(DATE '{}') WHERE series_id = 'estimate.tfr_direct'"
    assert [estimating.ask(as_of.format(day))[0]["n"] for day in ("2020-08-31", "2020-09-01")] == [0, 1]

    edit(estimating.register / "inputs.csv", "^t.births_20,(.*),100,", r"t.births_20,\1,101,")
    failures = verify_published(settings).failures
    assert any("t.births_20" in failure for failure in failures)


def test_an_estimate_stands_beside_what_was_published_for_the_same_area_and_year(estimating, catalogue):
    estimating.night(offline=True)
    [row] = estimating.ask("FROM mart.estimate_error WHERE published_series_id = 't.rate'")
    assert (row["series_id"], row["area_code"], row["period"]) == ("estimate.tfr_direct", "17201", "2019")
    assert (row["estimate"], row["published"]) == (pytest.approx(1.0), 1.25)
    assert (row["difference"], row["share"]) == (pytest.approx(-0.25), pytest.approx(-0.2))
    assert row["standard_errors"] == pytest.approx(-5)


def test_explain_shows_what_an_estimate_is_made_of(estimating, catalogue):
    estimating.night(offline=True)
    from flows.printed import printed_rows
    from reports.explanation import as_json, explanation
    from warehouse.evidence import evidence

    found = explanation(
        evidence(estimating.current, "tfr~estimate.tfr_direct@17201"),
        printed_rows(estimating.data / "snapshots", estimating.register),
    )
    said = json.loads(as_json(found))
    assert "t.births_20" in json.dumps(said, ensure_ascii=False)
    assert "an estimate of our own" in json.dumps(said)


def test_a_night_without_inputs_writes_no_estimate_and_says_so(offline):
    data, _ = offline
    query = "SELECT subject, success, message FROM ops.check_result WHERE suite = 'estimates' ORDER BY subject"
    checks = json.loads(kpi("sql", query, "--format", "json", data=data).stdout)
    assert [(check["subject"], check["success"]) for check in checks] == [
        ("estimate.tfr_direct", True),
        ("estimate.tfr_indirect", True),
    ]
    assert all(check["message"].startswith("nothing estimated: no figure of ") for check in checks)
    count = json.loads(
        kpi(
            "sql",
            "SELECT count(*) AS n FROM core.observation WHERE acquisition = 'derived'",
            "--format",
            "json",
            data=data,
        ).stdout
    )
    assert count == [{"n": 0}]
