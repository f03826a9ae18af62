"""The two clocks: Tokyo for people and their publishers, UTC for storage."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")


def utc_now() -> datetime:
    """This moment, for storage."""
    return datetime.now(UTC)


def tokyo_day(moment: datetime) -> date:
    """The day that people in Japan call it, publishers too."""
    return moment.astimezone(TOKYO).date()
