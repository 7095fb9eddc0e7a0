# Diba's verbs; CI runs the same ones. `make run` and `make test` set up all they need.
PYTHON ?= python3.11
BIN := .venv/bin
# Compiled modules are kept: where this is set, each of the many processes compiles thousands anew, 2 s of a core each time.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run test check fix bench clean lock
help:
	@echo "make run    set up, make the demo plant, serve it at http://127.0.0.1:$${DIBA_PORT:-8000}"
	@echo "make test   set up, run every test: SQLite, PostgreSQL, browser"
	@echo "make check  lint, formats, types, templates, translations"
	@echo "make fix    mend what lint and format can mend by themselves"
	@echo "make bench  print the tables of how fast and how good"
	@echo "make clean  remove what set-up made; data in var/ stay"

run:
	@$(PYTHON) tools/bootstrap.py
	@exec $(BIN)/diba demo

test:
	@$(PYTHON) tools/bootstrap.py --dev
	@$(BIN)/python tools/test.py

check:
	@$(PYTHON) tools/bootstrap.py --dev
	$(BIN)/ruff check diba tools tests
	$(BIN)/ruff format --check diba tools tests
	$(BIN)/mypy
	$(BIN)/djlint diba --lint --quiet
	$(BIN)/python tools/messages.py
	cd frontend && PATH="$(CURDIR)/$(BIN):$$PATH" npm run --silent check

fix:
	@$(PYTHON) tools/bootstrap.py --dev
	$(BIN)/ruff check --fix diba tools tests
	$(BIN)/ruff format diba tools tests

bench:
	@$(PYTHON) tools/bootstrap.py --dev
	@for file in bench/*.py; do echo; echo "== $$file"; $(BIN)/python $$file || exit 1; done

clean:
	rm -rf .venv frontend/node_modules diba/web/static/build .pytest_cache .mypy_cache .ruff_cache *.egg-info
	find diba -name '*.mo' -delete
