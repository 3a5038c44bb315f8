# Eight verbs and a demo.  They make and keep `.venv` themselves and need nothing but Python 3.11 and pip.
#   make demo      train on the embedded corpus, evaluate, annotate, compare: the whole journey in minutes
#   make test      the test suite             make slow    the tests that take minutes or need big corpora
#   make soak      the service under load for long: 100,000 requests, 10,000 generated ones, every promise at full size
#   make numbers   the tests of bit-exactness, precision and resuming once more, as on a processor without AVX or bfloat16
#   make gpu       training, resuming and annotating on a GPU, beside the CPU; skipped where there is none
#   make check     linter and type checker    make format  let the formatter write
#   make docs      the documents as a site, in docs/_build/html
#   make install   only make .venv            make serve   the HTTP service (MODEL=runs/demo)

PYTHON ?= $(shell command -v python3.11 || command -v python3)
MODEL ?= runs/demo
WORKERS ?= 2
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready

# Torch's own kernels, oneDNN's and MKL's: each is told by a variable of its own to use the least that it knows.
LEAST := ATEN_CPU_CAPABILITY=default ONEDNN_MAX_CPU_ISA=SSE41 MKL_CBWR=COMPATIBLE

.PHONY: install demo test docs numbers slow soak gpu check format serve
.DELETE_ON_ERROR:

install: $(READY)

# Rebuilt only when what to install has changed; the code itself is installed editable.
$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "jmt needs Python 3.11 or later; this is " + sys.version.split()[0] + ": make PYTHON=...")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --progress-bar off --constraint constraints.txt --editable '.[dev]'
	@touch $@

demo: $(READY)
	rm -rf runs/demo
	$(BIN)/jmt train demo --output runs/demo
	$(BIN)/jmt evaluate runs/demo --split dev --rows 3
	printf '%s\n' 'The old man who lives near the river sold a boat to his sister.' 'Did the dogs chase her?' \
		| $(BIN)/jmt annotate --model runs/demo --to tree
	printf '%s\n' "She didn't eat the carrots." | $(BIN)/jmt annotate --model runs/demo --to conllu
	$(BIN)/jmt compare --model runs/demo 'The old farmer washed the horse.' 'The farmer washed the animal.'
	@printf '%s\n' '' 'What to try next:' \
		'  $(BIN)/jmt annotate --model runs/demo --to jsonl README.md' \
		'  $(BIN)/jmt info runs/demo' \
		'  $(BIN)/jmt serve --model runs/demo' \
		'  $(BIN)/jmt init demo --output mine.toml     # a configuration of your own: docs/guides/train.md'

test: $(READY)
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile -rs  # -rs: what was skipped, and why

numbers: $(READY)
	$(LEAST) OMP_NUM_THREADS=1 $(BIN)/python -m pytest -m 'numbers and not slow' --numprocesses $(WORKERS) --dist worksteal

docs: $(READY)
	$(BIN)/python -m docs.generate
	$(BIN)/python -m sphinx --builder html --fresh-env --write-all --fail-on-warning --keep-going --quiet docs docs/_build/html
	@printf '%s\n' 'open docs/_build/html/index.html'

slow: $(READY)
	$(BIN)/python -m pytest -m slow

soak: $(READY)
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -m soak --timeout 3600 --capture no

gpu: $(READY)
	$(BIN)/python benchmarks/gpu.py

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

serve: $(READY)
	$(BIN)/jmt serve --model $(MODEL)
