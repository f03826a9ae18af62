"""What the codes of the tables mean in full, for people: when a status holds, what a flag warns of, how it is marked.

Conditions are those of the README's table, word for word; a test compares them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

Words = dict[str, tuple[str, str]]

# In the order in which they are tried.
CONDITION: Words = {
    "NA_NO_DATA": ("その期間の使える値がない", "no usable figure for this period"),
    "NA_STALE": (
        "値がなく、最も新しい値も2年より前。最新の実績では：その値が2年より古く、目標の期間がまだ終わっていない",
        "no figure, and the newest is over two years older; latest figure: over two years old, target period not over",
    ),
    "NA_NO_TARGET": ("比べる目標がない。代替指標など", "nothing to measure against; proxies"),
    "NA_NO_BASELINE": ("基準値がない", "the baseline has no value"),
    "NA_BREAK": ("基準からその期間までに統計の作り方が変わった", "the series broke between baseline and this period"),
    "NA_TOO_EARLY": ("基準の期間そのもの、またはそれより前", "the baseline period itself, or before it"),
    "MAINTAINED": ("維持する目標：満たしており、悪化は確認できない", "target to be kept: met, not detectably worse"),
    "MAINTAINED_WEAKENING": (
        "維持する目標：満たしているが、基準より明らかに悪い",
        "target to be kept: met, detectably worse than the baseline",
    ),
    "MISSED_IMPROVING": (
        "維持する目標：満たさないが、基準より明らかに良い",
        "target to be kept: missed, detectably better than the baseline",
    ),
    "MISSED": ("維持する目標：満たさない", "target to be kept: missed"),
    "FINAL_PENDING": (
        "目標の期間は終わったが、その値が分からない",
        "the target period is over and its figure is not known",
    ),
    "FINAL_ACHIEVED": ("目標の期間：到達", "target period: met"),
    "FINAL_NOT_ACHIEVED": (
        "目標の期間：維持する目標や、策定などの目標を満たさない",
        "target period: a target to keep or a milestone was not met",
    ),
    "FINAL_WORSE": ("目標の期間：p が −0.10 以下で、誤差を超える", "target period: p ≤ −0.10 and detectable"),
    "FINAL_NO_CHANGE": (
        "目標の期間：p が −0.10 から 0.10 の間、または誤差の範囲",
        "target period: between −0.10 and 0.10, or not detectable",
    ),
    "FINAL_MOSTLY": ("目標の期間：p が 0.80 以上", "target period: p ≥ 0.80"),
    "FINAL_PARTIAL": ("目標の期間：p が 0.10 以上 0.80 未満", "target period: 0.10 ≤ p < 0.80"),
    "ACHIEVED_EARLY": ("目標の期間より前に到達している", "before the target period: met now"),
    "ON_TRACK": ("r が 0.95 以上", "r ≥ 0.95"),
    "NO_CHANGE": (
        "誤差の範囲、または p が −0.10 から 0.10 の間で r が 0.60 未満",
        "not detectable, or p between −0.10 and 0.10 with r < 0.60",
    ),
    "MOVING_AWAY": ("p が −0.10 以下", "p ≤ −0.10"),
    "NEAR": ("r が 0.60 以上 0.95 未満", "0.60 ≤ r < 0.95"),
    "BEHIND": ("r が 0.60 未満", "r < 0.60"),
    "NOT_YET": ("策定などの目標：まだで、期限前", "milestone: not reached, and there is still time"),
    "ACHIEVED": ("策定などの目標：期限までに達成。以後変わらない", "milestone: reached in time; stays reached"),
    "ACHIEVED_LATE": ("策定などの目標：期限の後に達成", "milestone: reached after the target period"),
}

# A mark says with its shape what the colour says too: people read it in black and white as well.
MARK = {"good": "◎", "fair": "○", "part": "△", "poor": "×", "flat": "＝", "open": "…", "unknown": "？"}

TONE_WORDS: Words = {
    "good": ("達成・維持", "met or kept"),
    "fair": ("順調・おおむね達成", "on track or mostly met"),
    "part": ("やや遅れ・一部", "near, in part, or late"),
    "poor": ("遅れ・未達・逆行", "behind, missed or moving away"),
    "flat": ("変化なし", "no change"),
    "open": ("途中", "still open"),
    "unknown": ("不明・判定できない", "not known, or cannot be judged"),
}

_TONES = {
    "good": ("FINAL_ACHIEVED", "ACHIEVED", "ACHIEVED_EARLY", "MAINTAINED"),
    "fair": ("ON_TRACK", "FINAL_MOSTLY"),
    "part": ("NEAR", "FINAL_PARTIAL", "MISSED_IMPROVING", "MAINTAINED_WEAKENING", "ACHIEVED_LATE"),
    "poor": ("BEHIND", "MISSED", "MOVING_AWAY", "FINAL_NOT_ACHIEVED", "FINAL_WORSE"),
    "flat": ("NO_CHANGE", "FINAL_NO_CHANGE"),
    "open": ("NOT_YET",),
}
_TONE_OF = {status: tone for tone, statuses in _TONES.items() for status in statuses}


def tone(status: str | None) -> str:
    """How a status is marked; everything that is no judgement is ``unknown``."""
    return _TONE_OF.get(status or "", "unknown")


def counted(statuses: Iterable[str | None]) -> list[tuple[str, str, int]]:
    """How many of some statuses have which tone, best first: the tone, its mark, how many."""
    counts = Counter(map(tone, statuses))
    return [(kind, mark, counts[kind]) for kind, mark in MARK.items() if counts[kind]]


FLAG: Words = {
    "PROVISIONAL": ("速報値", "provisional"),
    "ESTIMATED": ("推計値・概数", "estimated or rounded"),
    "SECONDARY_SOURCE": ("二次資料（報道などの引用。公表元では未確認）", "secondary source, not read at the publisher"),
    "CORRECTED": ("正誤表により訂正した値", "corrected by an erratum"),
    "STALE": ("前回までの取得分", "last good figure; the newest attempt failed"),
    "BREAK": ("系列の断絶", "break in the series"),
    "REVISED": ("値が改訂された", "restated"),
    "REBASED": ("基準値が改訂された", "baseline restated"),
    "COVID_2020_22": ("新型コロナの年（傾向に使わない）", "COVID year, left out of trends"),
    "BASELINE_EQUALS_TARGET": ("基準と目標が同じ（維持する目標）", "baseline equals target: a target to keep"),
    "BASELINE_ALREADY_MET": ("基準で既に到達（維持する目標）", "met at the baseline: a target to keep"),
    "OVERSHOOT": ("目標を超えた", "beyond the target"),
    "BEFORE_BASELINE": ("基準より前", "before the baseline"),
    "POST_TARGET": ("目標年の後", "after the target period"),
    "PROXY": ("代替指標", "proxy"),
    "POOLED_WINDOW": ("数年をまとめた値", "several years in one figure"),
    "MIXED_PERIODS": ("暦年と年度の比較", "calendar and fiscal years compared"),
    "CHANGE_NOT_DETECTABLE": ("変化が誤差の範囲", "change within noise"),
    "TARGET_WITHIN_NOISE": ("目標までの幅が誤差より小さい", "way to the target within noise"),
    "LATER_STATE_IGNORED": ("後の「未策定」は取り消しとしない", "a later “not reached” does not undo it"),
    "SUM_HAS_GAP": ("累計に不明の年がある", "running total misses a year"),
    "CUMULATIVE_FELL": ("累計が減った", "running total fell"),
}

EVIDENCE: Words = {
    "primary": ("一次資料", "primary"),
    "secondary": ("二次資料", "secondary"),
    "proxy": ("代替指標", "proxy"),
    "estimate": ("推計・速報", "estimate"),
    "derived": ("当システムの推計", "estimate of this system"),
}

GRADE: Words = {
    "A": ("目標に到達、または r ≧ 1", "target met, or r ≥ 1"),
    "B": ("0.8 ≦ r ＜ 1", "0.8 ≤ r < 1"),
    "C": ("0 ＜ r ＜ 0.8", "0 < r < 0.8"),
    "D": ("r ≦ 0", "r ≤ 0"),
    "−": ("評価できない", "cannot be graded"),
}

VERDICT: Words = {
    "ongoing": ("途中", "ongoing"),
    "final": ("確定", "final"),
    "final_provisional": ("確定前（速報値・推計値による）", "on provisional or estimated data"),
    "none": ("なし", "none"),
}

CONFIDENCE: Words = {"high": ("高", "high"), "medium": ("中", "medium"), "low": ("低", "low")}

ACTION: Words = {
    "quarantine": ("行を隔離", "row to quarantine"),
    "stop": ("受け入れない・公開しない", "part refused, or nothing published"),
    "warn": ("知らせる", "warning"),
}

SUITE: Words = {
    "rows": ("一行ごと", "each row"),
    "tables": ("ファイル全体", "each file"),
    "guards": ("取得したファイル", "fetched bytes"),
    "corrections": ("公表値の訂正", "corrections of published figures"),
    "marts": ("公開前の表", "tables before publishing"),
    "freshness": ("公表の予定", "publishers' calendar"),
    "estimates": ("当システムの推計", "estimates of our own"),
}

DIRECTION: Words = {
    "increase": ("増やす", "to increase"),
    "decrease": ("減らす", "to decrease"),
    "maintain_min": ("下回らない", "to keep at least"),
    "maintain_max": ("上回らない", "to keep at most"),
    "range": ("範囲に収める", "to keep within a range"),
    "cumulative": ("積み上げる（累計）", "to add up (running total)"),
    "milestone": ("策定などを終える", "milestone"),
}

# One of it, and several.
UNIT_EN = {
    "人": ("person", "people"),
    "品": ("product", "products"),
    "人泊": ("guest night", "guest nights"),
    "件": ("case", "cases"),
    "円": ("yen", "yen"),
    "世帯": ("household", "households"),
}
