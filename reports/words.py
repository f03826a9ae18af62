"""The words that people read for the codes that tables hold, in Japanese and English."""

from __future__ import annotations

import re
from typing import Literal

Lang = Literal["ja", "en"]
Pair = tuple[str, str]  # the same in Japanese and English

STATUS: dict[str, Pair] = {
    "NA_NO_DATA": ("実績値なし", "no figure"),
    "NA_NO_TARGET": ("目標なし", "no target"),
    "NA_NO_BASELINE": ("基準値なし", "no baseline"),
    "NA_BREAK": ("系列の断絶", "break in series"),
    "NA_STALE": ("値が古い", "figure too old"),
    "NA_TOO_EARLY": ("判定には早い", "too early"),
    "MAINTAINED": ("維持", "maintained"),
    "MAINTAINED_WEAKENING": ("維持・低下傾向", "maintained, weakening"),
    "MISSED_IMPROVING": ("未達・改善", "missed, improving"),
    "MISSED": ("未達", "missed"),
    "FINAL_PENDING": ("最終実績が未確認", "final figure not known"),
    "FINAL_ACHIEVED": ("達成", "achieved"),
    "FINAL_NOT_ACHIEVED": ("未達成", "not achieved"),
    "FINAL_WORSE": ("悪化", "worse than baseline"),
    "FINAL_NO_CHANGE": ("変化なし", "no change"),
    "FINAL_MOSTLY": ("おおむね達成", "mostly achieved"),
    "FINAL_PARTIAL": ("一部達成", "partly achieved"),
    "ACHIEVED_EARLY": ("前倒しで達成", "achieved early"),
    "ON_TRACK": ("順調", "on track"),
    "NEAR": ("やや遅れ", "near the path"),
    "BEHIND": ("遅れ", "behind"),
    "NO_CHANGE": ("変化なし", "no change"),
    "MOVING_AWAY": ("逆行", "moving away"),
    "ACHIEVED": ("達成", "achieved"),
    "ACHIEVED_LATE": ("期限後に達成", "achieved late"),
    "NOT_YET": ("未了", "not yet"),
}

_NO_VALUE_AT_ALL: Pair = ("どの期間の値も見つかっていない", "no figure for any period is known")
TARGET_IS_AHEAD: Pair = ("目標の期間はまだ終わっていない", "the target period is not over")
# `{}` is the period that the reason is about.
REASON: dict[str, Pair] = {
    "NO_VALUE": ("{}の値が見つかっていない", "no figure for {} is known"),
    "ONLY_A_BOUND": ("{}は下限・上限のみ公表", "only a bound is published for {}"),
    "DROPPED": ("{}の公表値は正誤表により使わない", "the published figure of {} is dropped by a correction"),
    "VALUE_WITHHELD": ("{}の値は公表元が示していない", "the publisher gives no figure for {}"),
    "SUM_HAS_GAP": ("{}の件数が不明で累計できない", "no running total: the count of {} is not known"),
    "CUMULATIVE_FELL": ("{}に累計が減少（誤りの疑い）", "the running total falls in {}, which may be an error"),
    "NEWEST_VALUE": ("最新値{}が2年より古い", "the newest figure, {}, is more than two years old"),
    "NO_TARGET_VALUE": ("目標値がない", "there is no target value"),
    "NO_BASELINE_VALUE": ("基準値（{}）がない", "the baseline ({}) has no value"),
    "NO_BASELINE_PERIOD": ("基準時点がない", "there is no baseline period"),
    "BREAK": ("{}に系列の断絶", "the series breaks in {}"),
    "NOT_AFTER_BASELINE": ("基準時点{}以前", "not after the baseline, {}"),
    "MILESTONE_IS_NO_SERIES": ("節目の達成は系列でない", "a milestone is an event, not a series"),
    "RANGE_HAS_TWO_TARGETS": ("範囲目標には目標が二つある", "a range has two targets"),
    "NOT_YEARLY": ("年の値ではない", "no yearly figure"),
    "HAS_TARGET": ("目標のない指標のための方法", "the method is for indicators without a target"),
    "NO_WAY_TO_GO": ("維持する目標には道のりがない", "a target to keep has no way to go"),
    "TOO_FEW_FIGURES": ("値が{}点しかない", "only {} figures"),
    "AFTER_TARGET": ("目標時点{}を過ぎている", "after the target period, {}"),
    "METHOD_UNDEFINED": ("その方法では定義されない", "the method itself gives no answer"),
    "DECIDED_BY": ("{}に確認", "seen on {}"),
}

METHOD: dict[str, Pair] = {
    "statcan_target": ("カナダ統計局（目標あり）", "Statistics Canada, target"),
    "statcan_no_target": ("カナダ統計局（目標なし）", "Statistics Canada, no target"),
    "eustat_target": ("EUSTAT（目標あり）", "EUSTAT, target"),
    "eustat_no_target": ("EUSTAT（目標なし）", "EUSTAT, no target"),
    "destatis": ("ドイツ連邦統計局（天気記号）", "Destatis weather symbol"),
    "sdsn": ("SDSN（矢印）", "SDSN arrow"),
    "nagano": ("長野県", "Nagano Prefecture"),
    "health_japan_21": ("健康日本21", "Health Japan 21"),
    "simple_ratio": ("単純達成率（％）", "simple ratio, %"),
    "all": ("すべての方法", "all methods"),
}

_PERIODS_JA = (
    (r"FY(\d{4})", "{}年度"),
    (r"(\d{4})", "{}年"),
    (r"(\d{4})-0?(\d{1,2})", "{}年{}月"),
    (r"(\d{4})-(\d{4})", "{}～{}年"),
)

STATE: dict[str, Pair] = {
    "live": ("最新を取得", "up to date"),
    "stale": ("前回の取得分を使用", "last good figures in use"),
    "recorded": ("収録済みの値を使用", "recorded figures in use"),
    "register": ("登録値", "register"),
    "missing": ("値なし", "nothing to use"),
    "not_configured": ("鍵が未設定", "no key set"),
}

FRESHNESS: dict[str, Pair] = {
    "current": ("最新", "current"),
    "due": ("公表待ち", "due"),
    "overdue": ("期限超過", "overdue"),
    "no_figure": ("値がまだない", "no figure yet"),
    "unscheduled": ("公表の予定なし", "unscheduled"),
}

OUTCOME: dict[str, Pair] = {
    "ok": ("正常", "ok"),
    "unchanged": ("変化なし", "unchanged"),
    "degraded": ("一部縮退", "degraded"),
    "failed": ("失敗", "failed"),
    "running": ("実行中", "running"),
}


CHANGE: dict[str, Pair] = {
    "new": ("新しい値", "new"),
    "restated": ("改訂", "restated"),
    "vanished": ("なくなった値", "vanished"),
    "shrunk": ("系列の縮小", "shrunk series"),
    "late": ("後から判明した前の版", "late edition"),
    "changed": ("判定の変化", "grade"),
}

CAUSE: dict[str, Pair] = {
    "new_figure": ("新しい値", "new figure"),
    "restated_figure": ("値の改訂", "restated figure"),
    "vanished_figure": ("値がなくなった", "vanished figure"),
    "correction": ("正誤表による訂正", "correction"),
    "changed_target": ("目標の変更", "changed target"),
    "changed_method": ("計算方法の変更", "changed method"),
    "added_kpi": ("指標の追加", "KPI added"),
    "removed_kpi": ("指標の削除", "KPI removed"),
    "calendar": ("期間の終了", "a period ended"),
}


def in_lang(pair: Pair, lang: Lang) -> str:
    """The one of the two that is in the reader's language."""
    return pair[lang == "en"]


def word(table: dict[str, Pair], code: str | None, lang: Lang) -> str:
    """The word for a code; the code itself when there is none, a dash when there is no code."""
    if not code:
        return "–"
    pair = table.get(code)
    return in_lang(pair, lang) if pair else code


def number(value: float | None, decimals: int, unit: str = "") -> str:
    """A figure as people print it: thousands separators, half up to ``decimals``; a dash when it is not known."""
    if value is None:
        return "–"
    from decimal import ROUND_HALF_UP, Decimal

    # Half up on the printed digits: Python's round() would give 0.2 for 0.25.
    rounded = Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return f"{rounded:,f}{unit}"


def share(value: float | None) -> str:
    """A share in percent with one decimal."""
    return "–" if value is None else f"{number(value * 100, 1)}%"


def reason_words(reason: str | None, lang: Lang) -> str:
    """A reason code with its period (``NO_VALUE:2019``) as a phrase; empty without a reason."""
    if not reason:
        return ""
    code, _, about = reason.partition(":")
    if reason == "NO_VALUE":
        return in_lang(_NO_VALUE_AT_ALL, lang)
    return word(REASON, code, lang).format(period_words(about, lang))


def period_words(label: str | None, lang: Lang) -> str:
    """A period's short name as people write it: ``FY2019`` is 2019年度 in Japanese, and stays in English."""
    if not label:
        return "–"
    for pattern, words in _PERIODS_JA if lang == "ja" else ():
        if found := re.fullmatch(pattern, label):
            return words.format(*found.groups())
    return label
