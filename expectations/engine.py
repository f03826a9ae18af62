"""Great Expectations behind one function: a suite and a frame go in, plain findings come out.

Nothing else of the project meets the library. It takes seconds to import, so it is imported on first use; it keeps
one ephemeral context a process, which writes no file and reports nothing home.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate
from threading import Lock
from typing import TYPE_CHECKING, Any

from expectations.cases import cases
from expectations.suites import Rule, RuleError, expectation_suite, rules_for

if TYPE_CHECKING:
    import pandas as pd
    from great_expectations.core.batch_definition import BatchDefinition
    from great_expectations.core.expectation_validation_result import ExpectationValidationResult

    from expectations.cases import Numbers

# Whether a rule holds costs half of what it costs to hear how it was broken, and almost every rule holds.
_HOLDS = "BOOLEAN_ONLY"
# COMPLETE is the only format that names every failing row and not just the first twenty. It names them by the frame's
# index, which costs nothing; to ask for an id column instead costs about 0.1 ms a failing row.
_HOW_BROKEN = {"result_format": "COMPLETE", "include_unexpected_rows": False}
# Sources are checked in several threads, but an execution engine knows only one current batch.
_one_at_a_time = Lock()


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule found. ``rows`` are labels of the frame's index; a rule about the whole table names none."""

    rule: Rule
    success: bool
    checked: int
    rows: tuple[int, ...]
    facts: Mapping[str, Any]  # what a sentence about the table may name: parameters, arguments, missing


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
    given = dict(parameters)
    with _one_at_a_time:
        batch = _batch_definition().get_batch({"dataframe": frame})
        outcome = batch.validate(expectation_suite(suite, table), result_format=_HOLDS, expectation_parameters=given)
        results = {result.expectation_config.meta["rule"]: result for result in outcome.results}
        for rule in rules_for(suite, table):
            _complain(rule, results[rule.id])
            if not results[rule.id].success:
                results[rule.id] = batch.validate(
                    rule.expectation_object(), result_format=_HOW_BROKEN, expectation_parameters=given
                )
    return [_finding(rule, results[rule.id], len(frame), parameters) for rule in rules_for(suite, table)]


def evaluate_rows(suite: str, table: str, frames: Sequence[pd.DataFrame]) -> list[list[Finding]]:
    """Hold the rows of several frames against rules that speak of a row alone; gives the findings of each frame.

    Rows that look alike to all of the rules are looked at once, whichever frames they are in.
    """
    import pandas as pd

    if not frames:
        return []
    read = list(dict.fromkeys(name for rule in rules_for(suite, table) for name in rule.columns))
    distinct, numbers = cases(pd.concat([frame[read] for frame in frames], ignore_index=True), read)
    findings = evaluate(suite, table, distinct, {})
    ends = list(accumulate(len(frame) for frame in frames))
    return [
        [_among(found, frame, numbers[end - len(frame) : end]) for found in findings]
        for frame, end in zip(frames, ends, strict=True)
    ]


def _among(found: Finding, frame: pd.DataFrame, numbers: Numbers) -> Finding:
    """What a rule found among the rows of one frame, of which ``numbers`` are the cases."""
    import numpy as np

    rows = tuple(frame.index[np.isin(numbers, found.rows)].tolist()) if found.rows else ()
    return replace(found, success=not rows, checked=len(frame), rows=rows)


def _complain(rule: Rule, result: ExpectationValidationResult) -> None:
    """Raise what kept the library from evaluating a rule."""
    # One expectation has either one exception record or one a metric.
    info = result.exception_info
    for trouble in [info] if "raised_exception" in info else info.values():
        if trouble["raised_exception"]:
            raise RuleError(
                f"{rule.file}: rule {rule.id} could not be evaluated: {trouble['exception_message']}; "
                "correct its `arguments`"
            )


def _finding(rule: Rule, result: ExpectationValidationResult, checked: int, parameters: Mapping[str, Any]) -> Finding:
    found = result.result
    mismatched = found.get("details", {}).get("mismatched", {})
    missing = mismatched.get("missing") or found.get("partial_missing_list") or []
    facts = {**parameters, **rule.arguments, "missing": ", ".join(map(str, missing))}
    rows = sorted(int(row) for row in found.get("unexpected_index_list") or ())
    return Finding(rule, bool(result.success), checked, tuple(rows), facts)
