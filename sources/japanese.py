"""Japanese figures as they are printed: bytes to text, text to numbers, periods and units. Never a guess.

Whatever is not understood comes back as a symbol without a value, or as a ValueError that names the text, so that a
gate or a person decides.
"""

from __future__ import annotations

import contextlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from records import Period, PeriodKind

_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
# Python's CP932 turns bytes that no Japanese text contains into these characters instead of failing.
_NOT_JAPANESE = re.compile("[\x80\xa0\uf8f0-\uf8f3]")

# Circled and raised digits: NFKC would turn a footnote mark (①, ²) into a digit of the number.
_MARKS = "\u00b2\u00b3\u00b9\u2070-\u209c\u2460-\u24ff\u2776-\u2793\u3251-\u325f\u32b1-\u32bf"
_BETWEEN_MARKS = re.compile(f"[^{_MARKS}]+")
_DASHES = "-\u2010-\u2015\u2212\u30fc"
_MINUS = "-\u2010-\u2015\u2212△▲"
_DIGITS = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_FOOTNOTE = rf"(?:[{_MARKS}]+|[※*]\d*\)?|\(?注\d*\)|\(\*\d+\))"
_NUMBER = re.compile(
    rf"(?P<before>(?:[{_MARKS}]+|[※*]\d*\)|\(?注\d*\)|[※*]\d*\s)?)\s*"
    rf"(?P<sign>[{_MINUS}+]?)\s*(?P<digits>{_DIGITS}(?:億|万)?(?:{_DIGITS}万)?(?:{_DIGITS})?)"
    rf"(?P<after>(?:\s*{_FOOTNOTE}|\s+\d{{1,2}}\))*)",
    re.ASCII,
)
_MYRIADS = re.compile(rf"({_DIGITS})(億|万|$)", re.ASCII)
_SCALES = {"億": Decimal(10**8), "万": Decimal(10**4), "": Decimal(1)}

# First year of each era. The years of an era are counted on past its end (H31 = 2019, a plan may print 平成35年).
_ERAS = {"明治": 1868, "大正": 1912, "昭和": 1926, "平成": 1989, "令和": 2019}
_ERAS |= {"M": 1868, "T": 1912, "S": 1926, "H": 1989, "R": 2019}
_YEAR = rf"(?:(?:{'|'.join(_ERAS)})\.?(?:元|\d{{1,2}})|(?:1[89]|2[01])\d\d)"
_WINDOW = re.compile(
    rf"(?P<fy>FY)?(?P<first>{_YEAR})(?:年(?P<of>度)?)?(?:-|~|から)(?:FY)?(?P<last>{_YEAR}|\d{{1,2}})(?:年(?P<to>度)?)?",
    re.ASCII,
)
_SINGLE = re.compile(rf"(?P<fy>FY)?(?P<year>{_YEAR})(?:(?P<nendo>年度)|年)?", re.ASCII)
_DATED = re.compile(
    rf"(?P<year>{_YEAR})(?P<by>年|[-/.])(?P<month>\d{{1,2}})(?:月分?|(?:月|[-/.])(?P<day>\d{{1,2}})日?)?", re.ASCII
)

# Kind of quantity and size of one unit of it. Only units of the same kind convert.
UNITS: dict[str, tuple[str, Decimal]] = {
    "": ("ratio", Decimal(1)),
    "人": ("persons", Decimal(1)),
    "千人": ("persons", Decimal(10**3)),
    "万人": ("persons", Decimal(10**4)),
    "百万人": ("persons", Decimal(10**6)),
    "人泊": ("person nights", Decimal(1)),
    "千人泊": ("person nights", Decimal(10**3)),
    "万人泊": ("person nights", Decimal(10**4)),
    "円": ("yen", Decimal(1)),
    "千円": ("yen", Decimal(10**3)),
    "万円": ("yen", Decimal(10**4)),
    "百万円": ("yen", Decimal(10**6)),
    "億円": ("yen", Decimal(10**8)),
    "10億円": ("yen", Decimal(10**9)),
    "%": ("share", Decimal(1)),
    "m2": ("area", Decimal(1)),
    "ha": ("area", Decimal(10**4)),
    "km2": ("area", Decimal(10**6)),
    **{
        name: (name, Decimal(1))
        for name in ("state", "品", "件", "室", "軒", "戸", "社", "店", "校", "世帯", "組", "回", "台")
    },
}

# What a table's own note says about a symbol, as an SDMX observation status (CL_OBS_STATUS). First match wins.
_STATUS_OF_WORDS: tuple[tuple[str, str], ...] = (
    ("秘匿", "Q"),  # suppressed
    ("秘密", "Q"),
    ("していない", "L"),  # exists, was not surveyed or compiled
    ("不明", "O"),  # missing, no reason given
    ("不詳", "O"),
    ("不適当", "O"),
    ("未集計", "O"),
    ("計数のない", "M"),  # cannot exist; of a count see is_none_counted
    ("り得ない", "M"),
    ("ありえない", "M"),
    ("該当", "M"),
    ("当該数値", "M"),
    ("ない", "O"),
)
_NONE_THERE = re.compile(r"計数の(?:ない|無い)(?:場合|もの)?(?:を示す)?。?")
_NOT_COUNTED = frozenset(("ratio", "yen", "share", "area", "state"))  # kinds of UNITS of which none is no zero


@dataclass(frozen=True, slots=True)
class Number:
    """One cell: ``value`` is None when it holds a ``symbol`` or nothing; ``note`` keeps the footnote marks."""

    value: float | None
    symbol: str = ""
    note: str = ""


def decode(body: bytes) -> str:
    """Text of a file: byte order mark, else strict UTF-8, else strict CP932.

    Raises:
        ValueError: when the bytes are none of these.
    """
    marked = [encoding for bom, encoding in _BOMS if body.startswith(bom)]
    for encoding in marked or ("utf-8", "cp932"):
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding != "cp932" or not _NOT_JAPANESE.search(text):
            return text
    tried = marked[0] if marked else "UTF-8 nor CP932"
    raise ValueError(f"the bytes are {'not' if marked else 'neither'} {tried}; check whether the file is text at all")


def fold(text: str) -> str:
    """One spelling for text that looks the same: NFKC without outer blanks, circled and raised digits left alone."""
    return _BETWEEN_MARKS.sub(lambda part: unicodedata.normalize("NFKC", part[0]), text).strip()


def fold_symbol(text: str) -> str:
    """One spelling for symbols that mean the same: any lone dash is ``-``, any dots are ``…``, ``x`` is ``X``."""
    folded = fold(text)
    if re.fullmatch(f"[{_DASHES}]", folded):
        return "-"
    if re.fullmatch(r"\.{2,3}", folded):
        return "…"
    return "X" if folded == "x" else folded


def parse_number(text: str) -> Number:
    """Read one printed cell, e.g. ``１，２３４``, ``△12.5``, ``844万``, ``1,234*1``.

    Text that is not clearly one number, such as ``-``, ``***`` or ``約300``, comes back as a symbol without value.
    """
    match = _NUMBER.fullmatch(fold(text))
    value = _read_digits(match["digits"]) if match else None
    if match is None or value is None:
        return Number(None, symbol=fold_symbol(text))
    negative = match["sign"] not in {"", "+"}
    note = " ".join(f"{match['before']} {match['after']}".split())
    return Number(float(-value if negative else value), note=note)


def _read_digits(text: str) -> Decimal | None:
    """Plain digits or 億/万 groups (``412万5,395``); None when the groups do not fit into each other."""
    total, room = Decimal(0), Decimal("Infinity")
    for digits, unit in _MYRIADS.findall(text):
        part = Decimal(digits.replace(",", "")) * _SCALES[unit]
        if part >= room or total % room:
            return None
        total += part
        room = _SCALES[unit]
    return total


def symbol_status(symbol: str, legend: Mapping[str, str]) -> tuple[str, str]:
    """What a symbol means by the note of the table that it stands in.

    Args:
        symbol: as :func:`parse_number` returns it.
        legend: symbol -> the table's own words, e.g. ``{"X": "数値が秘匿されているもの"}``.

    Returns:
        SDMX observation status (L not collected, M cannot exist, O missing, Q suppressed) and the table's words;
        two empty texts for a symbol, or for words, that nobody has explained yet: the row then has no status and
        belongs into quarantine.
    """
    words = {fold_symbol(key): meaning for key, meaning in legend.items()}.get(fold_symbol(symbol), "")
    status = next((status for part, status in _STATUS_OF_WORDS if part in words), "")
    return status, words


def is_none_counted(meaning: str, unit: str) -> bool:
    """Whether a symbol of this meaning is a true zero: the table says that there are none, of something it counts.

    Where there are none, a rate, an average or an amount has no figure, so of such a unit it is not.

    Args:
        meaning: the table's words for the symbol, as :func:`symbol_status` returns them.
        unit: of the series.
    """
    counts = unit in UNITS and UNITS[unit][0] not in _NOT_COUNTED
    return counts and _NONE_THERE.fullmatch(fold(meaning)) is not None


def parse_period(text: str, kind: PeriodKind | None = None) -> Period:
    """Read a printed period: ``令和元年``, ``H27``, ``平成27年度``, ``2024年1月``, ``R8.10.31``, ``平成30年～令和4年``.

    Args:
        text: as printed. Every ``Period.label`` is understood.
        kind: what a bare year counts as (calendar year unless FY is asked for); any other period must agree with it.

    Raises:
        ValueError: when the text is no period, has no era or year, or is of another kind than the one asked for.
    """
    folded = _in_one_spelling(text)
    period = _read_window(folded) or _read_single(folded, kind) or _read_dated(folded)
    if period is None:
        raise ValueError(f"{text!r} is not a period; write it like 2019, 平成27年度, 2024年1月, R8.10.31 or 2018-2022")
    if kind is not None and period.kind is not kind:
        raise ValueError(f"{text!r} is a period of kind {period.kind}, but {kind} was asked for; correct one of them")
    return period


def _read_year(text: str) -> int:
    if text.isdigit():
        return int(text)
    era, number = re.fullmatch(r"(\D+?)\.?(元|\d+)", text).groups()  # type: ignore[union-attr]
    count = 1 if number == "元" else int(number)
    if count == 0:
        raise ValueError(f"{text!r} is not a year: an era starts with 1 (元年)")
    return _ERAS[era] + count - 1


def windows_in(text: str) -> list[Period]:
    """The spans of years that stand within a title, such as ``第2表（平成30年～令和4年）``, in order."""
    found = list[Period]()
    for match in _WINDOW.finditer(_in_one_spelling(text)):
        with contextlib.suppress(ValueError):  # it ends before it begins, so it is something else
            found += filter(None, [_window(match)])
    return found


def _in_one_spelling(text: str) -> str:
    return re.sub(r"\s", "", fold(text)).translate(str.maketrans("〜–—−‐", "~----"))


def _read_window(text: str) -> Period | None:
    match = _WINDOW.fullmatch(text)
    return match and _window(match)


def _window(match: re.Match[str]) -> Period | None:
    first, last = match["first"], match["last"]
    if re.fullmatch(r"\d{1,2}", last):  # 平成25～29年: the era is printed once; but 2024-01 is a month
        if first.isdigit():
            return None
        last = re.sub(r"(元|\d+)$", last, first)
    return Period.window(_read_year(first), _read_year(last), fiscal=any(match.group("fy", "of", "to")))


def _read_single(text: str, kind: PeriodKind | None) -> Period | None:
    match = _SINGLE.fullmatch(text)
    if match is None:
        return None
    fiscal = match["fy"] or match["nendo"] or kind is PeriodKind.FY
    return (Period.fy if fiscal else Period.cy)(_read_year(match["year"]))


def _read_dated(text: str) -> Period | None:
    match = _DATED.fullmatch(text)
    if match is None or (match["by"] == "年") != ("月" in text):
        return None
    year, month = _read_year(match["year"]), int(match["month"])
    try:
        return Period.day(date(year, month, int(match["day"]))) if match["day"] else Period.month(year, month)
    except ValueError as error:
        raise ValueError(f"{text!r} is not a day or month of the calendar; correct it at the source") from error


def unit_factor(from_unit: str, to_unit: str) -> Decimal:
    """By how much a figure in ``from_unit`` is multiplied to be in ``to_unit`` (千人 to 人: 1000).

    Raises:
        ValueError: for a unit that is not in ``UNITS``, or for two units of different kinds.
    """
    (kind, size), (other_kind, other_size) = _unit(from_unit), _unit(to_unit)
    if kind != other_kind:
        raise ValueError(f"{from_unit!r} ({kind}) cannot become {to_unit!r} ({other_kind}); correct the catalog")
    return size / other_size


def convert(value: float, from_unit: str, to_unit: str) -> float:
    """A figure in another unit, without binary rounding noise (1,006.4 万人 is exactly 10,064,000 人).

    Raises:
        ValueError: as :func:`unit_factor`.
    """
    return float(Decimal(repr(float(value))) * unit_factor(from_unit, to_unit))


def _unit(name: str) -> tuple[str, Decimal]:
    folded = fold(name)
    key = "" if re.fullmatch(f"[{_DASHES}]", folded) else folded
    if key not in UNITS:
        raise ValueError(f"unit {name!r} is not known; add it to UNITS in sources/japanese.py")
    return UNITS[key]
