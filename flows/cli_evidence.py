"""Commands that prove or question what is published: explain a grade, hold other yardsticks to it, verify it all."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

import typer

from flows.cli_read import (
    AsOf,
    DataDir,
    Format,
    FormatOption,
    Language,
    LanguageOption,
    RunOption,
    check_kpi,
    check_run,
    warehouse,
    write,
)

app = typer.Typer()
EXIT_NOT_VERIFIED = 1


class StructuredFormat(StrEnum):
    """How an explanation is written."""

    TABLE = "table"
    JSON = "json"


@app.command()
def explain(
    kpi: Annotated[str, typer.Argument(help="Id of a KPI or of one of its proxies.")],
    data_dir: DataDir = None,
    period: Annotated[str | None, typer.Option("--period", help="Only this period, e.g. 2015 or FY2019.")] = None,
    as_of: AsOf = None,
    run: RunOption = None,
    lang: LanguageOption = Language.JA,
    form: Annotated[StructuredFormat, typer.Option("--format", help="Plain text or JSON.")] = StructuredFormat.TABLE,
) -> None:
    """Explain a KPI: rules that held and did not, formulas, observations, and the publisher's row as printed."""
    from flows.printed import printed_rows
    from reports import explanation, explanation_text, terminal
    from settings import load
    from warehouse.evidence import evidence

    path = warehouse(data_dir)
    check_run(path, run)
    check_kpi(path, kpi, run)
    settings = load(data_dir)
    found = explanation.explanation(
        evidence(path, kpi, period, as_of.date() if as_of else None, run),
        printed_rows(settings.data_dir / "snapshots", settings.register_dir),
    )
    if form is StructuredFormat.JSON:
        sys.stdout.write(explanation.as_json(found))
        return
    # Plain text is not wrapped: addresses and hashes are there to be copied.
    terminal.console().print(explanation_text.as_text(found, lang.value), soft_wrap=True)


@app.command()
def yardsticks(
    kpi: Annotated[str | None, typer.Argument(help="Id of a KPI; without it, every KPI.")] = None,
    data_dir: DataDir = None,
    as_of: AsOf = None,
    lang: LanguageOption = Language.JA,
    form: FormatOption = Format.TABLE,
) -> None:
    """Show how other institutions would judge the same figures: for comparison, never the grade."""
    from reports.yardsticks import yardsticks_table
    from warehouse.evidence import yardsticks as answers

    path = warehouse(data_dir)
    check_kpi(path, kpi)
    rows = answers(path, kpi, as_of.date() if as_of else None)
    write(rows, form, yardsticks_table(rows, lang.value))


@app.command()
def verify(data_dir: DataDir = None, lang: LanguageOption = Language.JA) -> None:
    """Recompute every published row from its snapshot bytes; exit 1 if any does not follow."""
    from flows.verify import verify_published
    from reports.endings import of_verification
    from settings import load

    found = verify_published(load(data_dir))
    sys.stdout.write(f"{of_verification(found.counts(), found.failures, lang.value)}\n")
    if found.failures:
        raise typer.Exit(EXIT_NOT_VERIFIED)
