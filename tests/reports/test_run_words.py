"""The page about the run: reasons in the reader's language; late series that wait for the same figure are one line."""

from datetime import date

import pytest

from reports.run_words import late_series, source_reason, summary


@pytest.mark.parametrize(
    ("reason", "japanese"),
    [
        (
            "nothing was fetched yet (offline), nothing is recorded",
            "まだ取得していない（オフライン）。収録した値もない",
        ),
        ("the publisher has put nothing out", "公表元がまだ何も出していない"),
        (
            "KPI_ESTAT_APP_ID is not set; registration at https://a.jp/ is free and gives a key",
            "KPI_ESTAT_APP_ID が未設定。https://a.jp/ で無料で登録すると鍵が得られる",
        ),
        ("a.jp: the publisher answers 500 (16 files)", "a.jp: the publisher answers 500 (16ファイル)"),
        (None, "–"),
        ("", "–"),
    ],
)
def test_usual_reasons_are_said_in_japanese_and_rare_ones_stay_as_they_are(reason, japanese):
    assert source_reason(reason, "ja") == japanese
    assert source_reason(reason, "en") == (reason or "–")


def row(series, newest="2022", state="overdue", publisher="ssdse", days=148):
    return {
        "series_id": series,
        "publisher_id": publisher,
        "name_ja": f"系列{series}",
        "name_en": f"series {series}",
        "newest_period": newest,
        "next_period": str(int(newest) + 1),
        "expected_by": date(2026, 7, 1),
        "state": state,
        "days_overdue": days,
    }


def test_series_that_wait_for_the_same_figure_are_one_line():
    rows = [row("a"), row("x", newest="2021", days=513), row("c", state="due"), *map(row, "bdef")]
    one, other = late_series(rows, "ja")
    assert one.series == "系列a、系列b、系列d ほか2系列"
    assert one.ids == "a, b, d …"
    assert (one.newest, one.awaited, one.expected_by, one.days) == ("2022年", "2023年", "2026-07-01", 148)
    assert (other.series, other.ids, other.days) == ("系列x", "x", 513)
    assert next(late_series(rows, "en")).series == "series a; series b; series d and 2 more"


def test_publishers_are_never_put_together():
    assert len(list(late_series([row("a"), row("b", publisher="dashboard")], "ja"))) == 2


def test_the_summary_in_japanese_counts_sources_and_figures():
    sources = [{"state": "live"}, {"state": "missing"}, {"state": "live"}]
    changes = [{"what": what, "figures": n} for what, n in (("figure", 1200), ("grade", None), ("figure", 3))]
    said = summary("published; figures: 1,203 new", sources, changes, "ja")
    assert said == "データ源：最新を取得 2、値なし 1。新しい値・変わった値：1,203件。"
    assert summary("published; figures: 1,203 new", sources, changes, "en") == "published; figures: 1,203 new"
