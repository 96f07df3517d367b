# The only entry point, the same on a laptop and in CI. It needs python3 (3.11 or newer), pip, git and make.
# LANGUAGE is not taken from the environment: there it is gettext's, such as en_US:en.

PYTHON   ?= python3
LANGUAGE := en
WORKERS  ?= 2
LAB      ?=

BIN   := .venv/bin
READY := .venv/installed

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-browser test-floors test-newest lab build check bench bench-first bench-sliders mutation proofs bundle solo lessons pictures reference lock clean

help: ## say what each command does
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## /\1|/' | \
	  while IFS='|' read -r name text; do printf '  make %-12s %s\n' "$$name" "$$text"; done

setup: $(READY) ## install everything into .venv, once

$(READY): requirements.lock pyproject.toml grader/pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or newer is needed; $(PYTHON) is $$($(PYTHON) --version 2>&1)." \
	       "Say which one to use: make PYTHON=python3.12"; exit 1; }
	@test -x $(BIN)/python || { rm -rf .venv; $(PYTHON) -m venv .venv; } || { \
	  rm -rf .venv; echo "python3 -m venv does not work here, trying virtualenv"; \
	  $(PYTHON) -m pip install --quiet --target build/virtualenv virtualenv && \
	  PYTHONPATH=build/virtualenv $(PYTHON) -m virtualenv --quiet .venv; }
	$(BIN)/python -m pip install --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation -e . -e ./grader
	@touch $@

demo: setup ## build two lessons, grade a made-up class of 24, compare with the planted truth
	$(BIN)/python -m tools demo

test: setup ## run all tests but those in a browser (WORKERS=4 for more processes, ALL=1 for those of minutes too, COVERAGE=1 for build/coverage/)
	$(BIN)/python -m pytest -q -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(if $(ALL),,-m "not slow") \
	  $(if $(COVERAGE),--cov --cov-report=html:build/coverage --cov-report=xml:build/coverage/coverage.xml)

test-browser: setup ## the stories in a real JupyterLab and Chromium, which is installed where it is missing; pictures in build/browser/
	$(BIN)/python -m tests.browser.chromium
	$(BIN)/python -m pytest -q -n $(WORKERS) --dist loadfile tests/browser

test-floors: ## the main tests with the lowest versions that are promised, in a throwaway environment (TESTS=... for others)
	$(PYTHON) .ci/versions.py lowest $(TESTS)

test-newest: ## the same with the newest versions there are (PYTHON=python3.13 for another Python)
	$(PYTHON) .ci/versions.py newest $(TESTS)

lab: setup build/answers/transformer.json ## open your own copy of the lessons, work/, in JupyterLab (LANGUAGE=vi for Vietnamese; LAB=... for Jupyter's options)
	@test -d notebooks/$(LANGUAGE) || { echo "there are no lessons in LANGUAGE=$(LANGUAGE); there are: $$(ls notebooks)"; exit 1; }
	@mkdir -p work/$(LANGUAGE) # what is there already is yours and stays; a new copy is signed, or JupyterLab calls it not trusted
	@new=; for lesson in notebooks/$(LANGUAGE)/*; do copy=work/$(LANGUAGE)/$${lesson##*/}; \
	  test -e $$copy || { cp -R $$lesson work/$(LANGUAGE)/ && new="$$new $$copy/*.ipynb"; }; done; \
	  test -z "$$new" || $(BIN)/jupyter trust $$new >/dev/null
	cd work/$(LANGUAGE) && HOCSAU_LANGUAGE=$(LANGUAGE) HOCSAU_ANSWERS=$(CURDIR)/build/answers \
	  JUPYTER_CONFIG_PATH=$(CURDIR)/hocsau/etc/lab ../../$(BIN)/jupyter lab $(LAB)

build/answers/transformer.json: $(wildcard solutions/*/lesson.py) | setup # what reveal(...) shows: a file a lesson, made together
	@$(BIN)/grader answers >/dev/null

build: setup ## build notebooks/ and the check packs from solutions/
	$(BIN)/grader build

check: setup ## formatting, lint, types, workflows, and whether what is built is up to date
	$(BIN)/ruff format --check .
	$(BIN)/ruff format --check --line-length=100 solutions/*/lesson.py
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-actions .github/actions/*/action.yml
	$(BIN)/zizmor --quiet --offline --min-severity=medium .github
	$(BIN)/grader build --check

bench: setup ## grade one class with stock nbgrader and with ours, in one run: build/bench.json, build/bench.png
	$(BIN)/python -m tools bench

mutation: setup ## judge every mutant of every right answer: what the checks let through, build/mutation.json
	$(BIN)/python -m tools prove mutation --jobs $(WORKERS)

proofs: mutation ## that and the other proofs of the checks, then the page of them: docs/grader-quality.md
	$(BIN)/python -m tools prove diagnosis --jobs $(WORKERS)
	$(BIN)/python -m tools prove equivalent --jobs $(WORKERS)
	$(BIN)/python -m tools prove stability --jobs $(WORKERS)
	$(BIN)/python -m tools prove page

bench-first: setup ## how long import hocsau and a check take, in fresh processes
	$(BIN)/python -m tools.bench.first

bench-sliders: setup ## every explorer in JupyterLab and Chromium beside plain interact: build/sliders.json
	$(BIN)/python -m tests.browser.chromium
	$(BIN)/python -m tests.browser.bench_sliders $(SLIDERS)

bundle: setup ## write what a student gets: dist/hocsau-student-en.zip and -vi.zip
	$(BIN)/python -m tools bundle

solo: setup ## the same for those who learn alone, with worked answers: dist/hocsau-solo-en.zip and -vi.zip
	$(BIN)/python -m tools bundle --solo

lessons: setup ## run the solved lessons of both languages into build/solved/
	$(BIN)/grader build --solved

pictures: test-browser ## remake the pictures of the README and, by playing the stories, of docs/
	$(BIN)/python -m tools.pictures.readme
	$(BIN)/python -m tools.pictures.stories

reference: setup ## the public modules from their docstrings, as pages: build/reference/index.html
	$(BIN)/python -m tools.reference build/reference

lock: ## remake requirements.lock and environment.yml (UPGRADE=1 takes the newest versions; torch's stands in .ci/lock.py)
	$(PYTHON) .ci/lock.py $(if $(UPGRADE),--upgrade)

clean: ## remove what was built and cached; .venv, submissions and the gradebook stay
	rm -rf build dist .coverage* .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find hocsau grader tests solutions docs -name __pycache__ -type d -prune -exec rm -rf {} +
