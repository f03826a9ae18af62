"""A table as e-Stat's database holds it, and the parts of an answer that are made from it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple


@dataclass(frozen=True)
class Code:
    """One entry of an axis. ``unit`` and ``parent`` are left out of answers when they are None."""

    code: str
    name: str
    level: str = "1"
    unit: str | None = None
    parent: str | None = None

    def entry(self) -> dict[str, str]:
        """The entry as CLASS prints it."""
        more = {"@unit": self.unit, "@parentCode": self.parent}
        given = {name: text for name, text in more.items() if text is not None}
        return {"@code": self.code, "@name": self.name, "@level": self.level} | given


@dataclass(frozen=True)
class Axis:
    """One dimension: ``tab``, ``cat01`` to ``cat15``, ``area`` or ``time``."""

    id: str
    name: str
    codes: tuple[Code, ...]


class Cell(NamedTuple):
    """One figure: a code of each axis, in their order, and what is printed; ``annotation`` is the mark of a remark."""

    codes: tuple[str, ...]
    text: str
    annotation: str = ""


@dataclass(frozen=True)
class Table:
    """One statistical table.

    Attributes:
        statistics: code and name of the statistics to which it belongs.
        organisation: code and name of who publishes it.
        title: a text, or ``{"@no", "$"}``: both occur.
        updated: ISO day of UPDATED_DATE.
        notes: the legend of this table's symbols, (symbol, meaning).
        annotations: (mark, remark) to which cells may point.
        collect_areas: getStatsList names the table once for each of them.
    """

    id: str
    statistics: tuple[str, str]
    organisation: tuple[str, str]
    statistics_name: str
    title: str | Mapping[str, str]
    axes: tuple[Axis, ...]
    cells: Sequence[Cell]
    updated: str
    opened: str
    notes: tuple[tuple[str, str], ...] = ()
    annotations: tuple[tuple[str, str], ...] = ()
    collect_areas: tuple[str, ...] = ("全国",)
    survey_date: int | str = 0
    description: str | Mapping[str, str] = ""
    cycle: str = "年度次"
    category: tuple[tuple[str, str], tuple[str, str]] = field(default=(("99", "その他"), ("99", "その他")))

    def table_inf(self, collect_area: str = "", *, explained: bool = True) -> dict[str, Any]:
        """TABLE_INF, with DESCRIPTION when explanations are wanted."""
        main, sub = ({"@code": code, "$": name} for code, name in self.category)
        return {
            "@id": self.id,
            "STAT_NAME": {"@code": self.statistics[0], "$": self.statistics[1]},
            "GOV_ORG": {"@code": self.organisation[0], "$": self.organisation[1]},
            "STATISTICS_NAME": self.statistics_name,
            "TITLE": self.title,
            "CYCLE": self.cycle,
            "SURVEY_DATE": self.survey_date,
            "OPEN_DATE": self.opened,
            "SMALL_AREA": 0,
            "COLLECT_AREA": collect_area or self.collect_areas[0],
            "MAIN_CATEGORY": main,
            "SUB_CATEGORY": sub,
            "OVERALL_TOTAL_NUMBER": len(self.cells),
            "UPDATED_DATE": self.updated,
            "STATISTICS_NAME_SPEC": {"TABULATION_CATEGORY": self.statistics_name},
            "TITLE_SPEC": {"TABLE_NAME": self.title if isinstance(self.title, str) else self.title["$"]},
        } | ({"DESCRIPTION": self.description} if explained else {})

    def class_inf(self, chosen: Mapping[str, Collection[str]]) -> dict[str, Any]:
        """CLASS_INF; of an axis with a condition it has only the chosen codes, whether or not there are figures."""
        objects = []
        for axis in self.axes:
            entries = [code.entry() for code in axis.codes if code.code in chosen.get(axis.id, (code.code,))]
            objects.append({"@id": axis.id, "@name": axis.name, "CLASS": one_or_list(entries)})
        return {"CLASS_OBJ": one_or_list(objects)}

    def chosen_cells(self, chosen: Mapping[str, Collection[str]]) -> Sequence[Cell]:
        """The cells that meet the condition of every axis that has one."""
        conditions = [(at, chosen[axis.id]) for at, axis in enumerate(self.axes) if axis.id in chosen]
        if not conditions:
            return self.cells
        return [cell for cell in self.cells if all(cell.codes[at] in codes for at, codes in conditions)]

    def values(
        self, cells: Sequence[Cell], printed: Callable[[str], str], *, annotated: bool = True
    ) -> list[dict[str, str]]:
        """VALUE objects. The unit stands with the first axis whose codes have units; some tables have none."""
        names = [f"@{axis.id}" for axis in self.axes]
        of_unit = next((at for at, axis in enumerate(self.axes) if any(c.unit is not None for c in axis.codes)), 0)
        units = {c.code: c.unit for c in self.axes[of_unit].codes if c.unit is not None}
        found = []
        for codes, text, annotation in cells:
            value = dict(zip(names, codes, strict=True))
            if (unit := units.get(codes[of_unit])) is not None:
                value["@unit"] = unit
            if annotation and annotated:
                value["@annotation"] = annotation
            value["$"] = printed(text)
            found.append(value)
        return found


def one_or_list(found: Sequence[Any]) -> Any:
    """The publisher's habit: one entry stands for itself, several are a list."""
    return found[0] if len(found) == 1 else list(found)
