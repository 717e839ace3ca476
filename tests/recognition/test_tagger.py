from __future__ import annotations

import random
import re
from typing import Any

from graphkit.recognition.tagger import MAX_SENTENCE, Tagger


def test_batches_give_the_same_tags_as_single_sentences(tagger: Tagger, corpus_records: Any) -> None:
    sentences: list[str] = []
    for record in corpus_records:
        sentences += [s for s in re.split(r"(?<=[。！？\n])", record["text"]) if s.strip()]
        if len(sentences) > 40_000:
            break
    chosen = random.Random(7).sample(sentences, 1000)
    together = tagger.tag(chosen)
    for sentence, tokens in zip(chosen, together, strict=True):
        assert tokens == tagger.tag([sentence])[0], sentence


def test_tokens_cover_the_sentence(tagger: Tagger) -> None:
    sentence = "市委书记林知远到石渡县调研。"
    (tokens,) = tagger.tag([sentence])
    assert [t.start for t in tokens] == [0, *[t.end for t in tokens[:-1]]]
    assert tokens[-1].end == len(sentence)


def test_very_long_and_empty_sentences_are_tagged(tagger: Tagger) -> None:
    long = "石渡县" * MAX_SENTENCE
    found = tagger.tag(["", long])
    assert found[0] == []
    assert found[1][-1].end == len(long)


def test_words_have_the_offsets_of_their_text(tagger: Tagger) -> None:
    text = "市委书记林知远到石渡县调研。" + "石渡县" * MAX_SENTENCE
    starts = [0, 14]
    own = tagger.tag([text[:14], text[14:]])
    assert tagger.tag([text[:14], text[14:]], starts) == [
        [(a + at, b + at, tag) for a, b, tag in tokens] for at, tokens in zip(starts, own, strict=True)
    ]
