"""What a night has to tell people, if anything: which kind of news, why, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from clock import tokyo_day
from flows.run_record import TROUBLED, RunRecord
from warehouse.lock import LockedError


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of news in the words of people: its name, what it means, and what to do, each in ja and en."""

    name: tuple[str, str]
    means: tuple[str, str]
    todo: tuple[str, str]


KINDS = {
    "failed": Kind(
        ("失敗", "failed"),
        (
            "夜間処理が失敗し、新しいファイルは公開されていません。前のファイルはそのまま使えます。",
            "The night failed and published nothing; the file published before stays in use.",
        ),
        (
            "`kpi doctor` と `kpi status` で原因を確かめ、直してから `kpi run` を実行してください。",
            "Look for the cause with `kpi doctor` and `kpi status`, mend it, then `kpi run`.",
        ),
    ),
    "locked": Kind(
        ("実行中のため中止", "locked out"),
        (
            "別の実行がデータフォルダーを使っているため、今夜の処理は始まりませんでした。",
            "Another run holds the data folder, so this one did not begin.",
        ),
        (
            "何時間も前からの実行なら、止まっています。その番号（pid）の処理を終了させてください。",
            "If it began hours ago it hangs: end the process of that number (pid).",
        ),
    ),
    "degraded": Kind(
        ("一部縮退", "degraded"),
        (
            "取得できない公表元があります。前回の取得分（または収録値）を使って公開しています。",
            "A source is not up to date; its last good (or recorded) figures are in use.",
        ),
        (
            "`kpi sources` の理由を見てください。公表元の障害なら待ち、住所や様式の変更なら登録を直します。",
            "See the reason in `kpi sources`: wait for a publisher that is down, correct the catalog where it moved.",
        ),
    ),
    "overdue": Kind(
        ("公表の遅れ", "overdue"),
        (
            "公表元の予定日を過ぎても、新しい期間の値がありません。",
            "A publisher's next figures are not there, and their day has passed.",
        ),
        (
            "`kpi status --freshness` を見てください。公表済みなら住所や版、違えば expected_lag_days を直します。",
            "See `kpi status --freshness`: are they out at another address, or is expected_lag_days too short?",
        ),
    ),
    "alarm": Kind(
        ("警告", "alarm"),
        (
            "値がなくなったか、限度を超えて改訂されました。",
            "Figures vanished, or were restated beyond the limit of their series.",
        ),
        (
            "`kpi diff` の値と公表元の説明を確かめ、公表元の誤りなら sources/corrections.toml に書いてください。",
            "Compare `kpi diff` with what the publisher says; write an erratum into sources/corrections.toml.",
        ),
    ),
    "regraded": Kind(
        ("判定の変化", "regraded"),
        ("判定が変わりました。", "A grade changed."),
        (
            "`kpi diff` と `kpi explain` で根拠を確かめてから説明してください。",
            "Read the cause with `kpi diff` and `kpi explain` before you are asked.",
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class News:
    """One thing to tell: a kind of ``KINDS`` and the reason, as the run's record has it."""

    kind: str
    why: str


def news_of(record: RunRecord, runs: Sequence[RunRecord], after_nights: int) -> list[News]:
    """What a run that ended well has to tell.

    A source that is not up to date for a night is no news: publishers have bad nights. It is told when it has been so
    for ``after_nights`` nights in a row, and again after as many more. What is overdue is told on the first night that
    finds it so. A run that was told to fetch nothing tells of neither.

    Args:
        record: the run.
        runs: all runs on record, oldest first, this one included.
        after_nights: nights in a row, at least 1.
    """
    reasons: dict[str, list[str]] = {"degraded": [], "overdue": []}
    reasons |= {"alarm": list(record.alarms), "regraded": list(record.grades)}
    if not record.offline:
        reasons["degraded"] = [said for source in record.sources if (said := _lasting(source, runs, after_nights))]
        reasons["overdue"] = _newly_overdue(record, runs)
    return [News(kind, "; ".join(why)) for kind, why in reasons.items() if why]


def failure(error: BaseException) -> News:
    """What a run that ended with an error has to tell."""
    return News("locked" if isinstance(error, LockedError) else "failed", str(error) or type(error).__name__)


def nights_in_trouble(runs: Sequence[RunRecord], publisher_id: str) -> int:
    """For how many nights in a row a source has not been up to date.

    The last run of a day in Japan speaks for it; days without a run, runs that fetched nothing, and runs that failed
    before they knew say nothing.
    """
    by_day = {tokyo_day(datetime.fromisoformat(run.started_at)): run for run in runs if run.sources and not run.offline}
    nights = 0
    for run in reversed(by_day.values()):
        if not any(s["publisher_id"] == publisher_id and s["state"] in TROUBLED for s in run.sources):
            break
        nights += 1
    return nights


def _lasting(source: dict[str, str], runs: Sequence[RunRecord], after_nights: int) -> str:
    """The trouble of one source in a sentence when it is due to be told, else nothing."""
    if source["state"] not in TROUBLED:
        return ""
    nights = nights_in_trouble(runs, source["publisher_id"])
    if nights % after_nights:
        return ""
    return f"{source['publisher_id']} {source['state']}, night {nights} in a row: {source['reason']}"


def _newly_overdue(record: RunRecord, runs: Sequence[RunRecord]) -> list[str]:
    """What was not overdue yet when a run last ended well."""
    before = (r for r in reversed(runs) if r.run_id != record.run_id and not r.offline and r.exit_code == 0)
    known = next((r.overdue for r in before), ())
    return [late for late in record.overdue if late not in known]
