# make demo       the main job on embedded defaults, on loopback, in under 20 seconds
# make test       lint, types, import contracts, the fast suite, then the slow one; no root, no network
#                 with another Python: make fast PYTHON=python3.13 VENV=.venv-3.13
# make test-real  what needs Debian packages (WordPress, nginx) or the shared test data; root where they are missing
# make quality    the reader and the terms against pages whose truth is known
# make rules      what each witness and rule of the reader is worth on publishers that it was not made on,
#                 into docs/reading.md
# make mutants    faults that are made by hand, one at a time, each of which a test that is named must see: some minutes
# make bench      the benchmarks, as ratios
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# Where there is uv, it installs the same packages as pip in a tenth of the time.
INSTALL := $(if $(shell command -v uv),uv pip install --quiet --python $(BIN)/python,$(BIN)/python -m pip install --quiet)

# Modules stay compiled: else every process of the tests compiles all of them, and rewrites their asserts, anew.
unexport PYTHONDONTWRITEBYTECODE

# Tests sync what they write thousands of times: they write to memory where there is much of it.
IN_MEMORY := $(shell test -w /dev/shm && df -Pk /dev/shm | awk 'NR == 2 && $$4 > 6000000 { print "/dev/shm" }')
fast slow: export TMPDIR := $(or $(IN_MEMORY),$(TMPDIR))

# Some slow tests wait, for a pause, a process or a deadline; those of a browser or a server wait most of their time.
# More workers than there are processors keep these busy. Each takes ten seconds of one before its first test.
PROCESSORS := $(shell nproc)
TWO_MORE := $(shell expr $(PROCESSORS) + 2)
FOUR_MORE := $(shell expr $(PROCESSORS) + 4)

# A worker takes ten seconds of a processor to import all files of tests: these alone can hold a test of that suite
# (see tests/test_architecture.py).
SLOW = $(sort $(shell grep -rlE --include='test_*.py' 'slow|hypothesis' tests))
PROPERTIES = $(sort $(shell grep -rl --include='test_*.py' hypothesis tests))
REAL = $(sort $(shell grep -rlF --include='test_*.py' mark.real tests))

# What is measured here, in seconds, is measured while nothing else is done.
ALONE := tests/ingest/http/test_fetch_hostile.py

.PHONY: demo test fast slow explore lint test-real real-alone real-together oracles quality rules mutants bench docs clean

demo: $(VENV)/installed
	$(BIN)/creditline demo

test: $(VENV)/dev
	$(MAKE) --no-print-directory lint
	$(MAKE) --no-print-directory fast AND="and not hypothesis"
	$(MAKE) --no-print-directory slow

lint: $(VENV)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# A process for each processor runs the files that no other has begun, and says what it has to say when it ends.
FAST := $(shell seq -f fast-%g $(PROCESSORS))
.PHONY: $(FAST)

# The properties, with some of their examples, unless the slow suite comes next.
AND :=
fast: $(VENV)/dev
	beside=$$(mktemp -d) && trap 'rm -rf "$$beside"' EXIT \
	&& $(MAKE) --no-print-directory -j $(PROCESSORS) --keep-going --output-sync $(FAST) BESIDE="$$beside"

$(FAST):
	$(BIN)/python -m pytest -q --beside="$(or $(BESIDE),$(error make fast))" --hypothesis-profile quick -m "not slow and not real $(AND)"

# With the properties, which try all their examples here.
slow: $(VENV)/dev
	@$(BIN)/python -m pytest -n $(TWO_MORE) --dist loadgroup -m "(slow or hypothesis) and not real" $(SLOW)

# Other examples each time, ten times as many as usual.
explore: $(VENV)/dev
	@nice $(BIN)/python -m pytest -n $(PROCESSORS) --dist loadgroup --hypothesis-profile explore -m "hypothesis and not real" $(PROPERTIES)

test-real: $(VENV)/dev
	$(MAKE) --no-print-directory real-alone
	$(MAKE) --no-print-directory real-together

real-alone: $(VENV)/dev
	$(BIN)/python -m pytest -m real -p no:randomly -n 2 --dist load $(ALONE)

# Most of these wait most of their time: something else can be done meanwhile. The first of each program may install it.
real-together: $(VENV)/dev
	@$(BIN)/python -m pytest -m real -p no:randomly -n $(FOUR_MORE) --dist loadgroup --no-loadscope-reorder --timeout 900 $(filter-out $(ALONE),$(REAL))

# What the real tests install when they first need it.
oracles: $(VENV)/dev
	$(BIN)/python -m tests.real.oracles

quality: $(VENV)/dev
	$(BIN)/python -m pytest -m "real or slow" tests/quality -s

rules: $(VENV)/dev
	nice $(BIN)/python tests/quality/rules.py

mutants: $(VENV)/dev
	nice $(BIN)/python tests/mutants/run.py

bench: $(VENV)/dev
	$(BIN)/python benchmarks/chain.py
	$(BIN)/python benchmarks/archive.py
	$(BIN)/python benchmarks/reading.py
	$(BIN)/python benchmarks/search.py
	$(BIN)/python benchmarks/cite.py
	$(BIN)/python benchmarks/serve.py

docs: $(VENV)/dev
	$(BIN)/python docs/generate.py

$(VENV)/installed: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	PIP_DISABLE_PIP_VERSION_CHECK=1 $(INSTALL) --editable .
	touch $@

# Dependency groups need a newer pip than the one that Python 3.11 brings.
$(VENV)/dev: $(VENV)/installed
	$(INSTALL) --upgrade pip
	$(INSTALL) --group dev
	touch $@

clean:
	rm -rf $(VENV) build dist demo-collection
