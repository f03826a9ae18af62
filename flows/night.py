"""What one night is: its id, its folders, and what it was told."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from clock import tokyo_day
from settings import SettingsError
from sources.snapshots import SnapshotStore

if TYPE_CHECKING:
    from settings import Settings

_SNAPSHOTS = "snapshots"


def run_id_at(moment: datetime) -> str:
    """The id of a run that starts at a moment in UTC. Runs are in the order of their ids."""
    return f"{moment:%Y%m%dT%H%M%S}{moment.microsecond // 1000:03d}Z"


@dataclass(frozen=True)
class Night:
    """One run. All steps get this and nothing else from outside.

    Attributes:
        run_id: the start in UTC, sortable.
        store: publishers' bytes and the log of fetches, the same for all sources, as a year's log is large.
    """

    run_id: str
    started_at: datetime
    data_dir: Path
    strategies_dir: Path
    register_dir: Path
    corrections_file: Path
    store: SnapshotStore
    base_url: dict[str, str] = field(default_factory=dict)
    offline: bool = False
    strategy: str | None = None

    @classmethod
    def begin(cls, settings: Settings, started_at: datetime, *, offline: bool, strategy: str | None) -> Night:
        """A night that starts now."""
        return cls(
            run_id=run_id_at(started_at),
            started_at=started_at,
            data_dir=settings.data_dir,
            strategies_dir=settings.strategies_dir,
            register_dir=settings.register_dir,
            corrections_file=settings.corrections_file,
            store=SnapshotStore(settings.data_dir / _SNAPSHOTS),
            base_url=dict(settings.base_url),
            offline=offline,
            strategy=strategy,
        )

    @property
    def today(self) -> date:
        """The day in Japan on which the night began."""
        return tokyo_day(self.started_at)

    @property
    def snapshots(self) -> Path:
        """Publishers' bytes and the log of fetches."""
        return self.data_dir / _SNAPSHOTS

    @property
    def parts(self) -> Path:
        """Checked parts."""
        return self.data_dir / "parts"

    @property
    def warehouse(self) -> Path:
        """Published warehouse files."""
        return self.data_dir / "warehouse"

    @property
    def runs(self) -> Path:
        """One JSON record a run."""
        return self.data_dir / "runs"

    @property
    def rows(self) -> Path:
        """What each run published, as a difference from the run before."""
        return self.runs / "rows"

    def make_folders(self) -> None:
        """Make every folder of the night.

        Raises:
            SettingsError: when the data folder cannot be written.
        """
        for folder in (self.data_dir, self.snapshots, self.parts, self.warehouse, self.runs):
            try:
                folder.mkdir(parents=True, exist_ok=True)
                problem = "" if os.access(folder, os.W_OK) else "permission denied"
            except OSError as error:
                problem = error.strerror or str(error)
            if problem:
                raise SettingsError(
                    f"the data folder {self.data_dir} cannot be written ({problem}); correct its permissions or set "
                    "KPI_DATA_DIR"
                )
