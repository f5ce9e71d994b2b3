# netmod: every target installs what it needs from hashed locks into .venv and says what it does.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
UV     ?= uv
PYATS  ?= .venv-pyats
STAMP   = $(VENV)/.netmod-$(shell cat constraints-build.txt constraints.txt | sha256sum | cut -c1-16)

PYATS_STAMP = $(PYATS)/.netmod-$(shell cat constraints-build.txt constraints-pyats.txt | sha256sum | cut -c1-16)

.PHONY: help demo test soak test-pyats check format lint types contracts bench lock clean install

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(STAMP) ## build .venv from the hashed locks

# $(1) the environment, $(2) its lock
define environment
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "netmod needs Python 3.11 or newer; set PYTHON=/path/to/python3" >&2; exit 2; }
	rm -rf $(1)
	$(PYTHON) -m venv $(1)
	$(1)/bin/python -m pip install --quiet --require-hashes -r constraints-build.txt
	$(1)/bin/python -m pip install --quiet --no-build-isolation --require-hashes --no-deps -r $(2)
	$(1)/bin/python -m pip install --quiet --no-build-isolation --no-deps -e .
	$(1)/bin/python -m pip check
	@touch $@
endef

$(STAMP): constraints-build.txt constraints.txt
	$(call environment,$(VENV),constraints.txt)

# pyATS is 1.3 GB and slows the import of Netmiko threefold: it never shares .venv.
$(PYATS_STAMP): constraints-build.txt constraints-pyats.txt
	$(call environment,$(PYATS),constraints-pyats.txt)

demo: $(STAMP) ## the main job on the embedded lab, ending with a report
	@$(BIN)/netmod demo

test: $(STAMP) ## all tests
	$(BIN)/python -m pytest -n 3

test-pyats: $(PYATS_STAMP) ## Genie as a second opinion, in an environment of its own
	$(PYATS)/bin/python -m pytest -o filterwarnings=default tests/pyats

soak: $(STAMP) ## the long tests: crash matrices, whole regions, scale
	$(BIN)/python -m pytest -m soak

check: format lint types contracts test ## the whole gate

format: $(STAMP)
	$(BIN)/ruff format --check .

lint: $(STAMP)
	$(BIN)/ruff check .

types: $(STAMP)
	$(BIN)/mypy

contracts: $(STAMP)
	$(BIN)/lint-imports

bench: $(STAMP) ## paired benchmarks against named peers; writes docs/performance.md
	$(BIN)/python -m bench

lock: ## compile the hashed locks again (needs uv)
	$(UV) pip compile --universal --generate-hashes --no-emit-index-url --python-version 3.11 \
	  --quiet --custom-compile-command 'make lock' constraints-build.in -o constraints-build.txt
	$(UV) pip compile --universal --generate-hashes --no-emit-index-url --python-version 3.11 \
	  --quiet --custom-compile-command 'make lock' --extra calendar --extra lab --extra secrets --extra netbox --extra notify --extra reports --extra bench --extra dev pyproject.toml -o constraints.txt
	$(UV) pip compile --universal --generate-hashes --no-emit-index-url --python-version 3.11 \
	  --quiet --custom-compile-command 'make lock' --extra calendar --extra lab --extra secrets --extra netbox --extra notify --extra reports --extra bench --extra dev --extra pyats \
	  pyproject.toml --constraints constraints.txt -o constraints-pyats.txt

clean: ## remove what the targets made
	rm -rf $(VENV) $(PYATS) .netmod out .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
