"""The keys that some publishers want. They are read where a request is made, and are never handed from step to step."""

from __future__ import annotations

from settings import load
from sources.addresses import Key
from sources.publishers import Publisher


def key_of(publisher: Publisher) -> Key | None:
    """The key for this publisher from the settings; None when it wants none, or none is set."""
    secret = getattr(load(), publisher.key_setting) if publisher.key_setting else None
    return Key(publisher.key_parameter, secret) if secret else None


def lacks_key(publisher: Publisher) -> bool:
    """Whether this publisher wants a key and none is set."""
    return bool(publisher.key_setting) and key_of(publisher) is None


def how_to_get(publisher: Publisher) -> str:
    """What is missing and where to get it, for people."""
    name = f"KPI_{publisher.key_setting.upper()}"
    return f"{name} is not set; registration at {publisher.homepage} is free and gives a key"
