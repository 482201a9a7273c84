# Everything a fresh machine needs is Python 3.11+ and make; each target sets up what it needs, once.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN := $(VENV)/run.stamp
DEV := $(VENV)/dev.stamp
NODE := $(VENV)/node.stamp
TORCH := $(VENV)/torch.stamp
QUALITY := $(VENV)/quality.stamp
PAGE := src/cyclorama/server/static/index.html
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
PYTEST := $(BIN)/python -m pytest
SOURCES := $(shell find web/src web/public web/*.html web/*.ts web/*.js web/*.json \
	src/cyclorama/matting src/cyclorama/picture/kernel.wasm -type f 2>/dev/null | grep -v __pycache__)

.PHONY: setup studio test test-torch check check-python check-page kernel gallery bench quality clean

setup: $(DEV) $(PAGE)

studio: $(RUN) $(PAGE)
	@exec $(BIN)/cyclorama studio $(ARGS)

# Browsers want the machine for themselves; the others mostly wait, so three are run at a time. What failed is
# tried once more with the machine to itself: much here is about time, and a fault fails twice.
AGAIN = test $$? -eq 1 && echo "Trying what failed once more, one at a time" && $(PYTEST) --last-failed

test: setup
	@$(BIN)/python scripts/chromium
	cd web && ../scripts/node npx vitest run
ifdef ARGS
	$(PYTEST) $(ARGS)
else
	$(PYTEST) -m "not browser" -n 3 --dist loadfile --no-loadscope-reorder || { $(AGAIN) -m "not browser"; }
	$(PYTEST) -m browser || { $(AGAIN) -m browser; }
endif

test-torch: $(TORCH)
	$(PYTEST) -m torch $(ARGS)

# Each of the two keeps one core busy: with `make -j2 check` they take half as long.
check: check-python check-page

check-python: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python scripts/kernel --check

check-page: setup
	cd web && ../scripts/node npm run --silent check

kernel: $(DEV)
	$(BIN)/python scripts/kernel

gallery: $(DEV)
	$(BIN)/python scripts/gallery

bench: setup
	@$(BIN)/python scripts/chromium
	$(BIN)/python -m bench $(ARGS)

quality: $(QUALITY)
	@$(BIN)/python -m bench.quality $(ARGS)

clean:
	rm -rf $(VENV) web/node_modules src/cyclorama/server/static dist .mypy_cache .pytest_cache .ruff_cache

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Cyclorama needs Python 3.11 or later: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)

$(RUN): requirements/run.lock pyproject.toml | $(BIN)/python
	$(PIP) install --require-hashes -r requirements/run.lock
	$(PIP) install --no-deps --no-build-isolation --no-index -e .
	@touch $@

$(DEV): $(RUN) requirements/dev.lock
	$(PIP) install --require-hashes -r requirements/dev.lock
	@touch $@

# PyPI's own build for Linux brings CUDA along; an index that has a CPU build of this version gives that one.
$(TORCH): $(DEV) requirements/diffusers.lock
	$(PIP) install torch==2.13.0
	$(PIP) install --require-hashes -r requirements/diffusers.lock
	@touch $@

$(QUALITY): $(DEV) requirements/quality.lock
	$(PIP) install --require-hashes -r requirements/quality.lock
	@touch $@

$(NODE): web/package-lock.json web/package.json scripts/node requirements/node.lock | $(BIN)/python
	cd web && ../scripts/node npm ci --no-fund --no-audit
	@touch $@

$(PAGE): $(NODE) $(SOURCES)
	cd web && ../scripts/node npm run --silent build
	@touch $@
