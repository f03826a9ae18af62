"""The command that looks at everything a night needs before it is 03:15."""

from __future__ import annotations

import typer

from flows.cli_read import DataDir, Format, FormatOption, Language, LanguageOption, write
from warehouse.rows import Rows

app = typer.Typer()
EXIT_UNWELL = 1


@app.command()
def doctor(data_dir: DataDir = None, lang: LanguageOption = Language.JA, form: FormatOption = Format.TABLE) -> None:
    """Look at machine, settings, data, publishers and Prefect, and say what to do; exit 1 if a night would fail."""
    from flows.doctor import examine
    from flows.doctor_level import LEVEL, Level
    from flows.finding import FINDING_COLUMNS
    from reports.terminal import plain_table

    found = list(examine(data_dir))
    rows = Rows(FINDING_COLUMNS, (finding.row(lang.value) for finding in found))
    shown = [{**row, "said": LEVEL[Level(row["level"])][lang is Language.EN]} for row in rows]
    columns = {
        "said": ("程度", "level"),
        "check": ("検査", "check"),
        "found": ("分かったこと", "found"),
        "todo": ("すること", "to do"),
    }
    write(rows, form, plain_table("診断 / Doctor", shown, columns, ("", ""), lang.value))
    if any(finding.level is Level.FAIL for finding in found):
        raise typer.Exit(EXIT_UNWELL)
