"""WHEN: the nightly run and the `kpi` command."""
