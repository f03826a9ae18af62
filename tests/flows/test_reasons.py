"""Why a source is not up to date, and which of its rows were refused, as `kpi sources` and the run's record say it."""

import re
from datetime import UTC, datetime

import pytest

from flows.reasons import Trouble, in_one_line
from reports.run_words import check_message, source_reason
from sources.snapshots import SnapshotStore
from tests.flows.conftest import BAD_ROWS
from tests.flows.published import E_2023
from tests.flows.town import NOBODY

DOWN = "no connection: refused, or no route to the host; wait a night"
AT_315 = datetime(2026, 11, 24, 18, 15, tzinfo=UTC)  # 03:15 of the 25th in Japan
AT_316 = AT_315.replace(minute=16)


# ---------------------------------------------------------------- nobody was asked tonight


def test_an_offline_night_says_that_nothing_was_asked_and_when_the_last_attempt_was_and_what_it_said(town):
    town.base_url = {"ssdse": NOBODY}
    tonight = town.source(town.night(), "ssdse")["reason"]
    assert DOWN in tonight
    assert "asked" not in tonight
    record = town.night(offline=True)
    asked = max(f.fetched_at for f in SnapshotStore(town.data / "snapshots").fetches() if f.publisher == "ssdse")
    in_japan = f"{datetime.fromtimestamp(asked.timestamp() + 9 * 3600, UTC):%Y-%m-%d %H:%M} JST"
    source = town.source(record, "ssdse")
    assert (source["state"], source["failed"]) == ("stale", 0)
    assert source["reason"] == f"nothing was asked tonight (offline); asked on {in_japan}: {tonight}"
    assert source["reason"] in record.message


def test_what_was_refused_on_an_earlier_night_is_dated_too(town):
    town.replica.files[E_2023] = b"<!DOCTYPE html><html><body>sorry</body></html>"
    town.night()
    reason = town.source(town.night(offline=True), "ssdse")["reason"]
    assert re.search(r"^nothing was asked tonight \(offline\); asked on [\d-]{10} [\d:]{5} JST: .*a web page", reason)


def test_a_publisher_that_was_never_reached_said_why_on_the_night_that_asked(new_town):
    new_town.base_url = {"ssdse": NOBODY}
    new_town.night()
    source = new_town.source(new_town.night(offline=True), "ssdse")
    assert source["state"] == "recorded"
    assert source["reason"].startswith("nothing was asked tonight (offline); asked on ")


def test_a_source_of_which_nothing_is_wrong_gives_no_reason_offline(town):
    assert {source["reason"] for source in town.night(offline=True).sources} == {""}


@pytest.mark.parametrize("offline", [True, False])
def test_files_of_equal_trouble_are_said_once_with_the_newest_moment(offline):
    troubles = [Trouble(DOWN, AT_316), Trouble(DOWN, AT_315)]
    dated = "nothing was asked tonight (offline); asked on 2026-11-25 03:16 JST: " if offline else ""
    assert in_one_line(troubles, [], offline=offline) == f"{dated}{DOWN} (2 files)"


def test_three_troubles_are_said_and_the_others_counted():
    troubles = [Trouble(f"trouble {number}", AT_315) for number in range(5)]
    said = in_one_line(troubles, [], offline=False)
    assert said == "trouble 0; trouble 1; trouble 2; and 2 more, see ops.fetch"


def test_what_never_was_asked_has_no_moment():
    assert in_one_line([Trouble("nothing was fetched yet (offline)")], [], offline=True).startswith(
        "nothing was fetched"
    )


def test_it_is_said_in_japanese():
    said = in_one_line([Trouble("a.jp: the publisher answers 500", AT_315)], [], offline=True)
    assert source_reason(said, "ja") == (
        "今夜は尋ねていない（オフライン）。2026-11-25 03:15 JSTに尋ねた結果：a.jp：公表元の応答は500"
    )


# ---------------------------------------------------------------- rows in quarantine


def test_rows_of_the_register_in_quarantine_are_the_reason_with_the_first_of_them(bad_rows):
    town, record, first = bad_rows
    source = town.source(record, "register")
    assert source["state"] == "register"
    assert source["reason"] == (
        f"{len(BAD_ROWS)} rows in quarantine, see `kpi quarantine`; register/visitors line {first}: line {first} could "
        "not be read; correct it (refused: the figure has no citation; give the publisher and a title or an address)"
    )


def test_in_japanese_the_place_is_said_in_japanese(bad_rows):
    town, record, first = bad_rows
    said = source_reason(town.source(record, "register")["reason"], "ja")
    assert said.startswith(f"{len(BAD_ROWS)}行を隔離（`kpi quarantine` で見られる）。register/visitors {first}行目：")


def test_rows_of_a_publisher_in_quarantine_are_said_beside_its_state(town):
    body = town.replica.files[E_2023].decode("cp932")
    head, prefecture = body.split("R17000")
    cells = prefecture.rstrip("\r\n").split(",")
    cells[2] = "******"
    town.replica.files[E_2023] = (head + "R17000" + ",".join(cells) + "\r\n").encode("cp932")
    source = town.source(town.night(), "ssdse")
    assert (source["state"], source["quarantined"]) == ("live", 1)
    assert source["reason"].startswith("1 row in quarantine, see `kpi quarantine`; ssdse/E-2023 line 5: ")


@pytest.mark.parametrize(
    ("reason", "japanese", "english"),
    [
        ("単位が違う / another unit", "単位が違う", "another unit"),
        ('「a / b」が不明 / "a / b" is not known', "「a / b」が不明", '"a / b" is not known'),
        ("in one language", "原文「in one language」", "in one language"),
    ],
)
def test_a_refusal_is_said_in_the_language_that_is_asked_for(reason, japanese, english):
    assert (check_message(reason, "ja"), check_message(reason, "en")) == (japanese, english)
