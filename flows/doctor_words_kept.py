"""What ``kpi doctor`` may find among the things that nights keep, in the words of people."""

from __future__ import annotations

from flows.doctor_level import Level, Said

_GUIDE_JA, _GUIDE_EN = "docs/operate.ja.md", "docs/operate.md"
KEPT = {
    "fetch_log.ok": Said(Level.OK, "取得の記録 {count} 行", "{count} fetches are on record"),
    "fetch_log.bad": Said(
        Level.FAIL,
        "取得の記録が使えない：{error}",
        "the log of fetches cannot be used: {error}",
        "バックアップから戻す",
        "restore it from a backup",
    ),
    "last_run.none": Said(Level.WARN, "まだ実行がない", "there was no run yet", "`kpi run`", "`kpi run`"),
    "last_run.damaged": Said(
        Level.WARN,
        "{folder} の実行記録が壊れている：{names}",
        "records of runs in {folder} are damaged: {names}",
        "バックアップから戻すか、消す",
        "restore them from a backup, or remove them",
    ),
    "last_run.ahead": Said(
        Level.FAIL,
        "実行 {run} がこの機械の時計より先にある",
        "run {run} lies ahead of this machine's clock",
        "時計を合わせる。その実行の時計が狂っていたなら、data/runs の {run}.json と rows/{run}、data/warehouse の "
        "kpi-{run}.* を外へ移し、`kpi rebuild`",
        "set the clock; if that run had a wrong one, move {run}.json and rows/{run} out of data/runs and kpi-{run}.* "
        "out of data/warehouse, then `kpi rebuild`",
    ),
    "last_run.ok": Said(Level.OK, "{run} {outcome}、{hours} 時間前", "{run} {outcome}, {hours} h ago"),
    "last_run.running": Said(Level.OK, "{run} が実行中", "{run} is under way"),
    "last_run.degraded": Said(
        Level.WARN,
        "{run} 一部縮退、{hours} 時間前：{message}",
        "{run} degraded, {hours} h ago: {message}",
        "`kpi sources` の理由を見る",
        "see the reasons in `kpi sources`",
    ),
    "last_run.failed": Said(
        Level.FAIL,
        "{run} 失敗、{hours} 時間前：{message}",
        "{run} failed, {hours} h ago: {message}",
        f"{_GUIDE_JA} の表でこの文を探して直し、`kpi run`",
        f"find the sentence in {_GUIDE_EN}, mend it, then `kpi run`",
    ),
    "last_run.killed": Said(
        Level.FAIL,
        "{hours} 時間前の {run} は途中で強制終了されたか、ディスクが一杯だった",
        "{run}, {hours} h ago, was killed before it could end, or its disk was full",
        "ディスク・メモリ・電源を確かめ、`kpi run`（半端な公開はない）",
        "look at disk, memory and power, then `kpi run`; nothing half-written was published",
    ),
    "last_run.late": Said(
        Level.WARN,
        "最後の実行 {run} は {hours} 時間前：一晩抜けた",
        "the last run, {run}, was {hours} h ago: a night was missed",
        "`kpi serve` または cron が動いているか確かめる",
        "look whether `kpi serve` or cron is alive",
    ),
    "last_run.long_ago": Said(
        Level.FAIL,
        "最後の実行 {run} は {hours} 時間前",
        "the last run, {run}, was {hours} h ago",
        "`kpi serve` または cron を起動し、`kpi run`",
        "start `kpi serve` or cron, then `kpi run`",
    ),
    "history.ok": Said(Level.OK, "公開した行の記録に欠けはない", "nothing that was published is missing"),
    "history.lost": Said(
        Level.FAIL,
        "実行 {run} の公開した行が {rows} にない：次の公開は、前との違いも警告も示せない",
        "what run {run} published is gone from {rows}: the next file cannot tell what changed, nor raise an alarm",
        "バックアップから戻す。なければ `kpi rebuild`：履歴は残っているところから数え直す",
        "restore that folder from a backup; without one `kpi rebuild`: changes are counted anew from what is left",
    ),
    "published.none": Said(Level.WARN, "公開ファイルはまだない", "nothing is published yet", "`kpi run`", "`kpi run`"),
    "published.ok": Said(
        Level.OK,
        "{file}（{rows} 行）は控えと一致",
        "{file} with {rows} rows is as its manifest says",
    ),
    "published.no_manifest": Said(
        Level.FAIL,
        "{link} の先のファイルまたは控え（.json）がない",
        "the file behind {link}, or its manifest, is not there or of no use",
        "`kpi run`",
        "`kpi run`",
    ),
    "published.broken": Said(Level.FAIL, "開けない：{error}", "{error}", "`kpi rebuild`", "`kpi rebuild`"),
    "published.differs": Said(
        Level.FAIL,
        "{file} は控えと違う（{tables}）",
        "{file} is not what its manifest says ({tables})",
        "ディスクを確かめ、`kpi rebuild`",
        "check the disk, then `kpi rebuild`",
    ),
}
