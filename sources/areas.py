"""Area codes as publishers' workbooks print them: six digits with a check digit, or no code at all but a name."""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path

from sources.japanese import fold
from sources.publishers import CATALOG_DIR

AREAS_FILE = CATALOG_DIR / "areas.csv"  # those that publishers name
AREA_FILES = (AREAS_FILE, CATALOG_DIR / "areas_own.csv")  # and those that only we name
_WEIGHTS = (6, 5, 4, 3, 2)
# Between a prefecture and a town the name of a county or of a branch office may stand, spelled anew every few years.
_BETWEEN = re.compile(r"(?:\D+(?:郡|支庁|振興局))?")


def check_digit(code: str) -> str:
    """The sixth digit of a local government code, by the ministry's rule: 11 − (weighted sum mod 11), last digit.

    The weights are 6 to 2; 01100 has 2 (全国地方公共団体コード 検査数字, Ministry of Internal Affairs).
    """
    total = sum(int(digit) * weight for digit, weight in zip(code, _WEIGHTS, strict=True))
    return str((11 - total % 11) % 10)


def level(code: str) -> str:
    """Which kind of area a five-digit code names, as ``records.AREA_COLUMNS`` calls it."""
    return "nation" if code == "00000" else "prefecture" if code.endswith("000") else "municipality"


@cache
def known_areas() -> dict[str, str]:
    """Every area that rows, KPIs and corrections may name: code -> Japanese name."""
    return {row["area_code"]: row["name_ja"] for path in AREA_FILES for row in _listed(path)}


def prefecture(name: str) -> str | None:
    """Code of a prefecture by its name, with or without its two digits in front (``01北海道``); None for other text."""
    found = re.fullmatch(r"(\d{2})?(\D+)", _plain(name))
    code = found and _prefectures().get(found[2])
    return code if found and code and found[1] in (None, code[:2]) else None


def municipality(name: str) -> str | None:
    """Code of a municipality by its prefecture's and its own name, None when it is not known.

    A county or branch office between the two does not matter. A name that fits two codes fits none.
    """
    plain = _plain(name)
    first = next((known for known in _prefectures() if plain.startswith(known)), None)
    if first is None:
        return None
    rest, inside = plain.removeprefix(first), _prefectures()[first][:2]
    codes = {
        code
        for own, code in _municipalities()
        if code.startswith(inside) and rest.endswith(own) and _BETWEEN.fullmatch(rest.removesuffix(own))
    }
    return codes.pop() if len(codes) == 1 else None


def _plain(name: str) -> str:
    return re.sub(r"\s", "", fold(name))


@cache
def _prefectures() -> dict[str, str]:
    return {_plain(row["name_ja"]): row["area_code"] for row in _listed() if row["level"] == "prefecture"}


@cache
def _municipalities() -> tuple[tuple[str, str], ...]:
    return tuple((_plain(row["name_ja"]), row["area_code"]) for row in _listed() if row["level"] == "municipality")


def _listed(path: Path = AREAS_FILE) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
