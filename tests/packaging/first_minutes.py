"""The first ten minutes: the README in a fresh clone, and the wheel in a fresh environment.

`python -m tests.packaging.first_minutes` runs both and needs a package index (or pip's cache); `readme` or `wheel` as
argument runs one. Nothing is written into the checkout.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path

from tests.packaging.readme import Shell, same, steps

ROOT = Path(__file__).parent.parent.parent
#: Commands that run from the wheel, in this order. Commands that only print help are not listed.
COMMANDS = """
extract REPORTS/01-city-tour.txt --format table
inspect REPORTS/01-city-tour.txt
explain REPORTS/01-city-tour.txt --sentence 2
build REPORTS --graph graph
status
show 陈若川
query 'MATCH (p:Person) RETURN count(p) AS n'
query @QUERIES/01-sites-visited.cypher --param x=林知远
sparql @QUERIES/01-sites-visited.rq --param x=林知远
phrases list --min-score 0 --top 5
phrases first 乡村振兴 --plot first.html
review --list --top 3
export --format csv -o tables/
export --format turtle -o graph.ttl
validate
evaluate gold.jsonl --reports reports.jsonl
compare offline fast REPORTS/01-city-tour.txt --format json
remove 01-city-tour
retry
doctor
load --help
serve --help
"""


def copy_of_tracked_files(to: Path) -> Path:
    """What a fresh clone contains: the files that git tracks, as they are now, in a new repository."""
    names = (
        subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    )
    for name in filter(None, names):
        if (ROOT / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, to / name)
    return to


def clean_environment(scratch: Path) -> dict[str, str]:
    """The user's environment without this virtual environment: `python3` is the interpreter that created it."""
    base = getattr(sys, "_base_executable", sys.executable)
    programs = scratch / "programs"
    programs.mkdir()
    (programs / "python3").symlink_to(base)
    own = str(Path(sys.prefix) / "bin")
    path = [str(programs), *(p for p in os.environ["PATH"].split(os.pathsep) if p != own)]
    dropped = (
        "VIRTUAL_ENV",
        "PYTHONDONTWRITEBYTECODE",
        "PYTHONPATH",
        "PYTHONHOME",
        "CI",
        "MAKEFLAGS",
        "MAKELEVEL",
        "GRAPHKIT_GRAPH",
        "GRAPHKIT_EXTRACTOR",
    )
    return {
        **{k: v for k, v in os.environ.items() if k not in dropped},
        "PATH": os.pathsep.join(path),
        "BROWSER": "true",
        # A module is compiled when it is first imported: most modules of the dependencies are not.
        "PIP_COMPILE": "0",
    }


@contextmanager
def page(command: list[str], folder: Path, environment: dict[str, str]) -> Iterator[str]:
    """The link that `graphkit explore` prints, while it runs. Ctrl-C ends it without a traceback."""
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    )
    assert process.stderr is not None
    said = ""
    try:
        while (link := re.search(r"http://\S+", said)) is None:
            line = process.stderr.readline()
            assert line, f"no link was printed:\n{said}"
            said += line
        yield link.group()
    finally:
        process.send_signal(signal.SIGINT)
        try:
            said += process.communicate(timeout=30)[1]
        except subprocess.TimeoutExpired:
            process.kill()
            raise
    assert "Traceback" not in said, said


def check_page(link: str) -> None:
    """The page, its modules, its library and its data can be loaded over HTTP."""
    opener = urllib.request.build_opener(
        urllib.request.HTTPCookieProcessor(CookieJar()), urllib.request.ProxyHandler({})
    )
    root = link.split("?")[0].rstrip("/")
    html = opener.open(link, timeout=60).read().decode()
    parts = re.findall(r'(?:src|href)="(/[^"?#]+)"', html)
    assert any("cytoscape" in p for p in parts), html
    for part in parts:
        assert opener.open(root + part, timeout=60).read(), part
    about = json.loads(opener.open(f"{root}/api/about", timeout=60).read())
    assert about, "the page has no data"


def check_drawing(link: str) -> bool:
    """A graph is drawn in Chromium. False when there is no browser (a failure in CI)."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        assert not os.environ.get("CI"), "CI needs Chromium"
        return False
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        shown = browser.new_page(locale="zh-CN")
        shown.set_default_timeout(60_000)
        shown.goto(link)
        shown.locator("#q").fill("陈若川")
        shown.locator("#found [role=option]").first.wait_for()
        shown.keyboard.press("Enter")
        shown.locator("#cy canvas").first.wait_for()
        browser.close()
    return True


def replay_readme(scratch: Path) -> list[str]:
    """Every command of the README in a fresh clone. Returns the commands that ran."""
    clone = scratch / "clone"
    clone.mkdir()
    shell = Shell(copy_of_tracked_files(clone), clean_environment(scratch))
    ran = []
    try:
        for step in steps(clone / "README.md"):
            if step.command.startswith("graphkit explore"):
                _, listed = shell.run("env -0 | tr '\\0' '\\n'")
                environment = dict(line.split("=", 1) for line in listed.splitlines() if "=" in line)
                with page(
                    [
                        shutil.which("graphkit", path=environment["PATH"]) or "graphkit",
                        *shlex.split(step.command)[1:],
                        "--port",
                        "0",
                    ],
                    clone,
                    environment,
                ) as link:
                    check_page(link)
            else:
                code, output = shell.run(step.command)
                assert code == 0, f"{step.command}: exit code {code}\n{output}"
                assert "Traceback" not in output, output
                assert "WARNING" not in output, output
                assert not step.output or same(step.output, output), (
                    f"{step.command} printed:\n{output}\nthe README says:\n{step.output}"
                )
            ran.append(step.command)
    finally:
        shell.close()
    return ran


def try_wheel(scratch: Path) -> list[str]:
    """The wheel in a fresh environment: every command, and the page, in a folder without the repository."""
    source, work = scratch / "source", scratch / "work"
    for folder in (source, work):
        folder.mkdir()
    environment = clean_environment(scratch)
    copy_of_tracked_files(source)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    subprocess.run(
        [*pip, "wheel", "-q", "--no-deps", "-w", str(scratch), str(source)], check=True, env=environment, cwd=scratch
    )
    wheel = next(scratch.glob("*.whl"))
    shutil.copytree(source / "examples", work / "examples")
    constraints = shutil.copy2(source / "constraints.txt", scratch)
    shutil.rmtree(source)
    subprocess.run(["python3", "-m", "venv", "--upgrade-deps", str(scratch / "fresh")], check=True, env=environment)
    subprocess.run(
        [str(scratch / "fresh/bin/python"), *pip[1:], "install", "-q", "-c", str(constraints), str(wheel)],
        check=True,
        env=environment,
        cwd=work,
    )
    _small_gold(work)
    program = str(scratch / "fresh/bin/graphkit")
    ran = []
    for line in COMMANDS.strip().splitlines():
        words = shlex.split(line.replace("REPORTS", "examples/reports").replace("QUERIES", "examples/queries"))
        done = subprocess.run([program, *words], cwd=work, env=environment, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, f"graphkit {line}: exit code {done.returncode}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr, done.stderr
        ran.append(line)
    with page([program, "explore", "--port", "0", "--no-browser"], work, environment) as link:
        check_page(link)
        drawn = check_drawing(link)
    return [*ran, "explore (drawn in Chromium)" if drawn else "explore (HTTP only: there is no Chromium)"]


def _small_gold(folder: Path) -> None:
    report = {"id": "r", "text": "3月2日，市委书记林知远到石渡县调研。", "date": "2024-03-03"}
    gold = {"id": "r", "relations": [{"s": "林知远", "r": "visited", "o": "石渡县", "core": True}]}
    (folder / "reports.jsonl").write_text(json.dumps(report, ensure_ascii=False) + "\n", encoding="utf-8")
    (folder / "gold.jsonl").write_text(json.dumps(gold, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    for name, part in (("readme", replay_readme), ("wheel", try_wheel)):
        if not sys.argv[1:] or name in sys.argv[1:]:
            with tempfile.TemporaryDirectory(prefix="graphkit-") as folder:
                print(f"{name}: {len(part(Path(folder)))} commands ran")
