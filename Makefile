# A newcomer needs one line: make run

PYTHON ?= python3
export PORT ?= 8000
# honcho gives each process a PORT of its own; all processes share this one.
export WEB_PORT := $(PORT)
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export PYTHONUNBUFFERED := 1

COMPILE := uv pip compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links \
	--python-version 3.11 --custom-compile-command "make requirements"
# If DATABASE_URL names a server, the project's own does not start. If STRIPE_API_KEY has a key, the demo payments
# do not start.
DEMO_PAYMENTS := $(if $(STRIPE_API_KEY),,payments)
PROCESSES := web live worker sealer $(if $(DATABASE_URL),,postgres) $(DEMO_PAYMENTS)
ifneq ($(DEMO_PAYMENTS),)
export PAYMENTS_PORT := $(shell expr $(PORT) + 2)
PAYMENTS := STRIPE_API_KEY=sk_test_demo STRIPE_WEBHOOK_SECRETS=whsec_demo \
	STRIPE_API_BASE=http://127.0.0.1:$(PAYMENTS_PORT) STRIPE_PAGES=http://localhost:$(PAYMENTS_PORT)
endif

.DEFAULT_GOAL := help
.PHONY: help run test soak check clients bench requirements format clean

help: ## list the targets
	@awk -F ': .*## ' '/^[a-z]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: .venv/ready ## start everything, with a demo shop, on http://localhost:8000 (PORT=...)
	@flask setup
# Ctrl-C reaches honcho directly and is the normal end, so it is no error. SIGTERM is passed on.
	@$(PAYMENTS) honcho start $(PROCESSES) & honcho=$$!; trap : INT; trap 'kill -TERM $$honcho' TERM; \
	code=130; while kill -0 $$honcho 2>/dev/null; do wait $$honcho; code=$$?; done; \
	case $$code in 130|143) ;; *) exit $$code ;; esac

test: .venv/ready ## run the tests, with small numbers where make check has large ones
	@TEST_SCALE=quick pytest -m "not soak" -n auto --dist worksteal --durations=15

soak: .venv/ready ## run the long tests: hours
	@pytest -m soak

check: .venv/ready ## run everything that CI runs
	@ruff check --quiet
	@ruff format --check --quiet
	@mypy
	@lint-imports --no-logo
	@mkdir -p var && flask openapi > var/openapi.json && openapi-spec-validator var/openapi.json
	@pytest -m "not soak" -n auto --dist worksteal --durations=15
	@$(MAKE) --no-print-directory clients

clients: .venv/ready ## generate clients from the OpenAPI and let each place an order (needs node and npm)
	@python -m tests.clients

bench: .venv/ready ## measure the speed, and the floor that it is compared with
	@python -m bench

requirements: .venv/ready ## pin requirements*.in to requirements*.txt with hashes
	@$(COMPILE) requirements.in --output-file requirements.txt
	@$(COMPILE) requirements-dev.in --constraints requirements.txt --output-file requirements-dev.txt
	@$(COMPILE) tests/clients/requirements.in --output-file tests/clients/requirements.txt

format: .venv/ready ## format the code and sort the imports
	@ruff check --fix --quiet
	@ruff format --quiet

clean: ## remove the files of the tools; var/ with your data stays
	@rm -rf .venv var/clients .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .grimp_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/ready: requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Onecounter needs Python 3.11 or newer, and '$(PYTHON)' is not." \
		"Install it, or name one: make run PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "Python cannot create virtual environments here. On Debian and Ubuntu:" \
		"apt install python3-venv" >&2; exit 1; }
	@echo "Installing the packages into .venv: once, about a minute ..."
	@$(PYTHON) -m venv .venv
	@.venv/bin/pip install --quiet --disable-pip-version-check --require-hashes \
		-r requirements-dev.txt
	@touch $@
