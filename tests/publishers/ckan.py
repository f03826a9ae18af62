"""A CKAN portal on loopback with one list of facilities: package_show, package_search, download and datastore copy.

Layout and traps are those that a user of the portal measured. The rows are examples, and say so: of the true list,
only its layout is public without asking the portal.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from tests.publishers.replica import Answer, Replica

PREFIXES = ("/api/3/action/", "/datastore/dump/", "/dataset/")
PACKAGE = "172014-syokuhineisei-kyokashisetsu"
RESOURCE = "09a49521-cabf-40b4-978b-bd61ef02f650"
DOWNLOAD = f"/dataset/{PACKAGE}/resource/{RESOURCE}/download/{PACKAGE}.csv"
HEADER = (
    *("都道府県コード又は市区町村コード", "NO", "都道府県名", "市区町村名", "営業所名称", "営業所名称カナ"),
    *("営業の種類", "業態", "営業所所在地", "営業所方書", "緯度", "経度", "営業所電話番号", "法人名", "法人番号"),
    *("許可番号", "初回許可年月日", "許可年月日", "開始年月日", "許可満了日", "廃業年月日", "申請区分", "許可条件"),
    *("備考", "画像"),
)
_KANAZAWA = {"都道府県コード又は市区町村コード": "172014", "都道府県名": "石川県", "市区町村名": "金沢市"}
_HALL = {"営業所所在地": "石川県金沢市広坂1丁目1番1号", "緯度": "36.561", "経度": "136.656"}
EXAMPLES: tuple[dict[str, str], ...] = (
    _HALL
    | {"営業所名称": "（例）一軒目", "営業の種類": "飲食店営業", "業態": "飲食店営業"}
    | {"許可年月日": "2021/6/1", "許可満了日": "2027/5/31"},
    _HALL
    | {"営業所名称": "（例）二軒目", "営業の種類": "飲食店営業（１）", "業態": "軽食堂"}
    | {"許可年月日": "H30.4.1", "許可満了日": "R8.10.31"},
    {"営業所名称": "（例）車両", "営業の種類": "飲食店営業", "業態": "自動車営業", "許可年月日": "2024/4/1"},
)


def table(rows: tuple[dict[str, str], ...] = EXAMPLES, *, with_id: bool = False) -> str:
    """The list as CSV text; ``with_id`` adds the running number of a datastore copy."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow((*(["_id"] if with_id else []), *HEADER))
    for number, row in enumerate(rows, start=1):
        cells = {"NO": str(number), **_KANAZAWA, **row}
        writer.writerow((*([number] if with_id else []), *(cells.get(name, "") for name in HEADER)))
    return out.getvalue()


@dataclass
class Portal:
    """The portal. What it serves may be changed.

    Attributes:
        rows: the facilities of its one list.
        url: address of the resource; the real one is empty. A path here is made whole with the server's own address.
        datastore_active: whether there is a copy in the datastore.
        modified: when the package was last changed, UTC.
    """

    rows: tuple[dict[str, str], ...] = EXAMPLES
    url: str = ""
    datastore_active: bool = True
    modified: str = "2024-07-16T03:00:00.000000"
    resources: list[str] = field(default_factory=lambda: [RESOURCE])

    def __call__(self, answer: Answer) -> None:
        """Answer one request."""
        path, _, query = answer.path.partition("?")
        asked = {name: values[-1] for name, values in parse_qs(query).items()}
        if path == "/api/3/action/package_show":
            found = self.package(answer) if asked.get("id") == PACKAGE else None
            _json(answer, path, found)
        elif path == "/api/3/action/package_search":
            package = self.package(answer)
            hits = [package] if asked.get("q", "") in package["title"] else []
            _json(answer, path, {"count": len(hits), "results": hits})
        elif path == f"/datastore/dump/{RESOURCE}" and self.datastore_active:
            encoding = "utf-8-sig" if asked.get("bom") == "true" else "utf-8"
            answer.send(200, table(self.rows, with_id=True).encode(encoding), {"Content-Type": "text/csv"})
        elif path == DOWNLOAD:
            answer.send(500, b"<html>500</html>", {"Content-Type": "text/html"})
        else:
            answer.send(404, b"<html>404</html>", {"Content-Type": "text/html"})

    def package(self, answer: Answer) -> dict[str, Any]:
        """The entry of the one list."""
        url = f"http://{answer.headers['Host']}{self.url}" if self.url else ""
        return {
            "name": PACKAGE,
            "title": "金沢市 食品衛生関係営業許可施設一覧",
            "license_id": "cc-by",
            "license_title": "クリエイティブ・コモンズ 表示",
            "metadata_modified": self.modified,
            "resources": [
                {
                    "id": resource,
                    "name": f"{PACKAGE}.csv",
                    "format": "CSV",
                    "url": url,
                    "datastore_active": self.datastore_active,
                    "last_modified": None,
                }
                for resource in self.resources
            ],
        }


def mount(replica: Replica) -> None:
    """The portal as on a good night."""
    portal = Portal()
    for prefix in PREFIXES:
        replica.mount(prefix, portal)


def _json(answer: Answer, path: str, result: dict[str, Any] | None) -> None:
    """CKAN's envelope; None is its error of something that is not there."""
    name = path.rpartition("/")[2]
    error = {"__type": "Not Found Error", "message": "Not found"}
    said = {"success": False, "error": error} if result is None else {"success": True, "result": result}
    body = json.dumps({"help": name} | said, ensure_ascii=False).encode()
    answer.send(200 if result is not None else 404, body, {"Content-Type": "application/json"})
