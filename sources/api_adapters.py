"""What the adapters of APIs offer besides what every adapter does, as they speak, and some answer in pages."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import BinaryIO, Protocol, runtime_checkable

from records import Resource
from sources.answers import Said
from sources.http import Head, Reply
from sources.publishers import Publisher
from sources.snapshots import Fetch

# Asks one address of the publisher, in the catalog's form; raises FetchError.
Ask = Callable[[str], Reply]


@runtime_checkable
class SpeakingAdapter(Protocol):
    """What the adapter of an API offers besides: it understands how an answer says that it is none."""

    def judge(self, body: bytes) -> tuple[Said, str]:
        """How a call went, and the API's words for people when it did not go well."""


@runtime_checkable
class WalkingAdapter(Protocol):
    """What it offers when its publisher dates the content and gives it in pages."""

    def untouched(self, publisher: Publisher, held: Mapping[Resource, Fetch], today: date, ask: Ask) -> Collection[str]:
        """Ids of resources that are still as we ``held`` them, by the publisher's own word."""

    def walk(self, url: str, ask: Ask, file: BinaryIO) -> Head:
        """Write the pages of one resource into a file; gives, besides, the day by which the publisher dates them."""

    def says_the_same(self, one: BinaryIO, other: BinaryIO) -> bool:
        """Whether two files differ in nothing but the moment in which they were sent."""


@runtime_checkable
class PrintingAdapter(Protocol):
    """What it offers when a figure is no line of a text file."""

    def as_printed(self, body: bytes, place: int) -> str:
        """The publisher's own characters for the figure at this ``source_line``; empty when there is none."""
