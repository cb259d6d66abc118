# make demo   the whole product on this machine, with a simulated market square
# make test   every test, browser and broker included     make check   lint, types, imports, tidy
# make bench  the benchmarks                              make clean   remove what make made

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO_ARGUMENTS := $(if $(VIDEO),--video "$(VIDEO)") $(if $(CALIBRATION),--calibration "$(CALIBRATION)") \
	$(if $(FRAME_RATE),--frame-rate "$(FRAME_RATE)") $(if $(PORT),--port "$(PORT)")

.PHONY: demo test check bench contract dashboards clean system-packages
.DELETE_ON_ERROR:

demo: $(VENV)/product dashboards
	@$(BIN)/python scripts/demo.py $(DEMO_ARGUMENTS)

# The tests want the real broker and the real browser: installed first, so that a machine
# which cannot have them says so before it has worked for minutes.
test: system-packages $(VENV)/development dashboards
	$(BIN)/python scripts/build_dashboards.py --test
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile

check: $(VENV)/development dashboards
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/test_tidy.py
	$(BIN)/python scripts/build_dashboards.py --check

bench: system-packages $(VENV)/development
	$(BIN)/python -m bench.aims
	$(BIN)/python -m bench.latency
	$(BIN)/python -m bench.pets

contract: $(VENV)/development
	$(BIN)/python scripts/generate_contract.py

dashboards: $(VENV)/product
	@$(BIN)/python scripts/build_dashboards.py

system-packages:
	@$(PYTHON) scripts/system_packages.py

$(VENV)/product: pyproject.toml constraints.txt
	@echo "vedette: preparing the Python environment in $(VENV) (the first time takes a minute)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "pip>=25.1"
	@VEDETTE_SKIP_DASHBOARDS=1 $(BIN)/python -m pip install --quiet --disable-pip-version-check \
		--constraint constraints.txt --editable ".[hub,edge,sim]"
	@touch $@

$(VENV)/development: $(VENV)/product
	@echo "vedette: adding the development tools to $(VENV)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check \
		--constraint constraints.txt --group dev
	@touch $@

clean:
	rm -rf $(VENV) var dashboards/node_modules hub/adapters/web/static build dist
