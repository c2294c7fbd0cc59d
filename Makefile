# A newcomer needs one line: make run

PYTHON ?= python3
export PORT ?= 8000
# honcho gives every process a PORT of its own; this one they all agree on.
export WEB_PORT := $(PORT)
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export PYTHONUNBUFFERED := 1

COMPILE := uv pip compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links \
	--python-version 3.11 --custom-compile-command "make requirements"
# With a server of your own in DATABASE_URL, the project's own stays out; so do the demo payments with a key of
# your own in STRIPE_API_KEY.
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
# Ctrl-C reaches honcho by itself and is how this ends, so it is no error; a SIGTERM is passed on.
	@$(PAYMENTS) honcho start $(PROCESSES) & honcho=$$!; trap : INT; trap 'kill -TERM $$honcho' TERM; \
	code=130; while kill -0 $$honcho 2>/dev/null; do wait $$honcho; code=$$?; done; \
	case $$code in 130|143) ;; *) exit $$code ;; esac

test: .venv/ready ## run the tests that make soak does not
	@pytest -m "not soak" -n auto --dist worksteal --durations=15

soak: .venv/ready ## run the long tests
	@pytest -m soak

check: .venv/ready ## run all that CI runs
	@ruff check --quiet
	@ruff format --check --quiet
	@mypy
	@lint-imports --no-logo
	@mkdir -p var && flask openapi > var/openapi.json && openapi-spec-validator var/openapi.json
	@pytest -m "not soak" -n auto --dist worksteal --durations=15
	@$(MAKE) --no-print-directory clients

clients: .venv/ready ## generate clients from the OpenAPI and let each place an order (needs node and npm)
	@python -m tests.clients

bench: .venv/ready ## measure the speed, and the floor it is compared with
	@python -m bench

requirements: .venv/ready ## pin requirements*.in to requirements*.txt with every hash
	@$(COMPILE) requirements.in --output-file requirements.txt
	@$(COMPILE) requirements-dev.in --constraints requirements.txt --output-file requirements-dev.txt
	@$(COMPILE) tests/clients/requirements.in --output-file tests/clients/requirements.txt

format: .venv/ready ## put code and imports in order
	@ruff check --fix --quiet
	@ruff format --quiet

clean: ## remove what the tools made; var/, with your data, stays
	@rm -rf .venv var/clients .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .grimp_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/ready: requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Onecounter needs Python 3.11 or newer, and '$(PYTHON)' is not that." \
		"Install it, or name one: make run PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "Python cannot make virtual environments here. On Debian and Ubuntu:" \
		"apt install python3-venv" >&2; exit 1; }
	@echo "Installing the packages into .venv: once, about a minute ..."
	@$(PYTHON) -m venv .venv
	@.venv/bin/pip install --quiet --disable-pip-version-check --require-hashes \
		-r requirements-dev.txt
	@touch $@
