"""Somebody is told of a night that failed, of lasting trouble and of changed grades, once; of a good night nobody."""

from datetime import UTC, datetime, timedelta

import pytest

from flows import command
from flows.build import BuildRefusedError
from flows.news import KINDS, failure, news_of, nights_in_trouble
from flows.notify import tell
from flows.run_record import RunRecord, past_runs
from settings import load
from tests.flows.inbox import inbox
from tests.flows.published import CITY_202606
from tests.flows.town import NOBODY, edit
from tests.publishers.everyone import settings_for
from warehouse.lock import LockedError, writer_lock


@pytest.fixture
def messages(monkeypatch):
    """What arrives at the service that KPI_NOTIFY_URLS names."""
    with inbox() as (address, arrived):
        monkeypatch.setenv("KPI_NOTIFY_URLS", address)
        yield arrived


@pytest.fixture
def run(town, monkeypatch):
    """Run a night in the town the way `kpi run --inline` does."""
    for name, url in settings_for(town.replica.url).items():
        monkeypatch.setenv(name, url)
    monkeypatch.setenv("KPI_REGISTER_DIR", str(town.register))
    return lambda **told: command._run_inline(load(town.data), None, lambda _: None, **{"offline": False, **told})


def backdate(town, record, nights):
    """Let a run have been some nights ago, as its record says."""
    began = datetime.fromisoformat(record.started_at) - timedelta(days=nights)
    before = RunRecord.of(f"{began:%Y%m%dT%H%M%S000Z}", began, offline=False)
    (town.data / "runs" / f"{record.run_id}.json").unlink()
    RunRecord(**{**vars(record), "run_id": before.run_id, "started_at": before.started_at}).save(town.data / "runs")


def test_a_night_that_is_well_tells_nobody(run, messages):
    assert run().outcome == "unchanged"
    assert messages == []


def test_one_or_two_nights_without_a_publisher_are_no_alarm_and_the_third_tells_once(run, town, messages, monkeypatch):
    monkeypatch.setenv("KPI_BASE_URL__SSDSE", NOBODY)
    for nights in (2, 1):
        backdate(town, run(), nights)
        assert messages == []
    record = run()
    assert record.outcome == "degraded"
    (message,) = messages
    assert message["title"] == "KPI: 一部縮退 / degraded"
    assert "ssdse stale, night 3 in a row: " in message["message"]


def test_whoever_wants_to_know_of_each_degraded_night_sets_one(run, messages, monkeypatch):
    monkeypatch.setenv("KPI_BASE_URL__SSDSE", NOBODY)
    monkeypatch.setenv("KPI_NOTIFY_AFTER_NIGHTS", "1")
    run()
    run(offline=True)  # nobody was asked, so nobody has failed to answer
    (message,) = messages
    assert "ssdse stale, night 1 in a row: 127.0.0.1:9: no connection" in message["message"]


def test_a_message_is_japanese_with_english_below_and_says_what_to_do_and_where_to_look(run, town, messages):
    edit(town.register / "visitors.csv", r"^(ishikawa.visitors,17901,2015,)10064", r"\g<1>8000")  # hypothetical
    record = run()
    japanese, english = messages[0]["message"].split("\n\n[regraded]")
    kind = KINDS["regraded"]
    report = town.data.resolve() / "report"
    for text, number, page in ((japanese, 0, report / "index.html"), (english, 1, report / "en" / "index.html")):
        assert kind.means[number] in text
        assert kind.todo[number] in text
        assert record.run_id in text
        assert str(page) in text


def test_where_the_report_has_a_public_address_that_is_what_people_get(run, town, messages, monkeypatch):
    monkeypatch.setenv("KPI_REPORT_URL", "https://kpi.example.jp/report/")
    edit(town.register / "visitors.csv", r"^(ishikawa.visitors,17901,2015,)10064", r"\g<1>8000")  # hypothetical
    run()
    assert "https://kpi.example.jp/report/index.html" in messages[0]["message"]
    assert "https://kpi.example.jp/report/en/index.html" in messages[0]["message"]
    assert str(town.data) not in messages[0]["message"]


def test_a_night_that_changes_a_grade_tells_once_which_and_why(run, messages, town):
    edit(town.register / "visitors.csv", r"^(ishikawa.visitors,17901,2015,)10064", r"\g<1>8100")  # hypothetical
    assert run().outcome == "ok"
    (message,) = messages
    assert message["title"] == "KPI: 判定の変化 / regraded"
    assert "visitors 2015 ACHIEVED_EARLY (A) → NO_CHANGE (D), restated figure" in message["message"]


def test_a_night_with_an_alarm_tells_once_of_it_and_of_the_grade_that_went_with_it(run, messages, town):
    edit(town.register / "visitors.csv", r"^ishikawa.visitors,17901,2017.*\n", "")
    assert run().outcome == "ok"
    (message,) = messages
    assert message["title"] == "KPI: 警告、判定の変化 / alarm, regraded"
    assert "series ishikawa.visitors has 1 fewer observations" in message["message"]
    assert "ishikawa.visitors 17901 2017 10,221,000 → none" in message["message"]
    assert "visitors 2017 ACHIEVED_EARLY (A) → NA_NO_DATA (−), vanished figure" in message["message"]


def test_a_new_figure_that_changes_no_grade_tells_nobody(run, messages, town):
    town.replica.files[CITY_202606] = town.replica.files[CITY_202606].replace(b"538749", b"538751")  # hypothetical
    assert "1 restated" in run().message
    assert messages == []


def test_a_failed_night_tells_once_why(run, messages, town):
    for file in ("population", "tourism", "digital_tourism_other_files"):
        (town.register / f"{file}.csv").unlink()
    with pytest.raises(BuildRefusedError):
        run()
    (message,) = messages
    assert message["title"] == "KPI: 失敗 / failed"
    assert "the new file did not pass its check, nothing was published: " in message["message"]
    assert past_runs(town.data / "runs")[-1].run_id in message["message"]


def test_a_service_that_cannot_be_reached_does_not_take_the_night_down_and_no_address_is_logged(
    run, monkeypatch, caplog
):
    monkeypatch.setenv("KPI_BASE_URL__SSDSE", NOBODY)
    monkeypatch.setenv("KPI_NOTIFY_AFTER_NIGHTS", "1")
    monkeypatch.setenv("KPI_NOTIFY_URLS", "json://127.0.0.1:9 no-such-service://TOPSECRET")
    assert run().outcome == "degraded"
    assert "KPI_NOTIFY_URLS: number 2 is not understood" in caplog.text
    assert "not delivered to every service" in caplog.text
    assert "TOPSECRET" not in caplog.text


@pytest.mark.parametrize("how", [command._run_inline, command._run_under_prefect])
def test_a_night_that_is_locked_out_tells_by_whom_with_and_without_prefect(town, messages, how):
    with writer_lock(town.data), pytest.raises(LockedError):
        how(load(town.data), None, lambda _: None, offline=True)
    (message,) = messages
    assert message["title"] == "KPI: 実行中のため中止 / locked out"
    assert "(pid " in message["message"]


def test_no_secret_is_in_a_message_even_when_an_error_repeats_it(monkeypatch, messages):
    (address,) = load().notify_urls
    monkeypatch.setenv("KPI_ESTAT_APP_ID", "TOPSECRET")
    monkeypatch.setenv("KPI_NOTIFY_URLS", f"{address.get_secret_value()}?+X-Token=HIDDEN")
    settings = load()
    secrets = " ".join(["https://api.example.jp/?appId=TOPSECRET", settings.notify_urls[0].get_secret_value()])
    assert tell([failure(RuntimeError(f"it broke at {secrets}"))], settings)
    (message,) = messages
    assert "it broke at https://api.example.jp/?appId=*** ***" in message["message"]
    assert not any(secret in str(message) for secret in ("TOPSECRET", "HIDDEN"))


# ---------------------------------------------------------------- what counts as nights in a row


def night(day, state, hour=18, *, offline=False):
    """A run on record; 18:15 UTC is 03:15 of the next day in Japan."""
    began = datetime(2026, 11, day, hour, 15, tzinfo=UTC)
    sources = ({"publisher_id": "ssdse", "state": state, "reason": "no connection"},) if state else ()
    return RunRecord(f"{began:%Y%m%dT%H%M%S000Z}", began.isoformat(), offline=offline, sources=sources)


@pytest.mark.parametrize(
    ("runs", "nights"),
    [
        ([], 0),
        ([night(1, "live")], 0),
        ([night(1, "stale")], 1),
        ([night(1, "stale"), night(2, "recorded"), night(3, "missing")], 3),
        ([night(1, "stale"), night(2, "live"), night(3, "stale")], 1),
        ([night(1, "stale"), night(2, "stale"), night(2, "stale", hour=20), night(2, "stale", hour=23)], 2),
        ([night(1, "stale"), night(2, "stale"), night(2, "live", hour=20)], 0),
        ([night(1, "stale"), night(2, "recorded", offline=True), night(3, "stale")], 2),
        ([night(1, "stale"), night(2, None), night(4, "stale")], 2),
    ],
    ids=[
        "no run",
        "up to date",
        "one",
        "every kind of trouble",
        "a good night begins anew",
        "three runs before the same morning are one night",
        "the last run of a day speaks for it",
        "a run that fetched nothing says nothing",
        "a run that failed says nothing, and a day without a run neither",
    ],
)
def test_nights_in_a_row(runs, nights):
    assert nights_in_trouble(runs, "ssdse") == nights


def test_lasting_trouble_is_told_again_after_as_many_more_nights():
    runs = [night(day, "stale") for day in range(1, 13)]
    told = [len(runs[:count]) for count in range(1, 13) if news_of(runs[count - 1], runs[:count], 5)]
    assert told == [5, 10]


def waiting(day, *overdue, offline=False, outcome="unchanged"):
    began = datetime(2026, 11, day, 18, 15, tzinfo=UTC)
    run = RunRecord(f"{began:%Y%m%dT%H%M%S000Z}", began.isoformat(), offline=offline, overdue=overdue)
    return run.ended(outcome, int(outcome == "failed"), "", began)


@pytest.mark.parametrize(
    ("runs", "told"),
    [
        ([waiting(1, "a 2026-07", "b 2025")], "a 2026-07; b 2025"),
        ([waiting(1, "a 2026-07"), waiting(2, "a 2026-07")], None),
        ([waiting(1, "a 2026-07"), waiting(2, "a 2026-07", "b 2025")], "b 2025"),
        ([waiting(1, "a 2026-07"), waiting(2, outcome="failed"), waiting(3, "a 2026-07")], None),
        ([waiting(1, "a 2026-07"), waiting(2, "a 2026-08")], "a 2026-08"),
        ([waiting(1), waiting(2, "a 2026-07", offline=True)], None),
        ([waiting(1), waiting(2, "a 2026-07", offline=True), waiting(3, "a 2026-07")], "a 2026-07"),
    ],
    ids=[
        "the first night tells all",
        "the next night tells nothing more",
        "only what is new is told",
        "a failed night does not make it new",
        "the next period is late in its turn",
        "a run that fetched nothing does not know",
        "and takes nothing from the night after",
    ],
)
def test_what_is_overdue_is_told_on_the_first_night_that_finds_it_so(runs, told):
    news = news_of(runs[-1], runs, 3)
    assert [(one.kind, one.why) for one in news] == ([("overdue", told)] if told else [])
