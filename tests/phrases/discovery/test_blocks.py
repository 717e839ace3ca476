"""A graph that is processed in blocks has the same uses as one that fits into memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import graphkit
from graphkit.phrases.discovery.blocks import Outline, outline
from graphkit.phrases.index import builder
from graphkit.phrases.index.builder import build_index
from graphkit.phrases.index.reader import PhraseIndex, Uses
from tests.conftest import write_records
from tests.phrases.conftest import collection, folder_bytes


@st.composite
def outlines(draw: st.DrawFn) -> Outline:
    count = draw(st.integers(0, 40))
    day = draw(st.lists(st.integers(-1, 5), min_size=count, max_size=count))
    characters = draw(st.lists(st.integers(1, 50), min_size=count, max_size=count))
    text = draw(st.lists(st.integers(0, 20), min_size=count, max_size=count))
    return Outline(
        [f"r{n:02}" for n in range(count)],
        ["" for _ in day],
        np.array(day, dtype=np.int32),
        np.array(characters, dtype=np.int64),
        np.array(text, dtype=np.uint64),
    )


@given(outlines(), st.integers(20, 400))
def test_blocks_and_windows_contain_every_report_in_date_order(found: Outline, size: int) -> None:
    blocks = list(found.blocks(size))
    assert sorted(n for b in blocks for n in b.tolist()) == list(range(len(found.ids)))
    last = -1
    for block in blocks:
        assert block.tolist() == sorted(block.tolist())
        assert found.characters[block].sum() <= size + 50
        days = [d if d >= 0 else 99 for d in found.day[block].tolist()]
        assert min(days) >= last
        last = max(days)
    chosen = found.distinct()
    assert len(np.unique(found.text[chosen])) == len(chosen) == len(np.unique(found.text))
    windows = list(found.windows(chosen, size))
    assert sorted({n for w in windows for n in w.tolist()}) == chosen.tolist()
    assert all(found.characters[w].sum() <= size or len(w) == 1 for w in windows)
    if len(windows) > 1:
        # The last one has the same size as the others.
        before = sorted(set(windows[-2].tolist()) - set(windows[-1].tolist()))
        assert not before or found.characters[windows[-1]].sum() + 50 > size


def using(folder: Path, phrase: str) -> list[dict[str, Any]]:
    """Uses of a phrase, with texts instead of numbers."""
    index = PhraseIndex(folder)
    place = index.find(phrase)
    assert place is not None, phrase
    uses = index.uses(place)
    columns = {name: getattr(uses, name).tolist() for name in Uses.__slots__}
    rows = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
    for row in rows:
        row["form"] = index.lists["forms"][row["form"]]
        row["speaker"] = index.lists["speakers"][row["speaker"]] if row["speaker"] >= 0 else None
        row["about"] = index.lists["codes"][row["about"]] if row["about"] >= 0 else None
        del row["unit"]
    return rows


def test_blocks_give_the_same_uses(planted: graphkit.Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build_index(planted.ledger, tmp_path / "whole")
    total = int(outline(planted.ledger).characters.sum())
    monkeypatch.setattr(builder, "PART_USES", 50)
    build_index(planted.ledger, tmp_path / "parts", total // 3)
    whole = PhraseIndex(tmp_path / "whole")
    same = 0
    for place, name in enumerate(whole.names):
        if whole.reports[place] >= 9:
            one, other = using(tmp_path / "whole", name), using(tmp_path / "parts", name)
            assert one == other
            same += len(one)
    assert same > 100
    assert (tmp_path / "parts" / "reports.arrow").read_bytes() == (tmp_path / "whole" / "reports.arrow").read_bytes()
    assert {p.name for p in (tmp_path / "parts").iterdir()} == {p.name for p in (tmp_path / "whole").iterdir()}


def test_reprints_are_counted_but_are_not_independent_evidence(tmp_path: Path) -> None:
    """A text of three newspapers is one source for the discovery of phrases, but its uses count three times."""
    records = collection()
    with (
        graphkit.open(tmp_path / "once", create=True) as once,
        graphkit.open(tmp_path / "thrice", create=True) as thrice,
    ):
        once.build(write_records(tmp_path / "r.jsonl", records))
        thrice.build(
            write_records(tmp_path / "t.jsonl", [{**r, "id": f"{r['id']}-{n}"} for n in range(3) for r in records])
        )
        build_index(once.ledger, tmp_path / "a")
        build_index(thrice.ledger, tmp_path / "b")
    a, b = PhraseIndex(tmp_path / "a"), PhraseIndex(tmp_path / "b")
    assert a.names == b.names
    assert a.quality.tolist() == b.quality.tolist()
    assert (3 * a.reports).tolist() == b.reports.tolist()
    assert (3 * a.mentions).tolist() == b.mentions.tolist()
    assert folder_bytes(tmp_path / "a")["keys.arrow"] == folder_bytes(tmp_path / "b")["keys.arrow"]
