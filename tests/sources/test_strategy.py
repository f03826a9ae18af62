"""A strategy file says what the printed strategy says, and a file that contradicts itself is refused in one line."""

import json
import tomllib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records import Direction, Noise, Period
from sources.areas import known_areas
from sources.japanese import convert
from sources.publishers import estimates
from sources.strategy import Strategy, StrategyError, load_strategy

ROOT = Path(__file__).resolve().parents[2]
KANAZAWA = ROOT / "strategies" / "kanazawa-2015.toml"
OVERVIEW = ROOT.parent / "shared" / "strategy-overview.ja.txt"


def series_named_in(path):
    kpis = tomllib.loads(path.read_text(encoding="utf-8"))["kpis"]
    named = {entry["series"] for kpi in kpis for entry in (kpi, *kpi.get("proxies", []))}
    return named | {kpi["standard_error"]["events"] for kpi in kpis if "standard_error" in kpi}


@pytest.fixture(scope="module")
def kanazawa() -> Strategy:
    return load_strategy(KANAZAWA, series_named_in(KANAZAWA), known_areas())


def overview_lines(strategy):
    """The overview as the city prints it, rebuilt from the data."""
    yield f"{strategy.name_ja}の概要"
    yield f"{strategy.legal_basis_ja}（期間：{strategy.printed_period}）"
    for number in strategy.printed_goal_order:
        goal = next(g for g in strategy.goals if g.number == number)
        kpis = [k for k in strategy.kpis if k.goal == number]
        yield f"【基本目標{number}】 {goal.name_ja}"
        mark = "・" if len(kpis) > 1 else ""
        for position, kpi in enumerate(kpis):
            yield ("" if position else "【数値目標】 ") + mark + kpi.printed_ja
        yield from (version.note_ja for kpi in kpis for version in kpi.targets if version.note_ja)
        yield "【主要施策】"
        for measure in goal.measures:
            yield f"- {measure.name_ja}"
            yield from (f"- ・{i.name_ja}{'[新規]' if i.new else ''}" for i in measure.initiatives)


# ------------------------------------------------------------------ the file of Kanazawa


def test_the_five_printed_targets_are_the_printed_lines(kanazawa):
    assert [kpi.printed_ja for kpi in kanazawa.kpis] == [
        "合計特殊出生率 1.43 (H25) → 1.6 (H31)",
        "市外へ就職する学生数を1割減 2,000人(H26) → 1,800人(H31)",
        "金沢地域への観光入込客数 844万人(H26) → 1,000万人(H31)※",
        "「金沢かがやきブランド」認定製品数(累計) 未実施(H26) → 50品(H31)",
        "石川中央都市圏ビジョンの策定 未策定(H26) → 策定完了(H31)",
    ]


def test_every_printed_baseline_and_target_stands_in_its_printed_line(kanazawa):
    for kpi in kanazawa.kpis:
        (target,) = kpi.targets
        start, _, end = kpi.printed_ja.partition(" → ")
        assert kpi.baseline.printed in start
        assert f"({kpi.baseline.period})" in start
        assert target.printed in end
        assert f"({target.period})" in end


def test_the_goals_are_numbered_one_to_four_and_printed_one_three_two_four(kanazawa):
    assert [goal.number for goal in kanazawa.goals] == [1, 2, 3, 4]
    assert kanazawa.printed_goal_order == (1, 3, 2, 4)


def test_the_last_goal_is_rebuilt_line_by_line(kanazawa):
    lines = list(overview_lines(kanazawa))
    assert lines[lines.index("【基本目標4】 周辺地域と連携し、暮らしやすいまちをつくる") + 1 :] == [
        "【数値目標】 石川中央都市圏ビジョンの策定 未策定(H26) → 策定完了(H31)",
        "【主要施策】",
        "- 圏域連携による経済・生活圏の形成",
        "- ・「連携中枢都市圏」の形成により、圏域住民が安心して快適に暮らせる取組を推進[新規]",
        "- コンパクトシティの形成",
        "- ・金沢のまちに適応した新しい交通システムを導入",
        "- コミュニティ環境の充実",
        "- ・市民活動の活性化による地域課題の解決を推進するため、市民活動サポートセンターを設置[新規]",
        "- 元気な中山間地域の形成",
        "- ・中山間地域において、交流拠点施設(「小さな拠点」)を整備し、都市住民との交流を促進",
        "- ・就農希望者を誘致する「金沢で農業」プロジェクトを推進",
        "- あらゆる世代が健康に暮らせる地域づくり",
        "- ・「食と健康」を組み合わせた地域健康づくりを推進[新規]",
    ]


def test_measures_initiatives_and_new_marks_are_all_there(kanazawa):
    counted = {
        goal.number: (
            len(goal.measures),
            sum(len(m.initiatives) for m in goal.measures),
            sum(i.new for m in goal.measures for i in m.initiatives),
        )
        for goal in kanazawa.goals
    }
    assert counted == {1: (4, 8, 3), 2: (3, 7, 5), 3: (4, 6, 1), 4: (5, 6, 3)}


def test_the_whole_file_rebuilds_the_whole_overview(kanazawa):
    if not OVERVIEW.exists():
        pytest.skip("the overview's text is not part of the project; it is compared where it lies beside the checkout")
    printed = [line.strip() for line in OVERVIEW.read_text(encoding="utf-8").splitlines() if line.strip()]
    assert list(overview_lines(kanazawa)) == printed


def test_every_japanese_text_has_an_english_one(kanazawa):
    def texts(entry):
        for key, value in entry.items():
            if isinstance(value, dict):
                yield from texts(value)
            elif isinstance(value, list) and value and isinstance(value[0], dict):
                for item in value:
                    yield from texts(item)
            elif key.endswith("_ja") and key != "printed_ja" and value:
                yield key, entry[key.removesuffix("_ja") + "_en"]

    pairs = list(texts(json.loads(kanazawa.model_dump_json())))
    assert len(pairs) > 60
    assert all(english and english.isascii() for _, english in pairs)


def test_visitors_are_8440000_persons_of_2014_and_ten_million_of_2019(kanazawa):
    visitors = next(k for k in kanazawa.kpis_for_progress() if k.id == "visitors")
    (target,) = visitors.targets
    assert (target.baseline_value, target.baseline_period) == (8_440_000, Period.cy(2014))
    assert (target.value, target.period) == (10_000_000, Period.cy(2019))
    assert visitors.unit == "人"
    assert visitors.direction is Direction.INCREASE


def test_students_and_products_count_fiscal_years_and_fertility_calendar_years(kanazawa):
    periods = {kpi.id: kpi.targets[0].period for kpi in kanazawa.kpis_for_progress() if not kpi.is_proxy}
    assert periods == {
        "tfr": Period.cy(2019),
        "students": Period.fy(2019),
        "visitors": Period.cy(2019),
        "brand": Period.fy(2019),
        "vision": Period.fy(2019),
    }


def test_not_begun_is_zero_for_the_cumulative_kpi_and_says_so(kanazawa):
    brand = next(k for k in kanazawa.kpis_for_progress() if k.id == "brand")
    assert brand.targets[0].baseline_is_none
    assert brand.targets[0].baseline_value == 0
    assert brand.yearly_counts
    assert brand.noise is Noise.EXACT


def test_a_target_counts_from_the_first_day_of_the_strategy_when_it_names_no_day(kanazawa):
    assert kanazawa.first == Period.fy(2015)
    assert kanazawa.last == Period.fy(2019)
    assert kanazawa.kpis_for_progress()[0].targets[0].valid_from == date(2015, 4, 1)


def test_a_proxy_is_a_kpi_of_its_own_with_the_baseline_year_and_without_a_target(kanazawa):
    kpis = {kpi.id: kpi for kpi in kanazawa.kpis_for_progress()}
    proxy = kpis["tfr~ssdse_b.A4103@17000"]
    assert proxy.is_proxy
    assert (proxy.targets[0].value, proxy.targets[0].period) == (None, None)
    assert proxy.targets[0].baseline_period == Period.cy(2013)


def test_a_monthly_proxy_has_no_baseline_period_because_a_month_is_not_a_year(kanazawa):
    kpis = {kpi.id: kpi for kpi in kanazawa.kpis_for_progress()}
    assert kpis["visitors~digital_tourism.visitors@17201"].targets[0].baseline_period is None


def test_each_kpi_names_the_one_series_and_area_it_reads(kanazawa):
    sources = kanazawa.kpi_sources()
    assert sources["tfr"] == ("kanazawa.tfr", "17201")
    assert sources["visitors"] == ("ishikawa.visitors", "17901")
    assert sources["students~ssdse_b.E6502@17000"] == ("ssdse_b.E6502", "17000")
    assert list(sources) == [kpi.id for kpi in kanazawa.kpis_for_progress()]


@pytest.mark.parametrize(("printed", "unit"), [("844", "万人"), ("8440", "千人"), ("8.44", "百万人")])
def test_844_man_is_8440_thousand_is_8_44_million(printed, unit):
    assert convert(float(printed), unit, "人") == pytest.approx(8_440_000, rel=1e-12)


# ------------------------------------------------------------------ other files, good and bad

KPI = {
    "id": "homes",
    "goal": 1,
    "name_ja": "空き家の活用",
    "name_en": "Vacant homes in use",
    "printed_ja": "空き家の活用 10件(H26) → 20件(H31)",
    "direction": "increase",
    "unit": "件",
    "noise": "exact",
    "series": "town.homes",
    "area": "99999",
    "period_kind": "FY",
    "baseline": {"period": "H26", "printed": "10件", "value": 10},
    "targets": [{"version": 1, "period": "H31", "printed": "20件", "value": 20}],
}
PROXY = {
    "series": "town.other",
    "area": "99999",
    "unit": "件",
    "direction": "increase",
    "period_kind": "FY",
    "why_ja": "推計",
    "why_en": "an estimate",
}
AREAS = ("99999",)
STRATEGY = {
    "id": "town-2015",
    "name_ja": "架空町総合戦略",
    "name_en": "Strategy of a hypothetical town",
    "municipality_ja": "架空町",
    "municipality_en": "Hypothetical Town",
    "area": "99999",
    "source_ja": "仮の例",
    "source_en": "hypothetical",
    "legal_basis_ja": "仮の例",
    "legal_basis_en": "hypothetical",
    "printed_period": "平成27年度～平成31年度",
    "first_period": "平成27年度",
    "last_period": "平成31年度",
    "printed_goal_order": [1],
    "goals": [{"number": 1, "name_ja": "住まい", "name_en": "Homes"}],
}


def toml(value):
    """Enough TOML for these tests: inline tables, arrays, text, numbers and booleans."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {toml(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def written(tmp_path, *kpis, **changes):
    path = tmp_path / "town.toml"
    entries = STRATEGY | changes | {"kpis": list(kpis)}
    path.write_text("\n".join(f"{key} = {toml(value)}" for key, value in entries.items()), encoding="utf-8")
    return path


def load(tmp_path, *kpis, known=("town.homes", "town.other"), **changes):
    return load_strategy(written(tmp_path, *kpis, **changes), known, AREAS)


def refusal(tmp_path, *kpis, **changes):
    with pytest.raises(StrategyError) as caught:
        load(tmp_path, *kpis, **changes)
    message = str(caught.value)
    assert message.startswith("town.toml: ")
    assert "\n" not in message
    return message


def without(key):
    return {name: value for name, value in KPI.items() if name != key}


def test_another_municipality_needs_one_file_and_no_code(tmp_path):
    strategy = load(tmp_path, KPI)
    assert strategy.municipality_ja == "架空町"
    assert [kpi.id for kpi in strategy.kpis_for_progress()] == ["homes"]


def test_a_direction_is_never_guessed_from_the_numbers(tmp_path):
    message = refusal(tmp_path, without("direction"))
    assert "kpis homes direction" in message
    assert "missing" in message


def test_a_target_below_the_baseline_of_a_rising_kpi_is_refused(tmp_path):
    wrong = KPI | {"targets": [{"version": 1, "period": "H31", "printed": "5件", "value": 5}]}
    message = refusal(tmp_path, wrong)
    assert "wrong side of the baseline" in message
    assert "baseline_already_met" in message


def test_a_target_above_the_baseline_of_a_falling_kpi_is_refused(tmp_path):
    assert "wrong side of the baseline" in refusal(tmp_path, KPI | {"direction": "decrease"})


def test_a_baseline_that_is_declared_to_meet_the_target_is_accepted(tmp_path):
    met = [{"version": 1, "period": "H31", "printed": "5件", "value": 5, "baseline_already_met": True}]
    (kpi,) = load(tmp_path, KPI | {"targets": met}).kpis_for_progress()
    assert kpi.targets[0].baseline_already_met


def test_a_series_that_no_catalog_knows_is_refused(tmp_path):
    message = refusal(tmp_path, KPI | {"series": "town.unheard"})
    assert "kpi homes: series town.unheard is not catalogued" in message


def test_an_area_that_no_list_knows_is_refused_for_a_kpi_and_for_its_proxy(tmp_path):
    assert "kpi homes: area 17999 is not known" in refusal(tmp_path, KPI | {"area": "17999"})
    assert "kpi homes: area 17998 is not known" in refusal(tmp_path, KPI | {"proxies": [PROXY | {"area": "17998"}]})


def test_an_estimate_of_our_own_may_stand_beside_a_kpi_but_not_grade_it(tmp_path):
    path = written(tmp_path, KPI | {"proxies": [PROXY]})
    known = ("town.homes", "town.other")
    assert load_strategy(path, known, AREAS, estimates=["town.other"]).kpis
    with pytest.raises(StrategyError, match=r"kpi homes: town.homes is an estimate and grades nothing"):
        load_strategy(path, known, AREAS, estimates=["town.homes"])


def test_every_estimate_of_the_catalog_is_known_as_one():
    assert estimates() == ["estimate.tfr_direct", "estimate.tfr_indirect"]


def test_a_proxy_of_an_unknown_series_is_refused(tmp_path):
    message = refusal(tmp_path, KPI | {"proxies": [PROXY | {"series": "x.y"}]})
    assert "series x.y is not catalogued" in message


def test_a_proxy_must_say_why_it_is_none(tmp_path):
    silent = {name: value for name, value in PROXY.items() if name != "why_ja"}
    assert "why_ja" in refusal(tmp_path, KPI | {"proxies": [silent]})


def test_an_id_given_twice_is_refused(tmp_path):
    assert "kpi homes is given twice" in refusal(tmp_path, KPI, KPI)


def test_a_goal_number_given_twice_is_refused(tmp_path):
    goals = STRATEGY["goals"] * 2
    assert "goal 1 is given twice" in refusal(tmp_path, KPI, goals=goals)


def test_a_target_version_given_twice_is_refused(tmp_path):
    assert "target version 1 is given twice" in refusal(tmp_path, KPI | {"targets": KPI["targets"] * 2})


def test_an_unknown_key_is_refused_by_name(tmp_path):
    message = refusal(tmp_path, KPI | {"colour": "red"})
    assert "kpis homes colour" in message
    assert "not a known key" in message


def test_a_milestone_with_a_number_is_refused(tmp_path):
    assert "a milestone has none" in refusal(tmp_path, KPI | {"direction": "milestone"})


def test_not_begun_stands_for_zero_only_in_a_cumulative_kpi(tmp_path):
    none = KPI | {"baseline": {"period": "H26", "printed": "未実施", "value": 0, "is_none": True}}
    assert "only in a cumulative KPI" in refusal(tmp_path, none)
    (kpi,) = load(tmp_path, none | {"direction": "cumulative"}).kpis_for_progress()
    assert kpi.targets[0].baseline_is_none


def test_not_begun_written_as_zero_without_saying_so_is_refused(tmp_path):
    silent = KPI | {"direction": "cumulative", "baseline": {"period": "H26", "printed": "未実施", "value": 0}}
    assert "is not what '未実施' says" in refusal(tmp_path, silent)


def test_a_baseline_that_is_not_known_may_be_left_out(tmp_path):
    (kpi,) = load(tmp_path, KPI | {"baseline": {"period": "H26", "printed": "－"}}).kpis_for_progress()
    assert kpi.targets[0].baseline_value is None


@pytest.mark.parametrize(
    ("printed", "value"),
    [("844万人", 844), ("844万人", 8440), ("8.44百万人", 8.44), ("844万円", 8_440_000), ("20件", 20)],
)
def test_a_baseline_in_another_unit_than_the_target_is_refused(tmp_path, printed, value):
    target = {"version": 1, "period": "H31", "printed": "1,000万人", "value": 10_000_000}
    mixed = KPI | {"unit": "人", "baseline": {"period": "H26", "printed": printed, "value": value}, "targets": [target]}
    assert "give it in the KPI's unit" in refusal(tmp_path, mixed)


@pytest.mark.parametrize("printed", ["844万人", "8,440千人", "8.44百万人", "8440000人", "８４４万人", "約844万人"])
def test_the_same_baseline_may_be_printed_in_any_unit_of_its_kind(tmp_path, printed):
    target = {"version": 1, "period": "H31", "printed": "1,000万人", "value": 10_000_000}
    baseline = {"period": "H26", "printed": printed, "value": 8_440_000}
    assert load(tmp_path, KPI | {"unit": "人", "baseline": baseline, "targets": [target]})


@given(st.integers(min_value=0, max_value=10**8))
def test_a_count_printed_with_separators_says_its_own_value(tmp_path_factory, count):
    baseline = {"period": "H26", "printed": f"{count:,}件", "value": count}
    target = {"version": 1, "period": "H31", "printed": f"{count + 1}件", "value": count + 1}
    (kpi,) = load(
        tmp_path_factory.mktemp("town"), KPI | {"baseline": baseline, "targets": [target]}
    ).kpis_for_progress()
    assert kpi.targets[0].baseline_value == count


def test_a_range_needs_both_bounds(tmp_path):
    half = KPI | {"direction": "range", "targets": [{"version": 1, "period": "H31", "printed": "5～", "low": 5}]}
    assert "give low and high" in refusal(tmp_path, half)


def test_a_numeric_kpi_without_a_target_value_is_refused(tmp_path):
    assert "has no value" in refusal(tmp_path, KPI | {"targets": [{"version": 1, "period": "H31", "printed": "20件"}]})


def test_a_period_that_cannot_be_read_is_refused(tmp_path):
    message = refusal(tmp_path, KPI | {"baseline": KPI["baseline"] | {"period": "去年"}})
    assert "kpis homes" in message
    assert "去年" in message


def test_a_kpi_of_a_goal_that_does_not_exist_is_refused(tmp_path):
    assert "goal 9 does not exist" in refusal(tmp_path, KPI | {"goal": 9})


def test_a_strategy_that_ends_before_it_starts_is_refused(tmp_path):
    assert "last_period is before" in refusal(tmp_path, KPI, last_period="平成20年度")


def test_a_printed_order_that_forgets_a_goal_is_refused(tmp_path):
    assert "printed_goal_order" in refusal(tmp_path, KPI, printed_goal_order=[])


@pytest.mark.parametrize("body", [b"id = ", b"\xff\xfe\x00", b""])
def test_a_file_that_is_no_strategy_is_refused_in_one_line(tmp_path, body):
    path = tmp_path / "town.toml"
    path.write_bytes(body)
    with pytest.raises(StrategyError, match=r"^town\.toml: .+$"):
        load_strategy(path, (), ())


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(StrategyError, match=r"^none\.toml: "):
        load_strategy(tmp_path / "none.toml", (), ())
