"""Reasons of the run's record in Japanese: the record itself is in English, for the engineer.

A reason is made of pieces behind one another, ``where: problem; remedy``. Pieces of ours have words here; what a
publisher says stays as it is, and a piece without words here is quoted.
"""

from __future__ import annotations

import re

_NIGHT = "一晩待つ"
_KEPT = "保管したファイルを見る"
_THINGS = {"bytes": "バイト", "rows": "行", "areas": "地域", "periods": "期間"}
_PIECES = {
    # nothing was asked, or nothing was to be had
    r"nothing was asked tonight \(offline\)": "今夜は尋ねていない（オフライン）",
    r"nothing was fetched yet \(offline\)": "まだ取得していない（オフライン）",
    r"nothing was fetched yet \(offline\), nothing is recorded": "まだ取得していない（オフライン）。収録した値もない",
    r"the publisher has put nothing out": "公表元がまだ何も出していない",
    r"(?P<key>\w+) is not set": "{key} が未設定",
    r"registration at (?P<url>\S+) is free and gives a key": "{url} で無料で登録すると鍵が得られる",
    r"no register file in (?P<path>.+?)": "{path} に登録簿のファイルがない",
    r"and (?P<n>\d+) more, see ops\.fetch": "ほか{n}件は ops.fetch を参照",
    r"there is nothing to ask for": "尋ねるものがない",
    # the connection
    r"the host name does not resolve": "ホスト名を解決できない",
    r"is this machine online\?": "この計算機がネットにつながっているか確かめる",
    r"no connection: refused, or no route to the host": "接続できない（拒否されたか、経路がない）",
    r"no connection within (?P<n>[\d.]+) s": "{n}秒以内に接続できない",
    r"no answer within (?P<n>[\d.]+) s": "{n}秒以内に応答がない",
    r"the connection broke off": "接続が切れた",
    r"this machine does not trust the host's certificate": "この計算機は公表元の証明書を信頼していない",
    r"update its certificates and look at its clock": "計算機の証明書を更新し、時計を確かめる",
    r"the time for this publisher is used up": "この公表元に使える時間を使い切った",
    r"no time is left for another try": "もう一度試す時間がない",
    r"still sending after (?P<n>\d+) bytes when its time was used up": "時間切れのとき、まだ送信中（{n}バイトまで）",
    r"the publisher stopped sending": "公表元の送信が途中で止まった",
    r"truncated after (?P<n>\d+) bytes": "{n}バイトで途切れた",
    r"the compressed body is damaged": "圧縮された内容が壊れている",
    r"larger than (?P<n>\d+) bytes": "{n}バイトより大きい",
    # the answer
    r"the publisher answers (?P<n>\d+)": "公表元の応答は{n}",
    r"ops\.fetch has the request": "要求は ops.fetch にある",
    r"is the access key right\? ops\.fetch has the request": "鍵が正しいか確かめる。要求は ops.fetch にある",
    r"the API answers with status (?P<n>\S+): (?P<said>.*?)": "APIの応答は status {n}：{said}",
    r"the API answered with an error instead of data: (?P<said>.*?)": "APIがデータの代わりにエラーを返した：{said}",
    r"(a web page|something else) came in place of an answer of the API": "APIの応答ではないものが届いた",
    r"is it under maintenance\?": "メンテナンス中か確かめる",
    r"more than (?P<n>\d+) redirects": "転送が{n}回を超えた",
    r"redirects to another host, (?P<host>\S+)": "別のホスト {host} へ転送される",
    r"redirects from https to (?P<scheme>\S+)": "https から {scheme} へ転送される",
    r"not an http address": "http のアドレスではない",
    r"the key is sent over https only": "鍵は https でだけ送る",
    r"there is no such address": "そのアドレスはない",
    r"not there any more": "前にあったものがない",
    # a table in pages
    r"the table was published anew while it was read \((?P<days>.+?)\)": "読む間に統計表が更新された（{days}）",
    r"the rest of the table is gone while it is read": "読む間に統計表の残りがなくなった",
    r"TOTAL_NUMBER is (?P<n>.+?) on pages of one call": "一つの問い合わせの頁で TOTAL_NUMBER が異なる（{n}）",
    r"the page at (?P<n>\d+) says that it begins at (?P<at>\d+)": "{n}番目からの頁が、{at}番目からと名乗る",
    r"the page at (?P<n>\d+) names (?P<at>\d+) as its next one": "{n}番目からの頁が、次は{at}番目からと言う",
    r"(?P<n>\d+) cells came where TOTAL_NUMBER says (?P<all>\d+)": "TOTAL_NUMBER は{all}、届いたのは{n}",
    r"the list has more than one page": "一覧が一頁に収まらない",
    r"ask for fewer days": "日数を減らして尋ねる",
    r"(?P<what>.+?) is not where it should be": "{what} があるべき所にない",
    # the file
    r"the file is empty": "ファイルが空",
    r"a web page or XML came in place of the data": "データの代わりにウェブページか XML が届いた",
    r"JSON came in place of a CSV file, probably an error message": "CSV の代わりに JSON が届いた（エラーの知らせか）",
    r"holds NUL characters, so it is no text": "NUL 文字があり、テキストではない",
    r"the bytes are (neither|not) (?P<tried>.+?)": "文字コードを判別できない（試したもの：{tried}）",
    r"the JSON breaks off or is not valid": "JSON が途切れているか、正しくない",
    r"cut inside a quoted cell": "引用符の中で途切れている",
    r"cut in its last line, which has no line end": "最後の行が途切れている（改行がない）",
    r"shrunk from (?P<a>\d+) to (?P<b>\d+) (?P<what>\w+), more than guard\.max_shrink = (?P<limit>\S+)": (
        "{a}{what}から{b}{what}に縮んだ（guard.max_shrink = {limit} を超える）"
    ),
    r"(?P<n>\d+) known (?P<what>\w+) vanished \((?P<names>.+?)\), more than (?P<limit>guard\.\w+ = \d+)": (
        "知られた{what}のうち{n}がなくなった（{names}、{limit} を超える）"
    ),
    r"unit changed: (?P<names>.+?)": "単位が変わった：{names}",
    r"columns gone: (?P<names>.+?)": "列がなくなった：{names}",
    r"new columns: (?P<names>.+?)": "新しい列：{names}",
    r"nothing reads them yet": "まだ読んでいない",
    r"the column is gone": "列がない",
    r"the reader of (?P<id>\S+) broke on this file \((?P<said>.+?)\)": "{id} の読み取りプログラムがこのファイルで止まった（{said}）",  # noqa: E501
    r"the workbook is encrypted": "ブックが暗号化されている",
    r"the workbook is cut or damaged": "ブックが途切れているか、壊れている",
    r"the workbook is packed as no spreadsheet packs it": "表計算ソフトにない圧縮方法のブック",
    r"this is neither an xlsx nor an xls workbook": "xlsx でも xls でもない",
    r"(?P<n>[\d,]+) members, and no workbook has more than (?P<most>[\d,]+): a zip bomb": (
        "ブックの中のファイルが{n}個（{most}個まで）。圧縮爆弾の疑い"
    ),
    r"(?P<n>[\d,]+) bytes would unpack to (?P<all>[\d,]+): a zip bomb": (
        "{n}バイトが{all}バイトに広がる。圧縮爆弾の疑い"
    ),
    r"columns are missing: (?P<names>.+?)": "必要な列がない：{names}",
    r"only (?P<n>[\d.]+) (rows|facilities) where at least (?P<least>[\d.]+) are expected": (
        "{n}件しかない（{least}件以上のはず）"
    ),
    r"(?P<n>\d+%) of the rows are quarantined \(limit (?P<limit>\d+%)\)": "{n}の行が隔離された（上限{limit}）",
    r"not one row could be accepted": "受け入れられる行が一つもない",
    r"areas not known: (?P<names>.+?)": "知らない地域：{names}",
    # our own disk and snapshots
    r"No such file or directory": "ファイルがない",
    r"Permission denied": "権限がない",
    r"Not a directory": "フォルダーがあるべき所にファイルがある",
    r"Is a directory": "ファイルがあるべき所にフォルダーがある",
    r"Read-only file system": "読み取り専用のディスクにある",
    r"No space left on device": "ディスクの空きがない",
    r"Input/output error": "ディスクを読み書きできない（故障の疑い）",
    r"this snapshot is missing": "保管したファイルがない",
    r"damaged, the bytes are not those that were kept": "保管したファイルが壊れている",
    r"restore it from a backup, or fetch it anew with `kpi run`": "バックアップから戻すか、kpi run で取得し直す",
    r"not a fetch record \((?P<said>.*?)\)": "取得の記録ではない（{said}）",
    r"restore the file from a backup": "ファイルをバックアップから戻す",
    r"this log is gone, and with it when and from where the bytes beside it came": (
        "取得の記録がなく、保管したバイト列がいつどこから来たか分からない"
    ),
    r"restore the file from a backup, or, to begin anew, remove (?P<path>.+) too": (
        "ファイルをバックアップから戻す。初めからやり直すなら {path} も消す"
    ),
    # figures that do not fit
    r"(?P<names>.+?) (is|are) not as long as the baseline period (?P<base>\S+) and cannot grade the KPI": (
        "{names} は基準時点 {base} と期間の長さが違い、判定に使えない"
    ),
    r"give the series the baseline's periods": "系列の期間を基準時点に合わせる",
    r"there is no figure of (?P<about>.+?) to correct": "訂正すべき値がない：{about}",
    r"correct the period or the resource, or remove the entry": "訂正の期間か資料を直すか、訂正を取り除く",
    r"(?P<about>.+?) is now published as (?P<now>.+?) in (?P<file>\S+), and the entry corrects (?P<before>.+?)": (
        "{about} は今、{file} で {now} と公表されている（訂正の対象は {before}）"
    ),
    r"if the publisher has corrected it, remove the entry, else renew it": (
        "公表元が直したのなら訂正を取り除き、そうでなければ訂正を改める"
    ),
    r"(?P<n>\d+) estimates outside the catalogued range were left out": "カタログの範囲を外れた推計{n}件を除いた",
    # what to do
    r"wait a night": _NIGHT,
    r"wait a night, or raise deadline_seconds in the catalog": f"{_NIGHT}か、カタログの deadline_seconds を増やす",
    r"wait a night, or correct the dataset in the catalog": f"{_NIGHT}か、カタログの dataset を直す",
    r"wait a night, or run `kpi sources check`": f"{_NIGHT}か、kpi sources check で確かめる",
    r"run `kpi sources check` and correct the dataset in (?P<path>\S+)": "kpi sources check で確かめ、{path} の dataset を直す",  # noqa: E501
    r"check KPI_ESTAT_APP_ID": "KPI_ESTAT_APP_ID を確かめる",
    r"the publisher may be working on it, wait a night": f"公表元が作業中の可能性がある。{_NIGHT}",
    r"open the address in a browser, maintenance or a new address\?": (
        "アドレスをブラウザーで開き、メンテナンス中か、移転したかを確かめる"
    ),
    r"(has it moved\? )?correct the catalog": "移転していればカタログを直す",
    r"refused, correct the catalog": "受け入れない。カタログを直す",
    r"correct the catalog or KPI_BASE_URL__\*": "カタログか KPI_BASE_URL__* を直す",
    r"correct KPI_BASE_URL__\*": "KPI_BASE_URL__* を直す",
    r"correct the address in the catalog": "カタログのアドレスを直す",
    r"correct the dataset in the catalog": "カタログの dataset を直す",
    r"raise guard\.max_bytes if right": "正しければ guard.max_bytes を増やす",
    r"check whether the file is text at all": "テキストかどうか確かめる",
    r"compare the kept page with the API's specification": "保管した頁をAPIの仕様と比べる",
    r"compare the (file's )?layout": "ファイルの構成を比べる",
    r"report it, the last good figures stay": "不具合として報告する。前回までの値は残る",
    r"look at the kept file": _KEPT,
    r"look at the kept file and raise the limit in the catalog if it is right": f"{_KEPT}。正しければカタログの限度を上げる",  # noqa: E501
    r"look at the kept file, correct the adapter and raise its VERSION": f"{_KEPT}。アダプターを直し、VERSION を上げる",
    r"look at the kept file, correct catalog and adapter, and raise the adapter's VERSION": (
        f"{_KEPT}。カタログとアダプターを直し、VERSION を上げる"
    ),
    r"correct the adapter": "アダプターを直す",
    r"check whether the file is truncated": "途中で切れていないか確かめる",
    r"see their reasons, the format may have changed": "隔離の理由を見る。様式が変わった可能性がある",
    r"see the reasons in the quarantine": "隔離の理由を見る",
    r"register the area or correct the adapter": "地域を登録するか、アダプターを直す",
    # what does not follow from what was kept
    r"there is no published file with a manifest in (?P<path>.+)": "{path} に、控えのある公開ファイルがない",
    r"its content is not what was published": "内容が公開したときと違う",
    r"(?P<n>\d+) rows do not follow from the other tables": "{n}行がほかの表から導けない",
    r"(?P<about>.+) is published as (?P<now>.*), the file says (?P<said>.*) or says it otherwise": (
        "{about} の公開値は {now}、ファイルの値は {said}（または書き方が違う）"
    ),
    r"the whole row": "この行が公開中の表にない",
    r"a row that nothing gives": "何からも導けない行",
    r"(?P<column>\w+): (?P<told>.*) recomputed, (?P<published>.*) published": (
        "{column} は計算し直すと {told}、公開値は {published}"
    ),
    r"no file of that name and SHA-256 is recorded": "その名前と SHA-256 のファイルの記録がない",
    r"(?P<path>.+) is gone": "{path} がない",
    r"restore it from version control": "版管理から戻す",
    r"the log of fetches has no line about it": "取得の記録にその行がない",
    r"restore fetches\.jsonl from a backup": "fetches.jsonl をバックアップから戻す",
    r"the catalog has no publisher (?P<id>.+)": "カタログに公表元 {id} がない",
    r"restore it or run `kpi run`": "元に戻すか、kpi run を実行する",
    r"it is no longer among the recorded files": "収録したファイルの中にもうない",
    r"it was read by version (?P<n>.+) of the adapter: run `kpi run`": (
        "アダプターの版 {n} が読んだもの。kpi run を実行する"
    ),
    r"if the register was changed on purpose, `kpi run` takes it over": (
        "意図して登録簿を変えたのなら、kpi run が取り込む"
    ),
    r"else restore it": "そうでなければ元に戻す",
    r"run `kpi (?P<name>\w+)`": "kpi {name} を実行する",
    r"if it stays, the file was changed after it was published": "それでも残るなら、公開の後にファイルが変えられた",
    r"run `kpi rebuild` \(a change of code or strategies shows here too, until the next run\)": (
        "kpi rebuild を実行する（コードや戦略を変えたときも、次の実行まではここに出る）"
    ),
    # how a run ended
    r"the clock of this machine is behind run (?P<run>\S+), the newest on record": (
        "この計算機の時計が、記録にある最新の実行 {run} より遅れている"
    ),
    r"set the clock, or, if that run had a wrong one, move (?P<what>.+), then run `kpi rebuild`": (
        "時計を合わせるか、その実行の時計が狂っていたのなら手引きのとおりに記録を移し、kpi rebuild で作り直す"
    ),
    r"interrupted": "中断された",
    r"killed before it could end, or its disk was full": "終わる前に止められたか、ディスクが一杯だった",
}
# Behind a problem: how often it was tried, how long to wait, how many files or which one. Before it: whose it is.
_BEHIND = {
    "times": (r", (?P<times>\d+) times", "（{times}回試みた）"),
    "wait": (r" and asks us to come back in (?P<wait>\d+) s", "（{wait}秒後に再度、と求めている）"),
    "files": (r" \((?P<files>\d+) files\)", "（{files}ファイル）"),
    "on_disk": (r": (?P<on_disk>'.+')", "（{on_disk}）"),
}
_TAIL = "".join(f"(?:{pattern})?" for pattern, _ in _BEHIND.values())
_PLACES = (
    (r"asked on (\S+ \S+ JST)", r"\1に尋ねた結果"),
    (r",? line (\d+)", r"、\1行目"),
    (r", column (.+)", r"、列 \1"),
    (r" \(([\d,]+) figures\)", r"（値\1個）"),
    (": ", "："),
)
# Always last; the rule's own sentence has pieces of its own.
_REFUSED = re.compile(
    r"(?:(?P<before>.*); )?(?P<n>[\d,]+) rows? in quarantine, see `kpi quarantine`; (?P<place>\S+) line (?P<line>\d+): "
    r"(?P<why>.*)"
)
_REFUSED_WORDS = "{n}行を隔離（`kpi quarantine` で見られる）。{place} {line}行目：原文「{why}」"
_BETWEEN = re.compile(r"; |(?<= published), ")  # pieces, and the columns in which a row differs
_ENGLISH = r"[A-Za-z']{2,},? [A-Za-z']{2,}"


def in_japanese(reason: str) -> str:
    """A reason in Japanese. Pieces that have no words here are quoted as the record has them."""
    if refused := _REFUSED.fullmatch(reason):
        words = _REFUSED_WORDS.format(**refused.groupdict())
        return f"{in_japanese(refused['before'])}。{words}" if refused["before"] else words
    return "。".join(map(_piece, _BETWEEN.split(reason)))


def _piece(piece: str) -> str:
    for problem, words in _PIECES.items():
        if found := re.fullmatch(rf"(?:(?P<where>.+?): )?(?:\[Errno \d+\] )?{problem}{_TAIL}", piece):
            told = {name: _THINGS.get(said, said) for name, said in found.groupdict(default="").items()}
            behind = "".join(said.format(**told) for name, (_, said) in _BEHIND.items() if told[name])
            return _where(told["where"]) + words.format(**told) + behind
    return f"原文「{piece}」" if re.search(_ENGLISH, piece) else piece


def _where(where: str) -> str:
    for pattern, words in _PLACES:
        where = re.sub(pattern, words, where)
    return f"{where}：" if where else ""
