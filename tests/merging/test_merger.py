"""The default extractor merges the statements of the rules with those that only the encoder proposes."""

from __future__ import annotations

from pathlib import Path

import pytest

import graphkit
from graphkit.discourse.scene import read_scenes
from graphkit.errors import UsageError
from graphkit.extractors import load_extractor
from graphkit.merging import merger
from graphkit.merging.distinct import distinct
from graphkit.merging.names import same_name
from graphkit.model import Mention, Report, Statement
from graphkit.reading import read_paths
from graphkit.recognition.marks import mark_words
from graphkit.recognition.persons import mark_persons
from graphkit.recognition.tagger import shared_tagger
from graphkit.relations.drafting import Context
from graphkit.schema import load_schema
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def examples() -> list[Report]:
    return [r for r in read_paths([str(ROOT / "examples" / "reports")]) if isinstance(r, Report)]


PROJECT = (
    "石渡县青禾储能电池项目坐落在石渡经济开发区东片区，占地320亩，总投资8.6亿元，由青禾新能源公司投建，"
    "目前厂房主体已经封顶。项目建成后，每年可生产储能电池5吉瓦时。"
)


def triples(text: str, extractor: str = "offline", title: str = "") -> set[tuple[str, str, str]]:
    found = graphkit.extract(text, title=title, date="2024-06-20", extractor=extractor)
    for s in found.statements:
        assert found.report.text[s.start : s.end]
        assert 0 < s.confidence <= 1
    return {
        (s.subject.name, s.relation, f"{s.kind}={s.object.name}" if s.kind else s.object.name) for s in found.statements
    }


def test_a_project_report_has_places_and_attributes() -> None:
    found = triples(PROJECT)
    assert any(r == "located_in" and "石渡经济开发区" in o for _, r, o in found)
    kinds = {o.partition("=")[0] for _, r, o in found if r == "has_attribute"}
    assert {"area", "investment"} <= kinds
    assert len(found) > len(triples(PROJECT, "fast"))


def test_the_companions_of_a_tour_and_their_posts() -> None:
    found = triples(
        "6月18日，市委书记林知远率队先后走进石渡县白云社区、青石村党群服务中心、云雾茶叶合作社，"
        "实地察看基层治理。市领导豆卫东、仝一鸣同行。"
    )
    assert {"豆卫东", "仝一鸣"} <= {s for s, r, o in found if r == "accompanied" and o == "林知远"}
    assert len({o for s, r, o in found if (s, r) == ("林知远", "visited")}) >= 3


def test_planned_and_negated_events_are_not_stated_as_actual() -> None:
    found = graphkit.extract("6月18日，市长陈若川没有到石渡县调研。下周，他将到云雾镇考察。", date="2024-06-19")
    assert [s for s in found.statements if s.relation == "visited" and s.status.value == "actual"] == []


def mention(name: str, start: int, *aliases: str) -> Mention:
    return Mention("Site", name, start, start + len(name), aliases)


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("石渡县白云社区", "白云社区", True),
        ("云雾镇", "云雾镇古井村", False),
        ("古井村", "云雾镇古井村", True),
        ("白云社区", "青石社区", False),
        ("“微网格”平台", "微网格平台", True),
    ],
)
def test_short_forms_are_the_same_name_and_containing_places_are_not(a: str, b: str, same: bool) -> None:
    assert same_name(mention(a, 0), mention(b, 50)) is same
    assert same_name(mention(b, 50), mention(a, 0)) is same


def statement(relation: str, subject: Mention, obj: Mention) -> Statement:
    return Statement("r", subject, relation, obj, 0, 100, "rule")


def test_of_two_leaders_of_a_companion_the_more_probable_one_is_kept() -> None:
    a = statement("accompanied", mention("李强", 40), mention("王军", 0))
    b = statement("accompanied", mention("李强", 40), mention("赵明", 10))
    assert distinct([(0.6, a), (0.9, b)], "") == [False, True]


def test_a_person_can_hold_several_posts_and_a_leader_visit_several_sites() -> None:
    posts = [
        statement("holds_post", mention("李强", 40), mention(post, at)) for post, at in (("市长", 30), ("局长", 35))
    ]
    visits = [statement("visited", mention("李强", 40), mention(site, at)) for site, at in (("甲村", 60), ("乙村", 65))]
    assert distinct([(0.9, s) for s in (*posts, *visits)], "") == [True] * 4


def test_the_same_statement_at_two_places_is_kept_once() -> None:
    a = statement("visited", mention("李强", 0), mention("白云社区", 10))
    b = statement("visited", mention("李强", 500), mention("石渡县白云社区", 520))
    assert distinct([(0.7, a), (0.8, b)], "") == [False, True]


@pytest.mark.parametrize("part", ["FIRST_TREES", "TREES", "THRESHOLDS"])
@pytest.mark.parametrize("content", [None, "visited\tmuch\n", "0\t0\tno such feature\t1\t1\t2\t0\n"])
def test_a_damaged_model_is_reported(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, part: str, content: str | None
) -> None:
    if content is not None:
        (tmp_path / "damaged").write_text(content, encoding="utf-8")
    monkeypatch.setattr(merger, part, tmp_path / "damaged")
    load = {"FIRST_TREES": merger._trees, "TREES": merger._trees, "THRESHOLDS": merger.thresholds}[part]
    load.cache_clear()
    with pytest.raises(UsageError, match=r"extractor=.fast."):
        load()
    load.cache_clear()


def test_every_quote_of_the_examples_is_in_the_text_and_the_schema_holds(examples: list[Report]) -> None:
    extractor = load_extractor("offline")
    for report, reading in zip(examples, extractor.read(examples), strict=True):
        assert reading.statements
        for s in reading.statements:
            load_schema().check(s, report)
            assert report.text[s.start : s.end].strip()
            for m in (s.subject, s.object):
                assert report.text[m.start : m.end].strip()


def test_a_report_has_the_same_statements_alone_and_in_any_order(examples: list[Report]) -> None:
    extractor = load_extractor("offline")
    together = {r.report.id: r.statements for r in extractor.read(examples)}
    turned = {r.report.id: r.statements for r in extractor.read(examples[::-1])}
    alone = {r.id: next(iter(extractor.read([r]))).statements for r in examples[:4]}
    assert turned == together
    assert alone == {r.id: together[r.id] for r in examples[:4]}


def test_two_workers_give_the_export_of_one(tmp_path: Path) -> None:
    exports = []
    for workers in (1, 2):
        with graphkit.open(tmp_path / f"g{workers}", create=True) as graph:
            graph.build([str(ROOT / "examples" / "reports")], extractor="offline", workers=workers)
            graph.export("nquads", str(tmp_path / f"{workers}.nq"))
        exports.append((tmp_path / f"{workers}.nq").read_bytes())
    assert exports[0] == exports[1] != b""


@pytest.mark.parametrize(
    ("title", "lead"),
    [
        ("何清嘉到雲霧鎮調研鄉村振興工作", "6月11日，縣委書記何清嘉到雲霧鎮調研鄉村振興工作。"),
        ("陈若川赴青石县调研", "6月18日，市长陈若川赴青石县调研重点项目建设。"),
        ("林知远到石渡经济开发区调研", "昨日，市委书记林知远到石渡经济开发区调研。"),
        ("周远航走访慰问老党员", "6月30日上午，县长周远航走进云雾镇，走访慰问老党员。"),
        ("方以寧來到白雲社區調研", "6月12日，縣委常委、宣傳部部長方以寧來到白雲社區調研基層治理。"),
        ("仝一鸣在云雾镇调研时强调：抓好秋收", "9月3日，县委书记仝一鸣在云雾镇调研时强调，要抓好秋收。"),
    ],
)
def test_a_statement_of_headline_and_body_is_quoted_from_the_body(title: str, lead: str) -> None:
    """The choice does not depend on which of the two is a little more probable."""
    text = f"{title}\n{lead}县有关部门负责人参加调研。"
    for t in (title, ""):
        found = graphkit.extract(text, title=t, date="2024-09-20", extractor="offline")
        quotes = [
            found.report.text[s.start : s.end] for s in found.statements if s.relation in ("visited", "emphasized")
        ]
        assert quotes
        assert title not in quotes


def test_of_equal_statements_the_one_of_the_body_is_chosen() -> None:
    """The preference changes the quote only: a rival of the headline stays excluded."""
    report = Report(id="a", text="何清嘉到雲霧鎮調研\n6月11日，縣委書記何清嘉到雲霧鎮調研。\n（記者 方以寧）")
    marked = mark_persons(next(iter(mark_words([report], shared_tagger()))))
    context = Context(marked, tuple(read_scenes(marked)))
    ends = [(0, 9), (10, 28)]
    there = [
        Statement(
            report="a",
            subject=Mention("Person", "何清嘉", at, at + 3),
            relation="visited",
            object=Mention("Place", name, at + 4, at + 4 + len(name)),
            start=start,
            end=end,
            rule="visits.lead_place",
        )
        for (start, end), at, name in ((ends[0], 0, "雲霧鎮"), (ends[1], 20, "雲霧鎮"), (ends[0], 0, "雲霧"))
    ]
    assert merger._quoted_from_body(context, there, [True, False, False]) == [False, True, False]
    assert merger._quoted_from_body(context, there, [False, True, True]) == [False, True, True]
    assert merger._quoted_from_body(context, there[:1], [True]) == [True]
