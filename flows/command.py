"""What the commands that change something do: a run with its display, a rebuild, the schedule, a register row."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, cast

from clock import tokyo_day, utc_now
from flows.cli import EXIT_INTERRUPTED
from flows.export import export_folder, write_export
from flows.night import Night
from flows.report import report_folder, write_pages
from flows.server import prefect_api
from reports import endings, terminal
from reports.kpi_tables import progress_table
from reports.package import NAME, WORKBOOK
from reports.site import front_page
from reports.words import Lang
from settings import Settings, SettingsError, load
from warehouse.connect import published_file
from warehouse.lock import writer_lock
from warehouse.publish import CURRENT

if TYPE_CHECKING:
    from flows.run_record import RunRecord

_PATIENCE = 3.0  # seconds for an interrupted run to end in good order


def run(data_dir: Path | None, strategy: str | None, lang: Lang, *, offline: bool, inline: bool) -> RunRecord:
    """Run one night with a display of its steps, then print the KPI table and where everything is."""
    settings = load(data_dir)
    signal.signal(signal.SIGINT, _interrupted)
    with _steps_on_screen() as on_step:
        if inline:
            record = _run_inline(settings, strategy, on_step, offline=offline)
        else:
            record = _run_under_prefect(settings, strategy, on_step, offline=offline)
    _print_run(settings, record, lang)
    return record


def _interrupted(*_: object) -> NoReturn:
    """Prefect waits for its threads, which may wait for a publisher for minutes; a person at the keyboard does not."""
    sys.stderr.write("interrupted; nothing half-written was published\n")
    end = threading.Timer(_PATIENCE, os._exit, [EXIT_INTERRUPTED])
    end.daemon = True
    end.start()
    raise KeyboardInterrupt


def _run_inline(
    settings: Settings, strategy: str | None, on_step: Callable[[str], None], *, offline: bool
) -> RunRecord:
    from flows.news import news_of
    from flows.notify import tell
    from flows.run import InlineRunner, run_night
    from flows.run_record import past_runs

    night = Night.begin(settings, utc_now(), offline=offline, strategy=strategy)
    with _failure_told(settings, night):
        record = run_night(night, InlineRunner(on_step))
    tell(news_of(record, past_runs(night.runs), settings.notify_after_nights), settings, night.run_id)
    return record


@contextmanager
def _failure_told(settings: Settings, night: Night) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        from flows.news import failure
        from flows.notify import tell

        tell([failure(error)], settings, night.run_id)
        raise


def _run_under_prefect(
    settings: Settings, strategy: str | None, on_step: Callable[[str], None], *, offline: bool
) -> RunRecord:
    night = Night.begin(settings, utc_now(), offline=offline, strategy=strategy)
    with _failure_told(settings, night):
        night.make_folders()
        with writer_lock(settings.data_dir):
            pass  # a second run, or a folder that cannot be written, ends here and not after a server has started
    with prefect_api(settings.data_dir / "prefect") as server:
        on_step("start Prefect")
        from expectations.gate import warm

        heavy = threading.Thread(target=warm)  # Great Expectations, while the server comes up
        heavy.start()
        from flows.nightly import nightly

        heavy.join()
        if server:
            with _failure_told(settings, night):
                server.wait()
        state = nightly(str(settings.data_dir), strategy, on_step, offline=offline, return_state=True)
        return cast("RunRecord", state.result())


def rebuild(data_dir: Path | None, strategy: str | None, lang: Lang) -> None:
    """Build everything anew from what was kept and say whether the content is that of the published file."""
    from flows.run import InlineRunner, run_night
    from warehouse.publish import current

    settings = load(data_dir)
    night = Night.begin(settings, utc_now(), offline=True, strategy=strategy)
    before = current(night.warehouse)
    with _steps_on_screen() as on_step:
        record = run_night(night, InlineRunner(on_step), anew=True)
    file, content = night.warehouse / record.published, record.content_hash
    said = endings.of_rebuild(file, content, before.content_hash if before else None, lang)
    terminal.console().print(said, soft_wrap=True)


def report(data_dir: Path | None, lang: Lang, *, data_docs: bool) -> None:
    """Write the report's pages anew and say where they are; on request Great Expectations' own pages too."""
    settings = load(data_dir)
    night = Night.begin(settings, utc_now(), offline=True, strategy=None)
    published_file(night.warehouse / CURRENT)  # before a mistyped folder is made
    night.make_folders()
    with writer_lock(settings.data_dir):
        write_pages(night, anew=True)
    lines: list[endings.Line] = [(endings.REPORT, front_page(report_folder(settings.data_dir), lang))]
    if data_docs:
        from flows.data_docs import write_data_docs

        lines.append((("Data Docs", "Data Docs"), write_data_docs(settings.data_dir)))
    terminal.console().print(endings.labelled(lines, 11, lang), soft_wrap=True)


def export(data_dir: Path | None, to: Path | None) -> None:
    """Write the files for others anew and say where they are."""
    settings = load(data_dir)
    warehouse, folder = settings.data_dir / "warehouse" / CURRENT, export_folder(settings.data_dir)
    published_file(warehouse)  # before a mistyped folder is made
    if to is None:
        Night.begin(settings, utc_now(), offline=True, strategy=None).make_folders()
        with writer_lock(settings.data_dir):
            write_export(warehouse, folder, anew=True)
    else:  # a folder of one's own: no run is in the way
        folder = to
        try:
            write_export(warehouse, folder, anew=True)
        except OSError as error:
            said = f"the folder {folder} cannot be written ({error.strerror}); choose another with --to"
            raise OSError(said) from error
    terminal.console().print(f"export     {folder / WORKBOOK}\n           {folder / NAME}", soft_wrap=True)


def serve(data_dir: Path | None) -> None:
    """Serve the nightly flow with its schedule until stopped."""
    settings = load(data_dir)
    with prefect_api(settings.data_dir / "prefect", schedules=True) as server:
        from flows.schedule import serve_nightly

        if server:
            server.wait()
            server.end_with_it()
        terminal.console().print("serving `nightly`: every night at 03:15 Asia/Tokyo; stop with Ctrl-C")
        serve_nightly(settings.data_dir)


def record(file: str, row: Mapping[str, str]) -> None:
    """Append one row to a register file."""
    from sources.register import append_row

    if not file or Path(file).name != file:
        raise SettingsError(f"register file {file!r} is no plain name; give e.g. fertility")
    path = load().register_dir / f"{file}.csv"
    append_row(path, {**row, "accessed_on": tokyo_day(utc_now()).isoformat()})
    terminal.console().print(f"added to {path}; `kpi run` shows what it changes")


def _print_run(settings: Settings, record: RunRecord, lang: Lang) -> None:
    from warehouse import read

    out = terminal.console()
    warehouse = settings.data_dir / "warehouse" / CURRENT
    out.print(progress_table(read.summary(warehouse), lang))
    out.print(terminal.sources_table(record.sources, lang))
    places = {
        "warehouse": warehouse,
        "report": front_page(report_folder(settings.data_dir), lang),
        "files": export_folder(settings.data_dir) / WORKBOOK,
        "record": settings.data_dir / "runs" / f"{record.run_id}.json",
    }
    out.print(endings.of_run(record.row(), record.sources, places, lang), soft_wrap=True)


@contextmanager
def _steps_on_screen() -> Iterator[Callable[[str], None]]:
    """Show the step under way on standard error, on a terminal only; the results go to standard output."""
    out = terminal.console(error=True)
    with out.status("starting") as status:
        yield status.update
