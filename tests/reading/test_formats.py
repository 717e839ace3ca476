from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from graphkit.errors import UsageError
from graphkit.model import Failure, NoReport, NotRead, Report
from graphkit.reading import count_inputs, list_paths, read_paths

TEXT = "林知远到石渡县调研\n3月12日，市委书记林知远到石渡县调研。他强调，要实干。"


def reports(*paths: Path | str) -> list[Report]:
    return [r for r in read_paths(paths) if isinstance(r, Report)]


def test_a_text_file_is_a_report_with_its_file_name_as_id(tmp_path: Path) -> None:
    (tmp_path / "tour.txt").write_text(TEXT, encoding="utf-8")
    (report,) = reports(tmp_path / "tour.txt")
    assert (report.id, report.text, report.title) == ("tour", TEXT, "林知远到石渡县调研")


def test_a_word_file_is_read(tmp_path: Path) -> None:
    import docx

    document = docx.Document()
    for line in TEXT.split("\n"):
        document.add_paragraph(line)
    document.save(str(tmp_path / "tour.docx"))
    (report,) = reports(tmp_path / "tour.docx")
    assert report.text == TEXT


def test_a_pdf_file_with_a_text_layer_is_read(tmp_path: Path) -> None:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    canvas = Canvas(str(tmp_path / "tour.pdf"))
    canvas.setFont("STSong-Light", 12)
    for n, line in enumerate(TEXT.split("\n")):
        canvas.drawString(50, 780 - 20 * n, line)
    canvas.save()
    (report,) = reports(tmp_path / "tour.pdf")
    assert "市委书记林知远到石渡县调研" in report.text


def test_a_gb18030_page_that_declares_gb2312_is_read(examples: Path) -> None:
    (report,) = reports(examples / "reports" / "07-college-page.html")
    assert report.title == "云泽理工学院与星澜科技共建实验室"
    assert report.date == "2024-05-30"
    assert "校园新闻" not in report.text
    assert "版权所有" not in report.text


def test_each_jsonl_line_is_a_report_with_its_fields(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    path.write_text(
        '{"id": "a", "text": "石渡县召开会议。", "date": "2024-03-01", "place": "山西省临汾市"}\n\n{"text": "石渡县春茶开采。"}\n',
        encoding="utf-8",
    )
    found = reports(path)
    assert [(r.id, r.date, r.place) for r in found] == [("a", "2024-03-01", "山西省临汾市"), ("r-3", "", "")]


@pytest.mark.parametrize("header", ["id,date,text", "编号,日期,正文"])
def test_csv_rows_are_read_from_the_text_column(tmp_path: Path, header: str) -> None:
    path = tmp_path / "r.csv"
    path.write_text(f'{header}\na,2024年3月1日,"石渡县召开会议，\n强调实干。"\n', encoding="gb18030")
    (report,) = reports(path)
    assert (report.id, report.date) == ("a", "2024-03-01")
    assert report.text == "石渡县召开会议，\n强调实干。"


def test_csv_without_a_text_column_is_rejected(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    (failure,) = read_paths([tmp_path / "r.csv"])
    assert isinstance(failure, Failure)
    assert "no text column" in failure.reason


def test_each_markdown_heading_with_text_is_a_report(shared: Path) -> None:
    import re

    for name in ("20230708.md", "20240424.md"):
        path = shared / "raw" / name
        found = reports(path)
        headings = re.findall(r"^### .+$", path.read_text(encoding="utf-8"), re.M)
        assert len(found) == len(headings) > 10
        assert {r.date for r in found} == {f"{name[:4]}-{name[4:6]}-{name[6:8]}"}
        assert not any(re.search(r"</?\w+>|&\w+;", r.text) for r in found)


def test_each_real_page_contains_one_report(shared: Path) -> None:
    pages = sorted((shared / "raw").glob("detail-*.html"))
    assert len(pages) == 5
    for page in pages:
        (report,) = reports(page)
        assert len(report.text) > 100
        assert "\ufffd" not in report.text
        assert report.title


def test_a_page_that_lists_articles_is_reported_as_such(shared: Path) -> None:
    (nothing,) = read_paths([shared / "raw" / "news-1_2_1.html"])
    assert isinstance(nothing, NoReport)
    assert "list" in nothing.reason


def test_folders_and_glob_patterns_have_a_stable_order(tmp_path: Path) -> None:
    for name in ("b.txt", "a.md", "sub/c.txt", "skip.png", ".hidden.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(TEXT, encoding="utf-8")
    assert [r.id for r in reports(tmp_path)] == ["a", "b", "sub/c"]
    assert [Path(p).name for p in list_paths([str(tmp_path / "*.txt")])] == ["b.txt"]
    assert count_inputs([tmp_path]) == 3


def test_a_missing_path_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file"):
        list_paths([tmp_path / "nothing.txt"])
    with pytest.raises(UsageError, match="no report in this folder"):
        list_paths([tmp_path])


def test_members_of_an_archive_are_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "r.zip", "w") as archive:
        archive.writestr("day/a.txt", TEXT)
        archive.writestr("b.jsonl", '{"id": "b", "text": "石渡县召开会议。"}')
        archive.writestr("photo.png", b"\x89PNG")
    found = list(read_paths([tmp_path / "r.zip"]))
    assert [r.id for r in found if isinstance(r, Report)] == ["b", "day/a"]
    assert [n.source for n in found if isinstance(n, NotRead)] == [f"{tmp_path / 'r.zip'}!photo.png"]


def test_standard_input_is_read_as_one_report(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stream:
        buffer = io.BytesIO(TEXT.encode("gb18030"))

    monkeypatch.setattr("sys.stdin", Stream())
    (report,) = reports("-")
    assert report.text == TEXT


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        (
            "林知远调研\n日期：2024-06-07 来源：临汾新闻网\n6月6日，林知远到石渡县调研。",
            {"date": "2024-06-07", "publisher": "临汾新闻网", "place": "山西省临汾市"},
        ),
        ("林知远调研\n临汾新闻网讯 6月6日，林知远到石渡县调研。", {"date": "", "publisher": "临汾新闻网"}),
        ("林知远调研\n新华社北京3月23日电 林知远到石渡县调研。", {"publisher": "新华社", "place": ""}),
        ("多项举措发布 服务实体经济\n石渡县近日推出多项举措。", {"publisher": "", "place": ""}),
        ("林知远到石渡县调研。", {"title": "", "date": "", "publisher": "", "place": ""}),
    ],
)
def test_fields_come_from_the_text_or_stay_unknown(tmp_path: Path, text: str, fields: dict[str, Any]) -> None:
    (tmp_path / "r.txt").write_text(text, encoding="utf-8")
    (report,) = reports(tmp_path / "r.txt")
    assert {name: getattr(report, name) for name in fields} == fields


def test_a_title_without_markup_is_the_line_above_the_date(tmp_path: Path) -> None:
    body = "<p>5月29日，云泽理工学院举行揭牌仪式。学院党委书记沈仲衡出席仪式并讲话，要求深化产教融合。</p>"
    page = (
        "<html><head><title></title></head><body><div "
        f"class=newst>云泽理工学院举行实验室揭牌仪式！</div><div>发稿时间：2024/5/30</div><div>{body * 3}</div></body></html>"
    )
    (tmp_path / "p.html").write_text(page, encoding="utf-8")
    (report,) = reports(tmp_path / "p.html")
    assert (report.title, report.date) == ("云泽理工学院举行实验室揭牌仪式！", "2024-05-30")
