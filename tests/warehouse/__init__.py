"""The warehouse: vintages, schema, building, publishing, locking and reading, with real DuckDB files."""
