# Viva's verbs. `make run` and `make test` set up everything they need.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
VENV := .venv
PY := $(VENV)/bin/python
MANAGE := $(PY) manage.py
RUNTIME := $(VENV)/.runtime
DEVELOPMENT := $(VENV)/.development
export HOST PORT
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.DEFAULT_GOAL := help
.PHONY: help run dev admin test test-postgres lint format messages lock screenshots clean

help: ## list the verbs
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

run: $(RUNTIME) ## set everything up and serve Viva on http://localhost:8000 (HOST=, PORT=)
	@$(MANAGE) prepare && exec $(MANAGE) serve

dev: $(DEVELOPMENT) ## serve with autoreload and the debug page
	@DEBUG=true $(MANAGE) prepare && DEBUG=true exec $(MANAGE) runserver $(HOST):$(PORT)

admin: $(RUNTIME) ## make an administrator
	@$(MANAGE) prepare && $(MANAGE) createsuperuser

test: $(DEVELOPMENT) ## run the whole suite: tests, browser, lint, types, layers, translations
	@$(PY) -m pytest -n 3 --dist loadgroup $(ARGS)

test-postgres: $(DEVELOPMENT) ## run the same suite on a throwaway PostgreSQL
	@$(PY) tests/with_postgres.py $(PY) -m pytest -n 3 --dist loadgroup $(ARGS)

lint: $(DEVELOPMENT) ## check style, types and import layers
	@$(VENV)/bin/ruff check . && $(VENV)/bin/ruff format --check . && $(VENV)/bin/mypy && $(VENV)/bin/lint-imports

format: $(DEVELOPMENT) ## put the code in order
	@$(VENV)/bin/ruff check --fix . && $(VENV)/bin/ruff format .

messages: $(DEVELOPMENT) ## collect the messages to translate, and compile the catalogues (needs GNU gettext)
	@$(MANAGE) makemessages --all --no-location --no-obsolete -v 0 --ignore .venv --ignore var --ignore tests && $(MANAGE) compilemessages -v 0 --ignore .venv

lock: $(DEVELOPMENT) ## write requirements/*.txt anew from pyproject.toml
	@$(VENV)/bin/uv pip compile -q --universal --generate-hashes --python-version 3.11 pyproject.toml -o requirements/base.txt
	@$(VENV)/bin/uv pip compile -q --universal --generate-hashes --python-version 3.11 --extra dev -c requirements/base.txt pyproject.toml -o requirements/dev.txt

screenshots: $(DEVELOPMENT) ## drive a demonstration candidate through Viva and write var/screenshots/
	@$(PY) -m tests.screenshots

clean: ## remove what make made, but not var/, which holds the data
	rm -rf $(VENV) .pytest_cache .ruff_cache .mypy_cache .import_linter_cache .hypothesis var/static var/screenshots
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(PY):
	@command -v $(PYTHON) >/dev/null || { echo "viva: $(PYTHON) is not there: install Python 3.11 or later, or name yours with PYTHON=" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "viva: $$($(PYTHON) --version) is too old: install Python 3.11 or later, or name another with PYTHON=" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "viva: $(PYTHON) lacks its venv module: on Debian and Ubuntu, apt install python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(RUNTIME): requirements/base.txt | $(PY)
	@echo "Installing what Viva needs ..."
	@$(PY) -m pip install -q --require-hashes --no-deps -r requirements/base.txt
	@touch $@

$(DEVELOPMENT): requirements/dev.txt | $(PY)
	@echo "Installing what Viva and its tests need ..."
	@$(PY) -m pip install -q --require-hashes --no-deps -r requirements/dev.txt
	@touch $@ $(RUNTIME)
