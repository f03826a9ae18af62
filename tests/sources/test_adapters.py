"""What becomes of an adapter's own breaking: a refusal that says so, apart from errors that mean something else."""

import logging
import pickle

import pytest

from sources.adapters import BrokenReaderError, adapter, reading
from sources.fetch_errors import FetchError
from sources.parsed import ParseError
from sources.publishers import CatalogError, publishers
from sources.snapshots import SnapshotError

SSDSE = publishers()["ssdse"]


def broken(error):
    with pytest.raises(BrokenReaderError) as caught, reading(SSDSE, "ssdse/A-2026"):
        raise error
    return str(caught.value)


def test_the_adapter_of_a_publisher_is_the_module_that_the_catalog_names():
    module = adapter(SSDSE)
    assert module.VERSION
    assert callable(module.resources)
    assert callable(module.parse)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (TypeError("no\n  text"), "TypeError: no text"),
        (OverflowError("x" * 999), f"OverflowError: {'x' * 185}"),
        (StopIteration(), "StopIteration:"),
        (MemoryError(), "MemoryError:"),
        (RecursionError("too deep"), "RecursionError: too deep"),
    ],
)
def test_breaking_is_told_in_one_line_with_publisher_file_error_and_remedy(error, said):
    assert broken(error) == (
        f"ssdse/A-2026: the reader of ssdse broke on this file ({said}); report it, the last good figures stay"
    )


@pytest.mark.parametrize(
    "error",
    [
        ParseError("ssdse/A-2026", "no header", "look at it"),
        FetchError("no answer", "https://a.jp/"),
        CatalogError("ssdse.toml: no address"),
        SnapshotError("this snapshot is missing"),
        OSError(28, "No space left on device"),
        KeyboardInterrupt(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_errors_that_say_something_else_pass_as_they_are(error):
    with pytest.raises(type(error)) as caught, reading(SSDSE, "ssdse/A-2026"):
        raise error
    assert caught.value is error


def test_the_traceback_is_in_the_log_for_those_who_ask_for_it(caplog):
    with caplog.at_level(logging.INFO):
        broken(TypeError("no text"))
    assert caplog.text == ""
    with caplog.at_level(logging.DEBUG):
        broken(TypeError("no text"))
    assert "Traceback" in caplog.text


def test_it_survives_the_way_between_processes():
    error = BrokenReaderError("ssdse/A-2026", "broke", "report it")
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
