"""The nightly run as a Prefect flow: a shell around the same steps that ``kpi run --inline`` takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from prefect import flow, runtime, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import FlowRun, State
from prefect.states import Completed
from prefect.tasks import Task

from flows import show
from flows.history import RunRecord
from flows.night import Night
from flows.notify import news_of, notify
from flows.run import run_night
from settings import load, utc_now

T = TypeVar("T")
_TOLD = {
    "Alarmed": "raised an alarm",
    "Degraded": "degraded",
    "Regraded": "changed a grade",
}  # of the names that a good end may have


def _run_name() -> str:
    started = runtime.flow_run.scheduled_start_time
    return f"kpi-{show.for_people(started)}" if started else "kpi"


def _failed(flow: Any, flow_run: FlowRun, state: State[Any]) -> None:  # noqa: ANN401, ARG001
    notify("failed", state.message or "the nightly run failed")


def _completed(flow: Any, flow_run: FlowRun, state: State[Any]) -> None:  # noqa: ANN401, ARG001
    if kind := _TOLD.get(state.name or ""):
        notify(kind, state.message or "see the run's record")


@dataclass(frozen=True)
class PrefectRunner:
    """Runs every step as a named task. Tasks pass ids, paths and small records, never frames."""

    on_step: Callable[[str], None] = lambda _: None

    def step(self, name: str, action: Callable[..., T], *arguments: Any) -> T:  # noqa: ANN401
        """Run one step as a task and give its result."""
        self.on_step(name)
        return _as_task(name, action)(*arguments)

    def each(self, name: str, action: Callable[[Night, str], T], night: Night, ids: Sequence[str]) -> list[T]:
        """Run one step for each source at the same time, each as a task of its own."""
        self.on_step(f"{name} {', '.join(ids)}")
        # A publisher's trouble is a result; what raises here is our own disk, where one more try can help.
        futures = [_as_task(f"{name} {source}", action, retries=1).submit(night, source) for source in ids]
        return [future.result() for future in futures]


def _as_task(name: str, action: Callable[..., T], retries: int = 0) -> Task[..., T]:
    return task(
        name=name,
        task_run_name=name,
        retries=retries,
        retry_delay_seconds=5,
        cache_policy=NO_CACHE,
        persist_result=False,
    )(action)


@flow(
    name="nightly",
    flow_run_name=_run_name,
    on_failure=[_failed],
    on_crashed=[_failed],
    on_completion=[_completed],
    persist_result=False,
    validate_parameters=False,
)
def nightly(
    data_dir: str | None = None,
    strategy: str | None = None,
    on_step: Callable[[str], None] | None = None,
    *,
    offline: bool = False,
) -> State[RunRecord]:
    """Fetch, check, build, publish, show. The state is named Alarmed when figures vanished or moved beyond their limit.

    Else it is named Degraded when a source was not up to date, and else Regraded when a grade changed.
    """
    settings = load(Path(data_dir) if data_dir else None)
    night = Night.begin(settings, utc_now(), offline=offline, strategy=strategy)
    record = run_night(night, PrefectRunner(on_step or (lambda _: None)))
    _artifacts(night, record)
    kind = news_of(record)
    name = next((name for name, told in _TOLD.items() if told == kind), "Completed")
    return Completed(name=name, message=record.message, data=record)


def _artifacts(night: Night, record: RunRecord) -> None:
    create_table_artifact(
        key="kpi-progress", table=show.progress_cells(night.warehouse), description="KPI progress / KPI進捗"
    )
    create_markdown_artifact(key="run-summary", markdown=show.summary_markdown(record), description="Run summary")
