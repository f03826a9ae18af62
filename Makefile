# One line a habit. `make run` and `make test` need only Python >= 3.11 and a package registry.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin

.PHONY: run test lint bench replica lock recorded clean

run: $(VENV)/.run  ## the nightly flow, then the KPI progress table
	$(BIN)/kpi run

test: $(VENV)/.dev  ## the whole test suite, file by file on all cores
	$(BIN)/pytest -n auto

lint: $(VENV)/.dev  ## style, types, import directions
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.dev  ## times and memory, side by side in one run
	$(BIN)/python -m benchmarks

replica: $(VENV)/.dev  ## the publishers on loopback until Ctrl-C; FOLDER=… serves their own files
	$(BIN)/python -m tests.publishers $(FOLDER)

lock:  ## re-resolve both locks (needs uv)
	uv pip compile pyproject.toml --extra build --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-annotate -q --custom-compile-command "make lock" -o requirements.txt
	uv pip compile pyproject.toml --extra build --extra dev --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-annotate -q --custom-compile-command "make lock" -o requirements-dev.txt

clean:  ## the environment only; data/ is yours
	rm -rf $(VENV) *.egg-info

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed; set PYTHON=/path/to/it")'
	$(PYTHON) -m venv $(VENV)

# The locks name every package: without --no-deps, an older pip looks for others and finds them unhashed.
$(VENV)/.run: requirements.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/.dev: requirements-dev.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@ $(VENV)/.run
