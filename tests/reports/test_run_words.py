"""The page about the run: reasons in the reader's language; late series that wait for the same figure are one line."""

from datetime import date

import pytest

from reports.run_words import check_message, late_series, source_reason, summary


def test_the_reason_of_a_source_is_said_in_the_language_of_the_page():
    reason = "KPI_ESTAT_APP_ID is not set; registration at https://a.jp/ is free and gives a key"
    assert source_reason(reason, "ja") == "KPI_ESTAT_APP_ID が未設定。https://a.jp/ で無料で登録すると鍵が得られる"
    assert source_reason(reason, "en") == reason
    assert (source_reason(None, "ja"), source_reason("", "en")) == ("–", "–")


@pytest.mark.parametrize(
    ("message", "ja", "en"),
    [
        ("地域「99999」はない / area 99999 is not known", "地域「99999」はない", "area 99999 is not known"),
        ("単位「人 / km」は不明 / unit 人 / km is not known", "単位「人 / km」は不明", "unit 人 / km is not known"),
        ("ssdse/A: the file is empty", "ssdse/A：ファイルが空", "ssdse/A: the file is empty"),
        ("", "", ""),
    ],
)
def test_a_check_says_its_half_of_a_message_in_both_languages(message, ja, en):
    assert check_message(message, "ja") == ja
    assert check_message(message, "en") == en


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


def run(message, outcome="degraded", published="kpi-1.duckdb"):
    return {"message": message, "outcome": outcome, "published": published}


@pytest.mark.parametrize(
    ("told", "japanese", "english"),
    [
        (
            run("published; dashboard missing: no answer within 30 s; wait a night; figures: 1,203 new, 2 restated"),
            "公開した。データ源：最新を取得 2、値なし 1。値：新しい値 1,203件、改訂 2件。",
            "Published. Sources: up to date 2, nothing to use 1. Figures: new 1,203, restated 2.",
        ),
        (
            run(
                "published; figures: 1 restated; ALARM (see `kpi diff`): x 17201 2019 1 → 9; grades changed:"
                " visitors 2018 ON_TRACK (A) → BEHIND (C), restated figure, tfr 2019 – → MISSED (D), new figure"
            ),
            "公開した。データ源：最新を取得 2、値なし 1。値：改訂 1件。警告あり（kpi diff を参照）。判定の変化 2件。",
            (
                "Published. Sources: up to date 2, nothing to use 1. Figures: restated 1. "
                "There are alarms (see kpi diff). Grades changed: 2."
            ),
        ),
        (
            run(
                "nothing new, no new file; overdue: ssdse 2021 by 2024-07-01 (ssdse_e.A4200 and 27 more), jta 2017 by"
                " 2018-08-28 (jta.guest_nights); the report could not be written (no ink)",
                outcome="unchanged",
                published="",
            ),
            (
                "公開済みの版のまま。データ源：最新を取得 2、値なし 1。公表の遅れている公表元 2。"
                "レポートを書けなかった：原文「no ink」。"
            ),
            (
                "The version before stays. Sources: up to date 2, nothing to use 1. Publishers overdue: 2. "
                "The report could not be written: no ink."
            ),
        ),
        (
            run(
                "published; the files for others could not be written ([Errno 28] No space left on device: '/d (x)/y')"
            ),
            (
                "公開した。データ源：最新を取得 2、値なし 1。"
                "書き出すファイルを書けなかった：ディスクの空きがない（'/d (x)/y'）。"
            ),
            (
                "Published. Sources: up to date 2, nothing to use 1. "
                "The files for others could not be written: [Errno 28] No space left on device: '/d (x)/y'."
            ),
        ),
        (
            run("[Errno 13] Permission denied: '/d/x'", outcome="failed", published=""),
            "公開していない（前の版のまま）。理由：権限がない（'/d/x'）。",
            "Nothing published, the version before stays. Why: [Errno 13] Permission denied: '/d/x'.",
        ),
        (
            run("published; what run 1 published is gone: history begins anew; restore runs/rows from a backup"),
            "公開した。データ源：最新を取得 2、値なし 1。前に公開した行の記録がなく、違いを示せない。",
            (
                "Published. Sources: up to date 2, nothing to use 1. "
                "What was published before is gone, so changes cannot be told."
            ),
        ),
        (
            run("published; kpi-1.duckdb cannot be read as it was published and is built anew, check the disk"),
            "公開した。データ源：最新を取得 2、値なし 1。前のファイルが壊れていたので作り直した。",
            "Published. Sources: up to date 2, nothing to use 1. The file before was damaged, so all was built anew.",
        ),
        (
            run("killed before it could end, or its disk was full", outcome="failed", published=""),
            "公開していない（前の版のまま）。理由：終わる前に止められたか、ディスクが一杯だった。",
            "Nothing published, the version before stays. Why: killed before it could end, or its disk was full.",
        ),
    ],
)
def test_a_run_is_summed_up_in_the_language_of_the_page(told, japanese, english):
    assert summary(told, {"live": 2, "missing": 1}, "ja") == japanese
    assert summary(told, {"live": 2, "missing": 1}, "en") == english
