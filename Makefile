# make run     look around: the demonstration at http://127.0.0.1:8000 (PORT=9000 make run for another port)
# make test    style, types and every test
# make lint    style and types alone       make format   put the style right
# make generated   ask the API a hundred generated calls an operation (EXAMPLES=500 make generated for more)
# make lock    pin the newest versions     make clean    remove the environment; never the data under var/
#
# Needs python3 (3.11 to 3.13), make and a package registry. PYTHON=... chooses the Python of a new .venv.

.DEFAULT_GOAL := run
.PHONY: run test lint format generated lock clean
MAKEFLAGS += --no-print-directory

PORT ?= 8000
BIN := .venv/bin
SOURCES := app seed migrations tests
# The default is python3, or a supported one of another name where python3 is too old or too new.
ifeq ($(origin PYTHON), undefined)
PYTHON := $(firstword $(foreach name,python3 python3.13 python3.12 python3.11,$(shell \
	$(name) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && echo $(name))) python3)
endif

run: .venv/run.stamp
	@CITYTIES_DEMO=1 CITYTIES_PUBLIC_URL="$${CITYTIES_PUBLIC_URL:-http://127.0.0.1:$(PORT)}" PORT=$(PORT) \
	exec $(BIN)/python -m app demo run

test: lint
	@$(BIN)/python -m pytest -n auto --dist worksteal

lint: .venv/test.stamp
	@$(BIN)/ruff check $(SOURCES)
	@$(BIN)/ruff format --check $(SOURCES)
	@$(BIN)/mypy

generated: .venv/test.stamp
	@CITYTIES_TEST_EXAMPLES=$(or $(EXAMPLES),100) $(BIN)/python -m pytest tests/api/test_generated.py

format: .venv/test.stamp
	@$(BIN)/ruff check --fix $(SOURCES)
	@$(BIN)/ruff format $(SOURCES)

# An environment is trusted by its stamp, which is written last; whatever stops before that is done again.
.venv/run.stamp: requirements.lock
	@$(call install,$<,$@)

.venv/test.stamp: requirements-dev.lock
	@$(call install,$<,$@)
	@touch .venv/run.stamp

define install
	say() { echo "$$1" >&2; exit 1; }; \
	$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null \
	|| say "Set-up stopped: $(PYTHON) is not Python 3.11 to 3.13. Nothing was changed. Name one: make $(or $(MAKECMDGOALS),run) PYTHON=python3.12"; \
	$(BIN)/python -m pip --version >/dev/null 2>&1 || { rm -rf .venv; $(PYTHON) -m venv .venv >/dev/null 2>&1; } \
	|| { rm -rf .venv; say "Set-up stopped: $(PYTHON) cannot make an environment here (on Debian: apt install python3-venv; is the disk full?). Nothing was kept."; }; \
	echo "Installing what $(1) pins (the first time this takes a minute or two) ..."; \
	rm -f .venv/run.stamp .venv/test.stamp; \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r $(1) >.venv/install.log 2>&1 \
	|| say "Set-up stopped: the packages of $(1) could not be installed ($$(grep -m1 -i -e '^ *ERROR' .venv/install.log || echo 'no reason given')). Your data under var/ is untouched; see .venv/install.log, check the network or the package registry, then run make $(or $(MAKECMDGOALS),run) again."; \
	touch $(2)
endef

lock:
	@set -e; place=$$(mktemp -d); trap 'rm -rf "$$place"' EXIT; \
	$(PYTHON) -m venv "$$place/venv"; \
	"$$place/venv/bin/python" -m pip install --quiet --disable-pip-version-check uv; \
	set -- --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--no-emit-index-url --no-emit-find-links; \
	"$$place/venv/bin/uv" pip compile "$$@" pyproject.toml -o requirements.lock; \
	"$$place/venv/bin/uv" pip compile "$$@" pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock; \
	echo "requirements.lock and requirements-dev.lock are pinned anew."

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage
	find app seed migrations tests -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
