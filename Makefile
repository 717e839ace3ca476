PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
GRAPH ?= demo-graph
# The one library of others that the explorer needs, out of npm.
PAGE := graphkit/explorer/vendor/cytoscape.min.js

.PHONY: demo test soak lint bench docs schema train train-phrases pictures calibrate sample neo4j fuseki clean

$(VENV)/base.done: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[office,plot]'
	touch $@

$(VENV)/dev.done: $(VENV)/base.done
	$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@

$(PAGE): graphkit/explorer/assets.py $(VENV)/base.done
	-$(BIN)/python -m graphkit.explorer.assets

demo: $(VENV)/base.done  ## reads the made-up reports of examples/ and asks the graph a question
	PATH="$(abspath $(BIN)):$$PATH" sh examples/demo.sh $(GRAPH)

test: $(VENV)/dev.done $(PAGE)  ## all tests; the whole corpus and the slow ones only with CI=true or CORPUS=1
	$(BIN)/python -m pytest -n 2 --dist loadgroup $(if $(CI)$(CORPUS),,-m "not corpus and not slow") $(ARGS)

soak: $(VENV)/dev.done $(PAGE)  ## twenty kills of each kind against the database servers (about 20 minutes)
	SOAK=1 $(BIN)/python -m pytest tests/views/test_neo4j.py tests/views/test_endpoint.py tests/faults $(ARGS)

lint: $(VENV)/dev.done  ## ruff and mypy --strict
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: $(VENV)/dev.done  ## benchmarks/RESULTS.md anew, or parts of it: ARGS="reading scale"
	$(BIN)/python -m benchmarks.run $(ARGS)

train: $(VENV)/dev.done  ## the model of policy phrases anew, from ../shared (five minutes; docs/decisions/006)
	gzip -dc ../shared/corpus/xwlb.jsonl.gz > $(VENV)/corpus.jsonl
	$(BIN)/python -m graphkit.evaluation.phrase_training --corpus $(VENV)/corpus.jsonl --gold ../shared/gold/dev.gold.jsonl --reports ../shared/gold/dev.reports.jsonl

train-phrases: $(VENV)/dev.done  ## the forest that tells policy phrases, from ../shared (ten minutes; docs/decisions/009)
	gzip -dc ../shared/corpus/xwlb.jsonl.gz > $(VENV)/corpus.jsonl
	$(BIN)/graphkit build $(VENV)/corpus.jsonl --graph $(VENV)/corpus-graph
	$(BIN)/python -m graphkit.evaluation.quality_training $(VENV)/corpus-graph

pictures: $(VENV)/dev.done $(PAGE)  ## docs/pictures anew (needs a font with Chinese characters and Chromium)
	$(BIN)/python -m tests.phrases.pictures docs/pictures
	$(BIN)/python -m tests.explorer.pictures docs/pictures

calibrate: $(VENV)/dev.done  ## the table of confidence and docs/reliability.svg anew, from ../shared
	gzip -dc ../shared/corpus/xwlb.jsonl.gz > $(VENV)/corpus.jsonl
	$(BIN)/python -m graphkit.evaluation.calibration --gold ../shared/gold/dev.gold.jsonl --reports ../shared/gold/dev.reports.jsonl --corpus $(VENV)/corpus.jsonl --plot docs/reliability.svg

sample: $(VENV)/base.done  ## twenty random reports of the corpus with what was read from them, side by side
	gzip -dc ../shared/corpus/xwlb.jsonl.gz > $(VENV)/corpus.jsonl
	$(BIN)/python -m graphkit.evaluation.sampling $(VENV)/corpus.jsonl $(ARGS)

schema: $(VENV)/base.done  ## the generated files of schemas/ and docs/schema.md
	$(BIN)/python -c "from pathlib import Path; from graphkit.schema_files import main; main(Path())"

docs: $(VENV)/base.done  ## docs/cli.md from the commands' own help
	COLUMNS=80 $(BIN)/python -c "from pathlib import Path; from graphkit.cli.reference import main; main(Path('docs/cli.md'))"

neo4j fuseki: $(VENV)/dev.done  ## a server for a try-out on 127.0.0.1 from Maven artifacts (Java 17, Maven); Ctrl-C stops it
	$(BIN)/python -m tests.servers $@ .servers

clean:
	rm -rf $(VENV) $(GRAPH) .pytest_cache .mypy_cache .ruff_cache
