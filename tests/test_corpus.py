"""The whole corpus, some minutes: every statement is allowed and its quote is the text."""

from __future__ import annotations

import gzip
import json
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import graphkit

#: Bytes of resident memory that reading the corpus may take.
MEMORY = 1 << 30


@pytest.mark.corpus
@pytest.mark.xdist_group("corpus")
def test_the_whole_corpus_goes_in(shared: Path, tmp_path: Path) -> None:
    source = tmp_path / "xwlb.jsonl"
    with gzip.open(shared / "corpus" / "xwlb.jsonl.gz") as packed, source.open("wb") as out:
        shutil.copyfileobj(packed, out)
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    done = subprocess.run([sys.executable, "-m", "graphkit", "build", str(source), "--graph", str(tmp_path / "g")], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    assert used < MEMORY or used == before * 1024
    with graphkit.open(tmp_path / "g") as graph:
        assert list(graph.validate(shacl=False)) == []
        texts = {r.id: r.text for r in graph.reports()}
        assert len(texts) == sum(1 for _ in source.open("rb")) == 19_850
        refused = json.loads(json.dumps(graph.status()))
        assert refused["failed"] == 0
        assert refused["statements"] > 80_000
        for claim in graph.claims():
            for e in claim.evidence:
                assert texts[e.report][e.start : e.end] == e.quote
