# The door of the house. `make` alone says what there is.
.DEFAULT_GOAL := help
.PHONY: help setup setup-test demo test lint types imports tests clean

BIN := .venv/bin
PARTS := seeds connectors streams dashboards deploy tests

help: ## This text
	@echo "ioc-monitor: a streaming monitor for the operations centre of a Vietnamese province"
	@echo
	@echo "  make demo    set up, then run the whole monitor with a simulated year of a province;"
	@echo "               open http://127.0.0.1:8800 (the wall); Ctrl-C stops everything"
	@echo "  make test    set up, then check style, types and imports, and run every test"
	@echo "  make setup   only set up: .venv/ here, Debian packages that are missing"
	@echo
	@echo "  After set-up: .venv/bin/ioc --help, and .venv/bin/ioc doctor if something is missing."
	@echo "  make lint | types | imports | tests   one part of make test"
	@echo "  make clean   remove what running and testing left here (.ioc/ and caches)"

setup:
	@deploy/setup/setup.sh run

setup-test:
	@deploy/setup/setup.sh test

demo: setup
	@$(BIN)/ioc up --scenario year-2023

test: setup-test lint types imports tests

lint: setup-test
	$(BIN)/ruff check $(PARTS)
	$(BIN)/ruff format --check $(PARTS)

types: setup-test
	$(BIN)/mypy

imports: setup-test
	$(BIN)/lint-imports --no-logo

tests: setup-test
	$(BIN)/pytest

clean:
	rm -rf .ioc .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find $(PARTS) -name __pycache__ -prune -exec rm -rf {} +
