"""What a publisher's adapter, its reader, offers, and what becomes of trouble when the adapter itself breaks."""

from __future__ import annotations

import importlib
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import BinaryIO, Protocol, cast, runtime_checkable

from records import Resource
from sources.fetch_errors import FetchError
from sources.parsed import Parsed, ParseError
from sources.publishers import CatalogError, Publisher
from sources.snapshots import SnapshotError, SnapshotStore

_MOST_WORDS = 200  # characters of what an error says; some repeat the whole file

log = logging.getLogger(__name__)


class Adapter(Protocol):
    """What a module ``sources.<adapter>`` offers."""

    @property
    def VERSION(self) -> str:  # noqa: N802 - a module's constant
        """Raised whenever the adapter reads the same bytes in another way."""

    def resources(
        self, publisher: Publisher, today: date, read_page: Callable[[str], str | None]
    ) -> Sequence[Resource]:
        """What the publisher offers on this day; ``read_page`` gives the text of a listing page, None if it fails."""

    def parse(self, body: bytes, resource: Resource, publisher: Publisher) -> Parsed:
        """Tidy rows of one resource; raises ParseError with file, line and column."""


@runtime_checkable
class PagedAdapter(Protocol):
    """What it offers besides when its files may be too much to be held at once."""

    def parse_pages(self, file: BinaryIO, resource: Resource, publisher: Publisher) -> Parsed:
        """Tidy rows of one resource, page by page; raises as ``parse`` does."""


def adapter(publisher: Publisher) -> Adapter:
    """The adapter that the catalog names for this publisher."""
    return cast("Adapter", importlib.import_module(f"sources.{publisher.adapter}"))


def parse_snapshot(publisher: Publisher, store: SnapshotStore, resource: Resource, snapshot_id: str) -> Parsed:
    """What a publisher's adapter reads in one kept content of a resource.

    Raises:
        ParseError: as the adapter does.
        SnapshotError: when the content is not there, or damaged.
    """
    its_adapter = adapter(publisher)
    if isinstance(its_adapter, PagedAdapter):
        with store.opened(snapshot_id) as file:
            return its_adapter.parse_pages(file, resource, publisher)
    return its_adapter.parse(store.read(snapshot_id), resource, publisher)


class BrokenReaderError(ParseError):
    """An adapter met what nobody thought of: a slip of ours, which says nothing for ever about the publisher's file."""


@contextmanager
def reading(publisher: Publisher, where: str) -> Iterator[None]:
    """Around all calls of an adapter's code, so that its breaking costs one file, or one list of files, and no night.

    What the catalog says and what our disk does is no matter of one file: it passes, like the errors that an adapter
    means.

    Args:
        publisher: whose adapter it is.
        where: resource id, for messages.

    Raises:
        BrokenReaderError: for any other error; its traceback goes to the log, at debug level.
    """
    try:
        yield
    except (ParseError, FetchError, CatalogError, SnapshotError, OSError):
        raise
    except Exception as error:
        log.debug("the reader of %s broke on %s", publisher.id, where, exc_info=True)
        said = " ".join(f"{type(error).__name__}: {error}".split())[:_MOST_WORDS]
        problem = f"the reader of {publisher.id} broke on this file ({said})"
        raise BrokenReaderError(where, problem, "report it, the last good figures stay") from error
