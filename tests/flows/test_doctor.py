"""`kpi doctor` finds what would spoil a night before the night does, says what to do, and touches nothing."""

import json
import string
import subprocess
import time
from datetime import timedelta
from email.utils import format_datetime

import pytest

from clock import utc_now
from flows.doctor import examine
from flows.doctor_kept import last_run
from flows.doctor_level import LEVEL, Level
from flows.doctor_machine import packages, room
from flows.doctor_words import SAID
from flows.finding import Finding
from flows.run_record import RunRecord, past_runs
from flows.verify import verify_published
from settings import load
from tests.flows.command import KPI, environment, kpi, without_powers
from tests.flows.town import NOBODY
from tests.publishers.everyone import settings_for
from tests.publishers.misbehaviour import silent, status
from tests.publishers.replica import Answer, Replica
from tests.warehouse.figures import process
from tests.warehouse.test_lock import HOLDER
from warehouse.connect import WarehouseError


@pytest.fixture
def look(tmp_path, monkeypatch):
    """Look at a data folder; gives the findings of one check, or all by check. No publisher is there unless told."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    asking(monkeypatch, NOBODY)

    def findings(check=None, data=tmp_path / "data"):
        found = list(examine(data))
        return found if check is None else [f for f in found if f.code.startswith(f"{check}.")]

    return findings


def asking(monkeypatch, url):
    for name, value in settings_for(url).items():
        monkeypatch.setenv(name, value)


def only(findings):
    (finding,) = findings
    return finding.code


# ---------------------------------------------------------------- the command


def test_a_machine_that_is_well_exits_0_and_nothing_is_made(tmp_path):
    ended = kpi("doctor", "--lang", "en", data=tmp_path / "data", **settings_for(NOBODY))
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "made by the first run" in " ".join(ended.stdout.split())
    assert list(tmp_path.iterdir()) == []


def test_what_would_fail_a_night_exits_1_and_says_what_to_do(tmp_path):
    (tmp_path / "data").write_text("a file in place of the folder", encoding="utf-8")
    ended = kpi("doctor", "--lang", "en", "--format", "csv", data=tmp_path / "data", **settings_for(NOBODY))
    assert ended.returncode == 1
    (line, *_) = [line for line in ended.stdout.splitlines() if line.startswith("folders,")]
    assert line.startswith("folders,fail,")
    assert "is no folder" in line
    assert "correct owner and permissions" in line


@pytest.mark.parametrize(("lang", "words"), [("ja", "まだ実行がない"), ("en", "there was no run yet")])
def test_json_is_clean_and_speaks_the_language_that_is_asked_for(tmp_path, lang, words):
    ended = kpi("doctor", "--lang", lang, "--format", "json", data=tmp_path / "data", **settings_for(NOBODY))
    rows = json.loads(ended.stdout)
    assert {"check": "last_run", "level": "warn", "found": words, "todo": "`kpi run`"} in rows
    assert {tuple(row) for row in rows} == {("check", "level", "found", "todo")}


def test_no_secret_is_ever_shown(tmp_path):
    told = {
        "KPI_ESTAT_APP_ID": "TOPSECRET",
        "KPI_NOTIFY_URLS": "json://user:TOPSECRET@127.0.0.1:9 no-such-service://TOPSECRET",
        "PREFECT_API_URL": "http://user:TOPSECRET@127.0.0.1:9/api",
        **settings_for("http://user:TOPSECRET@127.0.0.1:9"),
    }
    ended = kpi("--debug", "doctor", "--format", "json", "--lang", "en", data=tmp_path / "data", **told)
    found = {row["check"]: row["found"] for row in json.loads(ended.stdout)}
    assert found["estat_key"] == "set (never shown)"
    assert found["notify"] == "number 2 of KPI_NOTIFY_URLS is not understood"
    assert found["prefect"].startswith("http://127.0.0.1:9/api does not answer")
    assert "TOPSECRET" not in ended.stdout + ended.stderr


# ---------------------------------------------------------------- the machine


def test_every_package_is_compared_with_the_lock_and_markers_are_heeded(tmp_path):
    lock = tmp_path / "requirements.txt"
    lock.write_text(
        "# a lock\n"
        "pip==0.0.1 \\\n    --hash=sha256:00\n"
        "no-such-package==1.0 \\\n    --hash=sha256:00\n"
        "no-such-package-here==1.0 ; sys_platform == 'win32' \\\n    --hash=sha256:00\n",
        encoding="utf-8",
    )
    missing, other = packages(lock)
    assert (missing.code, missing.values) == ("packages.missing", {"names": "no-such-package"})
    assert other.code == "packages.other"
    assert other.values["names"].startswith("pip ")
    assert other.values["names"].endswith(" (==0.0.1)")


def test_without_a_lock_it_says_that_it_did_not_compare(tmp_path):
    assert only(packages(tmp_path / "requirements.txt")) == "packages.no_lock"


@pytest.mark.parametrize(
    ("free", "code"), [(1_999, "full"), (2_000, "low"), (6_999, "low"), (7_000, "ok")], ids=["full", "low", "", "ok"]
)
def test_the_free_space_is_held_against_what_a_night_needs_and_what_the_data_takes(free, code):
    million = 10**6
    found = room(free * million, 5_000 * million, 2_000 * million)
    assert found.code == f"disk.{code}"
    assert found.values == {"free": f"{free:,} MB", "size": "5,000 MB", "needed": "2,000 MB"}


@pytest.mark.parametrize("small_disk", [8000], indirect=True)
def test_a_disk_without_room_for_a_night_fails(small_disk, look):
    assert only(look("disk", small_disk / "data")) == "disk.full"


def test_a_file_in_place_of_one_folder_is_named(tmp_path, look):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "parts").write_text("", encoding="utf-8")
    (finding,) = look("folders")
    assert finding.code == "folders.blocked"
    assert finding.values["folder"] == tmp_path / "data" / "parts"


@pytest.mark.parametrize("shown", ["report", "report/en", "export"])
@pytest.mark.parametrize(("lang", "words"), [("ja", "前の内容のまま残る"), ("en", "what is here stays as it was")])
def test_a_folder_of_the_report_or_the_export_that_is_read_only_is_a_warning_by_name(tmp_path, shown, lang, words):
    before = without_powers()
    if before is None:
        pytest.skip("root without setpriv: nothing is read-only here")
    folder = tmp_path / "data" / shown
    folder.mkdir(parents=True)
    folder.chmod(0o555)
    env = environment(tmp_path / "data", **settings_for(NOBODY))
    command = [*before, KPI, "doctor", "--lang", lang, "--format", "json"]
    ended = subprocess.run(command, env=env, cwd=tmp_path, capture_output=True, text=True, check=False)
    (found,) = (row for row in json.loads(ended.stdout) if row["check"] == "folders")
    assert (ended.returncode, found["level"]) == (0, "warn")
    assert found["found"].startswith(f"{folder} ")
    assert words in found["found"]
    assert "`kpi report`" in found["todo"]


def test_a_file_in_place_of_the_report_is_told_once(tmp_path, look):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "report").write_text("", encoding="utf-8")
    (finding,) = look("folders")
    assert (finding.code, finding.values["problem"]) == ("folders.outdated", f"{tmp_path}/data/report is no folder")


def test_a_run_that_holds_the_folder_is_named_and_not_disturbed(tmp_path, look):
    (tmp_path / "data").mkdir()
    with process(HOLDER, tmp_path / "data") as other:
        assert other.stdout.readline() == "held\n"
        (finding,) = look("lock")
        assert finding.code == "lock.held"
        assert f"pid {other.pid}, started 20" in finding.values["owner"]
        assert only(look("lock")) == "lock.held"
        other.kill()
        other.wait(timeout=60)
    assert only(look("lock")) == "lock.free"


# ---------------------------------------------------------------- settings, strategies, register


def test_without_usable_settings_the_machine_is_still_looked_at(look, monkeypatch):
    monkeypatch.setenv("KPI_DATA_FOLDER", "x")
    found = look()
    assert [finding.code for finding in found][-1] == "settings.bad"
    assert "KPI_DATA_FOLDER is not known" in str(found[-1].values["error"])
    assert found[0].code == "python.ok"


def test_addresses_that_stand_in_for_publishers_are_named(look):
    (_, replaced) = look("settings")
    assert replaced.code == "settings.replaced"
    assert "ssdse" in replaced.values["names"]


def test_a_strategy_that_cannot_be_used_is_named(look, tmp_path, monkeypatch):
    (tmp_path / "strategies").mkdir()
    (tmp_path / "strategies" / "a.toml").write_text("id = ", encoding="utf-8")
    monkeypatch.setenv("KPI_STRATEGIES_DIR", str(tmp_path / "strategies"))
    (finding,) = look("strategies")
    assert finding.code == "strategies.bad"
    assert "a.toml: cannot be read as TOML" in str(finding.values["error"])


def test_corrections_that_cannot_be_used_are_named(look, tmp_path, monkeypatch):
    (tmp_path / "corrections.toml").write_text("[[corrections]]\nid = ", encoding="utf-8")
    monkeypatch.setenv("KPI_CORRECTIONS_FILE", str(tmp_path / "corrections.toml"))
    (finding,) = look("strategies")
    assert finding.code == "strategies.bad"
    assert "corrections.toml" in str(finding.values["error"])


def test_an_empty_register_fails(look, tmp_path, monkeypatch):
    monkeypatch.setenv("KPI_REGISTER_DIR", str(tmp_path / "nowhere"))
    assert only(look("register")) == "register.none"


def test_a_file_of_the_register_that_no_night_could_read_is_named(look, tmp_path, monkeypatch):
    folder = tmp_path / "register"
    folder.mkdir()
    (folder / "births.csv").write_text("series_id,area_code,period,valeu\n", encoding="utf-8")
    monkeypatch.setenv("KPI_REGISTER_DIR", str(folder))
    (finding,) = look("register")
    assert finding.code == "register.bad"
    assert "register/births" in str(finding.values["error"])


def test_somebody_to_tell_is_wanted(look, monkeypatch):
    assert only(look("notify")) == "notify.nobody"
    monkeypatch.setenv("KPI_NOTIFY_URLS", "json://127.0.0.1:9")
    assert only(look("notify")) == "notify.ok"


# ---------------------------------------------------------------- the last run and the published file


def a_run(night, outcome, hours_ago, message=""):
    began = utc_now() - timedelta(hours=hours_ago, minutes=1)
    run = RunRecord.of(f"{began:%Y%m%dT%H%M%S000Z}", began, offline=False)
    run.ended(outcome, 0, message, began).save(night.runs)


@pytest.mark.parametrize(
    ("outcome", "hours_ago", "codes"),
    [
        ("ok", 5, ["ok"]),
        ("unchanged", 29, ["ok"]),
        ("degraded", 5, ["degraded"]),
        ("failed", 5, ["failed"]),
        ("running", 5, ["killed"]),
        ("ok", 30, ["late", "ok"]),
        ("ok", 77, ["late", "ok"]),
        ("failed", 78, ["long_ago", "failed"]),
    ],
)
def test_the_last_run_is_judged_by_its_outcome_and_its_age(new_town, outcome, hours_ago, codes):
    night = new_town.begin()
    a_run(night, "failed", hours_ago + 24)
    a_run(night, outcome, hours_ago, "why")
    found = list(last_run(night))
    assert [finding.code for finding in found] == [f"last_run.{code}" for code in codes]
    assert f" {hours_ago} h ago" in found[0].row("en")["found"]


def test_a_published_file_is_opened_and_held_against_its_manifest(town, look):
    assert only(look("published", town.data)) == "published.ok"
    manifest = town.current.resolve().with_suffix(".json")
    about = json.loads(manifest.read_text(encoding="utf-8"))
    about["counts"]["core.observation"] += 1
    manifest.write_text(json.dumps(about), encoding="utf-8")
    (finding,) = look("published", town.data)
    assert (finding.code, finding.values["tables"]) == ("published.differs", "core.observation")
    about["counts"]["core.observation"] -= 1
    about["content_hash"] = "0" * 64
    manifest.write_text(json.dumps(about), encoding="utf-8")
    (finding,) = look("published", town.data)
    assert (finding.code, finding.values["tables"]) == ("published.differs", "content")


def damage(file):
    """A byte changed here and there behind the header, as a failing disk does."""
    body = bytearray(file.read_bytes())
    for place in range(3 * 4096, len(body), 4096):
        body[place] ^= 0xFF
    file.write_bytes(body)


def cut(file):
    """Half of it gone, as after a copy that broke off."""
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


@pytest.mark.parametrize(
    ("spoil", "code", "remedy"),
    [
        (damage, "published.broken", "`kpi rebuild`"),
        (lambda file: file.write_bytes(b"no database"), "published.broken", "`kpi rebuild`"),
        (cut, "published.broken", "`kpi rebuild`"),
        (lambda file: file.unlink(), "published.no_manifest", "`kpi run`"),
        (lambda file: file.with_suffix(".json").unlink(), "published.no_manifest", "`kpi run`"),
    ],
    ids=["changed bytes", "no database", "cut", "the link leads nowhere", "no manifest"],
)
def test_a_published_file_that_is_spoiled_fails_and_says_what_heals_it(town, look, spoil, code, remedy):
    spoil(town.current.resolve())
    (finding,) = look("published", town.data)
    assert finding.code == code
    assert {finding.row(lang)["todo"] for lang in ("ja", "en")} == {remedy}


@pytest.mark.parametrize("suffix", [".duckdb", ".json"])
def test_a_published_file_that_is_gone_is_made_again_by_the_one_remedy_that_all_name(town, look, suffix):
    town.current.resolve().with_suffix(suffix).unlink()
    with pytest.raises(WarehouseError, match="run `kpi run`"):
        verify_published(load(town.data))
    (finding,) = look("published", town.data)
    assert finding.row("en")["todo"] == "`kpi run`"
    assert town.night(offline=True).published
    assert only(look("published", town.data)) == "published.ok"


def test_a_record_that_cannot_be_read_is_told_and_the_rest_is_looked_at(town, look, caplog):
    newest = past_runs(town.data / "runs")[-1]
    (town.data / "runs" / f"{newest.run_id}.json").write_text("{", encoding="utf-8")
    found = look(data=town.data)
    assert f"{newest.run_id}.json is damaged and left out" in caplog.text
    (damaged,) = (finding for finding in found if finding.code == "last_run.damaged")
    assert damaged.values["names"] == newest.run_id
    assert "published.ok" in [finding.code for finding in found]


# ---------------------------------------------------------------- the world


def test_publishers_that_are_down_are_warnings_with_the_reason_and_the_clock_stays_unchecked(look):
    found = look()
    (publisher,) = (finding for finding in found if finding.code.startswith("publisher."))
    assert publisher.code == "publisher.silent"
    assert "no connection" in publisher.values["reason"]
    assert "ssdse" in publisher.values["ids"]
    assert "clock.unchecked" in [finding.code for finding in found]
    assert all(finding.level is not Level.FAIL for finding in found)


def test_an_address_that_several_publishers_share_is_asked_once(look, replica, monkeypatch):
    asking(monkeypatch, replica.url)
    assert only(look("publisher")) == "publisher.answers"
    assert len(replica.requests) == 1


def test_whatever_a_publisher_answers_it_answers(look, replica, monkeypatch):
    asking(monkeypatch, replica.url)
    replica.files["/"] = b""
    for mood in (status(503), status(404), status(302, location="https://elsewhere.example.jp/")):
        replica.misbehave("/", mood)
        assert only(look("publisher")) == "publisher.answers"
    assert len(replica.requests) == 3


def test_a_publisher_that_says_nothing_costs_a_few_seconds_and_no_more(look, replica, monkeypatch):
    asking(monkeypatch, replica.url)
    replica.files["/"] = b""
    replica.misbehave("/", silent(20))
    started = time.monotonic()
    assert only(look("publisher")) == "publisher.silent"
    assert time.monotonic() - started < 10


class WrongClock(Answer):
    """A publisher whose clock is behind or ahead of ours."""

    off = 0

    def date_time_string(self, timestamp=None):
        return format_datetime(utc_now() + timedelta(seconds=self.off), usegmt=True)


@pytest.mark.parametrize(
    ("off", "code"),
    [(0, "clock.ok"), (-50, "clock.ok"), (600, "clock.off"), (-86_400, "clock.wrong"), (7_200, "clock.wrong")],
)
def test_the_clock_is_held_against_the_publishers(look, monkeypatch, off, code):
    with Replica() as replica:
        replica._server.RequestHandlerClass = type("Off", (WrongClock,), {"replica": replica, "off": off})
        asking(monkeypatch, replica.url)
        (finding,) = look("clock")
    assert finding.code == code
    assert int(finding.values["seconds"]) == pytest.approx(abs(off), abs=2)


def test_a_publisher_without_a_clock_or_with_nonsense_for_a_time_is_no_clock(look, monkeypatch):
    with Replica() as replica:
        nonsense = {"replica": replica, "date_time_string": lambda *_: "yesterday"}
        replica._server.RequestHandlerClass = type("Nonsense", (Answer,), nonsense)
        asking(monkeypatch, replica.url)
        found = [finding.code for finding in look()]
    assert {"clock.unchecked", "publisher.answers"} <= set(found)


def test_without_a_configured_prefect_each_run_brings_its_own(look):
    assert only(look("prefect")) == "prefect.private"


def test_a_configured_prefect_must_answer(look, replica, monkeypatch):
    monkeypatch.setenv("PREFECT_API_URL", f"{NOBODY}/api")
    assert only(look("prefect")) == "prefect.silent"
    monkeypatch.setenv("PREFECT_API_URL", f"{replica.url}/api")
    (finding,) = look("prefect")
    assert (finding.code, finding.values["reason"]) == ("prefect.silent", "404 Not Found")
    replica.files["/api/health"] = b"true"
    assert only(look("prefect")) == "prefect.answers"


# ---------------------------------------------------------------- the words


@pytest.mark.parametrize("code", SAID)
def test_every_finding_says_the_same_in_both_languages_and_what_to_do_if_it_is_not_well(code):
    said = SAID[code]
    assert _braces(said.found_ja) == _braces(said.found_en)
    assert bool(said.todo_ja) == bool(said.todo_en) == (said.level is not Level.OK)
    assert set(LEVEL) == set(Level)


def test_a_finding_is_filled_with_what_was_seen():
    row = Finding("notify.ok", {"count": 2}).row("en")
    assert row == {"check": "notify", "level": "ok", "found": "2 to tell", "todo": ""}


def _braces(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}
