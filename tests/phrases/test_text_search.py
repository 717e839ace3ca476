"""Phrases that are not in the index are found by their characters: rare ones, and those outside quotation marks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import graphkit
from graphkit.errors import UsageError
from graphkit.phrases.api import Phrases
from graphkit.phrases.keys import SILENT
from tests.conftest import write_records

SPOKEN = (
    "要坚持河清岸绿一起抓，推动“甲河、乙河”共治。",
    "要抓好夏粮收购，守好一河清水。",
    "县里按照向绿向美的思路修路。记者看到，向绿向美成了新风尚。",
    "要推进石渡—青石协同发展，走石渡—青石一体化的路子。",
    "群众说，这就是先建后补的好处。",
)
#: Wordings that occur in one or two reports, some of them inside a word or across word boundaries.
RARE = ("河清岸绿", "甲河、乙河", "甲河乙河", "向绿向美", "石渡—青石一体化", "先建后补", "守好一河清水", "夏粮")


def records() -> list[dict[str, Any]]:
    return [
        {
            "id": f"r{n}",
            "date": f"2024-0{n + 1}-15",
            "title": f"林知远到第{n}村调研",
            "text": f"林知远到第{n}村调研\n市委书记林知远到石渡县调研。他强调，{words}",
        }
        for n, words in enumerate(SPOKEN)
    ]


@pytest.fixture(scope="module")
def rare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[graphkit.Graph]:
    folder = tmp_path_factory.mktemp("rare")
    with graphkit.open(folder / "graph", create=True) as graph:
        graph.build(write_records(folder / "reports.jsonl", records()))
        yield graph


@pytest.mark.parametrize("words", RARE)
def test_first_uses_equal_a_plain_text_search(rare: graphkit.Graph, words: str) -> None:
    bare = {ord(c): None for c in SILENT}
    expected = [r["id"] for r in records() if words.translate(bare) in r["text"].translate(bare)]
    rows = rare.phrases().first(words, top=10)
    assert [r["report"] for r in rows] == expected != []
    texts = {r["id"]: r["text"] for r in records()}
    for row in rows:
        start, end = row["phrase_span"].partition(":")[2].split("-")
        assert texts[row["report"]][int(start) : int(end)].translate(bare) == words.translate(bare)
        assert words.translate(bare) in row["quote"].translate(bare)


def test_every_question_about_a_phrase_has_an_answer_for_a_rare_one(rare: graphkit.Graph) -> None:
    phrases = rare.phrases()
    rows = phrases.uses("向绿向美")
    assert [r["report"] for r in rows] == ["r2", "r2"]
    assert rows[0]["count"] == 1
    assert rows[0]["first"] == "2024-03-15"
    assert phrases.trend("向绿向美", by="year")[0]["count"] == 1
    assert phrases.spread("向绿向美", over="speakers")[0]["first"] == "2024-03-15"
    assert isinstance(phrases.together("向绿向美"), list)
    assert isinstance(phrases.wording("向绿向美"), list)
    assert isinstance(phrases.intensity("向绿向美"), list)


def test_a_rare_phrase_has_the_speaker_of_its_report(rare: graphkit.Graph) -> None:
    assert rare.phrases().first("河清岸绿")[0]["speaker"] == "林知远"


def test_phrases_that_were_searched_for_are_in_no_list(rare: graphkit.Graph) -> None:
    phrases = Phrases(rare.phrases().index, rare.ledger)
    before = [r["phrase"] for r in phrases.list(top=1000, min_score=0)]
    number = phrases.find("先建后补的好处")
    assert phrases.index.names[number] == "先建后补的好处"
    assert phrases.find("先建后补的好处") == number
    assert [r["phrase"] for r in phrases.list(top=1000, min_score=0)] == before
    assert phrases.emerging(since="2024-05-01") == Phrases(rare.phrases().index, rare.ledger).emerging(
        since="2024-05-01"
    )


@pytest.mark.parametrize("words", ["没有这个提法", "河", "", "、", "“”", "r1"])
def test_words_that_no_report_uses_are_an_error(rare: graphkit.Graph, words: str) -> None:
    with pytest.raises(UsageError, match="no report of this graph uses the phrase"):
        rare.phrases().find(words)
