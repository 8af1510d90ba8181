# Two commands on a fresh machine: `make demo` and `make test`.
# Needs git, make and Python >= 3.11; everything else comes from the lock files.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SBOM := dist/tmdbdash.cdx.json
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: demo test check lint types scripts coverage bench campaigns wheel screenshots readme lock sbom audit clean

demo: $(VENV)/.runtime
	@$(BIN)/tmdbdash --home "$(CURDIR)" demo

test: $(VENV)/.dev
	$(BIN)/python -m pytest

# For every save: no server, no browser, no program started.
check: lint types
	$(BIN)/python -m pytest --quick

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache

types: $(VENV)/.dev
	$(BIN)/mypy

# The pages' scripts: style and types, by pinned npm packages that nothing else needs.
scripts:
	cd .ci/js && npm ci --silent --no-audit --no-fund
	cd .ci/js && npx biome ci ../../templates/js --config-path=. --colors=off && npx tsc -p .

# Branches of the program that the tests take, in all processes that they start; takes twice as long.
coverage: $(VENV)/.dev
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks

# Long trials of what docs/RELIABILITY.md promises: hours, at their usual sizes. All are run, and
# the first failure is the end's.
campaigns: $(VENV)/.dev
	$(BIN)/python -m tests.campaigns

# The README's generated parts: help blocks and pictures.
readme: $(VENV)/.dev
	$(BIN)/python -m docs.readme

# The pictures alone, of the page that the demo makes.
screenshots: $(VENV)/.dev
	$(BIN)/python -m docs.readme pictures

wheel: $(VENV)/.dev
	$(BIN)/python -m build --no-isolation --wheel

# What is installed with the program, with versions and hashes, as a CycloneDX bill of materials.
sbom: $(VENV)/.dev
	@mkdir -p $(dir $(SBOM))
	$(BIN)/python -W ignore::UserWarning -m cyclonedx_py requirements requirements.lock \
		--pyproject pyproject.toml --output-reproducible --no-validate -o $(SBOM)

audit: $(VENV)/.dev
	.ci/audit $(BIN)

# `uv pip compile` resolves for every platform at once; nothing else needs uv.
lock:
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-annotate --no-header --group dev pyproject.toml -o requirements-dev.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-annotate --no-header --group build pyproject.toml -c requirements-dev.lock \
		-o requirements.lock

# What was built, and nothing that a person made: state/, out/ and .env stay.
clean:
	rm -rf $(VENV) build dist test-output .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "tmdbdash needs Python >= 3.11; name one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

# Python compiles what is imported; of the tools that is a small part.
$(VENV)/.dev: requirements-dev.lock pyproject.toml | $(VENV)/bin/python
	$(PIP) install --no-compile --require-hashes -r requirements-dev.lock
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/.runtime
