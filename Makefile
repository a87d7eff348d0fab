# Everything runs in this folder's own .venv, made on first use and renewed when the pins change.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
ARGS   ?=

.DEFAULT_GOAL := help
.PHONY: help install mock docs readme test format style types document npm-checks pytest debian-packages fix constraints wheel clean

help: ## Show this list
	@echo "Lucky Monaco contract kit. Targets (ARGS=… is passed on):"
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## */  \1\t/' | expand -t 20

install: $(STAMP) ## Make .venv with the pinned dependencies and the kit itself

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "make: Python 3.11 or later is needed, $(PYTHON) is older: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@echo "Installing into $(VENV), which takes a minute the first time."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

mock: $(STAMP) ## Serve the mock, for example: make mock ARGS="--port 9000"
	@exec $(BIN)/luckymonaco mock $(ARGS)

docs: $(STAMP) ## Write the documentation to site/ and renew docs/
	@$(BIN)/luckymonaco docs --output site --markdown docs

readme: $(STAMP) ## Run the README's commands and paste what they print today
	@$(BIN)/python -m tests.console README.md

test: debian-packages format style types document npm-checks pytest ## Run every check and test, as CI does

format: $(STAMP)
	$(BIN)/ruff format --check --quiet .
style: $(STAMP)
	$(BIN)/ruff check --quiet .
types: $(STAMP)
	$(BIN)/mypy
document: $(STAMP)
	$(BIN)/luckymonaco lint
	$(BIN)/luckymonaco docs --check
	@.ci/diff
npm-checks:
	@.ci/npm-checks
# Four at a time on two cores, since most tests wait for servers more than they work.
pytest: $(STAMP) ## Run the tests alone, for example: make pytest ARGS="-k lint"
	$(BIN)/pytest --numprocesses 4 --dist worksteal $(ARGS)
debian-packages:
	@.ci/debian-packages

fix: $(STAMP) ## Format the code and apply the style fixes that are safe
	$(BIN)/ruff check --fix --quiet .
	$(BIN)/ruff format --quiet .

constraints: ## Renew constraints.txt: the newest versions that pyproject.toml allows
	@PYTHON="$(PYTHON)" .ci/constraints

wheel: $(STAMP) ## Build the wheel into dist/
	@$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir dist .

clean: ## Remove what the other targets made
	rm -rf $(VENV) .ci/npm/node_modules site dist build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
