"""Files that are no tables, as e-Stat's getDataCatalog lists them: true ids and days, few of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from tests.publishers.estat_table import one_or_list

_LICENCE = "Government of Japan Standard Terms of Use"


@dataclass(frozen=True)
class File:
    """One file of a dataset."""

    stat_inf_id: str
    name: str
    released: str
    format: str = "XLS"


@dataclass(frozen=True)
class Dataset:
    """One dataset; ``statistics`` and ``organisation`` are (code, name)."""

    id: str
    statistics: tuple[str, str]
    organisation: tuple[str, str]
    name: str
    files: tuple[File, ...]

    @property
    def released(self) -> str:
        """ISO day of its newest file."""
        return max(file.released for file in self.files)

    def entry(self, formats: Collection[str]) -> dict[str, Any]:
        """The entry in the catalog with its files of these formats, of all when none are named; else empty."""
        files = [file for file in self.files if not formats or file.format in formats]
        code, name = self.organisation
        about = {
            "STAT_NAME": {"@code": self.statistics[0], "$": self.statistics[1]},
            "ORGANIZATION": {"@code": code, "$": name},
            "TITLE": {"NAME": self.name, "TABULATION_CATEGORY": self.name, "TABULATION_SUB_CATEGORY1": ""},
            "DESCRIPTION": "",
            "PUBLISHER": name,
            "RELEASE_DATE": self.released,
            "LAST_MODIFIED_DATE": self.released,
            "LANDING_PAGE": f"https://www.e-stat.go.jp/stat-search/files?toukei={self.statistics[0]}",
        }
        resources = {"RESOURCE": one_or_list([_resource(number, file) for number, file in enumerate(files, start=1)])}
        return {"@id": self.id, "DATASET": about, "RESOURCES": resources} if files else {}


def datasets() -> list[Dataset]:
    """Municipal fertility rates and final guest nights. Ids of datasets and resources are examples."""
    vital = ("00450013", "人口動態統計特殊報告"), ("00450", "厚生労働省")
    lodging = ("00601020", "宿泊旅行統計調査"), ("00601", "観光庁")
    rates = "人口動態保健所・市区町村別統計"
    nights = (
        File("000040288348", "宿泊旅行統計調査 2024年 確定値", "2025-08-26"),
        File("000040190618", "宿泊旅行統計調査 2023年 確定値", "2024-06-28"),
        File("000040074102", "宿泊旅行統計調査 2022年 確定値", "2023-06-30"),
    )
    return [
        Dataset("example-1", *vital, f"{rates} 平成30年～令和4年", (File("000040174881", rates, "2024-04-19"),)),
        Dataset("example-2", *vital, f"{rates} 平成25年～平成29年", (File("000031976396", rates, "2020-07-31"),)),
        Dataset("example-3", *lodging, "宿泊旅行統計調査 年の確定値", nights),
    ]


def _resource(number: int, file: File) -> dict[str, Any]:
    return {
        "@id": f"example-{number}",
        "TITLE": {"NAME": file.name, "TABLE_NO": str(number), "TABLE_NAME": file.name},
        "URL": f"https://www.e-stat.go.jp/stat-search/file-download?&statInfId={file.stat_inf_id}&fileKind=0",
        "DESCRIPTION": "",
        "FORMAT": file.format,
        "RELEASE_DATE": file.released,
        "LAST_MODIFIED_DATE": file.released,
        "RESOURCE_LICENCE_ID": _LICENCE,
        "LANGUAGE": "J",
    }
