"""A data folder with its publishers on loopback, in which tests run nights one after the other."""

import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from clock import utc_now
from flows.night import Night
from flows.run import InlineRunner, run_night
from flows.run_record import RunRecord
from settings import PROJECT_ROOT, load
from sources.publishers import publishers
from tests.publishers import Replica
from warehouse.publish import CURRENT
from warehouse.read import ask

NOBODY = "http://127.0.0.1:9"  # the discard port: nobody listens


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
