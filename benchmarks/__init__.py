"""Times and memory of the ``kpi`` command, each beside a floor that is measured in the same minutes."""
