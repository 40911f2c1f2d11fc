# Two commands: `make run` shows what forewarn does, `make test` checks that it does it.
# Each sets up what it needs in .venv, from nothing but Python 3.11 or newer (with venv) and git.
# `make help` tells of all.
PYTHON ?= python3
BIN := .venv/bin

# Where the shell forbids bytecode, each of the many processes would compile all it needs.
export PYTHONDONTWRITEBYTECODE =

# Biome, for styles and scripts, has a wheel for Linux on x86-64 alone.
biome = $(if $(filter Linux-x86_64,$(shell uname -sm | tr ' ' -)),$(BIN)/biome $(1),@echo "styles and scripts are not looked at: there is no biome for this machine")

.PHONY: help run lint types form test fast bench torture format docs constraints floors clean

# What the tests write is in memory where there is room: small files, thousands of them.
SCRATCH := $(shell [ "$$(df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 {print $$4}')" -gt 4000000 ] 2>/dev/null && echo "/dev/shm/forewarn-$$(id -u)-$$(pwd | cksum | cut -d' ' -f1)")
# One process more than cores, as tests wait for other programs; without browsers two. All tests of a file run in one, so
# that what they share is made once; in random order, but for the files that take long: they begin.
CORES := $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
PROCESSES = $(shell expr 1 + $(CORES))
SHARED_OUT = $(if $(T),worksteal,loadfile --no-loadscope-reorder)
PYTEST = pytest -n $(PROCESSES) --dist $(SHARED_OUT) $(if $(SCRATCH),--basetemp=$(SCRATCH))
# Only these tests: T=tests/model/test_range.py, or T="-k 'lockstep and not suite'".
T ?=

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 13

run: .venv/.installed ## the story on a scratch copy, then this repository's own sites, served
	@echo "== The story, on a scratch copy"
	@$(BIN)/forewarn demo --no-serve
	@echo
	@echo "== This repository's own sites"
	@$(BIN)/forewarn publish
	@$(BIN)/forewarn serve

test: .venv/.installed-for-tests $(if $(T),,lint) ## everything that has to be true; with T=, only those tests
	$(BIN)/$(PYTEST) $(T)

fast: PROCESSES = $(shell expr 2 + $(CORES))
fast: .venv/.installed-for-tests ## all tests but those that need a browser, Java or PostgreSQL, or take long
	$(BIN)/$(PYTEST) -m 'not slow and not torture' --hypothesis-profile fast $(T)

lint: .venv/.installed-for-tests ## form, types, which layer imports which, and that every test can be imported
	@$(MAKE) --no-print-directory -j 2 types form

types: .venv/.installed-for-tests
	$(BIN)/mypy

form: .venv/.installed-for-tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(call biome,ci)
	$(BIN)/lint-imports
	@echo "$(BIN)/pytest --collect-only"; said=$$($(BIN)/pytest --collect-only -qq 2>&1) || { echo "$$said"; exit 1; }

# Only the rows whose names hold this.
NAME ?=
bench: .venv/.installed-for-tests ## each promise about speed, against its named peer in the same run (NAME='publish')
	@$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev,bench]'
	$(BIN)/python tests/bench/run.py "$(NAME)"

SEED ?= 1
torture: .venv/.installed-for-tests ## minutes: commands killed at every step and at random moments (SEED=n for others)
	$(BIN)/python tests/torture/run.py --seed $(SEED)
	$(BIN)/python tests/torture/alerts.py --seed $(SEED)
	$(BIN)/$(PYTEST) -m torture
	$(BIN)/$(PYTEST) --hypothesis-profile thorough tests/contract/test_schemes.py tests/model
	$(BIN)/python tests/torture/workers.py --seed $(SEED) --rates 4000

format: .venv/.installed-for-tests ## brings the code into form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(call biome,check --write)

docs: .venv/.installed ## makes what is made from other files of this repository, and is kept in it
	@$(BIN)/python .ci/house.py
	@$(BIN)/python .ci/changelog.py

constraints: | .venv/bin/python ## the newest versions that the package allows become what is installed here
	@echo "== Resolving anew into .venv-new"
	@rm -rf .venv-new
	@$(PYTHON) -m venv .venv-new
	@.venv-new/bin/python -m pip install --quiet --editable '.[dev]'
	@.venv-new/bin/python -m pip freeze --exclude-editable > constraints.txt
	@rm -rf .venv-new
	@echo "constraints.txt is new; run make test, then commit it"

floors: .venv/.installed-for-tests ## once for each release: the tests with the lowest versions that the package allows
	@echo "== Installing the lowest versions into .venv-floors"
	@rm -rf .venv-floors
	@$(PYTHON) -m venv .venv-floors
	@$(BIN)/python .ci/floors.py > .venv-floors/floors.txt
	@.venv-floors/bin/python -m pip install --quiet --constraint .venv-floors/floors.txt --editable '.[dev]'
	.venv-floors/bin/$(PYTEST)

.venv/.installed: pyproject.toml constraints.txt | .venv/bin/python
	@echo "== Installing forewarn into .venv"
	@$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	@touch $@

.venv/.installed-for-tests: pyproject.toml constraints.txt | .venv/bin/python
	@echo "== Installing forewarn and what its tests need into .venv"
	@$(BIN)/python -m pip install --quiet --no-compile --constraint constraints.txt --editable '.[dev]'
	@touch $@ .venv/.installed

.venv/bin/python:
	@command -v git >/dev/null || { echo "missing: git (install it and run this again)" >&2; exit 1; }
	@command -v $(PYTHON) >/dev/null || { echo "missing: $(PYTHON) (install Python 3.11 or newer, or say PYTHON=/path/to/it)" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "missing: Python 3.11 or newer; $(PYTHON) is older (say PYTHON=/path/to/it)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || { echo "missing: Python's venv module (on Debian: apt-get install python3-venv)" >&2; exit 1; }
	@$(PYTHON) -m venv .venv

clean: ## takes away all that was set up and made here
	rm -rf $(SCRATCH)
	rm -rf .venv .venv-new .venv-floors site .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
