"""Where a method's word stands on the little that all verdicts have in common: on course, behind, level, or away.

Two words are compared only where both sides have a word for the position: Nagano's C, for one, says no more than
"less than 80 % of the way planned", which may be slow, level or away. What cannot be mapped honestly is no agreement
and no disagreement.
"""

from __future__ import annotations

from collections.abc import Mapping

ON_COURSE, BEHIND, LEVEL, AWAY = "on_course", "behind", "level", "away"

_OWN: Mapping[str, str] = {
    "ACHIEVED_EARLY": ON_COURSE,
    "ON_TRACK": ON_COURSE,
    "FINAL_ACHIEVED": ON_COURSE,
    "NEAR": BEHIND,
    "BEHIND": BEHIND,
    "FINAL_MOSTLY": BEHIND,
    "FINAL_PARTIAL": BEHIND,
    "NO_CHANGE": LEVEL,
    "FINAL_NO_CHANGE": LEVEL,
    "MOVING_AWAY": AWAY,
    "FINAL_WORSE": AWAY,
}
_THEIRS: Mapping[str, Mapping[str, frozenset[str]]] = {
    "statcan_target": {
        "target_achieved": frozenset({ON_COURSE}),
        "substantial_progress": frozenset({ON_COURSE}),
        "moderate_progress": frozenset({BEHIND}),
        "limited_progress": frozenset({BEHIND}),
        "deterioration": frozenset({AWAY}),
    },
    "eustat_target": {
        "significant_progress": frozenset({ON_COURSE}),
        "moderate_progress": frozenset({BEHIND}),
        "moderate_deterioration": frozenset({BEHIND}),  # which the site prints as "insufficient progress"
        "significant_deterioration": frozenset({AWAY}),
    },
    "destatis": {
        "SUN": frozenset({ON_COURSE}),
        "LIGHT_CLOUD": frozenset({BEHIND}),
        "CLOUD": frozenset({BEHIND}),
        "THUNDER": frozenset({AWAY}),
    },
    "sdsn": {
        "up": frozenset({ON_COURSE}),
        "moderate": frozenset({BEHIND}),
        "stagnating": frozenset({BEHIND}),
        "down": frozenset({AWAY}),
    },
    "nagano": {
        "A": frozenset({ON_COURSE}),
        "B": frozenset({BEHIND}),
        "C": frozenset({BEHIND, LEVEL, AWAY}),
    },
    "health_japan_21": {
        "A": frozenset({ON_COURSE}),
        "B": frozenset({ON_COURSE}),
        "B*": frozenset({BEHIND}),
        "C": frozenset({LEVEL}),
        "D": frozenset({AWAY}),
    },
}


def agrees(own_status: str, method_key: str, word: str) -> bool | None:
    """Whether a method's word and our status say the same; None where the two cannot be compared."""
    own, words = _OWN.get(own_status), _THEIRS.get(method_key, {})
    theirs = words.get(word)
    if own is None or theirs is None or own not in frozenset().union(*words.values()):
        return None
    if own not in theirs:
        return False
    return True if len(theirs) == 1 else None
