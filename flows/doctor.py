"""Looks at everything that a night needs, and says of each thing how it is and what to do."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from clock import utc_now
from flows import doctor_data, doctor_kept, doctor_machine
from flows.doctor_world import Asked, prefect
from flows.finding import Finding
from flows.night import Night
from settings import SettingsError, load
from sources.publishers import CatalogError

_log = logging.getLogger(__name__)


def examine(data_dir: Path | None) -> Iterator[Finding]:
    """Every finding: the machine first, then what is set and kept, the world last. Nothing is changed or kept.

    Without usable settings there is nothing more to look at than the machine.
    """
    for check in (doctor_machine.python, doctor_machine.packages, doctor_machine.timezone):
        yield from _found(check)
    try:
        told = load(data_dir)
    except SettingsError as error:
        yield Finding("settings.bad", {"error": error})
        return
    try:
        asked = Asked(told.base_url)  # the publishers answer while the rest is looked at
    except CatalogError:  # which `strategies` reports
        asked = None
    night = Night.begin(told, utc_now(), offline=True, strategy=None)
    yield from _found(doctor_data.settings, told)
    yield from _found(doctor_data.notify, told)
    for look in (
        doctor_data.strategies,
        doctor_data.register,
        doctor_machine.folders,
        doctor_machine.disk,
        doctor_machine.lock,
        doctor_kept.fetch_log,
        doctor_kept.last_run,
        doctor_kept.history,
        doctor_kept.published,
    ):
        yield from _found(look, night)
    for question in (prefect, *((asked.clock, asked.publishers) if asked else ())):
        yield from _found(question)


def _found(check: Callable[..., Iterator[Finding]], *about: Any) -> Iterator[Finding]:  # noqa: ANN401
    """The findings of one check. One that breaks is a finding too: all others are still worth knowing."""
    try:
        yield from check(*about)
    except Exception as error:  # noqa: BLE001 - whatever it is, a person must hear of it and of the rest
        _log.info("the check %s broke", check.__name__, exc_info=error)
        yield Finding("check.broken", {"check": check.__name__, "error": error})
