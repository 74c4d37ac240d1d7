# The commands of this project. `make` alone lists them.
#
# A machine needs Python 3.11 or later with pip and venv, and make. Nothing else runs, nothing is installed outside
# .venv and var.

PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes
PYTEST := $(BIN)/python -m pytest --ds=config.settings.test
TEXTS := var/texts.stamp

.DEFAULT_GOAL := help
.PHONY: help demo test bench lint messages requirements

help:
	@echo 'make demo      the portal with a made-up department at http://127.0.0.1:$(PORT)/ (PORT= for another)'
	@echo 'make test      the whole suite'
	@echo 'make bench     the benchmarks'
	@echo 'make lint      style, types, import contracts, migrations'
	@echo 'make messages  collect the texts to translate (needs gettext)'

# --- Environments: rebuilt only when what they were built from changes

$(VENV)/base.stamp: requirements/base.txt
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or later is needed; name one with PYTHON=")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo 'Installing the libraries into $(VENV), about a minute ...'
	@$(PIP) -r requirements/base.txt
	@touch $@

$(VENV)/test.stamp: $(VENV)/base.stamp requirements/test.txt
	@$(PIP) -r requirements/test.txt
	@touch $@

$(VENV)/dev.stamp: $(VENV)/test.stamp requirements/dev.txt
	@$(PIP) -r requirements/dev.txt
	@touch $@

$(TEXTS): $(VENV)/base.stamp $(wildcard locale/*/LC_MESSAGES/*.po)
	@$(BIN)/python manage.py compile_texts
	@mkdir -p var && touch $@

# --- The demo

demo: export DJANGO_SETTINGS_MODULE = config.settings.dev
demo: export BASE_URL = http://127.0.0.1:$(PORT)
demo: export BIND = 127.0.0.1:$(PORT)
demo: export LOG_LEVEL ?= WARNING
demo: export PYTHONUNBUFFERED = 1
demo: export PATH := $(abspath $(BIN)):$(PATH)
demo: $(VENV)/base.stamp $(TEXTS)
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python manage.py demo
	@echo 'Starting at http://127.0.0.1:$(PORT)/ - stop with Ctrl-C.'
	@exec $(BIN)/honcho --procfile deploy/Procfile --app-root . start --no-prefix

# --- The tests

# The whole suite runs on SQLite; what asks the database runs on PostgreSQL, too, where TEST_DATABASE_URL names one.
test: $(VENV)/test.stamp $(TEXTS)
ifdef TEST_DATABASE_URL
	@failed=0; \
	echo 'On PostgreSQL, what asks the database:'; \
	$(PYTEST) -n logical || failed=1; \
	echo 'On SQLite, the whole suite:'; \
	env -u TEST_DATABASE_URL $(PYTEST) -n logical -m 'not postgres' || failed=1; \
	exit $$failed
else
	@$(PYTEST) -n logical
endif

bench: $(VENV)/test.stamp $(TEXTS)
	@$(BIN)/python -m benchmarks

lint: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run

# --- Texts and locked versions

messages: $(VENV)/base.stamp
	@command -v xgettext >/dev/null || { echo 'GNU gettext is needed.'; exit 1; }
	cd $(CURDIR) && $(BIN)/python manage.py makemessages --locale zh_Hans --locale zh_Hant \
		--ignore 'tests/*' --ignore 'var/*' --ignore 'benchmarks/*' --no-wrap --add-location file
	@sed -i '/^"POT-Creation-Date/d; /^"Report-Msgid-Bugs-To/d' locale/*/LC_MESSAGES/django.po

requirements:
	for name in base test dev; do \
		uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
			--no-annotate --no-header requirements/$$name.in -o requirements/$$name.txt; \
	done
