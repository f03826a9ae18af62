"""Places in which nights run: one that had a good night before, one that is new, one that only has recorded figures."""

import shutil
from dataclasses import replace

import pytest

from flows import checking
from settings import PROJECT_ROOT
from sources import http, publishers
from tests.flows.command import kpi
from tests.flows.published import files
from tests.flows.town import Town
from tests.publishers import Replica
from tests.publishers.estat import APP_ID
from tests.publishers.everyone import mount_all
from tests.publishers.small_catalog import small_catalog


@pytest.fixture(scope="package")
def small_files(tmp_path_factory):
    """The catalog with limits for small files, and no wait before another try."""
    catalog = small_catalog(tmp_path_factory.mktemp("catalog"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(publishers, "CATALOG_DIR", catalog)
        patch.setattr(http, "FIRST_WAIT", 0.01)
        patch.setenv("KPI_ESTAT_APP_ID", APP_ID)
        forget_catalog()
        yield
    forget_catalog()


def forget_catalog():
    for value in (*vars(publishers).values(), *vars(checking).values()):
        if hasattr(value, "cache_clear"):
            value.cache_clear()


@pytest.fixture(scope="package")
def one_replica():
    """One address for all tests, as a publisher has: conditional requests go to the address that was asked before."""
    with Replica() as serving:
        yield serving


def on_a_good_night(replica):
    """The same publishers with their right files and nothing on their mind."""
    replica.files = files()
    mount_all(replica)
    replica.requests.clear()
    replica._moods.clear()
    return replica


@pytest.fixture
def replica(one_replica):
    """The publishers on a good night."""
    return on_a_good_night(one_replica)


@pytest.fixture(scope="package")
def after_a_good_night(small_files, one_replica, tmp_path_factory):
    """A data folder as a good night leaves it; to be copied, never used itself."""
    town = Town(tmp_path_factory.mktemp("good") / "data", on_a_good_night(one_replica))
    record = town.night()
    assert record.outcome == "ok", record.message
    return town


def register_in(folder):
    """A copy of the register, to be changed."""
    return shutil.copytree(PROJECT_ROOT / "sources" / "register", folder / "register")


def moved(town, folder):
    """A copy of a place, to be changed."""
    shutil.copytree(town.data, folder / "data", symlinks=True)
    return replace(town, data=folder / "data", register=register_in(folder))


@pytest.fixture
def register(tmp_path):
    """A register that a test may change."""
    return register_in(tmp_path)


@pytest.fixture
def town(after_a_good_night, replica, tmp_path):
    """A place of its own in which the night before went well."""
    return moved(after_a_good_night, tmp_path)


@pytest.fixture
def new_town(small_files, replica, tmp_path_factory):
    """A place without any night before."""
    folder = tmp_path_factory.mktemp("new")
    return Town(folder / "data", replica, register_in(folder))


@pytest.fixture(scope="package")
def offline(tmp_path_factory):
    """The data folder of `kpi run --offline --inline` with the real catalog, and how the command ended."""
    data = tmp_path_factory.mktemp("offline") / "data"
    return data, kpi("run", "--offline", "--inline", data=data)
