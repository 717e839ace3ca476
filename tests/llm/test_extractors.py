"""The three extractors: what is asked, and what becomes of the answers."""

from __future__ import annotations

import json
import pickle
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import graphkit
from graphkit.errors import UsageError
from graphkit.extractors import load_extractor
from graphkit.extractors.offline import OfflineExtractor
from graphkit.llm import Run, using
from graphkit.llm.extractor import LanguageModel, LlmExtractor, ProposingExtractor
from graphkit.llm.forms import statements_form, verdicts_form
from graphkit.llm.prompts import instructions, prompt_file, prompt_version
from graphkit.llm.quotes import Searchable
from graphkit.llm.statements import Reader, item_of
from graphkit.llm.windows import Window, windows
from graphkit.model import Report
from graphkit.recognition.tagger import Tagger
from graphkit.schema import load_schema
from tests.llm.fake_model import item, listed, of_passage, saying, serving
from tests.llm.reading import context_of, read, triples
from tests.llm.reports import KNOWN, REPORT, TEXT, TRUE

# What is asked


def test_windows_cover_all_sentences_and_overlap(tagger: Tagger, tmp_path: Path) -> None:
    text = "\n".join(f"3月{n}日，市委书记林知远到石渡县第{n}中学调研。他强调，要优化营商环境。" for n in range(1, 29))
    context = context_of(Report("long", text), tagger)
    with serving(saying(lambda _: listed())) as model:
        settings = model.settings(tmp_path, window=300, overlap=60)
    found = list(windows(context, settings))
    assert len(found) > 3
    assert all(end - start <= 300 for start, end in found)
    for scene in context.scenes:
        assert any(start <= scene.sentence.start and scene.sentence.end <= end for start, end in found)
    for (_, end), (start, _) in pairwise(found):
        assert end - 60 <= start < end


def test_a_sentence_that_is_longer_than_a_window_is_not_divided(tagger: Tagger, tmp_path: Path) -> None:
    long = "市委书记林知远先后来到" + "、".join(f"石渡县第{n}中学" for n in range(60)) + "调研。"
    context = context_of(Report("long", long + "他强调，要优化营商环境。"), tagger)
    with serving(saying(lambda _: listed())) as model:
        found = list(windows(context, model.settings(tmp_path, window=200, overlap=50)))
    assert [context.text[a:b][-3:] for a, b in found] == ["调研。", "环境。"]


def test_statements_of_the_overlap_are_stated_once(tmp_path: Path) -> None:
    text = "\n".join(f"3月{n}日，市委书记林知远到石渡县第{n}中学调研。" for n in range(1, 29))
    known = [
        item("visited", "林知远", f"石渡县第{n}中学", f"市委书记林知远到石渡县第{n}中学调研", "Person Organization")
        for n in range(1, 29)
    ]
    with serving(saying(of_passage(known))) as model:
        reading = read(LlmExtractor, model, tmp_path, Report("long", text, date="2024-03-29"), window=250, overlap=120)
        passages = [json.loads(json.loads(raw)["messages"][1]["content"]) for raw in model.received]
    assert len(reading.statements) == 28
    assert reading.refused == ()
    assert sum(text.count("调研", 0) and p["passage"].count("调研") for p in passages) > 28
    assert ["beginning" in p for p in sorted(passages, key=lambda p: text.index(p["passage"][:12]))].count(False) == 1


def test_a_report_without_sentences_sends_nothing(tmp_path: Path) -> None:
    with serving(saying(lambda _: listed())) as model:
        assert read(LlmExtractor, model, tmp_path, Report("empty", "\n")).statements == ()
        assert model.received == []


def test_the_form_allows_what_the_schema_allows() -> None:
    variants = statements_form()["properties"]["statements"]["items"]["anyOf"]
    by_relation = {v["properties"]["relation"]["enum"][0]: v for v in variants}
    schema = load_schema()
    assert by_relation.keys() == schema.relations.keys()
    for name, relation in schema.relations.items():
        properties = by_relation[name]["properties"]
        for side, allowed in (("subject", relation.subject), ("object", relation.object)):
            types = properties.get(f"{side}_type", {"enum": sorted(allowed)})["enum"]
            assert set(types) == allowed
        assert ("kind" in properties) == relation.has_value
        assert properties["status"]["enum"] == list(schema.status)
        assert by_relation[name]["required"] == list(properties)


def test_objects_of_the_forms_are_closed() -> None:
    def objects(value: Any) -> Iterator[dict[str, Any]]:
        if isinstance(value, dict):
            if value.get("type") == "object":
                yield value
            for inner in value.values():
                yield from objects(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from objects(inner)

    for form in (statements_form(), verdicts_form()):
        found = list(objects(form))
        assert found
        assert all(o["additionalProperties"] is False and o["required"] == list(o["properties"]) for o in found)


def test_the_instructions_describe_the_whole_schema() -> None:
    schema, found = load_schema(), prompt_file()
    assert found["relations"].keys() == schema.relations.keys()
    assert found["attributes"].keys() == schema.attributes.keys()
    assert found["status"].keys() == schema.status.keys()
    for task in ("extract", "judge"):
        text = instructions(task)
        assert all(f"- {name}（{r.zh}，" in text for name, r in schema.relations.items())
        assert not re.search(r"\{(relations|attributes|status|examples)\}", text)


@pytest.mark.parametrize("number", range(len(prompt_file()["examples"])))
def test_the_examples_of_the_instructions_follow_them(number: int, tmp_path: Path) -> None:
    example = prompt_file()["examples"][number]
    report = Report("example", example["passage"], date="2024-03-09")
    with serving(saying(lambda _: listed(*example["statements"]))) as model:
        reading = read(LlmExtractor, model, tmp_path, report)
    assert reading.refused == ()
    expected = {(s["subject"], s["relation"], s["object"], s["status"]) for s in example["statements"]}
    assert {(s.subject.name, s.relation, s.object.name, s.status.value) for s in reading.statements} == expected
    assert all(item_of(s).quote in example["passage"] for s in example["statements"])


# What becomes of the answers


def test_statements_have_the_days_speakers_and_spans_of_the_text(tmp_path: Path) -> None:
    with serving(saying(of_passage(KNOWN))) as model:
        reading = read(LlmExtractor, model, tmp_path)
    assert triples(reading) == TRUE
    by_relation = {s.relation: s for s in reading.statements}
    assert by_relation["visited"].date == "2024-03-12"
    assert by_relation["emphasized"].speaker == "林知远"
    assert by_relation["emphasized"].subject.antecedent is None
    assert TEXT[by_relation["accompanied"].start : by_relation["accompanied"].end] == "县长陈若川陪同调研。"
    assert {s.confidence for s in reading.statements} == {0.5}
    assert reading.words
    assert [u.speaker for u in reading.utterances] == ["林知远"]
    assert reading.passages


@pytest.mark.parametrize(
    ("sentence", "status", "expected"),
    [
        ("市委书记林知远将到石渡县调研。", "actual", "planned"),
        ("市委书记林知远没有到石渡县调研。", "actual", "denied"),
        ("市委书记林知远到石渡县调研。", "planned", "planned"),
        ("市委书记林知远到石渡县调研。", "denied", "denied"),
        ("市委书记林知远到石渡县调研。", "actual", "actual"),
    ],
)
def test_of_two_statuses_the_one_that_is_not_actual_counts(
    sentence: str, status: str, expected: str, tmp_path: Path
) -> None:
    found = item("visited", "林知远", "石渡县", sentence, "Person Place", status)
    with serving(saying(lambda _: listed(found))) as model:
        (statement,) = read(LlmExtractor, model, tmp_path, Report("r", sentence)).statements
    assert statement.status == expected


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("石渡县，云泽市", ["石渡县，云泽市"]),
        ("石渡县,云泽市", ["石渡县，云泽市"]),
        ("石 渡县，\n云泽市", ["石渡县，云泽市"]),
        ("「石渡」", []),
        ("石渡县。云泽市", []),
        ("石渡县云泽市", []),
        ("渡县", ["渡县", "渡县"]),
        ("", []),
        (" ", []),
        ("２０２４", ["2024"]),
    ],
)
def test_only_white_space_width_and_forms_of_punctuation_are_ignored(words: str, found: list[str]) -> None:
    text = "石渡县，云泽市和石渡县\n2024"
    assert [text[a:b] for a, b in Searchable(text).spans(words, 0, len(text))] == found


def test_words_are_found_inside_the_limits_only() -> None:
    searchable = Searchable("石渡县\n石渡县 石渡县")
    assert searchable.spans("石渡县", 1, 8) == [(4, 7)]
    assert searchable.last("石渡县", 8) == (4, 7)
    assert searchable.last("云泽", 8) is None


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("石渡县力争打造全省茶叶强县。", "actual"),
        ("石渡县计划到2030年建成全省茶叶强县。", "actual"),
        ("石渡县将建设全省茶叶强县。", "actual"),
        ("会议要求石渡县打造全省茶叶强县。", "actual"),
        ("石渡县不再打造全省茶叶强县。", "denied"),
    ],
)
def test_a_target_is_actual_although_it_is_ahead(sentence: str, expected: str, tmp_path: Path) -> None:
    found = item("pursues", "石渡县", "全省茶叶强县", sentence, "Place")
    with serving(saying(lambda _: listed(found))) as model:
        (statement,) = read(LlmExtractor, model, tmp_path, Report("r", sentence)).statements
    assert statement.status == expected


@pytest.mark.parametrize(
    ("text", "quote", "sentence"),
    [
        (
            "云泽日报讯（记者 周禾）3月2日，林知远到石渡县调研。",
            "云泽日报讯（记者周禾）3月2日，林知远到石渡县调研",
            "3月2日，",
        ),
        ("新华社云泽3月2日电 林知远到石渡县调研。", "新华社云泽3月2日电 林知远到石渡县调研", "林知远到"),
        ("本报讯 昨日，林知远到石渡县调研。", "本报讯 昨日，林知远到石渡县调研。", "昨日，"),
        ("本報訊（記者 周禾）林知遠到石渡縣調研。", "本报讯（记者周禾）林知远到石渡县调研", "林知遠到"),
        ("林知遠到石渡縣調研。他強調，要發展鄉村旅遊。會議由縣長陳若川主持。", "林知遠到石渡縣調研", "林知遠到"),
    ],
)
def test_quotes_with_a_dateline_and_traditional_characters_are_found(
    text: str, quote: str, sentence: str, tagger: Tagger
) -> None:
    context = context_of(Report("r", text, date="2024-03-03"), tagger)
    found = item("visited", "林知远", "石渡县", quote, "Person Place")
    statement = Reader(context, "llm", 0.5).statement(item_of(found), Window(0, len(context.text)))
    assert text[statement.start : statement.end].startswith(sentence)


@pytest.mark.parametrize(
    "name",
    [
        "全市抓项目促投资推进会",
        "石渡县第十八届人民代表大会第三次会议",
        "第二届云雾茶文化旅游节开幕式",
        "石渡县2024年第四次物业服务联席会议",
        "云泽(石渡)第二届恳亲大会招商引资洽谈会",
    ],
)
def test_the_name_of_a_meeting_is_the_one_that_the_model_states(name: str, tmp_path: Path) -> None:
    sentence = f"3月2日，{name}举行，市长容清越出席。"
    found = item("attended", "容清越", name, "市长容清越出席", "Person")
    with serving(saying(lambda _: listed(found))) as model:
        reading = read(LlmExtractor, model, tmp_path, Report("r", sentence, date="2024-03-03"))
    assert triples(reading) == {("容清越", "attended", name)}


def test_the_proposing_extractor_adds_what_the_offline_extractor_missed(tmp_path: Path) -> None:
    missed = item("pursues", "石渡县", "项目推进会", "石渡县将召开项目推进会", "Place", "planned")
    with serving(saying(of_passage([*KNOWN, missed]))) as model:
        reading = read(ProposingExtractor, model, tmp_path)
    (offline,) = OfflineExtractor().read([REPORT])
    added = [s for s in reading.statements if s.rule == "llm"]
    assert [(s.subject.name, s.object.name, s.status) for s in added] == [("石渡县", "项目推进会", "planned")]
    rest = [replace(s, extractor="offline") for s in reading.statements if s.rule != "llm"]
    assert sorted(rest, key=lambda s: s.id) == sorted(offline.statements, key=lambda s: s.id)
    assert {s.extractor for s in reading.statements} == {"llm-propose"}


def test_a_proposal_that_contradicts_a_kept_statement_is_refused(tmp_path: Path) -> None:
    other = item("emphasized", "陈若川", "持续优化营商环境", "他强调，要持续优化营商环境", "Person")
    text = TEXT.replace("县长陈若川陪同调研。", "").replace("市委书记林知远", "市委书记林知远、县长陈若川")
    with serving(saying(of_passage([other]))) as model:
        reading = read(ProposingExtractor, model, tmp_path, replace(REPORT, text=text))
    assert reading.refused == ("llm-propose: a statement of the offline extractor excludes it",)


# Names, versions and processes


def test_the_version_names_the_model_and_the_instructions(tmp_path: Path) -> None:
    with serving(saying(lambda _: listed())) as model:
        settings = model.settings(tmp_path)
    version = LlmExtractor(Run(settings)).version
    assert version.startswith(f"invented-1 prompt {prompt_version()}+")
    same: dict[str, Any] = {
        "concurrency": 9,
        "timeout": 7,
        "cache": tmp_path / "x",
        "price_input": 1.0,
        "price_output": 1.0,
    }
    assert LlmExtractor(Run(replace(settings, **same))).version == version
    others: list[dict[str, Any]] = [
        {"model": "invented-2"},
        {"window": 900},
        {"overlap": 100},
        {"confidence": 0.6},
        {"parameters": {}},
        {"url": "http://127.0.0.1:1/v1"},
    ]
    assert len({LlmExtractor(Run(replace(settings, **o))).version for o in others} | {version}) == len(others) + 1


def test_the_names_are_registered_and_use_the_run(tmp_path: Path) -> None:
    with serving(saying(of_passage(KNOWN))) as model, using(model.settings(tmp_path)) as run:
        for name in ("llm", "llm-judge", "llm-propose"):
            extractor = load_extractor(name)
            assert isinstance(extractor, LanguageModel)
            assert (extractor.name, extractor.run) == (name, run)


def test_a_build_records_name_and_version_and_skips_known_reports(tmp_path: Path) -> None:
    (tmp_path / "tour.txt").write_text(TEXT, encoding="utf-8")
    with (
        serving(saying(of_passage(KNOWN))) as model,
        using(model.settings(tmp_path)),
        graphkit.open(tmp_path / "graph", create=True) as graph,
    ):
        assert graph.build(tmp_path / "tour.txt", extractor="llm").added == 1
        assert graph.build(tmp_path / "tour.txt", extractor="llm").skipped == 1
        assert {s.extractor for s in graph.statements()} == {"llm"}
        assert list(graph.validate()) == []
        with using(replace(model.settings(tmp_path), model="invented-2")):
            assert graph.build(tmp_path / "tour.txt", extractor="llm").added == 1


def test_several_processes_are_refused(tmp_path: Path) -> None:
    with serving(saying(lambda _: listed())) as model, using(model.settings(tmp_path)):
        with pytest.raises(UsageError, match="from a single process"):
            pickle.dumps(load_extractor("llm"))
        (tmp_path / "tour.txt").write_text(TEXT, encoding="utf-8")
        with (
            graphkit.open(tmp_path / "graph", create=True) as graph,
            pytest.raises(UsageError, match=r"llm does not support several processes: .*use workers=1"),
        ):
            graph.build(tmp_path / "tour.txt", extractor="llm", workers=2)


def test_repeated_reports_are_asked_about_once(tmp_path: Path) -> None:
    with serving(saying(of_passage(KNOWN))) as model:
        run = Run(model.settings(tmp_path))
        readings = list(LlmExtractor(run).read([REPORT, replace(REPORT, id="again")]))
        assert len(model.received) == 1
    assert [{s.report for s in r.statements} for r in readings] == [{"tour"}, {"again"}]


def test_each_statement_of_a_long_answer_is_counted(tmp_path: Path) -> None:
    with serving(saying(lambda _: listed(*[{**KNOWN[0], "quote": "x" * 2001}] * 400))) as model:
        reading = read(LlmExtractor, model, tmp_path)
    assert reading.refused == ("llm: quote is too long",) * 400


@pytest.mark.parametrize("name", ["祝远岫", "桑怀瑾", "容清越", "柏知行", "景行之"])
@pytest.mark.parametrize("rest", ["因公", "一行", "随后", "专程", "冒雨"])
def test_the_name_of_a_person_is_the_one_that_the_model_states(name: str, rest: str, tmp_path: Path) -> None:
    sentence = f"副市长{name}{rest}到石渡县调研。"
    found = item("visited", name, "石渡县", sentence, "Person Place")
    with serving(saying(lambda _: listed(found))) as model:
        reading = read(LlmExtractor, model, tmp_path, Report("r", sentence))
    assert triples(reading) == {(name, "visited", "石渡县")}
