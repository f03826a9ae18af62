"""When a file is asked for whose publisher hardly ever changes it, or says that it has not: on a night of its own."""

from __future__ import annotations

from datetime import date, datetime
from zlib import crc32
from zoneinfo import ZoneInfo

EVERY_DAYS = 28
_PUBLIC_DAY = ZoneInfo("Asia/Tokyo")  # the day on which a Japanese publisher put something out


def public_day(moment: datetime) -> date:
    """The day that publishers call this moment."""
    return moment.astimezone(_PUBLIC_DAY).date()


def is_its_turn(resource_id: str, asked_at: datetime, today: date) -> bool:
    """Whether a file that was last asked for then has its turn: on one night of 28, or when 28 days have passed."""
    asked = public_day(asked_at)
    its_night = (today.toordinal() + crc32(resource_id.encode())) % EVERY_DAYS == 0
    return (its_night and asked < today) or (today - asked).days >= EVERY_DAYS
