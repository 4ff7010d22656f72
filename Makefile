# asnlab. `make compare` and `make test` work as the first thing typed on a fresh clone; nothing has to be installed before but Python 3.11 to 3.13.
# PYTHON=python3.12 chooses the Python of a new .venv.

SHELL := bash
BIN := .venv/bin
export PYTHON

.DEFAULT_GOAL := help
.PHONY: help setup compare show test quick test-of torture bench bench-nation golden posterior validate cards docs streams format lock clean

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## make .venv from requirements.lock, again only when the lock changed (a minute; ten on a busy machine)
	@setup/environment.sh

compare: setup ## compare the eight policies for Tangerang Selatan: results/tangsel/report.html
	@$(BIN)/asnlab compare scenarios/tangsel.yaml --out results/tangsel

show: setup ## show the city month by month in a browser
	@$(BIN)/asnlab show scenarios/tangsel.yaml

posterior: setup ## calibrate again: reference table (20,000 runs, some minutes) and posterior of Tangerang Selatan; then make docs
	@$(BIN)/asnlab calibrate --renew

validate: setup ## say how far the calibration can be trusted: results/validation/validation.html (some minutes)
	@rm -rf results/validation
	@$(BIN)/asnlab validate --out results/validation
	@$(BIN)/python -m docs.calibration validation

cards: setup ## do published studies again in simulated cities: results/cards/validation.html and docs/cards.md (about ten minutes)
	@rm -rf results/cards
	@$(BIN)/asnlab validate --cards --out results/cards
	@$(BIN)/python -m docs.cards

test: setup ## run every check: lint, format, types, tests, notebooks
	@echo "test: lint (ruff check)"
	@$(BIN)/ruff check .
	@echo "test: format (ruff format --check)"
	@$(BIN)/ruff format --check .
	@echo "test: types (mypy)"
	@$(BIN)/mypy
	@echo "test: tests (pytest)"
	@$(BIN)/pytest -n auto --dist loadfile tests
	@echo "test: notebooks (pytest --nbval-lax)"
	@$(BIN)/pytest --nbval-lax notebooks
	@echo "test: all passed"

quick: setup ## lint, types and unit tests, in under a minute once types were checked before
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/pytest -q -n auto -m "not torture and not slow" --durations 5 tests

test-of: setup ## run the tests that guard a source: make test-of FILE=simulation/levers.py (python -m tests.map FILE lists all)
	@$(BIN)/python -m tests.map --run "$(FILE)"

torture: setup ## run the long tests: fifty kills, five years of the reference, the same bits on other Pythons and processors
	@$(BIN)/pytest -m torture -s tests

bench: setup ## measure: speed, memory, ensembles, against other libraries (about six minutes)
	@bench/environment.sh
	@$(BIN)/python -m bench

bench-nation: setup ## measure a nation: 200 million citizens in 514 cities, five years (about a minute)
	@$(BIN)/python -m bench nation

golden: setup ## write the golden digests again, after a deliberate change of results (say it in CHANGELOG.md)
	@$(BIN)/python -m tests.golden --renew

docs: setup ## write numbers, tables, figures and notebook outputs of the documentation again (two minutes)
	@$(BIN)/python -m docs.refresh

streams: setup ## test the random numbers at length and write the figures of docs/random-numbers.md again (six minutes)
	@$(BIN)/python -m docs.random_numbers

format: setup ## put code and notebooks in the one format, mend what can be mended
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

lock: setup ## write requirements.lock again from pyproject.toml, and the versions in environment.yml
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-annotate --no-header \
		--extra dev --extra cluster pyproject.toml -o requirements.lock
	@$(BIN)/python setup/conda.py
	@for name in requirements mesa-frames; do \
		$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-annotate --no-header \
			bench/$$name.in -o bench/$$name.lock; done

clean: ## remove .venv, caches and results
	rm -rf .venv .venv-bench results build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
