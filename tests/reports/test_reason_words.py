"""Reasons on Japanese pages: what the program says is in Japanese, what a publisher says stays, the rest is quoted."""

import ast
import errno
import inspect
import os
import re
import textwrap

import pytest

from flows import corrections, derive, keys, prepare, reasons, verify
from reports.reason_words import in_japanese
from sources import addresses, dashboard_answer, estat_answer, estat_walk, guards, http, snapshots, visit, workbook

SPEAKING = (
    *(addresses, estat_walk, guards, http, keys, prepare, reasons, visit),
    *(
        corrections._problem,
        dashboard_answer.judge,
        derive,
        estat_answer.judge,
        workbook.trouble,
        workbook._trouble_inside,
    ),
    *(snapshots, verify),
)
# For the log alone, or a part of a sentence that is tried as a whole.
NO_REASONS = (
    *("%s", "nightly reader", "7 and asks us", ", nothing is recorded", "(offline)7", " is the access key right?"),
    *("the publisher answers 7;7", "7 7 not as long", "a web page", "something else", "7 came in place"),
    *("7 in quarantine", "asked on 7 JST: 7", "has no time zone"),
)
WHOLE = (
    *("no answer within 30 s and asks us to come back in 900 s", "nothing was fetched yet (offline)"),
    *("the publisher answers 403; is the access key right? ops.fetch has the request", "the publisher answers 410"),
    "tfr: 2018, 2019 are not as long as the baseline period FY2013 and cannot grade the KPI",
    *("a web page came in place of an answer of the API", "something else came in place of an answer of the API"),
)
ANEW = "restore it from a backup, or fetch it anew with `kpi run`"


@pytest.mark.parametrize(
    ("reason", "japanese"),
    [
        (
            "nothing was fetched yet (offline), nothing is recorded",
            "まだ取得していない（オフライン）。収録した値もない",
        ),
        ("a.jp: the publisher answers 500 (16 files)", "a.jp：公表元の応答は500（16ファイル）"),
        (
            "ssdse/A/2026 (SSDSE-A-2026.csv): a.jp: the publisher answers 503, 4 times; wait a night",
            "ssdse/A/2026 (SSDSE-A-2026.csv)：a.jp：公表元の応答は503（4回試みた）。一晩待つ",
        ),
        (
            "a.jp: the publisher answers 429 and asks us to come back in 900 s; wait a night",
            "a.jp：公表元の応答は429（900秒後に再度、と求めている）。一晩待つ",
        ),
        (
            "nothing was asked tonight (offline); asked on 2026-11-24 03:15 JST: a.jp: the publisher answers 503",
            "今夜は尋ねていない（オフライン）。2026-11-24 03:15 JSTに尋ねた結果：a.jp：公表元の応答は503",
        ),
        (
            "wait a night; 1,234 rows in quarantine, see `kpi quarantine`; register/x line 7: other unit; mend it",
            "一晩待つ。1,234行を隔離（`kpi quarantine` で見られる）。register/x 7行目：原文「other unit; mend it」",
        ),
        (
            "juki/2024: shrunk from 90 to 12 bytes, more than guard.max_shrink = 20%; look at the kept file",
            "juki/2024：90バイトから12バイトに縮んだ（guard.max_shrink = 20% を超える）。保管したファイルを見る",
        ),
        (
            "estat/t: b.jp: the API answers with status 100: 認証に失敗しました。; check KPI_ESTAT_APP_ID",
            "estat/t：b.jp：APIの応答は status 100：認証に失敗しました。。KPI_ESTAT_APP_ID を確かめる",
        ),
        ("[Errno 13] Permission denied: '/d/x.csv'", "権限がない（'/d/x.csv'）"),
        (
            "IO Error: Could not write file x.duckdb: No space left on device",
            "IO Error：Could not write file x.duckdb：ディスクの空きがない",
        ),
        (
            f"/d/cd: damaged, the bytes are not those that were kept; {ANEW}",
            "/d/cd：保管したファイルが壊れている。バックアップから戻すか、kpi run で取得し直す",
        ),
        (
            f"ssdse/B-2025 (1,234 figures): /d/cd: this snapshot is missing; {ANEW}",
            "ssdse/B-2025（値1,234個）：/d/cd：保管したファイルがない。バックアップから戻すか、kpi run で取得し直す",
        ),
        (
            "core.kpi tfr: unit: a recomputed, b published, area: 1 recomputed, 2 published; run `kpi run`",
            "core.kpi tfr：unit は計算し直すと a、公開値は b。area は計算し直すと 1、公開値は 2。kpi run を実行する",
        ),
        (
            "ssdse/A/2026, line 3, column 人口: the column is gone; compare the layout",
            "ssdse/A/2026、3行目、列 人口：列がない。ファイルの構成を比べる",
        ),
    ],
)
def test_a_reason_is_said_in_japanese_with_whose_it_is_and_how_often(reason, japanese):
    assert in_japanese(reason) == japanese


@pytest.mark.parametrize("code", ["ENOENT", "EACCES", "ENOSPC", "EROFS", "EIO", "ENOTDIR", "EISDIR"])
def test_what_the_system_says_of_a_file_has_japanese_words(code):
    number = getattr(errno, code)
    for said in (OSError(number, os.strerror(number), "/d/x"), OSError(number, os.strerror(number))):
        assert not re.search("原文|[A-Za-z]{2,} [A-Za-z]{2,}", in_japanese(str(said)))
    assert "/d/x" in in_japanese(str(OSError(number, os.strerror(number), "/d/x")))


def test_a_rare_piece_is_quoted_and_the_others_are_said():
    assert in_japanese("x/1: the moon is in the way; wait a night") == "原文「x/1: the moon is in the way」。一晩待つ"


def test_what_a_publisher_says_in_japanese_stays_as_it_is():
    assert in_japanese("ただいまメンテナンス中です") == "ただいまメンテナンス中です"


@pytest.mark.parametrize("speaking", SPEAKING, ids=lambda one: one.__name__)
def test_every_reason_that_fetching_and_checking_can_give_has_japanese_words(speaking):
    said = {text: in_japanese(text) for text in (*WHOLE, *sentences(speaking))}
    assert [text for text, japanese in said.items() if "原文" in japanese] == []


def sentences(speaking):
    """The English sentences in a piece of the program, with 7 for everything that is only known when it runs."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(speaking)))
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    inside |= {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}  # docstrings
    named = vars(inspect.getmodule(speaking))
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            text = "".join(
                part.value if isinstance(part, ast.Constant) else str(named.get(ast.unparse(part.value), 7))
                for part in node.values
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
            text = node.value
        else:
            continue
        if re.search(r"[a-z]+ [a-z]+", text) and not any(part in text for part in NO_REASONS):
            yield text
