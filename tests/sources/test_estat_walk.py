"""How e-Stat's API is asked, page by page and over real HTTP, and what each of its statuses leads to."""

import json
from codecs import BOM_UTF8
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from io import BytesIO
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from clock import TOKYO
from records import KnownFromBasis
from sources import estat, http, json_sequence
from sources.addresses import Key
from sources.answers import Said
from sources.estat_answer import judge
from sources.estat_walk import MEDIA_TYPE, calls, says_the_same, untouched
from sources.fetching import fetch_publisher
from sources.guards import check_bytes, refusal
from sources.publishers import Guard
from sources.snapshots import Outcome, SnapshotStore
from tests.publishers import Replica
from tests.publishers import estat as publisher
from tests.publishers import misbehaviour as bad
from tests.publishers.estat import APP_ID, PREFIX, STATUSES, Estat
from tests.publishers.estat_load import TABLE, load
from tests.sources.estat_answers import CATALOG, LISTED, TODAY, asking, births, held, parse

QUICK = CATALOG.model_copy(update={"min_interval_seconds": 0})
ONE = QUICK.model_copy(update={"datasets": tuple(d for d in QUICK.datasets if d.id == "municipal_population")})
DATA = f"{PREFIX}getStatsData"


@pytest.fixture(autouse=True)
def short_waits_and_no_proxy(monkeypatch):
    monkeypatch.setattr(http, "FIRST_WAIT", 0.01)
    monkeypatch.setenv("NO_PROXY", "*")


@pytest.fixture
def replica():
    with Replica() as server:
        publisher.mount(server)
        yield server


@pytest.fixture
def api(replica):
    return replica.handlers[PREFIX]


@pytest.fixture
def store(tmp_path):
    return SnapshotStore(tmp_path)


def fetched(replica, store, catalog=ONE, today=TODAY):
    """What a visit brings."""
    key = Key("appId", SecretStr(APP_ID))
    return fetch_publisher(catalog, estat, store, today=today, base_url=replica.url, key=key)


def queries(replica, call="getStatsData"):
    """The queries of all calls of this name, in order."""
    found = [urlsplit(r.target) for r in replica.requests if r.target.startswith(f"{PREFIX}{call}?")]
    return [{name: value for name, (value,) in parse_qs(url.query).items()} for url in found]


def walked(url, ask):
    """What a walk writes down."""
    file = BytesIO(b"what was there before")
    estat.walk(url, ask, file)
    return file.getvalue()


def joined(texts):
    """Texts as a sequence."""
    file = BytesIO()
    for text in texts:
        json_sequence.append(file, text)
    return file.getvalue()


def texts_of(body):
    """The texts of a sequence."""
    return list(json_sequence.texts_of(BytesIO(body)))


@pytest.fixture
def small_pages(monkeypatch):
    """The publisher gives at most ten cells at once."""
    monkeypatch.setattr(publisher, "MOST_CELLS", 10)


def as_it_is(answer, body):
    """An answer in which nothing is wrong, before the one that is."""
    answer.send(200, body)


def altered(change):
    """An answer whose STATISTICAL_DATA somebody changed."""

    def answer_altered(answer, body):
        content = json.loads(body)
        change(content["GET_STATS_DATA"]["STATISTICAL_DATA"])
        answer.send(200, json.dumps(content).encode())

    return answer_altered


def said_of_the_result(**entries):
    """An answer whose RESULT_INF says something else."""
    return altered(lambda data: data["RESULT_INF"].update(entries))


class TestQuestions:
    def test_a_dataset_is_one_question_with_its_conditions_and_symbols_as_printed(self):
        asked = {name: v for name, (v,) in parse_qs(urlsplit(LISTED["prefecture_population"].urls[0]).query).items()}
        assert asked == {
            "lang": "J",
            "statsDataId": "0000010101",
            "cdTab": "00001",
            "cdCat01": "A1101,A4101,A410101,A410102,A4103,A4200,A9101",
            "cdArea": "00000,17000",
            "replaceSpChars": "0",
            "annotationGetFlg": "Y",
            "explanationGetFlg": "N",
            "cntGetFlg": "N",
        }

    def test_no_question_has_the_key_and_every_one_is_https(self):
        urls = [url for resource in LISTED.values() for url in resource.urls]
        assert [url for url in urls if "appId" in url or not url.startswith("https://")] == []

    @given(st.integers(1, 450), st.integers(1, 250))
    def test_more_than_a_hundred_codes_are_asked_for_in_parts_that_together_are_all(self, areas, items):
        url = f"https://a.jp/x?cdCat01={','.join(map(str, range(items)))}&cdArea={','.join(map(str, range(areas)))}"
        parts = [parse_qs(urlsplit(call).query) for call in calls(url)]
        pairs = [
            (item, area) for p in parts for item in p["cdCat01"][0].split(",") for area in p["cdArea"][0].split(",")
        ]
        assert len(pairs) == len(set(pairs)) == areas * items
        assert max(len(p[name][0].split(",")) for p in parts for name in p) <= 100

    def test_a_question_that_needs_no_splitting_is_one_call(self):
        assert [urlsplit(call).query for call in calls(LISTED["fertility"].urls[0])] == [
            urlsplit(LISTED["fertility"].urls[0]).query
        ]

    def test_calls_are_at_least_a_second_apart(self):
        assert CATALOG.min_interval_seconds >= 1


class TestPages:
    def test_every_page_repeats_all_conditions_and_only_the_first_asks_for_the_metadata(
        self, replica, store, small_pages
    ):
        (fetch,) = fetched(replica, store)
        first, *others = queries(replica)
        assert len(others) == 2
        assert [q.pop("startPosition") for q in others] == ["11", "21"]
        assert {q.pop("metaGetFlg") for q in others} == {"N"}
        assert all(q == first for q in others)
        assert (fetch.outcome, fetch.media_type) == (Outcome.NEW, "application/json-seq")

    def test_a_walk_reads_like_one_page_and_places_count_through(self, replica, store, monkeypatch):
        (whole,) = fetched(replica, store)
        monkeypatch.setattr(publisher, "MOST_CELLS", 10)
        paged = SnapshotStore(store.root / "paged")
        (walked,) = fetched(replica, paged)
        one = parse(store.read(whole.snapshot_id), "municipal_population").rows
        many = parse(paged.read(walked.snapshot_id), "municipal_population").rows
        pd.testing.assert_frame_equal(many, one)
        assert many["source_line"].tolist() == list(range(1, 28))

    def test_one_page_alone_stays_what_it_is(self, replica, store):
        (fetch,) = fetched(replica, store)
        assert fetch.media_type == MEDIA_TYPE
        assert store.read(fetch.snapshot_id).startswith(b'{"GET_STATS_DATA"')

    def test_the_pages_are_kept_byte_for_byte(self, replica, store, small_pages):
        (fetch,) = fetched(replica, store)
        pages = texts_of(store.read(fetch.snapshot_id))
        assert [len(json.loads(p)["GET_STATS_DATA"]["STATISTICAL_DATA"]["DATA_INF"]["VALUE"]) for p in pages] == [
            10,
            10,
            7,
        ]

    def test_a_table_that_is_published_anew_in_mid_walk_is_walked_again(self, replica, api, store, small_pages):
        table = api.tables["0000020201"]
        api.release(replace(table, updated="2026-11-25"), after=1)
        (fetch,) = fetched(replica, store)
        assert (fetch.outcome, fetch.known_from) == (Outcome.NEW, date(2026, 11, 25))
        assert len(texts_of(store.read(fetch.snapshot_id))) == 3  # and nothing of the walk before
        assert [q.get("startPosition", "1") for q in queries(replica)] == ["1", "11", "1", "11", "21"]

    def test_a_table_that_never_rests_is_left_for_another_night(self, replica, api, store, small_pages):
        table = api.tables["0000020201"]
        for night in range(9):
            api.release(replace(table, updated=f"2026-11-{10 + night}"), after=night + 1)
        (fetch,) = fetched(replica, store)
        assert fetch.outcome is Outcome.FAILED
        assert "published anew while it was read" in fetch.reason
        assert "3 times; wait a night" in fetch.reason

    def test_cells_that_are_missing_without_a_word_are_noticed(self, replica, store):
        one_less = altered(lambda data: data["DATA_INF"]["VALUE"].pop())
        replica.misbehave(DATA, one_less, one_less, one_less)
        (fetch,) = fetched(replica, store)
        assert "26 cells came where TOTAL_NUMBER says 27, 3 times" in fetch.reason

    def test_a_page_that_names_itself_as_the_next_one_ends_the_walk(self, replica, store):
        replica.misbehave(DATA, said_of_the_result(NEXT_KEY=1))
        (fetch,) = fetched(replica, store)
        assert "the page at 1 names 1 as its next one" in fetch.reason

    def test_a_page_that_brings_more_than_was_promised_is_the_last_one_whatever_it_names(self, replica, store):
        replica.misbehave(DATA, *[said_of_the_result(NEXT_KEY=28, TOTAL_NUMBER=20)] * 3)
        (fetch,) = fetched(replica, store)
        assert "27 cells came where TOTAL_NUMBER says 20, 3 times" in fetch.reason
        assert len(queries(replica)) == 3

    def test_a_page_without_cells_that_names_a_next_one_ends_the_walk(self, replica, store):
        def empty(data):
            data["DATA_INF"]["VALUE"] = []
            data["RESULT_INF"]["NEXT_KEY"] = 2

        replica.misbehave(DATA, altered(empty))
        (fetch,) = fetched(replica, store)
        assert (fetch.outcome, len(queries(replica))) == (Outcome.REFUSED, 1)
        assert "the page at 1 names 2 as its next one" in fetch.reason

    @pytest.mark.parametrize(
        ("pages", "said"),
        [
            ([said_of_the_result(TOTAL_NUMBER=37)], "TOTAL_NUMBER is 27 and 37 on pages of one call"),
            ([as_it_is, said_of_the_result(FROM_NUMBER=1)], "the page at 11 says that it begins at 1"),
            ([said_of_the_result(FROM_NUMBER=2)], "the page at 1 says that it begins at 2"),
            ([as_it_is, altered(lambda data: data.pop("RESULT_INF"))], "TOTAL_NUMBER is 20 and 27"),
        ],
        ids=["another total", "page 1 again", "a later start", "no result"],
    )
    def test_pages_that_do_not_fit_together_are_walked_again_three_times_at_most(
        self, replica, store, small_pages, pages, said
    ):
        replica.misbehave(DATA, *pages)
        (fetch,) = fetched(replica, store)
        assert fetch.outcome is Outcome.NEW
        assert [q.get("startPosition", "1") for q in queries(replica)][-3:] == ["1", "11", "21"]
        worse = SnapshotStore(store.root / "worse")
        # The page on which the first walk broke off is the last one that was asked for in it.
        one_walk = [*pages, *[as_it_is] * (len(queries(replica)) - 3 - len(pages))]
        replica.misbehave(DATA, *one_walk * 3)
        (fetch,) = fetched(replica, worse)
        assert fetch.outcome is Outcome.FAILED
        assert said in fetch.reason
        assert "3 times; wait a night" in fetch.reason

    def test_pages_of_a_table_that_gives_no_day_and_no_places_fit_by_their_number(self, replica, store, small_pages):
        def without(data):
            del data["TABLE_INF"]["UPDATED_DATE"], data["RESULT_INF"]["FROM_NUMBER"]

        replica.misbehave(DATA, *[altered(without)] * 3)
        (fetch,) = fetched(replica, store)
        assert (fetch.outcome, fetch.known_from_basis) == (Outcome.NEW, KnownFromBasis.FETCH)

    @pytest.mark.parametrize("gone", ["TABLE_INF", "UPDATED_DATE"])
    def test_a_page_that_came_without_metadata_and_so_without_a_day_contradicts_none(
        self, replica, store, small_pages, gone
    ):
        def without(data):
            del (data if gone in data else data["TABLE_INF"])[gone]

        replica.misbehave(DATA, as_it_is, altered(without), altered(without))
        (fetch,) = fetched(replica, store)
        assert (fetch.outcome, fetch.known_from) == (Outcome.NEW, date(2025, 6, 20))

    def test_a_broken_page_in_mid_walk_is_asked_for_again_alone(self, replica, store, small_pages):
        replica.misbehave(DATA, as_it_is, bad.truncated, bad.hang_up)
        (fetch,) = fetched(replica, store)
        assert fetch.outcome is Outcome.NEW
        assert [q.get("startPosition", "1") for q in queries(replica)] == ["1", "11", "11", "11", "21"]

    def test_parts_without_data_are_empty_and_no_error(self):
        codes = [f"{number:05}" for number in range(150)] + ["17201"]
        url = LISTED["municipal_population"].urls[0].replace("cdArea=17201", f"cdArea={','.join(codes)}")
        seen = []
        body = walked(url, asking(seen=seen))
        assert len(seen) == 2
        assert len(parse(body, "municipal_population").rows) == 27

    def test_thirty_thousand_cells_come_in_four_pages_as_they_are_on_the_publishers_side(self, monkeypatch):
        monkeypatch.setattr(publisher, "MOST_CELLS", 9_000)
        api = Estat(tables={TABLE: load(30_000)})
        assert len(texts_of(walked(f"https://a.jp{DATA}?statsDataId={TABLE}", asking(api)))) == 4


class TestSequences:
    @given(st.lists(st.dictionaries(st.text(), st.text() | st.floats(allow_nan=False)), min_size=1))
    def test_texts_come_out_of_a_sequence_as_they_went_in(self, things):
        texts = [json.dumps(thing, ensure_ascii=False).encode() for thing in things]
        assert texts_of(joined(texts)) == texts

    def test_texts_longer_than_what_is_read_at_once_come_out_whole(self, monkeypatch):
        monkeypatch.setattr(json_sequence, "_CHUNK", 3)
        texts = [b"[]", b'"abc"', b"{}", b'"0123456789"']
        assert texts_of(joined(texts)) == texts

    def test_texts_are_read_one_at_a_time(self, monkeypatch):
        monkeypatch.setattr(json_sequence, "_CHUNK", 4)
        at_once = []

        class Watched(BytesIO):
            def read(self, size=-1):
                found = super().read(size)
                at_once.append(len(found))
                return found

        texts = [b'"%d"' % number for number in range(10, 60)]
        assert list(json_sequence.texts_of(Watched(joined(texts)))) == texts
        assert max(at_once) == 4  # a chunk, or a text

    def test_a_sequence_of_one_text_can_become_that_text(self):
        file = BytesIO(joined([b'{"a": 1}']))
        json_sequence.unwrap(file)
        assert file.getvalue() == b'{"a": 1}'

    def test_a_body_that_is_no_sequence_is_its_only_text(self):
        assert texts_of(b'{"a": 1}') == [b'{"a": 1}']

    def test_a_sequence_of_which_a_page_breaks_off_is_refused(self):
        file = BytesIO(joined([b'{"a": 1}', b'{"a": ']))
        (result,) = [r for r in check_bytes(file, LISTED["fertility"], Guard(), None) if not r.success]
        assert (result.rule, "breaks off" in refusal([result])) == ("complete", True)

    def test_only_another_moment_is_no_difference(self):
        one = json.dumps(births("2829")).encode()
        other = one.replace(b"2026-11-25T03:15", b"2026-11-26T03:15")
        assert says_the_same(BytesIO(one), BytesIO(other))
        assert says_the_same(BytesIO(joined([one, other])), BytesIO(joined([other, one])))
        different = [
            (one, one.replace(b"2829", b"2830")),
            (one, one.replace(b'"UPDATED_DATE": "2025', b'"UPDATED_DATE": "2026')),
            (joined([one]), joined([one, one])),
        ]
        for its_one, its_other in different:
            assert not says_the_same(BytesIO(its_one), BytesIO(its_other))


def said(status):
    _, message = STATUSES.get(status, (200, ""))
    body = {"GET_STATS_DATA": {"RESULT": {"STATUS": status, "ERROR_MSG": message, "DATE": ""}}}
    return judge(json.dumps(body).encode())


class TestStatuses:
    """The table of the specification; the HTTP status only counts where there is no STATUS."""

    @pytest.mark.parametrize(
        ("kind", "statuses"),
        [
            (Said.DATA, [0]),
            (Said.NOTHING, [1, 2, 302]),
            (Said.CLOSED, [100]),
            (Said.ERROR, [101, 102, 103, 104, 105, 300, 301, 400]),
            (Said.BUSY, [200, 201, 202, 203, 299, 303, 401]),
        ],
    )
    def test_each_status_is_what_the_specification_says(self, kind, statuses):
        assert {said(status)[0] for status in statuses} == {kind}
        assert all(str(status) in said(status)[1] for status in statuses if status)

    @pytest.mark.parametrize(
        "body", [b"", b"<html>", b"{", b"[]", b"{}", b'{"a": {}}', b'{"GET_STATS_DATA": {"RESULT": 1}}']
    )
    def test_what_is_no_answer_is_a_passing_trouble(self, body):
        assert judge(body)[0] is Said.BUSY

    @pytest.mark.parametrize("message", [None, 5, {"$": "words"}])
    def test_the_status_decides_whatever_its_message_is(self, message):
        body = {"GET_STATS_DATA": {"RESULT": {"STATUS": 100, "ERROR_MSG": message}}}
        assert judge(json.dumps(body).encode())[0] is Said.CLOSED

    def test_an_answer_that_nests_without_end_is_a_passing_trouble(self):
        assert judge(b'{"GET_STATS_DATA": {"X": ' + b"[" * 100_000)[0] is Said.BUSY

    def test_a_byte_order_mark_in_front_of_an_answer_is_none_of_it(self, replica, store):
        replica.misbehave(DATA, lambda answer, body: answer.send(200, BOM_UTF8 + body))
        (fetch,) = fetched(replica, store)
        assert fetch.outcome is Outcome.NEW
        assert len(parse(store.read(fetch.snapshot_id), "municipal_population").rows) == 27

    def test_no_data_is_empty_and_no_failure(self, replica, api, store):
        api.tables["0000020201"] = replace(api.tables["0000020201"], cells=())
        (fetch,) = fetched(replica, store)
        assert fetch.outcome is Outcome.NOT_OUT
        assert "該当データはありませんでした" in fetch.reason

    def test_no_data_where_there_was_some_is_told(self, replica, api, store):
        fetched(replica, store)
        api.tables["0000020201"] = replace(api.tables["0000020201"], cells=(), updated="2026-11-24")
        assert fetched(replica, store)[0].outcome is Outcome.FAILED

    def test_a_wrong_key_is_told_once_and_nothing_more_is_asked(self, replica, api, store):
        api.app_id = "another"
        fetches = fetched(replica, store, QUICK)
        assert len(replica.requests) == 1
        assert {f.outcome for f in fetches} == {Outcome.FAILED}
        assert all("check KPI_ESTAT_APP_ID" in f.reason for f in fetches)

    def test_a_withdrawn_table_costs_its_own_figures_only(self, replica, api, store):
        del api.tables["0000010105"]
        outcomes = {f.dataset: f for f in fetched(replica, store, QUICK)}
        assert outcomes["prefecture_education"].outcome is Outcome.FAILED
        assert "statsDataId=[0000010105]のデータは存在しません" in outcomes["prefecture_education"].reason
        assert [f.outcome for name, f in outcomes.items() if name != "prefecture_education"] == [Outcome.NEW] * 5
        assert len(queries(replica)) == 6

    @pytest.mark.parametrize("status", [200, 299, 401])
    def test_trouble_on_their_side_is_tried_again(self, replica, api, store, status):
        api.says = [status, status]
        assert fetched(replica, store)[0].outcome is Outcome.NEW
        assert len(queries(replica)) == 3

    def test_lasting_trouble_is_told_in_their_words_which_stand_in_a_body_with_http_500(self, replica, api, store):
        api.says = [203] * 4
        (fetch,) = fetched(replica, store)
        assert "status 203: データベースへのアクセスに失敗しました。, 4 times" in fetch.reason
        assert fetch.status == 500

    @pytest.mark.parametrize("mood", [bad.maintenance_page, bad.status(403), bad.status(503), bad.truncated])
    def test_a_page_of_the_firewall_or_of_a_maintenance_is_tried_again(self, replica, store, mood):
        replica.misbehave(DATA, mood)
        assert fetched(replica, store)[0].outcome is Outcome.NEW

    def test_a_page_that_cannot_be_decoded_is_kept_and_refused_and_the_last_good_walk_stays(self, replica, api, store):
        (good,) = fetched(replica, store)
        api.tables["0000020201"] = replace(api.tables["0000020201"], updated="2026-11-25")
        odd = b'{"GET_STATS_DATA":{"RESULT":{"STATUS":0},"STATISTICAL_DATA":{"DATA_INF":{"NOTE":7}}}}'
        replica.misbehave(DATA, lambda answer, _: answer.send(200, odd))
        (refused,) = fetched(replica, store)
        assert (refused.outcome, refused.status, refused.size) == (Outcome.REFUSED, 200, len(odd))
        assert store.read(refused.snapshot_id) == odd
        assert refused.reason.startswith("estat/municipal_population (table 0000020201): 127.0.0.1:")
        assert "no answer of getStatsData: " in refused.reason
        assert refused.reason.endswith("compare the kept page with the API's specification")
        assert store.last_good(good.resource) == good

    def test_of_a_later_page_that_cannot_be_decoded_that_page_is_kept_without_the_key(
        self, replica, store, small_pages
    ):
        def odd(answer, body):
            answer.send(200, body.replace(b'"VALUE":[', f'"VALUE":["{APP_ID}",'.encode(), 1))

        replica.misbehave(DATA, lambda answer, body: answer.send(200, body), odd)
        (refused,) = fetched(replica, store)
        assert refused.outcome is Outcome.REFUSED
        assert "startPosition=11" in refused.url
        assert b'"VALUE":["****' in store.read(refused.snapshot_id)
        assert APP_ID not in f"{refused}"
        assert APP_ID.encode() not in store.read(refused.snapshot_id)


def listing(*entries, **result):
    """An API whose getStatsList has these tables."""
    content = {"RESULT_INF": {"FROM_NUMBER": 1, "TO_NUMBER": len(entries)} | result, "TABLE_INF": list(entries)}
    body = {"GET_STATS_LIST": {"RESULT": {"STATUS": 0, "ERROR_MSG": "", "DATE": ""}, "DATALIST_INF": content}}
    return lambda answer: answer.send(200, json.dumps(body).encode())


class TestUpdates:
    LIST = "https://api.e-stat.go.jp/rest/3.0/app/json/getStatsList"

    def same(self, api, **changes):
        tables = {r.id: CATALOG.dataset(r.dataset).options["table"] for r in LISTED.values()}
        return untouched(self.LIST, held(**changes), tables, TODAY, asking(api))

    def test_one_question_bounded_by_days_covers_the_tables_of_both_statistics(self):
        seen = []
        tables = {r.id: CATALOG.dataset(r.dataset).options["table"] for r in LISTED.values()}
        same = untouched(self.LIST, held("2026-02-20"), tables, TODAY, asking(seen=seen))
        assert len(same) == len(LISTED)
        (query,) = [urlsplit(url).query for url in seen]
        assert query == "lang=J&updatedDate=20261111-20261125&explanationGetFlg=N"

    def test_an_update_in_that_time_names_its_table(self):
        api = Estat()
        api.tables["0000010101"] = replace(api.tables["0000010101"], updated="2026-11-20")
        assert {r.id for r in LISTED.values()} - self.same(api) == {"estat/prefecture_population"}

    def test_the_update_that_we_hold_is_none(self):
        api = Estat()
        api.tables["0000010101"] = replace(api.tables["0000010101"], updated="2026-11-20")
        assert len(self.same(api, known_from="2026-11-20")) == len(LISTED)

    def test_an_update_on_the_day_on_which_a_silent_change_was_seen_is_looked_at(self):
        api = Estat()
        api.tables["0000010101"] = replace(api.tables["0000010101"], updated="2026-11-20")
        same = self.same(api, known_from="2026-11-20", basis=KnownFromBasis.FETCH)
        assert "estat/prefecture_population" not in same

    def test_without_an_answer_every_table_is_walked(self):
        assert self.same(Estat(says=[203])) == set()
        assert self.same(Estat(app_id="another")) == set()

    @pytest.mark.parametrize("day", ["", "-"])
    def test_a_table_of_others_without_a_day_costs_nothing(self, day):
        assert self.same(listing({"@id": "0003448237", "UPDATED_DATE": day}, {"UPDATED_DATE": "2026-11-20"})) == {
            r.id for r in LISTED.values()
        }

    def test_a_table_of_ours_without_a_day_is_told_and_every_table_is_walked(self, caplog):
        assert self.same(listing({"@id": "0000010101", "UPDATED_DATE": "-"})) == set()
        assert "Invalid isoformat string: '-' is not where it should be" in caplog.text

    def test_a_list_of_more_than_one_page_is_told_in_one_sentence(self, caplog):
        assert self.same(listing({"@id": "0003448237"}, NEXT_KEY=100_001)) == set()
        assert caplog.text.count("getStatsList") == 1
        assert "getStatsList: the list has more than one page; ask for fewer days" in caplog.text

    def test_a_question_that_the_catalog_changed_is_asked_whatever_the_list_says(self, replica, store):
        fetched(replica, store)
        options = ONE.datasets[0].options
        fewer = ONE.datasets[0].model_copy(
            update={"options": options | {"codes": options["codes"] | {"area": ["17201"]}}}
        )
        (fetch,) = fetched(replica, store, ONE.model_copy(update={"datasets": (fewer,)}))
        assert (fetch.outcome, len(queries(replica))) == (Outcome.NEW, 2)
        assert (fetch.known_from, fetch.known_from_basis) == (date(2025, 6, 20), KnownFromBasis.DATE)


class TestTurns:
    """Whatever the list says, a table is walked on one night of 28, its own, or 28 days after its last walk."""

    NIGHTS = tuple(TODAY + timedelta(days=night) for night in range(28))

    def walked_on(self, replica, store, today, last_walk):
        """What is walked on a day when everything was last walked so many days before, and skipped the night before."""
        later = SnapshotStore(store.root / f"{today}")
        nights = [(last_walk, Outcome.NEW, 200), (1, Outcome.UNCHANGED, None)]
        for fetch in fetched(replica, store, QUICK):
            later.keep(store.read(fetch.snapshot_id))
            for days, outcome, status in nights:
                moment = datetime.combine(today - timedelta(days=days), time(3, 15), TOKYO).astimezone(UTC)
                later.record(replace(fetch, fetched_at=moment, outcome=outcome, status=status))
        replica.requests.clear()
        walked = {fetch.dataset for fetch in fetched(replica, later, QUICK, today) if fetch.status is not None}
        assert len(walked) == len(queries(replica))
        return walked

    def test_every_table_has_one_night_of_its_own_although_each_other_night_it_is_skipped(self, replica, store):
        walked = [self.walked_on(replica, store, day, last_walk=20) for day in self.NIGHTS]
        assert sorted(name for night in walked for name in night) == sorted(LISTED)

    def test_a_table_whose_own_night_the_machine_missed_is_walked_when_28_days_have_passed(self, replica, store):
        assert self.walked_on(replica, store, TODAY, last_walk=28) == set(LISTED)
        assert self.walked_on(replica, store, TODAY + timedelta(days=1), last_walk=27) < set(LISTED)
