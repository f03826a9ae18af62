"""What ``kpi doctor`` may find, in the words of people: one entry a finding, and what to do about it.

A key is the name of the check and what was found; braces stand for what the check saw.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Level(StrEnum):
    """How bad a finding is; a night may be worse for a warning, and cannot be well with a failure."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


LEVEL = {Level.OK: ("正常", "ok"), Level.WARN: ("注意", "warn"), Level.FAIL: ("異常", "fail")}


class Said(NamedTuple):
    """A finding and its remedy in both languages; nothing to do when all is well."""

    level: Level
    found_ja: str
    found_en: str
    todo_ja: str = ""
    todo_en: str = ""


_GUIDE_JA, _GUIDE_EN = "docs/operate.ja.md", "docs/operate.md"
SAID = {
    "check.broken": Said(
        Level.FAIL,
        "検査 {check} が実行できない：{error}",
        "the check {check} broke: {error}",
        "`kpi --debug doctor` で詳細を見る",
        "see more with `kpi --debug doctor`",
    ),
    "python.ok": Said(Level.OK, "Python {version}", "Python {version}"),
    "python.other": Said(
        Level.FAIL,
        "Python {version} は対象外（{wanted}）",
        "Python {version} is not supported ({wanted})",
        "対応する Python で環境を作り直す",
        "make the environment anew with a supported Python",
    ),
    "packages.ok": Said(Level.OK, "{count} 個すべて requirements.txt のとおり", "all {count} as in requirements.txt"),
    "packages.no_lock": Said(
        Level.WARN,
        "requirements.txt がないため確認していない",
        "not checked: there is no requirements.txt",
        "requirements.txt のある場所から導入する",
        "install from a checkout that has it",
    ),
    "packages.other": Said(
        Level.WARN,
        "requirements.txt と違う版：{names}",
        "other versions than in requirements.txt: {names}",
        "`pip install --no-deps --require-hashes -r requirements.txt` を実行する",
        "run `pip install --no-deps --require-hashes -r requirements.txt`",
    ),
    "packages.missing": Said(
        Level.FAIL,
        "入っていないもの：{names}",
        "not installed: {names}",
        "`pip install --no-deps --require-hashes -r requirements.txt` を実行する",
        "run `pip install --no-deps --require-hashes -r requirements.txt`",
    ),
    "timezone.ok": Said(Level.OK, "日本時間で {now}", "it is {now} in Japan"),
    "timezone.wrong": Said(
        Level.FAIL,
        "Asia/Tokyo の時差が {offset} になっている",
        "Asia/Tokyo is taken to be {offset} from UTC",
        "tzdata パッケージを入れ直す",
        "install the package tzdata again",
    ),
    "settings.ok": Said(Level.OK, "データは {data_dir}", "the data is in {data_dir}"),
    "settings.bad": Said(
        Level.FAIL,
        "設定が使えない：{error}",
        "a setting cannot be used: {error}",
        "環境変数または kpi.toml を直す",
        "correct it in the environment or kpi.toml",
    ),
    "settings.replaced": Said(
        Level.WARN,
        "公表元の代わりの接続先が設定されている：{names}",
        "other addresses stand in for the publishers: {names}",
        "試験用なら KPI_BASE_URL__* を外す",
        "remove KPI_BASE_URL__* unless it is meant",
    ),
    "estat_key.set": Said(Level.OK, "設定済み（表示しない）", "set (never shown)"),
    "estat_key.unset": Said(Level.OK, "未設定（使う公表元はない）", "not set, and no source uses it"),
    "estat_key.wanted": Said(
        Level.WARN,
        "未設定のため e-Stat API の値はない",
        "not set, so there are no figures of the e-Stat API",
        "無料の appId を取得し KPI_ESTAT_APP_ID に設定する",
        "get a free appId and set KPI_ESTAT_APP_ID",
    ),
    "notify.ok": Said(Level.OK, "知らせ先 {count} 件", "{count} to tell"),
    "notify.nobody": Said(
        Level.WARN,
        "失敗しても誰にも知らせない",
        "nobody is told when a night fails",
        "KPI_NOTIFY_URLS に知らせ先を設定する",
        "set KPI_NOTIFY_URLS",
    ),
    "notify.bad": Said(
        Level.FAIL,
        "KPI_NOTIFY_URLS の {numbers} 番目を解釈できない",
        "number {numbers} of KPI_NOTIFY_URLS is not understood",
        "apprise の形式に直す",
        "write it in a form of apprise's",
    ),
    "strategies.ok": Said(Level.OK, "指標 {count} 件", "{count} KPIs"),
    "strategies.bad": Said(
        Level.FAIL,
        "戦略・カタログ・訂正のどれかが使えない：{error}",
        "a strategy, the catalog or the corrections cannot be used: {error}",
        "示されたファイルを直す",
        "correct the file that is named",
    ),
    "register.ok": Said(Level.OK, "ファイル {count} 個", "{count} files"),
    "register.none": Said(
        Level.FAIL,
        "{folder} に登録簿がない",
        "there is no register in {folder}",
        "KPI_REGISTER_DIR を直すか、バックアップから戻す",
        "correct KPI_REGISTER_DIR, or restore it from the backup",
    ),
    "register.bad": Said(
        Level.FAIL,
        "登録簿のファイルが読めない：{error}",
        "a file of the register cannot be read: {error}",
        "示されたファイルを直す",
        "correct the file that is named",
    ),
    "folders.ok": Said(Level.OK, "書き込める", "can be written"),
    "folders.new": Said(Level.OK, "{folder} は最初の実行が作る", "{folder} will be made by the first run"),
    "folders.blocked": Said(
        Level.FAIL,
        "{folder} に書き込めない（{problem}）",
        "{folder} cannot be written ({problem})",
        "所有者と権限を直すか、KPI_DATA_DIR を変える",
        "correct owner and permissions, or set KPI_DATA_DIR",
    ),
    "folders.outdated": Said(
        Level.WARN,
        "{folder} に書き込めない（{problem}）：夜間処理は公開するが、ここは前の内容のまま残る",
        "{folder} cannot be written ({problem}): a night publishes, and what is here stays as it was",
        "所有者と権限を直し、`kpi report` または `kpi export` で書き直す",
        "correct owner and permissions, then `kpi report` or `kpi export`",
    ),
    "disk.ok": Said(Level.OK, "空き {free}、データ {size}", "{free} free, the data takes {size}"),
    "disk.low": Said(
        Level.WARN,
        "空き {free}（データ {size}）：作り直しには足りない",
        "{free} free, the data takes {size}: too little to build it all anew",
        f"{_GUIDE_JA} の「容量」に従って減らす",
        f"prune as {_GUIDE_EN} says under “Disk”",
    ),
    "disk.full": Said(
        Level.FAIL,
        "空き {free}：今夜の処理に {needed} 必要",
        "{free} free, and a night may need {needed}",
        f"{_GUIDE_JA} の「容量」に従って減らす",
        f"prune as {_GUIDE_EN} says under “Disk”",
    ),
    "lock.free": Said(Level.OK, "実行中の処理はない", "no run is under way"),
    "lock.held": Said(
        Level.WARN,
        "実行中：{owner}",
        "a run holds the data folder: {owner}",
        "終わるのを待つ。何時間も前からなら、その番号の処理を終了させる",
        "wait for it; if it began hours ago it hangs: end that process",
    ),
    "last_run.none": Said(Level.WARN, "まだ実行がない", "there was no run yet", "`kpi run`", "`kpi run`"),
    "last_run.damaged": Said(
        Level.WARN,
        "{folder} の実行記録が壊れている：{names}",
        "records of runs in {folder} are damaged: {names}",
        "バックアップから戻すか、消す",
        "restore them from a backup, or remove them",
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
        "{run} は途中で強制終了された",
        "{run} was killed before it could end",
        "メモリと電源を確かめ、`kpi run`（半端な公開はない）",
        "look at memory and power, then `kpi run`; nothing half-written was published",
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
        "`kpi rebuild`",
        "`kpi rebuild`",
    ),
    "published.broken": Said(Level.FAIL, "開けない：{error}", "{error}", "`kpi rebuild`", "`kpi rebuild`"),
    "published.differs": Said(
        Level.FAIL,
        "{file} は控えと違う（{tables}）",
        "{file} is not what its manifest says ({tables})",
        "ディスクを確かめ、`kpi rebuild`",
        "check the disk, then `kpi rebuild`",
    ),
    "publisher.answers": Said(Level.OK, "{ids}：{address} は応答する", "{ids}: {address} answers"),
    "publisher.silent": Said(
        Level.WARN,
        "{ids}：{address} に届かない（{reason}）",
        "{ids}: {address} is out of reach ({reason})",
        "待つか、回線とプロキシを確かめる。それまでは前回の取得分を使う",
        "wait, or check line and proxy; until then the last good figures are used",
    ),
    "clock.ok": Said(Level.OK, "公表元の時計との差 {seconds} 秒", "{seconds} s from the publishers' clocks"),
    "clock.off": Said(
        Level.WARN,
        "公表元の時計と {seconds} 秒違う",
        "{seconds} s from the publishers' clocks",
        "時刻同期（NTP）を確かめる",
        "check the time service (NTP)",
    ),
    "clock.wrong": Said(
        Level.FAIL,
        "公表元の時計と {seconds} 秒違う",
        "{seconds} s from the publishers' clocks",
        "時計を合わせる。日付が違うと判定の基準日も違う",
        "set the clock: the day of the figures depends on it",
    ),
    "clock.unchecked": Said(
        Level.WARN,
        "確認していない（時刻を答えた公表元がない）",
        "not checked: no publisher told the time",
        "`date -u` を他の時計と比べる",
        "compare `date -u` with another clock",
    ),
    "prefect.private": Said(
        Level.OK,
        "実行ごとに専用のサーバーを使う",
        "each run uses a private server",
    ),
    "prefect.answers": Said(Level.OK, "{url} は応答する", "{url} answers"),
    "prefect.silent": Said(
        Level.FAIL,
        "{url} が応答しない（{reason}）",
        "{url} does not answer ({reason})",
        "サーバーを起動するか、PREFECT_API_URL を外す（または `kpi run --inline`）",
        "start it, or unset PREFECT_API_URL (or use `kpi run --inline`)",
    ),
}
