"""Results survive the transfer from a node through a shard."""

from __future__ import annotations

import io
import pickle

import pyarrow.parquet as pq
from hypothesis import given, settings
from hypothesis import strategies as st

import graphkit
from graphkit.building.batch import Item, Known, Read
from graphkit.building.ray_shards import _items, table_of
from graphkit.extractors import load_extractor
from graphkit.ledger import entry_of
from graphkit.model import Failure, Ignored, NoReport, NotRead, Origin
from tests.reading.strategies import report_texts

WORDS = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
_NAMES = st.lists(WORDS, max_size=3).map(tuple)
ORIGINS = st.none() | st.builds(
    Origin, st.lists(st.tuples(WORDS, WORDS), max_size=3).map(tuple), _NAMES, _NAMES, _NAMES, WORDS, st.booleans()
)


@st.composite
def items(draw: st.DrawFn) -> Item:
    """Possible results of an input."""
    kind = draw(st.sampled_from((Failure, NotRead, NoReport, Ignored, Known, Read)))
    if kind is NotRead:
        return NotRead(draw(WORDS), draw(WORDS), draw(WORDS))
    if kind is Ignored:
        return Ignored(draw(WORDS), draw(WORDS))
    if kind is Failure or kind is NoReport:
        return kind(draw(WORDS), draw(WORDS), origin=draw(ORIGINS))
    if kind is Known:
        return Known(draw(WORDS), draw(WORDS), draw(WORDS), draw(ORIGINS))
    reading = graphkit.extract(draw(report_texts()))
    return Read(entry_of(reading, "offline", load_extractor().version), draw(WORDS), origin=draw(ORIGINS))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), items()), max_size=6))
def test_items_survive_a_round_trip_through_parquet(found: list[tuple[int, Item]]) -> None:
    out = io.BytesIO()
    pq.write_table(table_of(found), out)
    again = list(_items(pq.ParquetFile(out).read().combine_chunks()))
    assert again == found
    # Origins are not part of the comparison of failures.
    assert [getattr(item, "origin", None) for _, item in again] == [getattr(item, "origin", None) for _, item in found]


@settings(max_examples=30, deadline=None)
@given(report_texts())
def test_reports_and_statements_are_transferred_completely(text: str) -> None:
    reading = graphkit.extract(text)
    for value in (reading.report, reading.statements, reading.mentions):
        assert pickle.loads(pickle.dumps(value)) == value
