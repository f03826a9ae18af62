"""Great Expectations' own pages (Data Docs) about the rules for marts, for people who know them from other projects.

They load styles and scripts from the internet; the report's own page of checks does not, and says more.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from expectations.engine import listed
from expectations.gate import mart_tables
from expectations.suites import rules_for

if TYPE_CHECKING:
    import pandas as pd

_SITE = "data_docs"


def write_data_docs(
    folder: Path, frames: Mapping[str, pd.DataFrame], *, kpi_ids: Collection[str], statuses: Collection[str]
) -> Path:
    """Hold the published marts against their rules and write Data Docs; gives their front page.

    Args:
        folder: where the pages go; what was there is replaced.
        frames: as ``gate.check_marts`` takes them.
        kpi_ids: the KPIs that must have exactly one latest row.
        statuses: the status codes that there are.
    """
    os.environ["GX_ANALYTICS_ENABLED"] = "false"  # read by the library when it is imported
    import great_expectations as gx

    shutil.rmtree(folder, ignore_errors=True)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    for site in list(context.get_site_names()):
        context.delete_data_docs_site(site)  # the library's own default: a folder of its own under the system's
    store = {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(folder.resolve())}
    context.add_data_docs_site(
        site_name=_SITE,
        site_config={
            "class_name": "SiteBuilder",
            "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
            "store_backend": store,
        },
    )
    source = context.data_sources.add_pandas("marts")
    parameters = {"kpi_ids": listed(kpi_ids), "statuses": listed(statuses)}
    for table, frame in mart_tables(frames, None).items():
        name = table.replace(".", "_")  # it becomes the name of a folder
        batches = source.add_dataframe_asset(name).add_batch_definition_whole_dataframe("whole")
        expectations = [rule.expectation_object() for rule in rules_for("marts", table)]
        suite = context.suites.add(gx.ExpectationSuite(name=name, expectations=expectations))
        rules = context.validation_definitions.add(gx.ValidationDefinition(name=name, data=batches, suite=suite))
        rules.run(batch_parameters={"dataframe": frame}, expectation_parameters=parameters)
    context.build_data_docs(site_names=[_SITE])
    return folder / "index.html"
