"""Candidates of phrases, and their selection by the model."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import graphkit
from graphkit.recognition.phrase_candidates import Clause, Known, clauses
from graphkit.recognition.phrase_model import PhraseModel, phrase_counts, phrase_model, write_counts, write_model
from graphkit.recognition.phrase_words import is_parallel
from graphkit.recognition.phrases import same_phrase
from graphkit.recognition.tagger import Tagger


def candidates(tagger: Tagger, text: str) -> set[str]:
    clause = Clause(text, tagger.tag([text])[0], (0, len(text)))
    return {text[clause.tokens[i].start : clause.tokens[j - 1].end] for i, j in clause.pairs({})}


def emphasized(text: str) -> list[str]:
    return [s.object.name for s in graphkit.extract(text).statements if s.relation == "emphasized"]


def test_clauses_do_not_cut_slogans_and_titles() -> None:
    text = "要落实“争先、进位，崛起”要求，学习《甲，乙》。加快建设"
    assert [text[a:b] for a, b in clauses(text, 0, len(text))] == [
        "要落实“争先、进位，崛起”要求",
        "学习《甲，乙》",
        "加快建设",
    ]


def test_direct_speech_is_divided_like_other_text() -> None:
    text = "“要坚持绿水青山就是金山银山的理念，推动生态保护，这是大家的事情。”"
    assert len(clauses(text, 0, len(text))) == 3


@given(st.text(alphabet="要加快“”《》（），。、建设项目", max_size=40))
def test_clauses_are_ordered_and_inside_the_sentence(text: str) -> None:
    spans = clauses(text, 0, len(text))
    assert all(a < b for a, b in spans)
    assert all(b <= c for (_, b), (c, _) in itertools.pairwise(spans))


def test_a_verb_of_rejection_is_part_of_the_phrase(tagger: Tagger) -> None:
    found = candidates(tagger, "力戒形式主义")
    assert "形式主义" not in found
    assert "力戒形式主义" in found


def test_adverbs_begin_only_fixed_phrases(tagger: Tagger) -> None:
    text = "切实优化营商环境"
    assert "切实优化营商环境" not in candidates(tagger, text)
    clause = Clause(text, tagger.tag([text])[0], (0, len(text)))
    assert any(
        text[clause.tokens[i].start : clause.tokens[j - 1].end] == text for i, j in clause.pairs({text: Known(90, 5)})
    )


def test_a_slogan_without_quotation_marks_remains_complete(tagger: Tagger) -> None:
    text = "开展“争先、进位、崛起”讨论。引深争先进位崛起讨论成果"
    tokens = tagger.tag([text])[0]
    at = text.index("引深")
    clause = Clause(text, tokens, (at, len(text)))
    words = {text[clause.tokens[i].start : clause.tokens[j - 1].end] for i, j in clause.pairs({})}
    assert not any(w.endswith(("争先", "争先进位")) or w.startswith(("进位", "崛起")) for w in words)


@pytest.mark.parametrize(
    ("said", "before", "same"),
    [
        ("右玉精神", "弘扬右玉精神", True),
        ("弘扬右玉精神", "右玉精神", True),
        ("引深大讨论成果", "引深解放思想大讨论成果", True),
        ("乡村振兴", "乡村建设", False),
        ("精神", "右玉精神", False),
        ("发展生产力", "发展新质生产力", False),
    ],
)
def test_equal_phrases_have_the_same_normal_form(said: str, before: str, same: bool) -> None:
    assert same_phrase(said, before) is same


def test_parallel_forms_are_one_phrase() -> None:
    assert is_parallel("扬优势、补短板")
    assert not is_parallel("传统产业、以信息技术为代表的新兴产业")


def test_negation_is_kept_and_descriptions_are_not_phrases() -> None:
    found = emphasized("市委书记林知远强调，要力戒形式主义、官僚主义，不断优化营商环境。")
    assert any(p.startswith("力戒形式主义") for p in found)
    assert any(p.endswith("营商环境") for p in found)


def test_variants_with_and_without_quotation_marks_are_one_entity(tmp_path: Path) -> None:
    from tests.resolution.test_resolver import graph_of

    records = [
        {"id": "a", "text": "市长陈若川强调，要聚焦“争先、进位、崛起”这一目标。"},
        {"id": "b", "text": "市长陈若川强调，要聚焦争先进位崛起这一目标。"},
    ]
    with graph_of(tmp_path, records) as graph:
        assert len({e.id for e in graph.entities() if e.type == "Phrase" and "崛起" in e.name}) == 1


def test_the_shipped_model_is_there() -> None:
    model = phrase_model()
    assert 0 < model.threshold < 1
    assert len(model.weights) > 1000
    assert list(model.calibration) == sorted(model.calibration)
    assert phrase_counts()["高质量发展"].reports > 100


def test_a_model_is_written_reproducibly(tmp_path: Path) -> None:
    model = PhraseModel({"b": 0.5, "a": -0.25}, 0.4, ((0.4, 0.6), (0.8, 0.9)))
    write_model(model, tmp_path / "one.tsv")
    write_model(PhraseModel({"a": -0.25, "b": 0.5}, 0.4, model.calibration), tmp_path / "two.tsv")
    assert (tmp_path / "one.tsv").read_bytes() == (tmp_path / "two.tsv").read_bytes()
    write_counts({"乙": Known(4, 1), "甲": Known(5, 2)}, tmp_path / "one.gz")
    write_counts({"甲": Known(5, 2), "乙": Known(4, 1)}, tmp_path / "two.gz")
    assert (tmp_path / "one.gz").read_bytes() == (tmp_path / "two.gz").read_bytes()


def test_the_confidence_of_a_score_follows_the_calibration() -> None:
    model = PhraseModel({}, 0.4, ((0.4, 0.6), (0.8, 0.9)))
    assert model.confidence(0.5) == 0.6
    assert model.confidence(0.8) == 0.9
    assert model.score([]) == 0.5
