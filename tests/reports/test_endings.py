"""What commands say at their end: words of one language, in columns that stand where a sign takes two cells too."""

import re
from pathlib import Path

import pytest
from rich.cells import cell_len

from reports.endings import SHOWN, of_rebuild, of_run, of_verification

HASH, OTHER = "a" * 64, "b" * 64
RUN = {"outcome": "degraded", "published": "kpi-1.duckdb", "content_hash": HASH, "message": "published; figures: 1 new"}
SOURCES = [{"state": "live", "quarantined": 2}, {"state": "missing", "quarantined": 0}]
PLACES = {name: Path("data") / name for name in ("warehouse", "report", "files", "record")}
COUNTS = {"files": 30, "figures": 1690, "without_bytes": 464, "rows": 1185}


def test_the_end_of_a_run_in_english():
    assert of_run(RUN, SOURCES, PLACES, "en").splitlines() == [
        "outcome     degraded: published; figures: 1 new",
        "warehouse   data/warehouse → kpi-1.duckdb",
        "report      data/report",
        "files       data/files",
        f"content     {HASH}",
        "quarantine  2 rows: `kpi quarantine`, table ops.quarantine",
        "run log     data/record, tables ops.run, ops.run_source, ops.fetch",
    ]


def test_the_end_of_a_run_in_japanese():
    assert of_run(RUN, SOURCES, PLACES, "ja").splitlines() == [
        "結果          degraded（一部縮退）：公開した。データ源：最新を取得 1、値なし 1。値：新しい値 1件。",
        "データベース  data/warehouse → kpi-1.duckdb",
        "レポート      data/report",
        "書き出し      data/files",
        f"内容          {HASH}",
        "隔離          2行：`kpi quarantine`、表 ops.quarantine",
        "記録          data/record、表 ops.run、ops.run_source、ops.fetch",
    ]


def test_a_run_that_published_nothing_new_says_so():
    unchanged = RUN | {"outcome": "unchanged", "published": "", "message": "nothing new, no new file"}
    assert "warehouse   data/warehouse (unchanged)\n" in of_run(unchanged, SOURCES, PLACES, "en")
    assert "データベース  data/warehouse（変更なし）\n" in of_run(unchanged, SOURCES, PLACES, "ja")


@pytest.mark.parametrize(
    ("before", "english", "japanese"),
    [
        (HASH, f"equal to the file published before ({HASH})", f"前に公開したファイル（{HASH}）と等しい"),
        (OTHER, f"DIFFERENT from the file published before ({OTHER})", f"前に公開したファイル（{OTHER}）と異なる"),
    ],
)
def test_the_end_of_a_rebuild(before, english, japanese):
    said = [of_rebuild(Path("data/kpi-1.duckdb"), HASH, before, lang) for lang in ("en", "ja")]
    assert said == [
        f"rebuilt    data/kpi-1.duckdb\ncontent    {HASH}\n{english}",
        f"作り直し   data/kpi-1.duckdb\n内容       {HASH}\n{japanese}",
    ]


def test_a_rebuild_without_a_file_before_compares_nothing():
    assert of_rebuild(Path("data/kpi-1.duckdb"), HASH, None, "en").endswith(f"content    {HASH}")


def test_the_end_of_a_verification_in_english():
    assert of_verification(COUNTS, [], "en").splitlines() == [
        "files     30 read again",
        "figures   1,690 compared, 464 of them recorded lines, whose files are not held here",
        "rows      1,185 of corrections, series, KPIs, targets and marts recomputed",
        "everything that is published follows",
    ]


def test_the_end_of_a_verification_in_japanese():
    assert of_verification(COUNTS, [], "ja").splitlines() == [
        "ファイル  30個を読み直した",
        "値        1,690個を照合した（うち464個は収録値の行。元のファイルはここにない）",
        "行        訂正・系列・指標・目標・集計の1,185行を計算し直した",
        "公開中のものはすべて導ける",
    ]


def test_where_all_bytes_are_held_no_recorded_lines_are_told_of():
    assert "recorded" not in of_verification(COUNTS | {"without_bytes": 0}, [], "en")


def test_of_many_failures_the_first_are_told_and_the_others_counted():
    failures = [f"mart.x {number}: the whole row; run `kpi rebuild`" for number in range(SHOWN + 3)]
    english, japanese = (of_verification(COUNTS, failures, lang).splitlines()[3:] for lang in ("en", "ja"))
    assert english[0] == "not so    mart.x 0: the whole row; run `kpi rebuild`"
    assert english[-2:] == ["not so    … and 3 more", "23 do not follow"]
    assert japanese[0] == "不一致    mart.x 0：この行が公開中の表にない。kpi rebuild を実行する"
    assert japanese[-2:] == ["不一致    ほか3件", "導けないものが23件ある"]
    assert (len(english), len(japanese)) == (SHOWN + 2, SHOWN + 2)


def test_the_columns_stand_in_both_languages():
    for lang in ("ja", "en"):
        starts = {
            cell_len(re.match(r"\S+(?: log)? {2,}", line)[0])
            for line in of_run(RUN, SOURCES, PLACES, lang).splitlines()
        }
        assert len(starts) == 1
