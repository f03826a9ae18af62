"""What must hold: rules as TOML, turned into Great Expectations suites, and the quarantine for rows that break them."""
