"""The floor for a night under Prefect: the same imports, and a flow of five empty tasks on a server of its own."""

import duckdb  # noqa: F401
import great_expectations  # noqa: F401
import pandas as pd  # noqa: F401
from prefect import flow, task


@task
def empty() -> None:
    """Nothing."""


@flow
def bare() -> None:
    """Five times nothing."""
    for _ in range(5):
        empty()


if __name__ == "__main__":
    bare()
