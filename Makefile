# `make run` and `make test` are all a newcomer types; CONTRIBUTING.md says more about the others.
# Every path is relative, so that a folder with spaces in its name works.

# The first of these that runs and is new enough: a version manager may leave names behind that do not.
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)
PORT ?= 8000
WORKSPACE ?= sample_data/global_support
TIME_LIMIT ?= 60

# Compiled once, not at every run: a fifth of the time of `make check` otherwise.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
READY := .venv/.installed

.PHONY: run test coverage check soak lint clean

run: $(READY)
	@$(BIN)/sunrota serve --plan "$(WORKSPACE)" --time-limit $(TIME_LIMIT) --port $(PORT)

# Everything that CI runs.
test: $(READY) lint
	$(BIN)/python -m pytest -n 2 -m "not soak"

# The same, and which lines nothing runs; counting lines doubles the time.
coverage: $(READY)
	$(BIN)/python -m pytest -n 2 -m "not soak" --cov --cov-report=term:skip-covered

# Before every commit: under 90 seconds.
check: $(READY) lint
	$(BIN)/python -m pytest -q -n 2 -m "not soak and not slow and not browser and not postgres"

# Hours, not minutes: load with faults, fuzzing, thousands of random problems.
soak: $(READY)
	$(BIN)/python -m pytest -m soak --timeout=14400

lint: $(READY)
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m mypy
	$(BIN)/lint-imports --verbose > .venv/imports.log || { cat .venv/imports.log; exit 1; }

$(READY): setup.cfg pyproject.toml
	@test -n "$(PYTHON)" || \
		{ echo "Sunrota needs Python 3.11 or newer; name one: make PYTHON=/path/to/python3.12 …"; exit 1; }
	@echo "Installing into .venv (once; a few minutes) …"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip setuptools
	@PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[test]"
	@echo "Compiling the engine (once; a minute or two) …"
	@$(BIN)/python -m scheduler.compile_engine
	@touch $(READY)

clean:
	rm -rf .venv build dist *.egg-info
