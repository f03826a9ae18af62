"""When a file is asked for whose publisher hardly ever changes it, or says that it has not: on a night of its own."""

from __future__ import annotations

from datetime import date, datetime
from zlib import crc32

from clock import tokyo_day

EVERY_DAYS = 28


def is_its_turn(resource_id: str, asked_at: datetime, today: date) -> bool:
    """Whether a file that was last asked for then has its turn: on one night of 28, or when 28 days have passed."""
    asked = tokyo_day(asked_at)
    its_night = (today.toordinal() + crc32(resource_id.encode())) % EVERY_DAYS == 0
    return (its_night and asked < today) or (today - asked).days >= EVERY_DAYS
