"""Phrases of the whole corpus: emerging phrases, first uses, twenty wordings and ten silent phrases.

Dates and counts were found by text search and are compared with it here; the lists were judged manually.
"""

from __future__ import annotations

from random import Random

import pytest

import graphkit
from graphkit.ledger.word_encoding import unpack_words
from graphkit.phrases.api import Phrases
from graphkit.phrases.keys import SILENT

pytestmark = [pytest.mark.corpus, pytest.mark.xdist_group("corpus")]

#: Window → phrase that is known to be new in it, and the highest number of its row.
EMERGING = {
    ("2023-09-01", "2023-12-31"): {
        "新质生产力": 30,
        "习近平文化思想": 30,
        "低空经济": 100,
        "金融强国": 100,
        "稳中求进、以进促稳、先立后破": 100,
    },
    ("2023-03-01", "2023-05-31"): {
        "学思想、强党性、重实践、建新功": 30,
        "全球文明倡议": 30,
        "新三样": 30,
        "平急两用": 30,
    },
}

#: Formula, wording, and the dates of the first and last report with it.
WORDINGS = [
    ("全面深化改革", "进一步全面深化改革", "2023-12-12", "2026-08-17"),
    ("新质生产力", "发展新质生产力", "2023-12-12", "2026-08-21"),
    ("新质生产力", "因地制宜发展新质生产力", "2024-03-05", "2026-06-23"),
    ("新质生产力", "培育壮大新质生产力", "2024-10-12", "2026-08-21"),
    ("以旧换新", "消费品以旧换新", "2023-12-12", "2026-07-25"),
    ("以旧换新", "以旧换新补贴", "2024-04-02", "2026-07-25"),
    ("全国统一大市场", "纵深推进全国统一大市场", "2025-07-01", "2026-07-31"),
    ("全国统一大市场", "全国统一大市场建设", "2023-05-19", "2026-07-31"),
    ("提振消费", "提振消费专项行动", "2024-12-13", "2026-08-07"),
    ("多边主义", "捍卫多边主义", "2023-04-01", "2026-07-27"),
    ("全球治理体系", "改革完善全球治理体系", "2025-09-02", "2026-08-06"),
    ("教育强国", "建成教育强国", "2023-07-06", "2026-05-15"),
    ("新型工业化", "人工智能赋能新型工业化", "2023-12-27", "2026-02-26"),
    ("学习教育", "正确政绩观学习教育", "2026-02-24", "2026-08-19"),
    ("中国式现代化", "中国式现代化全面推进强国建设", "2023-04-21", "2026-08-20"),
    ("文化强国", "建成文化强国", "2024-12-29", "2026-06-27"),
    ("大规模设备更新", "大规模设备更新政策", "2024-06-17", "2025-08-15"),
    ("科技创新", "科技创新引领产业创新", "2024-03-19", "2025-09-28"),
    ("反腐败斗争", "纵深推进反腐败斗争", "2023-12-08", "2025-01-08"),
    ("主题教育", "主题教育成果", "2023-03-30", "2025-06-30"),
]
#: Period, phrase, and the date of the last report with it before the period.
SILENCES = [
    ("2023-09-01", "2024-02-28", "新冠肺炎疫情", "2023-06-18"),
    ("2023-09-01", "2024-02-28", "学习宣传贯彻党的二十大精神", "2023-04-23"),
    ("2023-09-01", "2024-02-28", "脚踏实地", "2023-07-07"),
    ("2024-01-01", "2024-06-30", "真抓实干推动高质量发展", "2023-08-07"),
    ("2024-01-01", "2024-06-30", "乙类乙管", "2023-12-27"),
    ("2024-01-01", "2024-06-30", "理论学习、调查研究、推动发展、检视整改", "2023-12-25"),
    ("2024-07-01", "2024-12-31", "全面贯彻党的二十大精神", "2024-04-28"),
    ("2024-07-01", "2024-12-31", "第二批主题教育", "2024-02-03"),
    ("2025-01-01", "2025-06-30", "消费品以旧换新行动", "2024-12-14"),
    ("2025-07-01", "2025-12-31", "党纪学习教育", "2025-06-30"),
    ("2026-01-01", "2026-06-30", "三大全球倡议", "2025-08-31"),
    ("2026-01-01", "2026-06-30", "培育新质生产力", "2025-12-14"),
]


@pytest.fixture(scope="module")
def phrases(corpus_graph: graphkit.Graph) -> Phrases:
    return corpus_graph.phrases()


@pytest.fixture(scope="module")
def texts(corpus_graph: graphkit.Graph) -> list[tuple[str, str, str]]:
    """Date, id and text of each report without ignored punctuation, in order of date."""
    table = {ord(c): None for c in SILENT + "\u3000\xa0\n"}
    return sorted((r.date, r.id, r.text.translate(table)) for r in corpus_graph.reports())


def plain(words: str) -> str:
    return words.translate({ord(c): None for c in SILENT})


@pytest.mark.parametrize("window", sorted(EMERGING))
def test_phrases_known_to_be_new_are_emerging(phrases: Phrases, window: tuple[str, str]) -> None:
    rows = [r["phrase"] for r in phrases.emerging(since=window[0], until=window[1], top=100)]
    assert [p for p, last in EMERGING[window].items() if p not in rows[:last]] == []


def test_changes_of_wording_have_the_known_dates(phrases: Phrases, texts: list[tuple[str, str, str]]) -> None:
    for formula, words, first, last in WORDINGS:
        found = [r for r in phrases.wording(formula, top=1000) if r["wording"] == words]
        dates = [date for date, _, text in texts if plain(words) in text]
        assert (dates[0], dates[-1]) == (first, last), words
        assert [(r["first"], r["last"]) for r in found] == [(first, last)], words


def test_silent_phrases_have_the_known_dates(phrases: Phrases, texts: list[tuple[str, str, str]]) -> None:
    for since, until, words, last in SILENCES:
        rows = {r["phrase"]: r for r in phrases.silent(since=since, until=until, top=400, min_score=0.4)}
        told = rows.get(words) or next(r for r in rows.values() if words in r["with"])
        before = [date for date, _, text in texts if plain(words) in text and date < since]
        inside = [date for date, _, text in texts if plain(words) in text and since <= date <= until]
        assert before[-1] == last, words
        assert len(inside) <= 0.2 * told["expected"], words


def test_seasonal_phrases_are_not_silent(phrases: Phrases) -> None:
    """Phrases of the annual meetings in March are not silent in summer."""
    told = {r["phrase"] for r in phrases.silent(since="2024-06-01", until="2024-09-30", top=400)}
    assert not told & {"春运", "政府工作报告", "春耕备耕", "春耕生产"}


def test_first_uses_agree_with_a_plain_text_search_or_differ_for_a_known_reason(
    phrases: Phrases, texts: list[tuple[str, str, str]], corpus_graph: graphkit.Graph
) -> None:
    """Two hundred phrases: the index omits an earlier match of the text search only if it crosses a word boundary."""
    index = phrases.index
    shown = [k for k in range(len(index.names)) if index.quality[k] >= 0.5 and index.reports[k] >= 3]
    missed = []
    for k in Random(7).sample(shown, 200):
        forms = [plain(w) for w, _ in index.forms(k)]
        searched = next((date, i) for date, i, text in texts if any(w in text for w in forms))
        told = phrases.first(index.names[k], top=1)[0]
        if searched[0] < told["date"] and not _across_a_border(corpus_graph, searched[1], forms):
            missed.append((index.names[k], searched, told["date"]))
        assert told["date"] >= searched[0], "the index cannot know more than the text"
    assert missed == []


def _across_a_border(graph: graphkit.Graph, report_id: str, forms: list[str]) -> bool:
    """Whether every match begins or ends inside a word, crosses a clause, or is next to a word that is part of it."""
    report = graph.ledger.report(report_id)
    assert report is not None
    text = report.report.text
    words = unpack_words(graph.ledger.words_of(report_id))
    starts, ends = {w.start for w in words}, {w.end for w in words}
    table = {ord(c): None for c in SILENT + "\u3000\xa0\n"}
    kept = [n for n, c in enumerate(text) if c.translate(table)]
    bare = "".join(text[n] for n in kept)
    for form in forms:
        at = bare.find(form)
        while at >= 0:
            a, b = kept[at], kept[at + len(form) - 1] + 1
            inner = text[a:b]
            aligned = a in starts and b in ends
            whole = not any(c in "。！？；：，\n（）《》" for c in inner) and inner.count("“") == inner.count("”")
            beside = any(w.end == a and w.tag in ("n", "vn", "an", "nz") for w in words) or any(
                w.start == b and w.tag in ("n", "vn", "an", "nz") for w in words
            )
            if aligned and whole and not beside:
                return False
            at = bare.find(form, at + 1)
    return True


def test_another_meaning_of_a_phrase_has_few_of_its_companions(phrases: Phrases) -> None:
    """止跌回稳 refers to stocks in a warehouse on 2024-09-03, and to the housing market later."""
    rows = phrases.first("止跌回稳", top=4)
    assert [(r["date"], bool(r["companions"])) for r in rows] == [
        ("2024-09-03", False),
        ("2024-09-26", True),
        ("2024-10-08", True),
        ("2024-10-12", True),
    ]
