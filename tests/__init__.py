"""The tests: the specification in sentences."""
