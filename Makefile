# `make run` and `make test` are all a newcomer types.
# Paths with spaces work because every path below is relative.

PYTHON ?= python3
PORT ?= 8000
WORKSPACE ?= sample_data/global_support
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.installed

.PHONY: run test check soak clean

run: $(READY)
	$(BIN)/python -m api.cli.main demo "$(WORKSPACE)" --port $(PORT)

test: $(READY)
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n 2 -m "not soak" --cov --cov-report=term

check: $(READY)
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q -n 2 -m "not soak and not slow and not browser and not postgres"

soak: $(READY)
	$(BIN)/python -m pytest -m soak --timeout=3600

$(READY): setup.cfg pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip setuptools
	$(BIN)/python -m pip install --quiet --editable ".[test]"
	touch $(READY)

clean:
	rm -rf $(VENV) build dist *.egg-info
