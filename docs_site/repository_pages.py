"""A hook of MkDocs: files of the repository outside `docs/` become pages of the site, and links to them work there.

The pages in `docs/`, README.md and CONTRIBUTING.md link to each other as GitHub expects it, with paths of files and
folders. Each linked file or folder outside `docs/` gets a page: a Markdown file its text, a notebook its cells, a
folder its README.md or the contents of its files, and any other file its contents.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parent.parent
#: Pages that the navigation names: the path in the repository, and the name of the page in the site.
NAMED = {
    "README.md": "index.md",
    "README.zh-CN.md": "index.zh.md",
    "CHANGELOG.md": "changes.md",
    "CONTRIBUTING.md": "contributing.md",
    "LICENSE": "licence.md",
    "examples/README.md": "examples.md",
    "examples/tour.ipynb": "notebook.md",
    "examples/queries": "queries.md",
    "gold/README.md": "gold.md",
    "benchmarks/RESULTS.md": "benchmarks.md",
}
#: The folder of the site for other files that are linked.
OTHERS = "repository"
#: A link of Markdown: its text, the path, and the anchor with its mark.
_LINK = re.compile(r"\[([^\]]*)\]\(([^)\s#]*)(#[^)\s]*)?\)")
_FENCE = re.compile(r"^```.*?^```$", re.M | re.S)
#: The language of a code block by the extension of the file.
_LANGUAGES = {".py": "python", ".toml": "toml", ".sh": "sh", ".cypher": "cypher", ".rq": "sparql"}
API = "api.md"
_API_PAGE = """# Python classes and functions

This page is generated from the code. The page [Python](python.md) explains how the functions are used.

"""
#: What the Chinese site says about a page without a Chinese text.
_ENGLISH_ONLY = '!!! note "提示"\n    本页暂时只有英文版；[术语表]({})列出了术语的中文说法。\n\n'


def site_name(path: str) -> str:
    """Return the name in the site of the page that shows a file or folder of the repository."""
    if path.startswith("docs/"):
        name = path.removeprefix("docs/")
        return f"{name}/README.md" if (ROOT / path).is_dir() else name
    if path in NAMED:
        return NAMED[path]
    if (ROOT / path / "README.md").is_file():
        return site_name(f"{path}/README.md")
    # The plugin for languages takes what is between two dots for a language (stream.py.md).
    return f"{OTHERS}/{path.removesuffix('.md').replace('.', '-')}.md"


def linked(path: str, text: str) -> Iterator[str]:
    """Yield the files and folders of the repository that a page links to."""
    for _, target, _ in _LINK.findall(_FENCE.sub("", text)):
        if target and ":" not in target:
            found = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
            if not found.startswith("..") and (ROOT / found).exists():
                yield f"{found}/README.md" if (ROOT / found / "README.md").is_file() else found


@cache
def outside() -> dict[str, str]:
    """Return the pages that are not in `docs/`: their name in the site, and their path in the repository."""
    found: dict[str, str] = {}
    waiting = [*NAMED, *(p.relative_to(ROOT).as_posix() for p in sorted((ROOT / "docs").glob("**/*.md")))]
    seen = set(waiting)
    while waiting:
        path = waiting.pop(0)
        if not path.startswith("docs/"):
            found[site_name(path)] = path
        if path.endswith(".md"):
            new = [p for p in linked(path, (ROOT / path).read_text(encoding="utf-8")) if p not in seen]
            seen.update(new)
            waiting += [p for p in new if p.endswith(".md") or not p.startswith("docs/")]
    return found


def _block(path: Path) -> str:
    return f"````{_LANGUAGES.get(path.suffix, 'text')}\n{path.read_text(encoding='utf-8').rstrip()}\n````\n"


def _cells(path: Path) -> Iterator[str]:
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        text = "".join(cell["source"]).strip()
        yield text if cell["cell_type"] == "markdown" else f"```python\n{text}\n```"


def text_of(path: str) -> str:
    """Return the Markdown text of the page of a file or folder."""
    file = ROOT / path
    if file.suffix == ".md":
        return file.read_text(encoding="utf-8")
    if file.suffix == ".ipynb":
        return "\n\n".join(_cells(file)) + "\n"
    if file.is_dir():
        members = sorted(p for p in file.iterdir() if p.is_file())
        return f"# {path}\n\n" + "\n".join(f"## {p.name}\n\n{_block(p)}" for p in members)
    return f"# {path}\n\n{_block(file)}"


def api_page() -> str:
    """Return the page of the public classes and functions, for mkdocstrings."""
    exported = re.search(
        r"^__all__ = \[(.*?)\]", (ROOT / "graphkit/__init__.py").read_text(encoding="utf-8"), re.M | re.S
    )
    assert exported is not None
    names = [n for n in re.findall(r'"(\w+)"', exported[1]) if not n.startswith("_")]
    return _API_PAGE + "".join(f"::: graphkit.{name}\n\n" for name in names)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that are not files of `docs/`."""
    for name in (*outside(), API):
        files.append(File(name, config.docs_dir, config.site_dir, config.use_directory_urls))
    return files


def on_page_read_source(page: Page, config: MkDocsConfig) -> str | None:
    """Return the text of a page that is not a file of `docs/`."""
    name = page.file.src_uri
    if name == API:
        return api_page()
    return text_of(outside()[name]) if name in outside() else None


def in_one_language(name: str) -> str:
    """Return the name of a page without its language."""
    return name.replace(".zh.md", ".md")


def address(name: str) -> str:
    """Return the address of a page in the site."""
    html = in_one_language(name).removesuffix(".md").replace("README", "index") + ".html"
    return f"zh/{html}" if name.endswith(".zh.md") else html


def site_links(text: str, path: str, name: str) -> str:
    """Return the text with its links changed from paths of the repository to names of pages in the site."""

    def changed(link: re.Match[str]) -> str:
        said, target, anchor = link[1], link[2], link[3] or ""
        if not target or ":" in target:
            return link[0]
        to = site_name(posixpath.normpath(posixpath.join(posixpath.dirname(path), target)))
        if to != name and in_one_language(to) == in_one_language(name):
            # MkDocs builds the languages one after the other and does not know the pages of the other one.
            return f'<a href="{posixpath.relpath(address(to), posixpath.dirname(address(name)) or ".")}">{said}</a>'
        return f"[{said}]({posixpath.relpath(in_one_language(to), posixpath.dirname(name) or '.')}{anchor})"

    parts = re.split(f"({_FENCE.pattern})", text, flags=re.M | re.S)
    return "".join(p if n % 2 else _LINK.sub(changed, p) for n, p in enumerate(parts))


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Change the links, and say on the Chinese site which pages have no Chinese text."""
    name = page.file.src_uri
    if name != API:
        markdown = site_links(markdown, outside().get(name, f"docs/{name}"), name)
    if page.file.dest_uri.startswith("zh/") and not name.endswith(".zh.md"):
        glossary = posixpath.relpath("glossary.md", posixpath.dirname(name) or ".")
        head, _, rest = markdown.partition("\n")
        markdown = f"{head}\n\n{_ENGLISH_ONLY.format(glossary)}{rest}"
    return markdown
