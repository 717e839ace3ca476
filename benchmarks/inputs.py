"""Measures reading of web pages and of many small files: `python -m benchmarks.inputs [PAGES [FILES]]`.

Web pages are compared with trafilatura alone on the same pages, small files with one JSONL file of the same reports. The
two programs of a comparison run in turn, and medians of the ratios of the rounds are printed.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import graphkit
from graphkit.reading.web import read_html

ROOT = Path(__file__).parent.parent
ROUNDS = 5
#: Number of characters of a small file, and number of files from which one round without a trial run is measured.
SMALL, MANY = 300, 5000
_PAGE = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}_石渡新闻网</title>
<meta name="PubDate" content="2024-04-05 08:30"><meta name="ContentSource" content="石渡日报"></head><body>
<div class="top"><a href="/">首页</a> <a href="/xw">新闻</a> 今天是2026年1月1日</div><ul class="menu">{menu}</ul>
<div class="main"><h1>{title}</h1><div class="info">发布时间：2024-04-05 08:30 来源：石渡日报 字号：大 中 小</div>
<div class="content">{body}</div><div class="share">分享到：微信 微博</div></div>
<div class="list"><h3>相关新闻</h3><ul>{links}</ul></div><div class="foot">版权所有：石渡新闻网</div></body></html>"""


def reports(number: int) -> list[dict[str, str]]:
    """Return records of the project: texts of the annotated reports, each with its own number."""
    with (ROOT / "gold" / "train.reports.jsonl").open(encoding="utf-8") as file:
        records = [json.loads(line) for line in file]
    return [{"text": f"{records[n % len(records)]['text']}\n编号{n}"} for n in range(number)]


def pages(number: int) -> list[bytes]:
    """Return web pages with invented reports, a menu, and a list of other reports."""
    texts = [record["text"].split("\n") for record in reports(number)]
    made = []
    for n, lines in enumerate(texts):
        title = lines[0][:40]
        others = [texts[(n + k) % number][0][:40] for k in range(1, 11)]
        made.append(
            _PAGE.format(
                title=title,
                menu="".join(f'<li><a href="/c{k}">栏目{k}</a></li>' for k in range(20)),
                body="".join(f"<p>{line}</p>" for line in lines[1:]),
                links="".join(f'<li><a href="/{k}.html">{t}</a><span>2026-01-{k + 1:02d}</span></li>' for k, t in enumerate(others)),
            ).encode()
        )  # fmt: skip
    return made


def seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def in_turn(
    first: Callable[[], object], second: Callable[[], object], rounds: int = ROUNDS
) -> tuple[float, float, float]:
    """Return the median seconds of two programs that run in turn, and the median of first / second.

    Before several rounds, both programs run once without being measured.
    """
    if rounds > 1:
        seconds(first), seconds(second)
    times = [(seconds(first), seconds(second)) for _ in range(rounds)]
    return (
        statistics.median(a for a, _ in times),
        statistics.median(b for _, b in times),
        statistics.median(a / b for a, b in times),
    )


def page_lines(number: int) -> list[str]:
    import trafilatura

    made = pages(number)
    ours, theirs, ratio = in_turn(
        lambda: [list(read_html(page, f"p{n}.html", f"p{n}")) for n, page in enumerate(made)],
        lambda: [trafilatura.extract(page) for page in made],
    )
    return [
        f"## Web pages ({number} pages, {ROUNDS} rounds in turn)",
        "",
        "| program | processor ms for each page |",
        "|---|---|",
        f"| graphkit, text and fields | {1000 * ours / number:.2f} |",
        f"| trafilatura, text only | {1000 * theirs / number:.2f} |",
        "",
        f"graphkit needs {ratio:.2f} times the time of trafilatura.",
        "",
    ]


def file_lines(number: int) -> list[str]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "files").mkdir()
        records = [{"text": f"{r['text'][:SMALL]}\n编号{n}"} for n, r in enumerate(reports(number))]
        for n, record in enumerate(records):
            (folder / "files" / f"{n:05d}.txt").write_text(record["text"], encoding="utf-8")
        lines = (json.dumps({"id": f"{n:05d}", **r}, ensure_ascii=False) + "\n" for n, r in enumerate(records))
        (folder / "all.jsonl").write_text("".join(lines), encoding="utf-8")

        def build(source: Path) -> None:
            with tempfile.TemporaryDirectory() as place, graphkit.open(Path(place) / "g", create=True) as graph:
                graph.build(source)

        rounds = 1 if number >= MANY else ROUNDS
        build_first = folder / "first"
        build_first.mkdir()
        (build_first / "1.txt").write_text(records[0]["text"], encoding="utf-8")
        build(build_first)
        files, one, ratio = in_turn(lambda: build(folder / "files"), lambda: build(folder / "all.jsonl"), rounds)
    return [
        f"## Small files ({number:,} files, rounds in turn: {rounds})",
        "",
        "| input | processor s |",
        "|---|---|",
        f"| {number:,} text files of at most {SMALL} characters | {files:.2f} |",
        f"| one JSONL file | {one:.2f} |",
        "",
        f"The files need {ratio:.2f} times the time of the JSONL file.",
        "",
    ]


def main() -> None:
    numbers = [int(word) for word in sys.argv[1:]]
    print("\n".join(lines(*numbers)))


def lines(page_number: int = 200, file_number: int = 1000) -> list[str]:
    """Return the section of benchmarks/RESULTS.md with these numbers of pages and files."""
    return [*page_lines(page_number), *file_lines(file_number)]


if __name__ == "__main__":
    main()
