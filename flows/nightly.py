"""The nightly run as a Prefect flow: a shell around the same steps that ``kpi run --inline`` takes."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from prefect import flow, runtime, task
from prefect.artifacts import create_link_artifact, create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import FlowRun, State
from prefect.states import Completed
from prefect.tasks import Task

from clock import utc_now
from flows import show
from flows.news import News, failure, news_of
from flows.night import Night
from flows.notify import report_address, tell
from flows.run import run_night
from flows.run_record import RunRecord, past_runs
from settings import Settings, load

T = TypeVar("T")
_log = logging.getLogger(__name__)
_nights: dict[UUID, Night] = {}  # by flow run: a hook is told the flow run and its state, and no more


def _run_name() -> str:
    started = runtime.flow_run.scheduled_start_time
    return f"kpi-{show.for_people(started)}" if started else "kpi"


def _failed(flow: Any, flow_run: FlowRun, state: State[Any]) -> None:  # noqa: ANN401, ARG001
    """Tell of a run that broke. Of one that was killed whole, the process that serves the schedule tells."""
    night = _nights.pop(flow_run.id, None)
    data_dir = flow_run.parameters.get("data_dir")
    settings = load(Path(data_dir) if data_dir else None)
    error = state.result(raise_on_failure=False)
    news = failure(error) if isinstance(error, Exception) else News("failed", state.message or "it was killed")
    tell([news], settings, night.run_id if night else "")


def _completed(flow: Any, flow_run: FlowRun, state: State[Any]) -> None:  # noqa: ANN401, ARG001
    night, record = _nights.pop(flow_run.id), state.result()
    settings = load(night.data_dir)
    tell(news_of(record, past_runs(night.runs), settings.notify_after_nights), settings, night.run_id)


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
    """Fetch, check, build, publish, show. The state is named Degraded when a source was not up to date.

    Else it is named Alarmed when figures vanished or moved beyond their limit, and else Regraded when a grade changed.
    """
    settings = load(Path(data_dir) if data_dir else None)
    night = Night.begin(settings, utc_now(), offline=offline, strategy=strategy)
    _nights[UUID(str(runtime.flow_run.id))] = night
    record = run_night(night, PrefectRunner(on_step or (lambda _: None)))
    try:
        _artifacts(settings, night, record)
    except Exception as error:  # noqa: BLE001 - figures are published: a display that breaks must not undo that
        _log.warning("the artifacts could not be written", exc_info=error)
    return Completed(name=_state_name(record), message=record.message, data=record)


def _state_name(record: RunRecord) -> str:
    if record.outcome == "degraded":
        return "Degraded"
    return "Alarmed" if record.alarms else "Regraded" if record.grades else "Completed"


def _artifacts(settings: Settings, night: Night, record: RunRecord) -> None:
    create_table_artifact(
        key="kpi-progress", table=show.progress_cells(night.warehouse), description="KPI progress / KPI進捗"
    )
    create_markdown_artifact(key="run-summary", markdown=show.summary_markdown(record), description="Run summary")
    address = report_address(settings, "ja")
    create_link_artifact(
        key="report",
        link=address if settings.report_url else Path(address).as_uri(),
        link_text=f"レポート / Report: {address}",
        description="The report's front page / レポートの表紙",
    )
