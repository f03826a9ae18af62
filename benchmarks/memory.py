"""Peak memory of a night: offline, and live with the publishers' full files from a server on loopback."""

from __future__ import annotations

import time
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import publishers_files
from benchmarks.measurement import Measurement
from benchmarks.process import KPI, peaks
from benchmarks.unchanged_night import last_message
from tests.publishers import Replica
from tests.publishers.everyone import mount_all, settings_for

AIM_MB = 600
# Their hundred workbooks are not at hand, and to be told so politely, one after the other, takes minutes.
_NOBODY = {
    f"KPI_BASE_URL__{name}": "http://127.0.0.1:9" for name in ("ACCOMMODATION", "RESIDENT_REGISTER", "TFR_MUNICIPAL")
}


def measure() -> Measurement:
    """Peaks of the run itself and, apart, of the Prefect server that it starts."""
    with TemporaryDirectory() as folder:
        own, server = peaks([KPI, "run", "--offline", "--data-dir", str(Path(folder) / "data")])
    figures = {
        "offline night under Prefect, the run": f"{own:.0f} MB",
        "offline night under Prefect, its server": f"{server:.0f} MB",
    }
    largest = own
    files = publishers_files.by_path()
    if files:
        live, more = _live_nights(files)
        figures |= more
        largest = max(own, live)
    else:
        figures["live night"] = publishers_files.ABSENT
    return Measurement(
        "Peak memory",
        figures,
        f"a run takes at most {AIM_MB} MB (its server apart)",
        largest <= AIM_MB,
        "Resident memory, shared pages counted in full. All publishers are on one host here, so they are asked at one "
        "pace, which takes most of a live night.",
    )


def _live_nights(files: dict[str, bytes]) -> tuple[float, dict[str, str]]:
    """A first night that fetches every file, and a second one to which the publishers answer 304."""
    with Replica(files) as replica, TemporaryDirectory() as folder:
        mount_all(replica)  # an API that nobody answers for is waited for
        data = Path(folder) / "data"
        night = [KPI, "run", "--data-dir", str(data)]
        addresses = settings_for(replica.url) | _NOBODY
        began = time.perf_counter()
        own, server = peaks(night, **addresses)
        first = time.perf_counter() - began
        began = time.perf_counter()
        again, _ = peaks(night, **addresses)
        second = time.perf_counter() - began
        said = last_message(data)
    size = sum(map(len, files.values())) / 2**20
    return max(own, again), {
        f"live night under Prefect ({len(files)} files, {size:.0f} MiB), the run": f"{own:.0f} MB, {first:.0f} s",
        "live night under Prefect, its server": f"{server:.0f} MB",
        "the next live night, nothing new, the run": f"{again:.0f} MB, {second:.0f} s, “{said}”",
    }
