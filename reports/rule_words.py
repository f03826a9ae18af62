"""The conditions of the rules in words, with the numbers that they looked at in place."""

from __future__ import annotations

from collections.abc import Mapping

from reports.formulas import plain
from reports.words import Lang

_TARGET = ("A = {value}、目標{wanted}：{met}", "A = {value}, wanted {wanted}: {met}")
_BOUND = {"low": ("{}以上", "{} or more"), "high": ("{}以下", "{} or less")}  # of what is wanted
_NOISE = (
    "変化{change}、検出できる最小の変化{smallest_change}、検出：{detectable}",
    "change {change}, smallest detectable change {smallest_change}, detectable: {detectable}",
)
# Every name in braces is a number of the rule's step; {wanted} says the bounds that there are.
CONDITION: dict[str, tuple[str, str]] = {
    "no_figure_and_newest_too_old": (
        "使える値がなく（ある：{usable}）、目標時点でもなく（目標時点：{at_target}）、最新値が{stale_years}年より古い（古い：{stale}）",
        (
            "no usable figure (there is one: {usable}), not the target period (it is: {at_target}),"
            " and the newest over {stale_years} years older (it is: {stale})"
        ),
    ),
    "no_figure": (
        "使える値がなく（ある：{usable}）、目標時点でもない（目標時点：{at_target}）",
        "no usable figure (there is one: {usable}), and not the target period (it is: {at_target})",
    ),
    "no_target": ("目標値がない（ある：{has_target}）", "no target (there is one: {has_target})"),
    "no_baseline": ("基準値がない（ある：{has_baseline}）", "no baseline (there is one: {has_baseline})"),
    "series_broke": ("基準時点の後に系列が断絶（{broken}）", "the series broke since the baseline ({broken})"),
    "not_after_baseline": (
        "基準時点以前（基準時点より後：{after_baseline}）",
        "not after the baseline (it is after: {after_baseline})",
    ),
    "target_period_without_figure": (
        "目標時点に使える値がない（ある：{usable}）",
        "no usable figure of the target period (there is one: {usable})",
    ),
    "target_met": (f"目標に達している（{_TARGET[0]}）", f"the target is met ({_TARGET[1]})"),
    "missed_and_nothing_to_measure": (
        "未達で、進捗率がない（維持する目標：{to_keep}、p = {achievement}）",
        "missed, and no way to measure (a target to keep: {to_keep}, p = {achievement})",
    ),
    "worse_than_dead_band": (
        f"p = {{achievement}} ≤ −{{no_change}} で、変化が検出できないとはいえない（{_NOISE[0]}）",
        f"p = {{achievement}} ≤ −{{no_change}}, and not within noise ({_NOISE[1]})",
    ),
    "within_dead_band_or_noise": (
        f"p = {{achievement}} が±{{no_change}}の内、または変化が検出できない（{_NOISE[0]}）",
        f"p = {{achievement}} within ±{{no_change}}, or within noise ({_NOISE[1]})",
    ),
    "achievement_at_least": ("p = {achievement} ≥ {mostly}", "p = {achievement} ≥ {mostly}"),
    "kept_and_worse": (
        f"達しているが基準より悪い（{_TARGET[0]}、{_NOISE[0]}、改善：{{better}}）",
        f"met, but worse than the baseline ({_TARGET[1]}; {_NOISE[1]}, better: {{better}})",
    ),
    "missed_and_better": (
        f"未達だが基準より良い（{_NOISE[0]}、改善：{{better}}）",
        f"missed, but better than the baseline ({_NOISE[1]}, better: {{better}})",
    ),
    "met_before_target_period": (
        f"目標時点までに達している（{_TARGET[0]}、目標時点より後：{{after_target}}）",
        f"met before the target period is over ({_TARGET[1]}; after it: {{after_target}})",
    ),
    "pace_at_least_on_track": ("r = {judged_pace} ≥ {on_track}", "r = {judged_pace} ≥ {on_track}"),
    "noise_or_level_and_slow": (
        f"検出不能（{_NOISE[0]}）、または p = {{achievement}} が±{{no_change}}の内で r = {{judged_pace}} < {{near}}",
        f"within noise ({_NOISE[1]}), or p = {{achievement}} within ±{{no_change}} and r = {{judged_pace}} < {{near}}",
    ),
    "worse_than_dead_band_by_now": ("p = {achievement} ≤ −{no_change}", "p = {achievement} ≤ −{no_change}"),
    "pace_at_least_near": ("r = {judged_pace} ≥ {near}", "r = {judged_pace} ≥ {near}"),
    "none_of_these": ("以上のいずれでもない", "none of these"),
    "milestone_of_a_proxy": ("代替指標である（{is_proxy}）", "a proxy ({is_proxy})"),
    "reached_behind_target_period": (
        "この時点までに実現し（{reached_by_then}）、それは目標時点の後（{reached_late}）",
        "reached by then ({reached_by_then}), behind the target period ({reached_late})",
    ),
    "reached_by_then": ("この時点までに実現（{reached_by_then}）", "reached by then ({reached_by_then})"),
    "no_state_known": (
        "状態が分からず（分かる：{has_state}）、目標時点でもない（目標時点：{at_target}）",
        "no state known (known: {has_state}), and not the target period (it is: {at_target})",
    ),
    "not_reached_and_time_is_up": (
        "目標時点以後に未実現（期限切れ：{time_is_up}、目標時点：{at_target}）",
        "not reached with the time up (up: {time_is_up}; the target period itself: {at_target})",
    ),
    "not_reached_and_there_is_time": (
        "期限の前で未実現（目標時点：{at_target}）",
        "not reached, and there is time (the target period: {at_target})",
    ),
    "denied_at_the_end": (
        "目標時点の末に未実現と分かっている（{denied_at_the_end}）",
        "known as not reached at the end of the target period ({denied_at_the_end})",
    ),
    "reached_later": ("後に実現（{reached_at_all}）", "reached later ({reached_at_all})"),
}
_SHARES = frozenset({"achievement", "judged_pace", "on_track", "near", "no_change", "mostly"})
_FIGURES = frozenset({"value", "low", "high", "change", "smallest_change"})
_TRUTH: dict[Lang, tuple[str, str]] = {"ja": ("いいえ", "はい"), "en": ("no", "yes")}


def condition_words(condition: str, numbers: Mapping[str, float | bool | None], lang: Lang, decimals: int = 0) -> str:
    """A rule's condition as a phrase, with its numbers; the bare name for a condition without words.

    ``decimals`` are those that the KPI's figures have at least.
    """
    pair = CONDITION.get(condition)
    if pair is None:
        return condition
    said = {name: _said(name, value, lang, decimals) for name, value in numbers.items()}
    bounds = [words[lang == "en"].format(said[name]) for name, words in _BOUND.items() if numbers.get(name) is not None]
    wanted = ("・" if lang == "ja" else ", ").join(bounds) or "–"
    return pair[lang == "en"].format(**said, wanted=wanted)


def _said(name: str, value: object, lang: Lang, decimals: int) -> str:
    match value:
        case None:
            return "–"
        case bool():
            return _TRUTH[lang][value]
        case int() | float():
            if name in _SHARES:
                return f"{value:.4f}".rstrip("0").rstrip(".")
            return plain(value, decimals if name in _FIGURES else 0)
        case _:
            return str(value)
