"""Tells people by the services in ``KPI_NOTIFY_URLS`` (any that apprise knows) that a night was not as it should be.

Or that it raised an alarm, or changed a grade: somebody will be asked why.
"""

from __future__ import annotations

import logging

from flows.history import RunRecord
from settings import load

_log = logging.getLogger(__name__)


def news_of(record: RunRecord) -> str | None:
    """What a run that ended well has to tell people: degraded, an alarm, or a changed grade; else None.

    The message names all three, so one message with the gravest of them in its title is enough.
    """
    if record.alarms:
        return "raised an alarm"
    if record.outcome == "degraded":
        return "degraded"
    return "changed a grade" if record.grades else None


def notify(kind: str, message: str) -> bool:
    """Send one message. A notification that fails is logged, never raised: the figures matter more.

    Returns:
        Whether there was anybody to tell and all of them were told.
    """
    urls = [secret.get_secret_value() for secret in load().notify_urls]
    if not urls:
        return False
    import apprise

    services = apprise.Apprise()
    for url in urls:
        if not services.add(url):
            _log.error("a service in KPI_NOTIFY_URLS is not understood; see apprise's list of services")
    sent = bool(services.notify(title=f"KPI: the night {kind}", body=message))
    if not sent:
        _log.error("the notification was not delivered to every service in KPI_NOTIFY_URLS")
    return sent
