"""The whole corpus, some minutes: every statement is allowed and its quote is the text."""

from __future__ import annotations

import gzip
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import graphkit

#: Bytes of resident memory that reading the corpus may take.
MEMORY = 1 << 30
#: Builds a graph and prints the KiB that its process took at most.
BUILD = """
import resource, sys, graphkit
with graphkit.open(sys.argv[1], create=True) as graph:
    graph.build(sys.argv[2])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.corpus
@pytest.mark.xdist_group("corpus")
def test_the_whole_corpus_goes_in(shared: Path, tmp_path: Path) -> None:
    source = tmp_path / "xwlb.jsonl"
    with gzip.open(shared / "corpus" / "xwlb.jsonl.gz") as packed, source.open("wb") as out:
        shutil.copyfileobj(packed, out)
    done = subprocess.run([sys.executable, "-c", BUILD, str(tmp_path / "g"), str(source)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    assert 0 < int(done.stdout) * 1024 < MEMORY
    with graphkit.open(tmp_path / "g") as graph:
        assert list(graph.validate(shacl=False)) == []
        texts = {r.id: r.text for r in graph.reports()}
        assert len(texts) == sum(1 for _ in source.open("rb")) == 19_850
        counts = graph.status()
        assert counts["failed"] == 0
        assert counts["statements"] > 80_000
        for claim in graph.claims():
            for e in claim.evidence:
                assert texts[e.report][e.start : e.end] == e.quote
