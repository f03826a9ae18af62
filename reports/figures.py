"""Figures, units and ages as a reader of a report expects them; nothing is rounded that was printed exactly."""

from __future__ import annotations

import math
from datetime import date

from reports.glossary import UNIT_EN
from reports.words import Lang, number

MAN = 10_000
_LARGE = 100_000  # from here on Japanese readers count in 万


def unit_words(unit: str | None, lang: Lang, *, one: bool = False) -> str:
    """A unit in the reader's language, with the blank that English puts before it, at which no line may end."""
    if not unit or unit == "state":
        return ""
    if lang == "ja" or unit == "%":
        return unit
    singular, plural = UNIT_EN.get(unit, (unit, unit))
    return f"\N{NO-BREAK SPACE}{singular if one else plural}"


def figure_words(value: float | None, decimals: int | None, unit: str | None, lang: Lang) -> str:
    """A figure with its unit: 1,022.1万人 where one decimal says it exactly, else every digit; a dash when unknown."""
    if value is None:
        return "–"
    said = unit_words(unit, lang, one=value == 1)
    if lang == "ja" and abs(value) >= _LARGE and math.isclose(value % (MAN / 10), 0, abs_tol=1e-6):
        in_man = value / MAN
        return f"{number(in_man, 0 if math.isclose(in_man % 1, 0, abs_tol=1e-9) else 1)}万{said}"
    return number(value, decimals or 0) + said


def cell_words(value: object) -> str:
    """Whatever a column holds, for a table of many kinds of rows; a dash when there is nothing."""
    match value:
        case None | "":
            return "–"
        case float():
            return f"{value:,.10g}"
        case list():
            return ", ".join(str(item) for item in value)
        case _:
            return str(value)


def axis_unit(highest: float, unit: str | None, lang: Lang) -> tuple[float, str]:
    """By how much an axis divides its figures, and what it then calls the unit."""
    said = unit_words(unit, lang).strip()
    if lang == "ja" and highest >= _LARGE:
        return MAN, f"万{said}"
    if lang == "en" and highest >= 1_000_000:
        return 1_000_000, f"million {said}".strip()
    return 1, said


def tick_words(value: float, step: float, least: int = 0) -> str:
    """A figure on an axis, with as many decimals as the distance to the next one needs, and at least ``least``."""
    decimals = max(least, -math.floor(math.log10(step) + 1e-9)) if step > 0 else least
    return number(round(value, decimals + 2) + 0.0, decimals)


def day_words(day: date, lang: Lang) -> str:
    """A day as readers write it."""
    return f"{day.year}年{day.month}月{day.day}日" if lang == "ja" else f"{day.day} {day:%B %Y}"


def age_words(period_end: date, today: date, lang: Lang) -> str:
    """How long ago a period ended, in whole months and years."""
    months = (today.year - period_end.year) * 12 + today.month - period_end.month - (today.day < period_end.day)
    years, rest = divmod(max(months, 0), 12)
    if lang == "ja":
        said = (f"{years}年" if years else "") + (f"{rest}か月" if rest or not years else "")
        return f"{said}前"
    parts = [
        f"{n} {name}{'s' if n != 1 else ''}" for n, name in ((years, "year"), (rest, "month")) if n or name == "month"
    ]
    return f"{' '.join(p for p in parts if not (years and p == '0 months'))} ago"
