# make demo   everything on one machine      make test   all that must hold before a merge
.DEFAULT_GOAL := help
BIN := .venv/bin
PYTHON ?= python3
UV ?= uv
COMPILE = $(UV) pip compile pyproject.toml --quiet --universal --generate-hashes \
	--no-emit-index-url --custom-compile-command "make lock"

.PHONY: help env env-dev demo run check test test-next journeys lock

help:
	@grep -E '^## ' Makefile | sed 's/^## //'

## make env         make .venv with what Dayaq needs to run
env:
	@$(PYTHON) deploy/bootstrap.py env

env-dev: env
	@$(PYTHON) deploy/bootstrap.py env dev

## make demo        run everything, with the demo configuration (PORT, HOST)
demo: env
	@exec $(BIN)/python -m config.run

## make run         run the development server
run: env-dev
	@$(BIN)/python manage.py catalogs
	@$(BIN)/python manage.py migrate
	@$(BIN)/python manage.py runserver $(or $(HOST),127.0.0.1):$(or $(PORT),8000)

## make check       style, layers, types, migrations
check: env-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy .
	$(BIN)/python manage.py makemigrations --check --dry-run

## make test        make check, then every test, those in a browser too
test: check
	@$(PYTHON) deploy/bootstrap.py chromium
	$(BIN)/python manage.py catalogs
	$(BIN)/pytest -n 2 --dist loadscope

## make journeys    the tests in a browser alone
journeys: env-dev
	@$(PYTHON) deploy/bootstrap.py chromium
	$(BIN)/python manage.py catalogs
	$(BIN)/pytest -m browser

## make test-next   every test on the coming Django and Wagtail (Python 3.12 or newer)
test-next:
	@$(PYTHON) deploy/bootstrap.py env next
	@$(PYTHON) deploy/bootstrap.py chromium
	.venv-next/bin/python manage.py catalogs
	.venv-next/bin/pytest -n 2 --dist loadscope -W ignore::DeprecationWarning -W ignore::PendingDeprecationWarning

## make lock        choose the newest versions anew (needs uv)
lock:
	$(COMPILE) --python-version 3.11 -c deploy/requirements/lts.in -o deploy/requirements/runtime.txt --upgrade
	$(COMPILE) --python-version 3.11 -c deploy/requirements/lts.in -c deploy/requirements/runtime.txt \
		--group dev -o deploy/requirements/dev.txt --upgrade
	$(COMPILE) --python-version 3.12 -c deploy/requirements/next.in \
		--group dev -o deploy/requirements/next.txt --upgrade
