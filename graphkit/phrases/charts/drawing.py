"""Writes a chart to a file, or returns it as SVG."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from graphkit.errors import GraphkitError, UsageError
from graphkit.files.output import check_output, write_output
from graphkit.phrases.charts.chart_elements import Spec
from graphkit.phrases.charts.fonts import has_chinese_font
from graphkit.phrases.charts.specification import specification
from graphkit.phrases.questions.scope import AnswerRow

ENDINGS = (".png", ".svg", ".html")


def check_file(path: Path) -> None:
    """Raise UsageError for a file to which no chart can be written."""
    if path.suffix.lower() not in ENDINGS:
        raise UsageError(f"{path}: a picture is a file that ends in {', '.join(ENDINGS)}")
    check_output(path)


def draw(question: str, rows: Sequence[AnswerRow], path: Path, *, source: str) -> None:
    """Write the chart of an answer.

    question: a method of Phrases; source: where the reports come from, for the line below the chart. Raises
    UsageError if the answer has no rows, GraphkitError if there is no font with Chinese characters.
    """
    check_file(path)
    vl_convert, spec = _vl_convert(), _drawable(question, rows, source)
    ending = path.suffix.lower()
    if ending != ".html":
        _check_font()
    if ending == ".png":
        write_output(path, vl_convert.vegalite_to_png(spec, scale=2))
    elif ending == ".svg":
        write_output(path, vl_convert.vegalite_to_svg(spec))
    else:
        write_output(path, _page(spec, vl_convert))


def to_svg(question: str, rows: Sequence[AnswerRow], *, source: str) -> str:
    """Return the chart of an answer as SVG. It raises the same exceptions as `draw`."""
    vl_convert, spec = _vl_convert(), _drawable(question, rows, source)
    _check_font()
    found: str = vl_convert.vegalite_to_svg(spec)
    return found


def _drawable(question: str, rows: Sequence[AnswerRow], source: str) -> Spec:
    if not rows:
        raise UsageError("nothing to draw: the answer has no rows")
    return specification(question, rows, source)


def _vl_convert() -> Any:
    try:
        import vl_convert
    except ImportError:
        raise UsageError("pictures need the package vl-convert-python: run `pip install vl-convert-python`") from None
    return vl_convert


def _check_font() -> None:
    if not has_chinese_font():
        raise GraphkitError(
            "no font with Chinese characters was found: install one (Debian and Ubuntu: apt install fonts-noto-cjk) or "
            "write an .html file"
        )


def _page(spec: Spec, vl_convert: Any) -> str:
    """Return a page that contains the library.

    `<` in texts is written as an escape sequence of JavaScript, so that no text can end the script.
    """
    mark = f"lt{secrets.token_hex(16)}"
    page: str = vl_convert.vegalite_to_html(_marked(spec, mark), bundle=True)
    return page.replace(mark, "\\u003c")


def _marked(value: Any, mark: str) -> Any:
    """Return a specification with a mark instead of each `<`."""
    if isinstance(value, str):
        return value.replace("<", mark)
    if isinstance(value, list):
        return [_marked(v, mark) for v in value]
    return {k: _marked(v, mark) for k, v in value.items()} if isinstance(value, dict) else value
