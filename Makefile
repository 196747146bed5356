# Each target sets up all it needs below .build/, and says in one line what it does.
SHELL := /bin/bash
PYTHON ?=
export PYTHON
VENV := .build/venv
SIM := tests/simulator/onefs-sim
.DEFAULT_GOAL := help

.PHONY: help
help: ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | while IFS=$$'\t' read -r target text; do printf 'make %-10s %s\n' "$$target" "$$text"; done

.PHONY: demo
demo: system-packages venv collection client-kernel ## move a live access zone between two simulated clusters, with a client writing
	@echo "demo: a planned failover with a client writing; the report goes to .build/demo/"
	@$(VENV)/bin/python tests/demo/run.py

.PHONY: test
test: system-packages venv awx-tools collection client-kernel ## run the unit tests, the Molecule scenarios, the contract and the live tests
	@echo "test: unit tests, Molecule scenarios, contract tests, live tests"
	@$(VENV)/bin/python tools/test

.PHONY: test-sdk
test-sdk: system-packages venv sdk ## let Dell's own SDK (26 MB, loaded once) drive the simulated pair
	@echo "test-sdk: Dell's SDK against the simulated pair, as OneFS 9.5 and as OneFS 9.12"
	@$(VENV)/bin/python tools/test sdk

.PHONY: test-faults
test-faults: system-packages venv collection client-kernel ## disturb the failover in every step by every fault; goes on where it was interrupted
	@echo "test-faults: failovers that are disturbed in every step; the table goes to .build/faults/"
	@$(VENV)/bin/python tools/test faults peer matrix

.PHONY: test-loss
test-loss: system-packages venv collection client-kernel ## carry clients that write over a hundred times, and count what is lost (hours; goes on where it was stopped)
	@echo "test-loss: failovers there and back with two SMB clients writing, beside some without a fence"
	@$(VENV)/bin/python tests/loss/run.py

.PHONY: bench
bench: system-packages venv collection client-kernel ## measure what the collection adds to what the clusters need, beside a playbook that does the same job (hours)
	@echo "bench: cutover, client pause, larger and many zones, start, readiness of the largest clusters, netstat; the tables come at the end"
	@$(VENV)/bin/python tests/bench/run.py

.PHONY: lint
lint: venv ## run every static check, and see that the collection builds
	@echo "lint: ansible-test sanity, ansible-lint, mypy, docs, ruff, yamllint, shellcheck, changelog, build"
	@$(VENV)/bin/python tools/lint

.PHONY: docs
docs: venv docs-tools ## build the documentation site, without a network and without a warning
	@echo "docs: the pages of docs/ and the reference of modules and roles; the site goes to .build/docs/html/"
	@$(VENV)/bin/python tools/build-docs

.PHONY: format
format: venv ## let ruff correct imports and layout of every Python file
	@echo "format: ruff check --fix, ruff format"
	@$(VENV)/bin/ruff check --no-cache --quiet --fix . ; $(VENV)/bin/ruff format --no-cache .

.PHONY: sim-up
sim-up: system-packages venv ## start the simulated pair of clusters, and print how to reach each part
	@echo "sim-up: two clusters of two nodes, their DNS, a controller and clients, in namespaces of their own"
	@$(SIM) up

.PHONY: sim-down
sim-down: ## stop the simulated pair
	@echo "sim-down: stopping the pair; nothing of it stays"
	@$(SIM) down

.PHONY: clean
clean: ## stop the pair and remove everything below .build/
	@echo "clean: removing .build/"
	@if [ -x $(VENV)/bin/python ]; then $(SIM) down; fi
	@rm -rf .build .mypy_cache .ruff_cache .pytest_cache .ansible

# What the targets above need.
.PHONY: system-packages venv sdk awx-tools docs-tools collection client-kernel
system-packages:
	@tools/system-packages

venv:
	@tools/venv

sdk: venv
	@tools/sdk

awx-tools: venv
	@command -v java >/dev/null || tools/system-packages events
	@tools/awx-tools

docs-tools: venv
	@tools/docs-tools

collection: venv
	@tools/install-collection

client-kernel: venv
	@$(VENV)/bin/python tests/ledger/fetch_uml.py
