"""The rules files: every rule can be used, and a mistake in one is reported with file, rule and remedy."""

import pytest

from expectations import suites
from expectations.suites import RULES_DIR, Rule, RuleError, fingerprint, read_rules

GOOD = """
[[rule]]
id = "known"
table = "rows"
action = "quarantine"
expectation = "ExpectColumnValuesToBeInSet"
arguments = { column = "area_code", value_set = ["17201"] }
ja = "地域「{area_code}」"
en = "area {area_code}"
"""


def written(tmp_path, text):
    path = tmp_path / "rows.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("file", ["rows", "tables", "marts"])
def test_every_rule_in_the_project_becomes_an_expectation_that_carries_its_id(file):
    for rule in read_rules(RULES_DIR / f"{file}.toml"):
        assert rule.expectation_object().meta == {"rule": rule.id}


def test_only_row_rules_quarantine():
    actions = {
        file: {rule.action for rule in read_rules(RULES_DIR / f"{file}.toml")} for file in ("rows", "tables", "marts")
    }
    assert actions == {"rows": {"quarantine"}, "tables": {"stop", "warn"}, "marts": {"stop"}}


def test_a_rule_is_read_as_it_is_written(tmp_path):
    (rule,) = read_rules(written(tmp_path, GOOD))
    assert rule == Rule(
        id="known",
        table="rows",
        action="quarantine",
        expectation="ExpectColumnValuesToBeInSet",
        arguments={"column": "area_code", "value_set": ["17201"]},
        ja="地域「{area_code}」",
        en="area {area_code}",
        file="rows.toml",
    )
    assert rule.say({"area_code": "9\n9"}) == "地域「9 9」 / area 9 9"


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ('table = "rows"', 'tabel = "rows"', "rule known: missing or unknown: tabel, table"),
        ('en = "area {area_code}"', "", "rule known: missing or unknown: en"),
        ('id = "known"', "", "rule number 1: missing or unknown: id"),
        ('"quarantine"', '"ignore"', "rule known: action 'ignore'; use one of quarantine, stop, warn"),
        ("[[rule]]", "[[rule]", "not valid TOML"),
    ],
)
def test_a_mistake_in_a_rule_is_reported_with_file_rule_and_remedy(tmp_path, before, after, complaint):
    with pytest.raises(RuleError) as caught:
        read_rules(written(tmp_path, GOOD.replace(before, after)))
    assert str(caught.value).startswith("rows.toml: ")
    assert complaint in str(caught.value)


def test_an_id_that_is_given_twice_is_refused(tmp_path):
    with pytest.raises(RuleError, match="rule known is given twice; rename one"):
        read_rules(written(tmp_path, GOOD + GOOD))


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ("ExpectColumnValuesToBeInSet", "ExpectMiracles", "has no 'ExpectMiracles'; correct `expectation`"),
        ("value_set", "values", "values extra fields not permitted"),
        ("value_set", "values", "correct `arguments`"),
        (', value_set = ["17201"]', "", "value_set field required"),
    ],
)
def test_an_expectation_or_argument_that_does_not_exist_is_refused_in_one_line(tmp_path, before, after, complaint):
    (rule,) = read_rules(written(tmp_path, GOOD.replace(before, after)))
    with pytest.raises(RuleError) as caught:
        rule.expectation_object()
    assert str(caught.value).startswith("rows.toml: rule known: ")
    assert complaint in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_sentence_that_names_an_unknown_fact_says_which_facts_there_are(tmp_path):
    (rule,) = read_rules(written(tmp_path, GOOD))
    with pytest.raises(RuleError, match=r"rule known: the sentence cannot be filled in .*use only series_id, unit"):
        rule.say({"series_id": "x", "unit": "y"})


def test_a_rule_about_a_column_that_is_not_there_is_an_error_and_no_failed_check(tmp_path, monkeypatch):
    import pandas as pd

    from expectations.engine import evaluate

    written(tmp_path, GOOD)
    monkeypatch.setattr(suites, "RULES_DIR", tmp_path)
    suites.rules_for.cache_clear()
    suites.expectation_suite.cache_clear()
    try:
        with pytest.raises(RuleError, match=r"rows\.toml: rule known could not be evaluated: .*area_code"):
            evaluate("rows", "rows", pd.DataFrame({"series_id": ["a"]}), {})
    finally:
        suites.rules_for.cache_clear()
        suites.expectation_suite.cache_clear()


def test_the_fingerprint_changes_with_any_rule_and_only_then(tmp_path, monkeypatch):
    monkeypatch.setattr(suites, "RULES_DIR", tmp_path)
    written(tmp_path, GOOD)
    first = fingerprint()
    assert len(first) == 64
    assert fingerprint() == first
    written(tmp_path, GOOD.replace("17201", "17202"))
    assert fingerprint() != first
