"""Answers of e-Stat's API for tests: those of the replica, as bytes, and small ones in which one thing is odd."""

import json
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

from records import KnownFromBasis, Resource
from sources import estat
from sources.answers import Said
from sources.fetch_errors import FetchError, NoDataError
from sources.http import Reply
from sources.publishers import publishers
from sources.snapshots import Fetch, Outcome
from tests.publishers.estat import APP_ID, Estat
from tests.publishers.replica import Draft

CATALOG = publishers()["estat"]
TODAY = date(2026, 11, 25)
LISTED = {resource.dataset: resource for resource in estat.resources(CATALOG, TODAY, lambda _: None)}
LEGEND = [{"@char": "***", "$": "調査又は集計していないもの"}, {"@char": "X", "$": "数値が秘匿されているもの"}]


def answered(url, api=None):
    """What the API answers to an address of the catalog, as bytes."""
    address = urlsplit(url)
    draft = Draft(f"{address.path}?appId={APP_ID}&{address.query}", {})
    (api or Estat())(draft)
    return draft.body


def content(dataset, api=None):
    """The answer to the question of a dataset, to be changed."""
    return json.loads(answered(LISTED[dataset].urls[0], api))


def statistics(answer):
    """STATISTICAL_DATA of an answer."""
    return answer["GET_STATS_DATA"]["STATISTICAL_DATA"]


def parse(answer, dataset, publisher=CATALOG):
    """The rows of an answer, or of several pages."""
    body = answer if isinstance(answer, bytes) else json.dumps(answer, ensure_ascii=False).encode()
    known = Resource(
        f"estat/{dataset}", "estat", dataset, "", (), date(2025, 6, 20), known_from_basis=KnownFromBasis.DATE
    )
    return estat.parse(body, known, publisher)


def table(axes, values, notes=LEGEND, remarks=(), **about):
    """An answer of getStatsData with these axes (id -> (name, codes)) and cells."""
    classes = [{"@id": axis, "@name": name, "CLASS": codes} for axis, (name, codes) in axes.items()]
    data = {"NOTE": notes, "VALUE": values} | ({"ANNOTATION": remarks} if remarks else {})
    inf = {
        "RESULT_INF": {"TOTAL_NUMBER": len(values) if isinstance(values, list) else 1},
        "TABLE_INF": {"@id": "0000000001", "UPDATED_DATE": "2025-06-20"} | about,
        "CLASS_INF": {"CLASS_OBJ": classes},
        "DATA_INF": data,
    }
    result = {"STATUS": 0, "ERROR_MSG": "正常に終了しました。", "DATE": "2026-11-25T03:15:00.000+09:00"}
    return {"GET_STATS_DATA": {"RESULT": result, "STATISTICAL_DATA": inf}}


def code(text, name="", **more):
    """One CLASS."""
    return {"@code": text, "@name": name or text, "@level": "1"} | {f"@{key}": value for key, value in more.items()}


def cell(text, **codes):
    """One VALUE."""
    return {f"@{axis}": value for axis, value in codes.items()} | {"$": text}


def births(*values, unit="人", name="2023年度", time="2023100000", **more):
    """An answer of the municipal table with these cells of one year in the first city."""
    axes = {
        "tab": ("観測値", code("00001", "観測値")),
        "cat01": ("Ａ　人口・世帯", code("A4101", "A4101_出生数", **({"unit": unit} if unit is not None else {}))),
        "area": ("地域", [code("17201", "石川県 金沢市"), code("17202", "石川県 七尾市")]),
        "time": ("調査年", code(time, name)),
    }
    return table(axes, [cell(v, tab="00001", cat01="A4101", area="17201", time=time) for v in values], **more)


def asking(api=None, seen=None):
    """What asks one address of the catalog, as fetching would, and writes down what it asked."""

    def ask(url):
        if seen is not None:
            seen.append(url)
        body = answered(url, api)
        said, words = estat.judge(body)
        if said is Said.NOTHING:
            raise NoDataError(words, url, 200)
        if said is not Said.DATA:
            raise FetchError(words, url, 400)
        return Reply(status=200, body=body, url=url)

    return ask


def held(known_from="2025-06-20", asked_at=datetime(2026, 11, 24, 18, tzinfo=UTC), basis=KnownFromBasis.DATE):
    """Every resource of the catalog as if it had been fetched then."""
    return {
        resource: Fetch(
            resource=resource.id,
            publisher="estat",
            dataset=resource.dataset,
            edition="",
            url=resource.urls[0],
            fetched_at=asked_at,
            status=200,
            outcome=Outcome.NEW,
            snapshot_id="0" * 64,
            size=1,
            media_type=None,
            etag=None,
            last_modified=None,
            licence="",
            adapter_version="1",
            reason="",
            known_from=date.fromisoformat(known_from),
            known_from_basis=basis,
        )
        for resource in LISTED.values()
    }
