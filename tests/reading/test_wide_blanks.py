"""Wide blanks between the words of a web page are kept: they spread names and separate paragraphs."""

from __future__ import annotations

import pytest

from graphkit.extractors import load_extractor
from graphkit.model import Report
from graphkit.reading import read_input
from graphkit.reading.normalized import normalize
from graphkit.reading.web import read_html

TITLE = "石渡县委书记王强到云雾镇调研"
PARAGRAPHS = (
    "3月5日，石渡县委书记王　强到云雾镇海　港村调研春耕生产。王　强指出，要优化营商环境，推动高质量发展。",
    "县长李　明、副县长周远航、云雾镇镇长海　港参加调研。李　明表示，云雾镇要抓好春耕生产，确保全年粮食产量稳定。",
    "王　　强还看望了困难群众，并到青　禾产业园调研，详细了解项目建设和企业生产经营情况。",
)


def page(*paragraphs: str, head: str = "") -> str:
    body = "".join(f"<p>{words}</p>" for words in paragraphs)
    return (
        f"<html><head><title>{TITLE}</title>{head}</head><body><h1>{TITLE}</h1><div>发布时间：2024-03-06 来源：石渡日报</div>"
        f"<div class='content'>{body}</div></body></html>"
    )


def read(text: str) -> Report:
    (found,) = read_html(text.encode(), "p.html", "p")
    assert isinstance(found, Report)
    return found


def facts(report: Report) -> set[tuple[str, ...]]:
    (found,) = load_extractor("fast").read([report])
    return {
        (s.subject.name, s.relation, s.object.name, report.text[s.start : s.end], report.text[s.subject.start : s.subject.end])
        for s in found.statements
    }  # fmt: skip


FORMS = {
    "as they are": lambda p: p,
    "with an indent": lambda p: f"\u3000\u3000{p}",
    "entities": lambda p: p.replace("\u3000", "&#12288;"),
    "hexadecimal entities": lambda p: p.replace("\u3000", "&#x3000;"),
    "in a span": lambda p: f"<span>\u3000\u3000{p}</span>",
    "bold": lambda p: p.replace("王\u3000强", "<strong>王\u3000强</strong>"),
    "half bold": lambda p: p.replace("王\u3000强", "<b>王</b>\u3000强"),
    "blank in bold": lambda p: p.replace("王\u3000强", "<b>王\u3000</b>强"),
    "in lines": lambda p: f"\n    {p}\n  ",
    "with a font": lambda p: f'<font face="宋体" size="3">\u3000\u3000{p}</font>',
}


@pytest.mark.parametrize("form", FORMS)
def test_a_spread_name_is_read_from_a_page_as_from_a_text(form: str, tmp_path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "r.txt").write_text("\n".join((TITLE, *PARAGRAPHS)), encoding="utf-8")
    (expected,) = read_input(tmp_path / "r.txt")
    found = read(page(*map(FORMS[form], PARAGRAPHS)))
    assert isinstance(expected, Report)
    assert found.text.split("\n") == [TITLE, *PARAGRAPHS]
    assert facts(found) == facts(expected)
    assert any(fact[:3] == ("王强", "holds_post", "石渡县委书记") for fact in facts(found))


@pytest.mark.parametrize("blank", ["\u3000\u3000", "&emsp;&emsp;", "&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;", "\u2003\u2003", "&ensp;&ensp;&ensp;&ensp;"])  # fmt: skip
def test_wide_blanks_in_one_element_separate_paragraphs(blank: str) -> None:
    words = [p.replace("\u3000", "") for p in PARAGRAPHS]
    found = read(page(blank + blank.join(words)))
    assert normalize(found.text).text.split("\n")[1:] == words


def test_the_title_is_not_repeated_if_it_is_spread() -> None:
    spread = TITLE.replace("王强", "王　强")
    found = read(page(*PARAGRAPHS).replace(TITLE, spread).replace("<div class='content'>", f"<div class='content'><p>{spread}</p>"))  # fmt: skip
    assert [line for line in found.text.split("\n") if "到云雾镇调研" in line and "3月" not in line] == [spread]


def test_other_blanks_and_pages_with_the_marks_are_read_as_before() -> None:
    words = [" ".join(p.split()) for p in PARAGRAPHS]
    assert read(page(*words)).text.split("\n")[1:] == words
    assert read(page(*words, "盲文⠁：王&nbsp;强。")).text.split("\n")[1:] == [*words, "盲文⠁：王 强。"]
    assert read(page(*PARAGRAPHS, "盲文⠁。")).text.split("\n")[-1] == "盲文⠁。"


def test_a_page_that_needs_the_slow_method_keeps_its_wide_blanks() -> None:
    text = page(*PARAGRAPHS).replace("<p>", "<div><label>").replace("</p>", "</label></div>")
    assert "王　强" in read(text).text
