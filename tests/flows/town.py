"""A data folder with its publishers on loopback, in which tests run nights one after the other."""

import re
import shutil
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from flows.history import RunRecord
from flows.night import Night
from flows.run import InlineRunner, run_night
from settings import PROJECT_ROOT, load, utc_now
from sources.publishers import publishers
from tests.publishers import Replica
from warehouse.publish import CURRENT
from warehouse.read import ask

CATALOG = PROJECT_ROOT / "sources" / "catalog"
NOBODY = "http://127.0.0.1:9"  # the discard port: nobody listens

ESTAT_FILES = ("accommodation", "resident_register", "tfr_municipal")

# What differs from the real catalog, so that files of a few lines pass and no test waits: (file, pattern, new text).
_SCALED_DOWN = (
    ("ssdse.toml", r"\A", "min_interval_seconds = 0\n"),
    ("ssdse.toml", r"min_rows = \d+", "min_rows = 1"),
    ("ssdse.toml", r"max_vanished_areas = \d+", "max_vanished_areas = 0"),
    # No file is overdue but the two that are served.
    ("ssdse.toml", r'(id = "A"\n(?:.*\n)*?options.newest_edition = )\d+', r"\g<1>0"),
    ("ssdse.toml", r'(id = "B"\n(?:.*\n)*?options.newest_edition = )\d+', r"\g<1>2025"),
    ("ssdse.toml", r'(id = "E"\n(?:.*\n)*?options.newest_edition = )\d+', r"\g<1>2023"),
    ("digital_tourism.toml", r"\A", "min_interval_seconds = 0\n"),
    ("digital_tourism.toml", r"min_rows = \d+", "min_rows = 1"),
    ("digital_tourism.toml", r"first_edition = \d+", "first_edition = 9999"),
    ("digital_tourism.toml", r'first_month = "[\d-]+"', 'first_month = "2026-06"'),
    # Of e-Stat's workbooks one each, and of the survey the two tables whose figures are at hand.
    *((f"{name}.toml", r"min_interval_seconds = [\d.]+", "min_interval_seconds = 0") for name in ESTAT_FILES),
    *((f"{name}.toml", r"min_rows = \d+", "min_rows = 1") for name in ESTAT_FILES),
    ("tfr_municipal.toml", r'\n"(?!2018)\d{4}-\d{4}" = "\d+"', ""),
    ("accommodation.toml", r'\n(?:\d{4}|"(?!2025-05)\d{4}-\d\d") = "(?:\d+|https:[^"]+)"', ""),
    ("accommodation.toml", r'\n    \{ sheet = "参考第8表.*', ""),
    ("resident_register.toml", r'\n(?!2018)\d{4} = "\d+"', ""),
    ("dashboard.toml", r"min_interval_seconds = \d+", "min_interval_seconds = 0"),
    ("estat.toml", r"min_interval_seconds = \d+", "min_interval_seconds = 0"),
    ("ckan.toml", r"min_interval_seconds = \d+", "min_interval_seconds = 0"),
    ("ckan.toml", r"min_rows = \d+", "min_rows = 1"),
)


def scaled_down_catalog(folder: Path) -> Path:
    """A copy of the catalog whose limits suit files with few areas."""
    for path in CATALOG.iterdir():
        shutil.copy(path, folder / path.name)
    for name, pattern, text in _SCALED_DOWN:
        changed, times = re.subn(pattern, text, (folder / name).read_text(encoding="utf-8"))
        assert times, f"{name} has no {pattern}"
        (folder / name).write_text(changed, encoding="utf-8")
    return folder


def edit(path: Path, pattern: str, text: str) -> None:
    """Change a file as a steward would."""
    changed, times = re.subn(pattern, text, path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert times, f"{path.name} has no {pattern}"
    path.write_text(changed, encoding="utf-8")


@dataclass
class Town:
    """One data folder, its register, its strategies and its publishers."""

    data: Path
    replica: Replica
    register: Path = PROJECT_ROOT / "sources" / "register"
    strategies: Path = PROJECT_ROOT / "strategies"
    corrections: Path = PROJECT_ROOT / "sources" / "corrections.toml"
    base_url: dict[str, str] = field(default_factory=dict)

    def begin(self, **told: Any) -> Night:
        """A night that starts now."""
        night = Night.begin(load(self.data), utc_now(), offline=False, strategy=None)
        urls = dict.fromkeys(publishers(), self.replica.url) | self.base_url  # nothing leaves this machine
        own = {"register_dir": self.register, "strategies_dir": self.strategies, "corrections_file": self.corrections}
        return replace(night, base_url=urls, **own, **told)

    def night(self, *, anew: bool = False, **told: Any) -> RunRecord:
        """Run a whole night without Prefect."""
        return run_night(self.begin(**told), InlineRunner(), anew=anew)

    def ask(self, query: str) -> list[dict[str, Any]]:
        """Rows of the published warehouse."""
        return ask(self.current, query)

    @property
    def current(self) -> Path:
        """The published warehouse."""
        return self.data / "warehouse" / CURRENT

    @property
    def published(self) -> list[str]:
        """Names of all published files, oldest first."""
        return sorted(path.name for path in self.current.parent.glob("kpi-*.duckdb"))

    def source(self, record: RunRecord, publisher: str) -> dict[str, Any]:
        """What one source contributed to a night."""
        return next(source for source in record.sources if source["publisher_id"] == publisher)

    def figures(self, where: str) -> list[tuple[Any, ...]]:
        """(period, area, value, known_from, known_to) of the observations for which a condition holds."""
        rows = self.ask(
            "SELECT period, area_code, value, known_from, known_to FROM core.observation"
            f" WHERE {where} ORDER BY series_id, area_code, period_start, known_from"
        )
        return [tuple(row.values()) for row in rows]
