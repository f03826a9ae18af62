"""WHERE IT LIVES: the DuckDB file, its schema, building and publishing it."""
