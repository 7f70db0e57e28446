# Everything one does with this repository. `make` lists it.

.DEFAULT_GOAL := help
SHELL := /bin/sh

VENV := .venv
BIN := $(VENV)/bin
# What running needs is installed first and alone; the tools of the tests come when a test is asked for.
INSTALLED := $(VENV)/.installed
TESTABLE := $(VENV)/.testable
# The first Python that is new enough; PYTHON=… names another one.
PYTHON := $(shell for p in python3.11 python3.12 python3.13 python3.14 python3; do \
	$$p -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
SOURCES := engine forms web tests
UV := uv==0.13.9
COMPILE := build/uv/bin/uv pip compile --quiet --universal --generate-hashes --custom-compile-command "make lock"

.PHONY: help run test check bench e2e format lock migration frontend docker-config clean browser

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z][a-z0-9-]*:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo "Settings go behind the target, e.g. make run MODE=production PORT=9000 DATABASE_URL=postgresql://…"

run: $(INSTALLED) ## Start everything in one process and print the address
	@exec $(BIN)/guicheng run

# A test run of its own on each core, with its own database server; what takes long comes first, the units last.
# Programs that tests start are compiled once, whatever the environment says.
test e2e: export PYTHONDONTWRITEBYTECODE =
test: $(TESTABLE) browser check ## Check the code, then run every test
	$(BIN)/pytest --numprocesses=auto --maxprocesses=4 --dist=loadfile --no-loadscope-reorder

check: $(TESTABLE) ## Lint, formatting, types and the layers
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/mypy --num-workers auto
	$(BIN)/lint-imports
	$(BIN)/python -m tests.bundles

bench: $(TESTABLE) ## Measure, and print a table of figures
	$(BIN)/python -m tests.bench

e2e: $(TESTABLE) browser ## Only the tests that drive a browser; SLOWLY=6 makes its pages so many times slower
	$(BIN)/pytest tests/browser $(if $(SLOWLY),--slowly $(SLOWLY))

format: $(TESTABLE) ## Let ruff put the code in order
	$(BIN)/ruff check --fix $(SOURCES)
	$(BIN)/ruff format $(SOURCES)

lock: $(TESTABLE) ## Resolve pyproject.toml anew into requirements.lock (running) and requirements-test.lock (all)
	$(BIN)/python -m venv build/uv && build/uv/bin/pip install --quiet $(UV)
	$(COMPILE) --all-extras pyproject.toml -o requirements-test.lock
	$(COMPILE) --extra build -c requirements-test.lock pyproject.toml -o requirements.lock

migration: $(TESTABLE) ## Write the next revision from the models: make migration NAME=user_task_due_at
	$(BIN)/python -m tests.migration $(NAME)
	$(BIN)/ruff format --isolated --line-length 120 engine/migrations/versions

frontend: ## Build the editors of the studio from web/frontend into web/static/dist (needs Node 20 with npm)
	cd web/frontend && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error && npm run --silent build

docker-config: ## Check the compose file and show what it amounts to (needs the docker client with compose)
	docker compose -f docker/compose.yaml --env-file docker/example.env config

clean: ## Remove what was built here; var/ with your data stays
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Exact versions, checked by hash; the project itself is installed in place. Done once, and again when one of them changes.
$(INSTALLED): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "需要 Python 3.11 或更新版本（含 venv 模块）。 Python 3.11 or newer with venv is needed."; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(TESTABLE): requirements-test.lock $(INSTALLED)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.lock
	@touch $@

# The browser tests need a Chromium (its headless shell is the lightest) and Chinese letters; both are taken from the
# system's packages when missing.
browser:
	@if { command -v chromium-headless-shell || command -v chromium; } >/dev/null && fc-list :lang=zh 2>/dev/null | grep -q .; then :; \
	elif command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
			apt-get install -y -qq --no-install-recommends chromium-headless-shell fontconfig fonts-noto-cjk >/dev/null || \
		DEBIAN_FRONTEND=noninteractive \
			apt-get install -y -qq --no-install-recommends chromium fontconfig fonts-noto-cjk >/dev/null; \
	else \
		echo "浏览器测试需要 chromium 和中文字体，请安装后重试，例如：sudo apt-get install chromium fonts-noto-cjk"; \
		echo "The browser tests need chromium and a Chinese font."; exit 1; \
	fi
