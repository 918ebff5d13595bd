# Muster. `make help` lists what there is. Needs Python 3.11 or newer, make and a package registry; no root.

.DEFAULT_GOAL := help
SHELL := /bin/sh
PORT ?= 8000
BIN := .venv/bin
# What must not be skipped; .ci/run sets it.
export MUSTER_REQUIRE_ALL ?=
# A call of this machine's pip must not ask questions or reach beyond its registry.
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1

CATALOGUES := $(wildcard app/translations/*/LC_MESSAGES/*.po)

.PHONY: help demo demo-reset dev test test-unit test-browser check format lock migration translations clean

help: ## list these targets
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: .venv/.demo ## start everything with demo data on http://localhost:$PORT (PORT=8000); Ctrl-C stops it
	@exec $(BIN)/muster demo --port $(PORT)

demo-reset: .venv/.demo ## throw the demo's data away; the next `make demo` begins anew
	@exec $(BIN)/muster demo --reset-only

dev: .venv/.dev ## the demo, with code and templates read again when they change
	@exec $(BIN)/muster demo --port $(PORT) --reload

test: .venv/.dev ## run every test, and say at the end what could not run and why
	@exec $(BIN)/python scripts/run_tests.py

test-unit: .venv/.dev ## run the tests that need no browser
	@exec $(BIN)/python scripts/run_tests.py --without-browser

test-browser: .venv/.dev ## run the journeys in a real Chromium
	@exec $(BIN)/python scripts/run_tests.py --browser-only

check: .venv/.dev ## lint, types, imports, templates, spelling, migrations, routes, translations
	@exec $(BIN)/python scripts/run_checks.py

format: .venv/.dev ## put code into shape
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

lock: .venv/.dev ## write requirements/*.txt anew (UPGRADE=1 takes the newest releases)
	requirements/lock.sh

migration: .venv/.dev ## write a migration from the models (NAME="what it does")
	@test -n "$(NAME)" || { echo 'Say what it does: make migration NAME="Add shifts"'; exit 2; }
	$(BIN)/muster db revision "$(NAME)"

translations: .venv/.dev ## bring the catalogues up to date with the texts of the code and compile them
	$(BIN)/python scripts/catalogues.py update

clean: ## remove what was built and fetched; keeps var/
	rm -rf .venv .cache .mypy_cache .ruff_cache .pytest_cache .import_linter_cache build dist
	find app tests migrations -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/bin/python:
	@sh scripts/venv.sh

.venv/.demo: .venv/bin/python requirements/demo.txt pyproject.toml hatch_build.py $(CATALOGUES)
	@sh scripts/install.sh demo

.venv/.dev: .venv/bin/python requirements/dev.txt pyproject.toml hatch_build.py $(CATALOGUES)
	@sh scripts/install.sh dev
