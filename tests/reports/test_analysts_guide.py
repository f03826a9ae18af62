"""The analysts' guide says what the warehouse says: every query runs, every printed answer is today's."""

import re
import subprocess
import sys
import tomllib

import duckdb
import pytest

from records import Direction, ErrorModel, KnownFromBasis, Noise, PeriodKind
from reports.glossary import ACTION, CONFIDENCE
from reports.words import STATE
from settings import PROJECT_ROOT
from sources.snapshots import Outcome
from tests.guide import GUIDE, answer, asked
from warehouse.connect import published

ROW_RULES = PROJECT_ROOT / "expectations" / "rules" / "rows.toml"
QUESTIONS = 11
PRINTED = [
    pytest.param(lang, query, printed, id=f"{lang}-{number}")
    for lang in GUIDE
    for number, (query, printed) in enumerate(asked(lang), start=1)
]

both_pages = pytest.mark.parametrize("lang", GUIDE)


def text(lang):
    return GUIDE[lang].read_text(encoding="utf-8")


def blocks(lang, language):
    return re.findall(rf"^```{language}\n(.*?)^```", text(lang), re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def connection(warehouse):
    with published(warehouse) as connection:
        yield connection


# --- questions and answers


@pytest.mark.parametrize(("lang", "query", "printed"), PRINTED)
def test_a_query_gives_the_answer_that_is_printed_below_it(connection, lang, query, printed):
    found = answer(connection, query)  # those without a printed answer are run at least
    if printed:
        assert found == printed, (
            f"the answer is now\n\n{found}\n\nif it is right, `python -m tests.guide <warehouse>` prints all anew"
        )


@both_pages
def test_every_question_is_answered(lang):
    questions = re.split(r"^### (?=\d+\. )", text(lang), flags=re.MULTILINE)[1:]
    assert [int(question.partition(".")[0]) for question in questions] == list(range(1, QUESTIONS + 1))
    assert [q.splitlines()[0] for q in questions if not re.search(r"^```\n\n\| ", q, re.MULTILINE)] == []


def test_an_answer_that_changed_would_be_seen(connection):
    query, printed = asked("en")[1]
    assert answer(connection, query) == printed
    assert answer(connection, f"SELECT * REPLACE (latest_value + 1 AS latest_value) FROM ({query})") != printed


# --- two pages, one guide


def test_both_pages_have_the_same_sections_queries_and_examples():
    prose = {lang: re.sub(r"^```.*?^```", "", text(lang), flags=re.MULTILINE | re.DOTALL) for lang in GUIDE}
    sections = {lang: re.findall(r"^(#+) ", prose[lang], re.MULTILINE) for lang in GUIDE}
    assert sections["ja"] == sections["en"]
    named = {lang: set(re.findall(r"`([^`]+)`", prose[lang])) for lang in GUIDE}
    assert {name.replace("note_ja", "note_en") for name in named["ja"]} == named["en"]
    ours = [query.replace("name_en", "name_ja") for query, _ in asked("en")]
    assert [query for query, _ in asked("ja")] == ours
    for language in ("python", "r", "console"):
        assert blocks("ja", language) == blocks("en", language)


# --- examples


@both_pages
def test_the_python_examples_run_where_the_data_is(lang, data, tmp_path):
    (tmp_path / "data").symlink_to(data)
    reading, keeping = (
        subprocess.run([sys.executable, "-c", example], cwd=tmp_path, capture_output=True, text=True, check=True)
        for example in blocks(lang, "python")
    )
    assert "2829.0" in reading.stdout
    with duckdb.connect(str(tmp_path / "mine.duckdb"), read_only=True) as mine:
        assert {"births", "progress"} == {name for (name,) in mine.execute("SHOW TABLES").fetchall()}, keeping.stderr
        assert mine.execute("SELECT count(*) FROM progress WHERE kpi_id = 'visitors'").fetchone() > (0,)


# --- codes

# Codes that a rule lists, by column.
LISTED = {
    rule["arguments"]["column"]: set(rule["arguments"]["value_set"])
    for rule in tomllib.loads(ROW_RULES.read_text(encoding="utf-8"))["rule"]
    if "value_set" in rule["arguments"]
}
CODES = {
    "evidence": LISTED["evidence"],
    "acquisition": set(STATE) - {"missing", "not_configured"} | {"derived"},
    "known_from_basis": set(KnownFromBasis),
    "period_kind": set(PeriodKind),
    "direction": set(Direction),
    "noise": set(Noise),
    "se_kind": set(ErrorModel),
    "verdict_kind": {"ongoing", "final", "final_provisional", "none"},
    "confidence": set(CONFIDENCE),
    "outcome": set(Outcome),
    "action": set(ACTION),
    "obs_status": LISTED["obs_status"],
}


def documented(lang):
    """Codes by column, from the last table of the page."""
    found = {}
    column = ""
    for line in text(lang).splitlines():
        if row := re.match(r"^\| (?:`(?P<column>\w+)`.*?)?\s?\| (?P<codes>`[^|]+`) \|", line):
            column = row["column"] or column
            found.setdefault(column, set()).update(re.findall(r"`([^`]+)`", row["codes"]))
    return found


@both_pages
def test_every_code_of_the_program_is_explained_and_no_other(lang):
    assert {column: codes for column, codes in documented(lang).items() if column in CODES} == CODES


@both_pages
@pytest.mark.parametrize("column", ["evidence", "acquisition", "known_from_basis", "period_kind", "obs_status"])
def test_every_code_of_the_figures_is_explained(lang, column, connection):
    found = connection.execute(f"SELECT DISTINCT {column} FROM core.observation").fetchall()
    assert {code for (code,) in found} <= documented(lang)[column]


@both_pages
def test_statuses_reasons_and_flags_are_one_click_away(lang):
    readme = {"en": "README.md", "ja": "README.ja.md"}[lang]
    headings = re.findall(r"^#+ (.+)$", (PROJECT_ROOT / readme).read_text(encoding="utf-8"), re.MULTILINE)
    anchors = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
    linked = re.findall(rf"\]\(\.\./{readme}#([^)]+)\)", text(lang))
    assert len(linked) >= 5
    assert set(linked) <= anchors
