"""Places in which nights run: one that had a good night before, one that is new, one that only has recorded figures."""

import shutil
import subprocess
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


@pytest.fixture
def small_disk(tmp_path, request):
    """A disk of its own, as small as the test that asks for it says: in kB, by ``parametrize(..., indirect=True)``."""
    folder, mount = tmp_path / "small", shutil.which("mount")
    folder.mkdir()
    command = [mount, "-t", "tmpfs", "-o", f"size={request.param}k", "none", folder]
    if not mount or subprocess.run(command, check=False).returncode:
        pytest.skip("this user may not mount a small disk")
    yield folder
    subprocess.run(["umount", folder], check=True)


BAD_ROWS = {  # all hypothetical
    "no citation": ("ishikawa.visitors,17901,2018,9999,,,千人,A,secondary,,,,,2026-11-23,", "no citation"),
    "an unknown unit": ("ishikawa.visitors,17901,2018,9999,,,樽,A,secondary,nobody,no title,,,2026-11-23,", "樽"),
    "no period": ("ishikawa.visitors,17901,二千年,9999,,,千人,A,secondary,nobody,no title,,,2026-11-23,", "二千年"),
    "an unknown area": ("ishikawa.visitors,99999,2018,9999,,,千人,A,secondary,nobody,no title,,,2026-11-23,", "99999"),
    "an unknown series": ("no.such,17901,2018,9999,,,千人,A,secondary,nobody,no title,,,2026-11-23,", "no.such"),
    "no number": (
        "ishikawa.visitors,17901,2018,X,,,千人,A,secondary,nobody,no title,,,2026-11-23,",
        "'X' is not a number",
    ),
    "a missing cell": ("ishikawa.visitors,17901,2018", "more or fewer cells"),
}


@pytest.fixture(scope="module")
def bad_rows(after_a_good_night, tmp_path_factory):
    """A place whose register got bad rows at the end of one file, its last night, and the line of the first of them."""
    town = moved(after_a_good_night, tmp_path_factory.mktemp("bad_rows"))
    file = town.register / "visitors.csv"
    good = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join([*good, *(line for line, _ in BAD_ROWS.values()), ""]), encoding="utf-8")
    return town, town.night(offline=True), len(good) + 1
