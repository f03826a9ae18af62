"""What ``kpi doctor`` asks of what people give: settings, strategies, register."""

from __future__ import annotations

from collections.abc import Iterator

from flows.finding import Finding
from flows.night import Night
from flows.notify import known_services
from settings import Settings


def settings(told: Settings) -> Iterator[Finding]:
    """What is set, without showing any secret."""
    from sources.publishers import publishers

    yield Finding("settings.ok", {"data_dir": told.data_dir.absolute()})
    if told.base_url:
        yield Finding("settings.replaced", {"names": ", ".join(sorted(told.base_url))})
    if told.estat_app_id:
        yield Finding("estat_key.set")
    else:
        yield Finding("estat_key.wanted" if "estat" in publishers() else "estat_key.unset")


def notify(told: Settings) -> Iterator[Finding]:
    """Somebody is told when a night fails, and every address is one that apprise understands."""
    if not told.notify_urls:
        yield Finding("notify.nobody")
        return
    _, bad = known_services(told)
    yield Finding("notify.bad", {"numbers": bad}) if bad else Finding("notify.ok", {"count": len(told.notify_urls)})


def strategies(night: Night) -> Iterator[Finding]:
    """Every strategy, the catalog and the corrections can be read."""
    from flows.corrections import corrections
    from flows.plan import load_plan
    from sources.corrections import CorrectionError
    from sources.publishers import CatalogError
    from sources.strategy import StrategyError

    try:
        kpis = [kpi for kpi in load_plan(night.strategies_dir).kpis if not kpi.is_proxy]
        corrections(night.corrections_file)
    except (CatalogError, CorrectionError, StrategyError) as error:
        yield Finding("strategies.bad", {"error": error})
    else:
        yield Finding("strategies.ok", {"count": len(kpis)})


def register(night: Night) -> Iterator[Finding]:
    """The hand-kept figures are there, in files that can be read."""
    from flows.bundles import file_hash, register_bundle, register_files
    from flows.checking import Checker
    from sources.publishers import publishers
    from sources.register import RegisterError

    files = register_files(night)
    if not files:
        yield Finding("register.none", {"folder": night.register_dir})
        return
    (publisher,) = (one for one in publishers().values() if one.adapter == "register")
    try:
        register_bundle(Checker(publisher, night.parts), {path: file_hash(path) for path in files}).rows()
    except RegisterError as error:
        yield Finding("register.bad", {"error": error})
    else:
        yield Finding("register.ok", {"count": len(files)})
