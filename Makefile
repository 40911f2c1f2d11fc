# Two commands: `make run` shows what forewarn does, `make test` checks that it does it.
# Each sets up what it needs in .venv, from nothing but Python 3.11 or newer (with venv) and git.
PYTHON ?= python3
BIN := .venv/bin

# Where the shell forbids bytecode, each of the many processes would compile all it needs.
export PYTHONDONTWRITEBYTECODE =

# Biome, for styles and scripts, has a wheel for Linux on x86-64 alone.
biome = $(if $(filter Linux-x86_64,$(shell uname -sm | tr ' ' -)),$(BIN)/biome $(1),@echo "styles and scripts are not looked at: there is no biome for this machine")

.PHONY: run test bench torture format docs constraints floors clean

run: .venv/.installed
	@echo "== The story, on a scratch copy"
	@$(BIN)/forewarn demo --no-serve
	@echo
	@echo "== This repository's own sites"
	@$(BIN)/forewarn publish
	@$(BIN)/forewarn serve

test: .venv/.installed-for-tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(call biome,ci)
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder

bench: .venv/.installed-for-tests
	$(BIN)/python tests/bench/run.py

# Minutes: writing commands killed at every step and at random moments (SEED=n for others).
SEED ?= 1
torture: .venv/.installed-for-tests
	$(BIN)/python tests/torture/run.py --seed $(SEED)

format: .venv/.installed-for-tests
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(call biome,check --write)

# What is made from other files of this repository, and is kept in it.
docs: .venv/.installed
	@$(BIN)/python .ci/house.py
	@$(BIN)/python .ci/changelog.py

# The newest versions that the package allows, all tests run with them, become what is installed here.
constraints: | .venv/bin/python
	@echo "== Resolving anew into .venv-new"
	@rm -rf .venv-new
	@$(PYTHON) -m venv .venv-new
	@.venv-new/bin/python -m pip install --quiet --editable '.[dev]'
	@.venv-new/bin/python -m pip freeze --exclude-editable > constraints.txt
	@rm -rf .venv-new
	@echo "constraints.txt is new; run make test, then commit it"

# Once for each release: the tests with the lowest versions that the package allows.
floors: .venv/.installed-for-tests
	@echo "== Installing the lowest versions into .venv-floors"
	@rm -rf .venv-floors
	@$(PYTHON) -m venv .venv-floors
	@$(BIN)/python .ci/floors.py > .venv-floors/floors.txt
	@.venv-floors/bin/python -m pip install --quiet --constraint .venv-floors/floors.txt --editable '.[dev]'
	.venv-floors/bin/pytest -n 2 --dist loadfile --no-loadscope-reorder

.venv/.installed: pyproject.toml constraints.txt | .venv/bin/python
	@echo "== Installing forewarn into .venv"
	@$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	@touch $@

.venv/.installed-for-tests: pyproject.toml constraints.txt | .venv/bin/python
	@echo "== Installing forewarn and what its tests need into .venv"
	@$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $@ .venv/.installed

.venv/bin/python:
	@command -v git >/dev/null || { echo "missing: git (install it and run this again)" >&2; exit 1; }
	@command -v $(PYTHON) >/dev/null || { echo "missing: $(PYTHON) (install Python 3.11 or newer, or say PYTHON=/path/to/it)" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "missing: Python 3.11 or newer; $(PYTHON) is older (say PYTHON=/path/to/it)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || { echo "missing: Python's venv module (on Debian: apt-get install python3-venv)" >&2; exit 1; }
	@$(PYTHON) -m venv .venv

clean:
	rm -rf .venv .venv-new .venv-floors site .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
