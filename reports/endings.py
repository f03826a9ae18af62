"""What commands say at their end, in the reader's language: lines of a label and what it names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.cells import cell_len, set_cell_size

from reports.reason_words import in_japanese
from reports.run_words import summary
from reports.words import OUTCOME, Lang, Pair, in_lang, word

Line = tuple[Pair, object]  # a label, and what it names
REPORT: Pair = ("レポート", "report")
CONTENT: Pair = ("内容", "content")
_TABLES = ("ops.run", "ops.run_source", "ops.fetch")
SHOWN = 20  # rows that do not follow; more are counted


def labelled(lines: Sequence[Line], width: int, lang: Lang) -> str:
    """Lines below one another; their labels take ``width`` cells, or what the longest needs."""
    labels = [in_lang(label, lang) for label, _ in lines]
    width = max(width, *(cell_len(label) + 2 for label in labels))
    return "\n".join(f"{set_cell_size(label, width)}{said}" for label, (_, said) in zip(labels, lines, strict=True))


def of_run(run: Mapping[str, Any], sources: Sequence[Mapping[str, Any]], places: Mapping[str, Path], lang: Lang) -> str:
    """How a run went and where everything is.

    Args:
        run: row of ``ops.run``.
        sources: its rows of ``ops.run_source``.
        places: of the ``warehouse``, the ``report``, the ``files`` for others and the ``record`` of the run.
        lang: the reader's language.
    """
    ja = lang == "ja"
    rows = sum(source["quarantined"] for source in sources)
    # The message is the record's own, for whoever wants every word of it.
    how = summary(run, Counter(source["state"] for source in sources), lang) if ja else run["message"]
    unchanged = "（変更なし）" if ja else " (unchanged)"
    lines: list[Line] = [
        (
            ("結果", "outcome"),
            f"{run['outcome']}（{word(OUTCOME, run['outcome'], lang)}）：{how}" if ja else f"{run['outcome']}: {how}",
        ),
        (
            ("データベース", "warehouse"),
            f"{places['warehouse']}" + (f" → {run['published']}" if run["published"] else unchanged),
        ),
        (REPORT, places["report"]),
        (("書き出し", "files"), places["files"]),
        (CONTENT, run["content_hash"]),
        (
            ("隔離", "quarantine"),
            f"{rows}行：`kpi quarantine`、表 ops.quarantine"
            if ja
            else f"{rows} rows: `kpi quarantine`, table ops.quarantine",
        ),
        (
            ("記録", "run log"),
            f"{places['record']}" + ("、表 " if ja else ", tables ") + ("、" if ja else ", ").join(_TABLES),
        ),
    ]
    return labelled(lines, 12, lang)


def of_rebuild(file: Path, content: str, before: str | None, lang: Lang) -> str:
    """Where the file is that was built anew, and whether it says what the one ``before`` said, if there was one."""
    said = labelled([(("作り直し", "rebuilt"), file), (CONTENT, content)], 11, lang)
    if before is None:
        return said
    if lang == "ja":
        verdict = f"前に公開したファイル（{before}）と" + ("等しい" if before == content else "異なる")
    else:
        verdict = f"{'equal to' if before == content else 'DIFFERENT from'} the file published before ({before})"
    return f"{said}\n{verdict}"


def of_verification(counts: Mapping[str, int], failures: Sequence[str], lang: Lang) -> str:
    """What was recomputed, then the first of what does not follow.

    Args:
        counts: of ``files``, ``figures``, figures ``without_bytes`` and ``rows``, in this order.
        failures: one sentence each, in English.
        lang: the reader's language.
    """
    more = len(failures) - SHOWN
    no: Pair = ("不一致", "not so")
    lines = _recomputed(counts, lang)
    lines += [(no, in_japanese(failure) if lang == "ja" else failure) for failure in failures[:SHOWN]]
    lines += [(no, f"ほか{more:,}件" if lang == "ja" else f"… and {more:,} more")] if more > 0 else []
    if failures:
        verdict = (f"導けないものが{len(failures):,}件ある", f"{len(failures):,} do not follow")
    else:
        verdict = ("公開中のものはすべて導ける", "everything that is published follows")
    return f"{labelled(lines, 10, lang)}\n{in_lang(verdict, lang)}"


def _recomputed(counts: Mapping[str, int], lang: Lang) -> list[Line]:
    files, figures, without_bytes, rows = (f"{count:,}" for count in counts.values())
    if lang == "ja":
        recorded = f"（うち{without_bytes}個は収録値の行。元のファイルはここにない）"
        said = (
            f"{files}個を読み直した",
            f"{figures}個を照合した",
            f"訂正・系列・指標・目標・集計の{rows}行を計算し直した",
        )
    else:
        recorded = f", {without_bytes} of them recorded lines, whose files are not held here"
        said = (
            f"{files} read again",
            f"{figures} compared",
            f"{rows} of corrections, series, KPIs, targets and marts recomputed",
        )
    return [
        (("ファイル", "files"), said[0]),
        (("値", "figures"), said[1] + (recorded if counts["without_bytes"] else "")),
        (("行", "rows"), said[2]),
    ]
