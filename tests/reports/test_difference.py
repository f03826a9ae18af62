"""What a run changed, in one line: figures by kind, alarms by name, grades with their causes. Figures are made up."""

import pytest
from rich.console import Console

from reports.difference import alarm_sentences, lines, sentence, table
from reports.words import CAUSE
from settings import PROJECT_ROOT

COLUMNS = "publisher_id kpi_id series_id area_code period old_value new_value change_share"
EMPTY = dict.fromkeys(f"{COLUMNS} old_status new_status old_grade new_grade causes".split()) | {"since_run": "before"}


def figure(change, year, old, new, *, is_alarm=False, **more):
    about = {"series_id": "s.births", "area_code": "17201", "period": str(year), "old_value": old, "new_value": new}
    return EMPTY | {"what": "figure", "change": change, "figures": 1, "is_alarm": is_alarm} | about | more


def unlisted(change, figures, *, is_alarm=False):
    return EMPTY | {"what": "figure", "change": change, "figures": figures, "is_alarm": is_alarm, "publisher_id": "p"}


SHRUNK = EMPTY | {"what": "series", "change": "shrunk", "figures": 3, "is_alarm": True, "series_id": "s.births"}
SHRUNK |= {"old_value": 40.0, "new_value": 37.0, "change_share": -0.075}
CORRECTED = figure("restated", 2015, 10.0, 9.0, causes=["correction"], change_share=-0.1)


def test_nothing_changed_is_no_sentence():
    assert sentence([]) == ""


def test_counts_come_first_then_alarms_by_name_and_a_shrunk_series_before_its_figures():
    said = sentence([unlisted("new", 1200), figure("vanished", 2019, 3400.0, None, is_alarm=True), SHRUNK])
    assert said == (
        "figures: 1,200 new, 1 vanished; ALARM (see `kpi diff`): series s.births has 3 fewer observations, "
        "s.births 17201 2019 3,400 → none"
    )


def test_a_catastrophe_names_ten_figures_and_counts_the_others():
    rows = [figure("vanished", year, 1.0, None, is_alarm=True) for year in range(1990, 2010)]
    alarms = alarm_sentences([*rows, unlisted("vanished", 500, is_alarm=True)])
    assert len(alarms) == 11
    assert alarms[-1] == "510 more figures"


def test_what_is_no_alarm_is_not_named_as_one():
    assert alarm_sentences([CORRECTED, unlisted("restated", 9)]) == []


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ["shrunk series", "s.births", "40", "37", "-7.5% ALARM", "-10.0% correction"]),
        ("ja", ["系列の縮小", "警告", "正誤表による訂正"]),
    ],
)
def test_the_table_shows_a_shrunk_series_and_a_corrected_figure(lang, words):
    console = Console(width=160)
    with console.capture() as shown:
        console.print(table([SHRUNK, CORRECTED], lang))
    assert [word for word in words if word not in shown.get()] == []


@pytest.mark.parametrize(("lang", "said"), [("en", "changed target, new figure"), ("ja", "目標の変更、新しい値")])
def test_causes_are_joined_as_the_language_joins_them(lang, said):
    grade = EMPTY | {"what": "grade", "change": "changed", "kpi_id": "k", "period": "2019", "is_alarm": False}
    grade |= {"new_status": "BEHIND", "new_grade": "C", "causes": ["changed_target", "new_figure"]}
    assert [line["why"] for line in lines([grade], lang)] == [said]


def test_every_cause_is_explained():
    column = (PROJECT_ROOT / "warehouse" / "schema" / "mart.sql").read_text(encoding="utf-8")
    (comment,) = (line for line in column.splitlines() if line.startswith("    causes "))
    for readme in ("README.md", "README.ja.md"):
        page = (PROJECT_ROOT / readme).read_text(encoding="utf-8")
        assert [cause for cause in CAUSE if f"`{cause}`" not in page or cause not in comment] == []
