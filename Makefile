PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
GRAPH ?= demo-graph
PIP := $(BIN)/python -m pip --disable-pip-version-check
PYTEST := $(BIN)/python -m pytest -n 2 --dist loadgroup

# Data for training and measurement: real reports of ../shared where it exists, otherwise the invented reports of gold/.
GOLD ?= $(if $(wildcard ../shared/gold),../shared/gold/dev,gold/train)
REPORTS ?= $(VENV)/corpus.jsonl
CORPUS_ARCHIVE := $(wildcard ../shared/corpus/xwlb.jsonl.gz)

.DEFAULT_GOAL := help
.PHONY: help demo test test-fast test-all mutations soak packaging lint bench docs docs-site schema train train-encoder train-phrases train-emerging pictures calibrate sample neo4j fuseki clean

help:  ## prints this list
	@echo "Usage: make TARGET    (begin with: make demo)"
	@sed -n 's/^\([a-z][a-z0-9 -]*\):.*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | while IFS='|' read -r name words; do printf '  %-14s %s\n' "$$name" "$$words"; done

# A pip older than 23.3 warns about the extra html_clean of lxml, which is there.
$(VENV)/base.done: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(PIP) install -q 'pip>=23.3'
	$(PIP) install -q -c constraints.txt -e .
	touch $@

$(VENV)/dev.done: $(VENV)/base.done
	$(PIP) install -q -c constraints.txt -e '.[dev]'
	touch $@

demo: $(VENV)/base.done  ## installs graphkit into .venv and tries it on the invented reports of examples/
	PATH="$(abspath $(BIN)):$$PATH" sh examples/demo.sh $(GRAPH)
	@printf '\n%s\n\n    %s\n    %s\n' 'graphkit is installed in $(VENV). To use it in this terminal, type these lines:' 'source $(VENV)/bin/activate' 'graphkit extract examples/reports/01-city-tour.txt --format table'

test: $(if $(CI),test-all,test-fast)  ## runs the tests that need no server, browser or corpus (under five minutes); with CI=true the same as test-all

test-fast: $(VENV)/dev.done
	$(PYTEST) -m "not corpus and not slow and not server and not browser and not soak" $(ARGS)

test-all: $(VENV)/dev.done  ## runs every test but those of soak, with servers, browser and the whole corpus (under twenty minutes)
	$(PYTEST) -m "not soak" $(ARGS)

soak: $(VENV)/dev.done  ## runs long series: twenty interruptions of each kind, and the tests that measure time (about half an hour)
	SOAK=1 $(BIN)/python -m pytest tests/stores/neo4j tests/stores/sparql tests/faults $(ARGS)
	SOAK=1 $(BIN)/python -m pytest -m soak --ignore tests/faults $(ARGS)

mutations: $(VENV)/dev.done  ## plants small bugs in a copy, one at a time, and reports which of them the tests find
	$(BIN)/python -m tests.mutation $(ARGS)

packaging: $(VENV)/dev.done  ## replays the README in a fresh clone and tries the wheel in a fresh environment
	$(BIN)/python -m tests.packaging.first_minutes

lint: $(VENV)/dev.done  ## ruff and mypy --strict
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/dev.done  ## benchmarks/RESULTS.md anew, or parts of it: ARGS="reading scale"
	$(BIN)/python -m benchmarks.run $(ARGS)

$(VENV)/corpus.jsonl: $(VENV)/base.done $(CORPUS_ARCHIVE)
	$(if $(CORPUS_ARCHIVE),gzip -dc $(CORPUS_ARCHIVE),cat gold/train.reports.jsonl gold/dev.reports.jsonl) > $@

train: $(VENV)/dev.done $(REPORTS)  ## trains the model of policy phrases (five minutes; docs/decisions/006)
	$(BIN)/python -m graphkit.training.phrase_model $(if $(CORPUS_ARCHIVE),--corpus $(REPORTS)) --gold $(GOLD).gold.jsonl --reports $(GOLD).reports.jsonl

train-encoder: $(VENV)/dev.done  ## trains the encoder and the merger (hours on two cores; docs/encoder.md); ARGS="--stages merger" for a part
	$(PIP) install -q -c constraints.txt -e '.[dev,train]'
	$(BIN)/python -m graphkit.training.encoder --work $(VENV)/encoder --gold $(if $(wildcard ../shared/gold),../shared/gold/train.reports.jsonl:../shared/gold/train.gold.jsonl ../shared/gold/dev.reports.jsonl:../shared/gold/dev.gold.jsonl) gold/train.reports.jsonl:gold/train.gold.jsonl gold/dev.reports.jsonl:gold/dev.gold.jsonl --new gold/writers.reports.jsonl:gold/writers.gold.jsonl --latest gold/writers2.reports.jsonl:gold/writers2.gold.jsonl $(ARGS)

train-phrases: $(VENV)/dev.done $(REPORTS)  ## trains the boosted trees that classify policy phrases (ten minutes; docs/decisions/009)
	$(BIN)/graphkit build $(REPORTS) --graph $(VENV)/corpus-graph
	$(BIN)/python -m graphkit.training.phrase_classifier $(VENV)/corpus-graph --gold gold/train.gold.jsonl gold/dev.gold.jsonl gold/writers.gold.jsonl $(wildcard ../shared/gold/train.gold.jsonl ../shared/gold/dev.gold.jsonl)

train-emerging: $(VENV)/dev.done  ## fits the weights of new phrases after train-phrases and measures them (five minutes; docs/decisions/021)
	$(BIN)/python -m graphkit.training.emerging_weights $(VENV)/corpus-graph

pictures: $(VENV)/dev.done  ## docs/pictures anew (needs a font with Chinese characters and Chromium)
	$(BIN)/python -m tests.phrases.pictures docs/pictures
	$(BIN)/python -m tests.explorer.pictures docs/pictures
	$(BIN)/python -m tests.docs_site.pictures docs/pictures

calibrate: $(VENV)/dev.done $(REPORTS)  ## measures the precision of each rule: the confidence table and docs/reliability.svg
	$(BIN)/python -m graphkit.training.calibration --gold $(GOLD).gold.jsonl --reports $(GOLD).reports.jsonl --corpus $(REPORTS) --plot docs/reliability.svg

sample: $(VENV)/base.done $(REPORTS)  ## shows twenty random reports next to the statements that were read from them
	$(BIN)/python -m graphkit.evaluation.sampling $(REPORTS) $(ARGS)

schema: $(VENV)/base.done  ## the generated files of schemas/ and docs/schema.md
	$(BIN)/python -c "from pathlib import Path; from graphkit.schema.generated_files import main; main(Path())"

docs: $(VENV)/base.done  ## docs/cli.md from the commands' own help, and the table of formats
	COLUMNS=80 $(BIN)/python -c "from pathlib import Path; from graphkit.cli.reference import main; main(Path('docs/cli.md'))"
	$(BIN)/python -c "from pathlib import Path; from graphkit.reading.formats import main; main(Path('docs/formats.md'))"
	$(BIN)/python -c "from pathlib import Path; from graphkit.tabular.codebook import main; main(Path('docs/tables.md'))"

docs-site: $(VENV)/dev.done  ## the documentation site in site/, with the Chinese pages in site/zh; it needs no network
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict -q -d site
	@echo "The site is in site/; open site/index.html in a browser."

neo4j fuseki: $(VENV)/dev.done  ## a server for a try-out on 127.0.0.1 from Maven artifacts (Java 17, Maven); Ctrl-C stops it
	$(BIN)/python -m tests.servers $@ .servers

clean:
	rm -rf $(VENV) $(GRAPH) .pytest_cache .mypy_cache .ruff_cache
