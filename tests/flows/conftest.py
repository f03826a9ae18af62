"""Places in which nights run: one that had a good night, one that is new."""

import shutil
from dataclasses import replace

import pytest

from flows import checking
from settings import PROJECT_ROOT
from sources import http, publishers
from tests.flows.published import files
from tests.flows.town import Town, scaled_down_catalog
from tests.publishers import Replica


def forget_catalog():
    for cached in (publishers.publishers, checking._limits, checking._catalog_fingerprint):
        cached.cache_clear()


@pytest.fixture(scope="package")
def small_files(tmp_path_factory):
    """The catalog with limits for small files; no wait before another try."""
    catalog = scaled_down_catalog(tmp_path_factory.mktemp("catalog"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(publishers, "CATALOG_DIR", catalog)
        patch.setattr(checking, "CATALOG_DIR", catalog)
        patch.setattr(http, "FIRST_WAIT", 0.01)
        forget_catalog()
        yield
    forget_catalog()


@pytest.fixture(scope="package")
def after_a_good_night(small_files, tmp_path_factory):
    """A data folder as a good night leaves it; to be copied, never used itself."""
    with Replica(files()) as replica:
        town = Town(tmp_path_factory.mktemp("good") / "data", replica)
        record = town.night()
    assert record.outcome == "ok", record.message
    return town


@pytest.fixture
def replica():
    """The publishers on a good night."""
    with Replica(files()) as serving:
        yield serving


@pytest.fixture
def town(after_a_good_night, replica, tmp_path):
    """A place of its own in which the night before went well."""
    data = tmp_path / "data"
    shutil.copytree(after_a_good_night.data, data, symlinks=True)
    return replace(after_a_good_night, data=data, replica=replica, register=own_register(tmp_path))


@pytest.fixture
def new_town(small_files, replica, tmp_path):
    """A place without any night before."""
    return Town(tmp_path / "data", replica, own_register(tmp_path))


def own_register(folder):
    """A copy of the register that a test may change."""
    return shutil.copytree(PROJECT_ROOT / "sources" / "register", folder / "register")
