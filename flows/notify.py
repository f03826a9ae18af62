"""Tells people by the services in ``KPI_NOTIFY_URLS`` (any that apprise knows) what a night has to tell."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from flows.news import KINDS, News
from flows.report import report_folder
from reports.site import front_page
from settings import Settings

if TYPE_CHECKING:
    from apprise import Apprise

_log = logging.getLogger(__name__)
_LABELS = (("対応", "実行", "レポート", "手引き"), ("to do", "run", "report", "guide"))
_LANGS = ("ja", "en")
_GUIDES = ("docs/operate.ja.md", "docs/operate.md")


def tell(news: Sequence[News], settings: Settings, run_id: str = "") -> bool:
    """Send one message, in Japanese and below in English; nothing when there is no news or nobody to tell.

    A notification that fails is logged, never raised: the figures matter more.

    Returns:
        Whether there was anybody to tell and all of them were told.
    """
    if not (settings.notify_urls and news):
        return False
    services, bad = known_services(settings)
    if bad:
        _log.error("KPI_NOTIFY_URLS: number %s is not understood; see apprise's list of services", bad)
    sent = bool(services.notify(title=_title(news), body=_without_secrets(_body(news, settings, run_id), settings)))
    if not sent:
        _log.error("the notification was not delivered to every service in KPI_NOTIFY_URLS")
    return sent


def known_services(settings: Settings) -> tuple[Apprise, str]:
    """The services in ``KPI_NOTIFY_URLS``, and the numbers of those that apprise does not understand."""
    from apprise import Apprise

    logging.getLogger("apprise").setLevel(logging.CRITICAL)  # its messages repeat whole addresses, secrets included
    services = Apprise()
    urls = enumerate(settings.notify_urls, start=1)
    bad = [str(number) for number, url in urls if not services.add(url.get_secret_value())]
    return services, ", ".join(bad)


def report_address(settings: Settings, lang: str) -> str:
    """Where people find the report's front page: its public address when one is set, else its path."""
    folder = report_folder(settings.data_dir.resolve())
    page = front_page(folder, lang)
    if not settings.report_url:
        return str(page)
    return f"{settings.report_url.rstrip('/')}/{page.relative_to(folder).as_posix()}"


def _title(news: Sequence[News]) -> str:
    ja, en = ("、".join(KINDS[n.kind].name[0] for n in news), ", ".join(KINDS[n.kind].name[1] for n in news))
    return f"KPI: {ja} / {en}"


def _body(news: Sequence[News], settings: Settings, run_id: str) -> str:
    halves = []
    for number, lang in enumerate(_LANGS):
        todo, run, report, guide = _LABELS[number]
        lines = []
        for one in news:
            kind = KINDS[one.kind]
            lines += [f"[{kind.name[number]}] {kind.means[number]}", one.why, f"{todo}: {kind.todo[number]}", ""]
        lines += [f"{run}: {run_id}"] if run_id else []
        lines += [f"{report}: {report_address(settings, lang)}", f"{guide}: {_GUIDES[number]}"]
        halves.append("\n".join(lines))
    return "\n\n".join(halves)


def _without_secrets(text: str, settings: Settings) -> str:
    """The text without any secret of the settings, in case an error of some library repeats an address."""
    secrets = [*settings.notify_urls, *filter(None, [settings.estat_app_id])]
    for secret in secrets:
        text = text.replace(secret.get_secret_value(), "***")
    return text
