"""Great Expectations behind one function: a suite and a frame go in, plain findings come out.

Nothing else of the project meets the library. It takes seconds to import, so it is imported on first use; it keeps
one ephemeral context a process, which writes no file and reports nothing home.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any

from expectations.suites import Rule, RuleError, expectation_suite, rules_for

if TYPE_CHECKING:
    import pandas as pd
    from great_expectations.core.batch_definition import BatchDefinition
    from great_expectations.core.expectation_validation_result import ExpectationValidationResult

# COMPLETE is the only format that names every failing row and not just the first twenty. It names them by the frame's
# index, which costs nothing; to ask for an id column instead costs about 0.1 ms a failing row.
RESULT_FORMAT = {"result_format": "COMPLETE", "include_unexpected_rows": False}
# Sources are checked in several threads, but an execution engine knows only one current batch.
_one_at_a_time = Lock()


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule found. ``rows`` are labels of the frame's index; a rule about the whole table names none."""

    rule: Rule
    success: bool
    checked: int
    rows: tuple[int, ...]
    facts: Mapping[str, Any]  # what a sentence about the table may name: parameters, observed_value, missing


@cache
def _batch_definition() -> BatchDefinition:
    os.environ["GX_ANALYTICS_ENABLED"] = "false"  # read by the library when it is imported
    import great_expectations as gx

    gc.freeze()  # a million objects of the libraries live until the end: no collection needs to look at them again
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    asset = context.data_sources.add_pandas("frames").add_dataframe_asset("frame")
    return asset.add_batch_definition_whole_dataframe("whole")


def warm() -> None:
    """Do the slow imports now, for a caller that has something else to wait for meanwhile."""
    with _one_at_a_time:
        _batch_definition()


def listed(values: Iterable[str]) -> list[str]:
    """A value set for a rule, never empty: Great Expectations takes an empty set to allow everything."""
    return sorted(values) or ["(none)"]


def evaluate(suite: str, table: str, frame: pd.DataFrame, parameters: Mapping[str, Any]) -> list[Finding]:
    """Hold a frame against the rules of one suite that look at ``table``.

    Args:
        suite: name of the rules file without its ending.
        table: which of its rules apply.
        frame: the rows, with a unique integer index, by which findings name them.
        parameters: what ``{"$PARAMETER" = name}`` in the rules stands for.

    Returns:
        One finding a rule, in the order of the file.

    Raises:
        RuleError: a rule could not be evaluated, for instance because it names a column that is not there.
    """
    with _one_at_a_time:
        batch = _batch_definition().get_batch({"dataframe": frame})
        outcome = batch.validate(
            expectation_suite(suite, table), result_format=RESULT_FORMAT, expectation_parameters=dict(parameters)
        )
    results = {result.expectation_config.meta["rule"]: result for result in outcome.results}
    return [_finding(rule, results[rule.id], len(frame), parameters) for rule in rules_for(suite, table)]


def _finding(rule: Rule, result: ExpectationValidationResult, checked: int, parameters: Mapping[str, Any]) -> Finding:
    # One expectation has either one exception record or one a metric.
    info = result.exception_info
    for trouble in [info] if "raised_exception" in info else info.values():
        if trouble["raised_exception"]:
            raise RuleError(
                f"{rule.file}: rule {rule.id} could not be evaluated: {trouble['exception_message']}; "
                "correct its `arguments`"
            )
    found = result.result
    mismatched = found.get("details", {}).get("mismatched", {})
    missing = mismatched.get("missing") or found.get("partial_missing_list") or []
    facts = {
        **parameters,
        **rule.arguments,
        "observed_value": found.get("observed_value"),
        "missing": ", ".join(map(str, missing)),
    }
    rows = sorted(int(row) for row in found.get("unexpected_index_list") or ())
    return Finding(rule, bool(result.success), checked, tuple(rows), facts)
