"""HTML, references, escapes, radicals and control characters in the fields of records and in text files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import graphkit
from graphkit.model import Failure, NoReport, Report
from graphkit.reading.characters import tidy
from graphkit.reading.markup import plain_text
from graphkit.reading.normalized import normalize, usual_characters
from graphkit.reading.plain import read_text
from graphkit.reading.records import read_jsonl

A, B = "4月5日，石渡县委书记何清嘉到云雾镇调研。", "她强调，要坚持“链长制”，推动高质量发展。"


def one(**fields: object) -> Report:
    (found,) = read_jsonl([json.dumps(fields, ensure_ascii=False).encode()], "r.jsonl", "r")
    assert isinstance(found, Report)
    return found


HTML = {
    "paragraphs": f"<p>&nbsp;&nbsp;{A}</p><p>{B}</p>",
    "upper case": f"<P>{A}</P>\n<P>{B}</P>",
    "breaks": f"{A}<br/>{B}<br>",
    "divisions": f"<div class='a'><div>{A}</div><div>{B}</div></div>",
    "spans": f"<p><span style='font-size: 16px'>{A[:8]}</span><strong>{A[8:]}</strong></p><p>{B}</p>",
    "references": f"{A}\n{B}".replace("“", "&ldquo;").replace("”", "&rdquo;"),
    "numbers": f"{A}\n{B}".replace("“", "&#8220;").replace("”", "&#x201D;").replace("何", "&#20309;"),
    "blanks": f"&emsp;&emsp;{A}<p>&ensp;{B}",
    "scripts": f"<p>{A}</p><script>var a = '甲';</script><style>p {{}}</style><p>{B}</p>",
    "comments": f"<p>{A}</p><!-- 甲 --><p>{B}</p>",
    "pictures": f"<p>{A}</p><p><img src='a.jpg' alt='甲'></p><p>{B}</p>",
    "links": f"<p>{A[:3]}<a href='http://a.cn' target=_blank>{A[3:]}</a></p><p>{B}</p>",
    "escaped twice": f"&lt;p&gt;{A}&lt;/p&gt;&lt;p&gt;{B}&lt;/p&gt;",
    "open tags": f"<p>{A}<p>{B}",
    "escapes of JSON": f"{A}\\n{B}",
    "escapes of Windows": f"{A}\\r\\n{B}",
    "escapes of characters": f"{A}\\n{B}".replace("何", "\\u4f55"),
    "sections": f"<section><h3>{A}</h3></section><section>{B}</section>",
    "word": f'<p class=MsoNormal><span lang=EN-US>{A}<o:p></o:p></span></p><p class=MsoNormal>{B}</p>',
    "page": f"<html><head><title>甲</title></head><body><p>{A}</p><p>{B}</p></body></html>",
}  # fmt: skip


@pytest.mark.parametrize("kind", HTML)
def test_html_in_a_text_is_removed(kind: str) -> None:
    found = one(text=HTML[kind], date="2024-04-15")
    assert found.text == f"{A}\n{B}"


@pytest.mark.parametrize("kind", HTML)
def test_html_in_a_text_file_is_removed(kind: str) -> None:
    if kind != "page":
        (found,) = read_text(HTML[kind].encode(), "r.txt", "r")
        assert isinstance(found, Report)
        assert found.text == f"{A}\n{B}"


@pytest.mark.parametrize("kind", HTML)
def test_quotes_are_those_of_the_text_without_html(kind: str) -> None:
    found = one(text=HTML[kind], date="2024-04-15")
    reading = graphkit.extract(found.text, date=found.date)
    assert any(s.relation == "visited" for s in reading.statements)
    assert {found.text[s.start : s.end] for s in reading.statements} <= {A, B}


@pytest.mark.parametrize(
    "text",
    ["a<b 且 c>d", "投资<5亿元，面积>3亩。", "《石渡》<一>", "甲&乙公司", "R&D投入", "AT&T;公司", "C:\\new\\table", "甲\\乙", "x<y>z", "&amp", "1 < 2",
     "<何清嘉>说", "\\u12", "\\ud800甲", "甲\\u0022乙", "\\\\u0027", "a\\nb"],
)  # fmt: skip
def test_a_text_without_html_is_unchanged(text: str) -> None:
    assert plain_text(text) == text
    assert one(text=f"{A}{text}").text == f"{A}{text}"


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("<em>何清嘉</em>到云雾镇调研", "何清嘉到云雾镇调研"), ("何清嘉&ldquo;调研&rdquo;", "何清嘉“调研”"), ("何清嘉<br>到云雾镇", "何清嘉 到云雾镇"),
        ("<font color='red'>何清嘉</font>", "何清嘉"), ("何清嘉&nbsp;到云雾镇", "何清嘉 到云雾镇"), ("何清嘉\\u5230云雾镇", "何清嘉到云雾镇"),
        ("&#20309;清嘉", "何清嘉"), ("<b>何清嘉</b> 周远航", "何清嘉 周远航"), ("何清嘉<sup>1</sup>", "何清嘉1"), ("a<b", "a<b"),
    ],
)  # fmt: skip
def test_html_in_a_title_is_removed(title: str, shown: str) -> None:
    assert one(text=A, title=title, source=title).title == shown
    assert one(text=A, title=title, source=title).publisher == shown


def test_the_case_is_read(shared: Path) -> None:
    lines = (shared / "cases" / "reading" / "29-html-in-text.jsonl").read_bytes().splitlines()
    first, second = read_jsonl(lines, "r.jsonl", "r")
    assert isinstance(first, Report)
    assert isinstance(second, Report)
    assert first.text == f"{A}\n{B}"
    assert "\\" not in second.text
    assert second.text.startswith(f"{A}\n\n她强调")


@given(st.text(alphabet="<>/pbr&;#xnlt\\u12 甲\n", max_size=60))
def test_removal_ends_without_errors(text: str) -> None:
    (found,) = read_jsonl([json.dumps({"text": f"甲{text}"}).encode()], "r.jsonl", "r")
    assert isinstance(found, (Report, NoReport, Failure))


@given(st.text(alphabet="甲乙a1 ，。\n", max_size=60))
def test_texts_without_marks_are_unchanged(text: str) -> None:
    assert plain_text(text) == text


RADICALS = ["⼯业园区", "⾼质量", "⻘石县", "市⻓", "⽇报", "⼭西", "⽔利", "⼈⼤", "⻋间", "⽂化", "⻔户", "⻰头"]


@pytest.mark.parametrize("word", RADICALS)
def test_radicals_are_compared_as_ideographs_and_kept_in_the_text(word: str) -> None:
    usual = usual_characters(word)
    assert len(usual) == len(word)
    assert all("\u4e00" <= char <= "\u9fff" for char in usual)
    normalized = normalize(f"到{word}调研")
    assert normalized.text == f"到{usual}调研"
    assert one(text=f"到{word}调研。").text == f"到{word}调研。"


def test_radicals_make_the_same_entities(shared: Path) -> None:
    first, second = read_jsonl(
        (shared / "cases" / "reading" / "41-kangxi.jsonl").read_bytes().splitlines(), "r.jsonl", "r"
    )
    names = []
    for report in (first, second):
        assert isinstance(report, Report)
        reading = graphkit.extract(report.text, date=report.date, place=report.place)
        assert all(report.text[s.start : s.end] for s in reading.statements)
        names.append({(s.subject.name, s.relation, s.object.name) for s in reading.statements})
    assert names[0] == names[1]


@pytest.mark.parametrize(
    ("form", "usual"),
    [("２０２４年", "2024年"), ("ＡＢＣ", "ABC"), ("１２.５％", "12.5%"), ("︐", "，"), ("︓", "："), ("﹐", "，"), ("︰", "︰"), ("金", "金"), ("樂", "樂"),
     ("﹁甲﹂", "“甲”"), ("甲‧乙", "甲·乙"), ("３月２日", "3月2日")],
)  # fmt: skip
def test_compatibility_forms_become_usual_characters(form: str, usual: str) -> None:
    assert normalize(form).text == usual


@pytest.mark.parametrize("bad", ["\x00", "\x01", "\x07", "\x08", "\x0e", "\x1b", "\x1f", "\x7f", "\ufffe", "\uffff"])
def test_a_few_control_characters_are_removed_and_counted(bad: str) -> None:
    found = one(text=f"{A[:5]}{bad}{A[5:]}")
    assert found.text == A
    assert found.note == f"1 control character was removed, the first at character 5 (U+{ord(bad):04X})"
    (file,) = read_text(f"{A[:5]}{bad}{A[5:]}".encode(), "r.txt", "r")
    assert isinstance(file, Report)
    assert (file.text, file.note) == (A, found.note)


@pytest.mark.parametrize("bad", ["\x01", "\x08", "\x1b", "\x7f"])
def test_many_control_characters_are_an_error(bad: str) -> None:
    (found,) = read_jsonl([json.dumps({"text": A + bad * 9}).encode()], "r.jsonl", "r")
    assert isinstance(found, Failure)
    assert f"character {len(A)} is U+{ord(bad):04X}" in found.reason


@pytest.mark.parametrize("mark", ["\x0b", "\x0c", "\x85", "\u2028", "\u2029"])
def test_other_line_breaks_are_line_breaks(mark: str) -> None:
    assert tidy(f"甲{mark}乙", "x").text == "甲\n乙"
