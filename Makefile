# `make train` or `make test` is enough to begin with: each sets up what it needs.
PYTHON ?= python3
VENV ?= .venv
RUN := $(VENV)/bin/python
INSTALLED := $(VENV)/.installed

RLLIB_VENV ?= .venv-rllib
RLLIB_INSTALLED := $(RLLIB_VENV)/.installed

.PHONY: help train test test-rllib check format bench certify catalogues notebooks docs clean

help:  ## What can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

$(INSTALLED): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(RUN) -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[all]"
	@touch $@

train: $(INSTALLED)  ## Trains the planning agent and PPO in the shop and compares them with baselines and oracles
	$(RUN) -m train.compare

test: $(INSTALLED)  ## The quick test suite
	$(RUN) -m recgym.compile
	$(RUN) -m pytest --numprocesses auto --maxprocesses 8 --dist worksteal

$(RLLIB_INSTALLED): pyproject.toml constraints-rllib.txt
	$(PYTHON) -m venv $(RLLIB_VENV)
	$(RLLIB_VENV)/bin/python -m pip install --quiet --disable-pip-version-check -c constraints-rllib.txt -e ".[rllib]" pytest hypothesis
	@touch $@

test-rllib: $(RLLIB_INSTALLED)  ## The tests with RLlib, in an environment of their own
	$(RLLIB_VENV)/bin/python -m pytest tests/clients_rllib

check: $(INSTALLED)  ## Format, lint, types
	$(RUN) -m ruff format --check .
	$(RUN) -m ruff check .
	$(RUN) -m mypy

format: $(INSTALLED)  ## Formats the code
	$(RUN) -m ruff format .
	$(RUN) -m ruff check --fix .

bench: $(INSTALLED)  ## Speed, against CartPole and a gather of rows
	$(RUN) -m recgym.bench

certify: $(INSTALLED)  ## The planning certificate of every id; writes recgym/certificates.json
	$(RUN) -m recgym.certify --worlds 0 1 2 3 4 5 --out recgym/certificates.json

catalogues: $(INSTALLED)  ## Makes every shipped catalogue again
	$(RUN) -m tools.catalogues

notebooks: $(INSTALLED)  ## Runs every notebook and writes its outputs
	$(RUN) -m tools.notebooks

docs: $(INSTALLED)  ## Builds the site from docs/ and the code into site/
	NO_MKDOCS_2_WARNING=1 $(RUN) -m mkdocs build
	@echo "Open site/index.html, or serve it, with its search: $(RUN) -m http.server --directory site"

clean:  ## Removes the environment and what runs left behind
	rm -rf $(VENV) $(RLLIB_VENV) build dist runs site
