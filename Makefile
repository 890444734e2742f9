# Verbs of Demandflow; each does its own set-up and is safe to repeat. `make help` lists them.
.DEFAULT_GOAL := help
.PHONY: help setup servers demo up down test test-fast test-all lint format lock clean

PORT_BASE ?= 8001

help: ## list the verbs
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## make .venv from the lock
	@deploy/setup.sh

servers: ## also install RabbitMQ and PostgreSQL, without starting the packages' own
	@deploy/setup.sh servers

demo: servers ## run sample demands through all services (DEMO_EXIT=1 ends after the summary)
	@.venv/bin/demandflow --home var/demo demo --port-base $(PORT_BASE)

up: servers ## start everything without sample data
	@.venv/bin/demandflow --home var/up up --port-base $(PORT_BASE)

down: setup ## end what up started
	@.venv/bin/demandflow --home var/up down

test: servers ## the tests of a change, on a real broker and both databases, under ten minutes
	@.venv/bin/python -m pytest -q -n 2 --dist worksteal -m "not wide"

test-all: servers ## also those that a change rarely breaks: crashes on SQLite too, and the checks of the checks
	@.venv/bin/python -m pytest -q -n 2 --dist worksteal

test-fast: setup ## tests that need neither server nor database, under a minute
	@.venv/bin/python -m pytest -q -n 2 -m "not servers and not chaos and not database and not slow"

lint: setup ## formatter, linter, types, import rules
	@.venv/bin/ruff format --check -q .
	@.venv/bin/ruff check -q .
	@.venv/bin/mypy
	@.venv/bin/lint-imports

format: setup ## format the code
	@.venv/bin/ruff format -q .
	@.venv/bin/ruff check -q --fix .

lock: ## make requirements.lock and requirements-train.lock anew from pyproject.toml (needs uv)
	@uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-annotate --no-header -q -o requirements.lock
	@uv pip compile --group train -c requirements.lock --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-annotate --no-header -q -o requirements-train.lock

clean: ## remove .venv and var
	@rm -rf .venv var
