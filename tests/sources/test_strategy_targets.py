"""What a strategy file may say of its targets beyond one line: versions with a baseline of their own, paths, errors."""

from records import ErrorModel, Period
from tests.sources.test_strategy import KPI, load, refusal

VERSION_2 = {"version": 2, "period": "H31", "printed": "330件", "value": 330}
BASELINE_2 = {"baseline": {"period": "H28", "printed": "300件", "value": 300}}


def targets_of(tmp_path, **changes):
    return load(tmp_path, KPI | changes).kpis_for_progress()[0].targets


def test_a_version_starts_from_its_own_baseline_and_leaves_the_others_alone(tmp_path):
    first, second = targets_of(tmp_path, targets=[*KPI["targets"], VERSION_2 | BASELINE_2])
    assert (first.baseline_value, first.baseline_period) == (10, Period.fy(2014))
    assert (second.baseline_value, second.baseline_period) == (300, Period.fy(2016))


def test_the_side_of_a_target_is_judged_from_the_baseline_of_its_version(tmp_path):
    lower = BASELINE_2 | VERSION_2 | {"printed": "290件", "value": 290}
    assert "version 2 290 is on the wrong side of the baseline 300" in refusal(tmp_path, KPI | {"targets": [lower]})


def test_a_baseline_of_a_version_must_say_what_it_prints(tmp_path):
    odd = VERSION_2 | {"baseline": {"period": "H28", "printed": "30件", "value": 300}}
    assert "is not what '30件' says" in refusal(tmp_path, KPI | {"targets": [odd]})


def test_interim_targets_are_read_with_their_periods(tmp_path):
    (target,) = targets_of(tmp_path, targets=[KPI["targets"][0] | {"path": [{"period": "H28", "value": 12}]}])
    assert target.path == ((Period.fy(2016), 12),)


def test_the_path_may_start_with_the_plan_instead_of_the_baseline(tmp_path):
    (kpi,) = load(tmp_path, KPI | {"plan_start": "H28"}).kpis_for_progress()
    assert kpi.plan_start == Period.fy(2016)
    assert "'soon' is not a period" in refusal(tmp_path, KPI | {"plan_start": "soon"})


def test_a_rate_names_the_series_that_counts_its_events_in_its_own_area(tmp_path):
    strategy = load(tmp_path, KPI | {"standard_error": {"kind": "rate", "events": "town.other"}})
    assert strategy.kpis_for_progress()[0].error_model is ErrorModel.RATE
    assert strategy.events_behind() == {"homes": ("town.other", "99999")}


def test_a_count_is_its_own_events(tmp_path):
    assert load(tmp_path, KPI | {"standard_error": {"kind": "count"}}).events_behind() == {}
    assert "a count has none" in refusal(tmp_path, KPI | {"standard_error": {"kind": "count", "events": "town.other"}})


def test_a_rate_without_events_or_with_an_unknown_series_is_refused(tmp_path):
    assert "needs the series of its events" in refusal(tmp_path, KPI | {"standard_error": {"kind": "rate"}})
    unknown = {"standard_error": {"kind": "share", "events": "town.unknown"}}
    assert "series town.unknown is not catalogued" in refusal(tmp_path, KPI | unknown)
