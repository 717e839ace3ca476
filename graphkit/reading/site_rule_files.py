"""Files of site rules: where the title, body and other fields are in the pages of a site, as XPath or CSS selectors."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import lxml.etree
import lxml.html

from graphkit.errors import UsageError
from graphkit.reading.naming import printable
from graphkit.wording import did_you_mean

#: What a rule can select: fields of the report, and elements that are removed before the body is read.
FIELDS = ("title", "body", "date", "publisher", "place")
REMOVE = "remove"
KEYS = (*FIELDS, REMOVE)
#: Functions of regular expressions are available in XPath: re:test(., '来源').
NAMESPACES = {"re": "http://exslt.org/regular-expressions"}
#: Maximum size of a file of rules in bytes.
MAX_FILE = 1024 * 1024
_XPATH = re.compile(r"xpath:|[/(]|\.{1,2}(?:/|$)|(?:re:)?[a-z][a-z-]*\(", re.I)
#: What an invalid selector raises, also an invalid regular expression in it.
ERRORS = (lxml.etree.XPathError, re.error, TypeError, ValueError)
#: A page on which selectors are tried.
_SAMPLE = (
    "<html><head><title>x</title><meta name='x' content='x'></head><body><h1>x</h1><div id='x' class='x'><p>x</p>"
    "<span>x</span><a href='x'>x</a><table><tr><td>x</td></tr></table><ul><li>x</li></ul></div></body></html>"
)
_LITERAL = re.compile("'[^']*'|\"[^\"]*\"")
_CALL = re.compile(r"(?<![\w:.-])(?P<name>[\w:.-]+)\s*\(")
#: The functions of XPath 1.0, its tests of nodes and operators before a bracket, and regular expressions.
_FUNCTIONS = frozenset(
    [
        "last",
        "position",
        "count",
        "id",
        "local-name",
        "namespace-uri",
        "name",
        "string",
        "concat",
        "starts-with",
        "contains",
        "substring-before",
        "substring-after",
        "substring",
        "string-length",
        "normalize-space",
        "translate",
        "boolean",
        "not",
        "true",
        "false",
        "lang",
        "number",
        "sum",
        "floor",
        "ceiling",
        "round",
        "text",
        "node",
        "comment",
        "processing-instruction",
        "and",
        "or",
        "div",
        "mod",
        "re:test",
        "re:match",
        "re:replace",
    ]
)
#: One of several characters in a glob pattern: [a-c].
_CHARACTERS = re.compile(r"\[[^\]/]+\]")
_LINE_OF_ERROR = re.compile(r"at line (\d+)")
#: Maximum number of characters of a line in which such a name is looked for.
_LONGEST_NAME = 200
#: A name without quotation marks with a character that only names in quotation marks can have.
_BARE_NAME = re.compile(r"""\s*\[?[^"'=#\[\]]*[^\s\w.\-"'=#\[\]][^"'=#\[\]]*[\]=]|\s*\[?[^"'=#\[\]]*[^\x00-\x7f]""")
_ATTRIBUTE = re.compile(r"::attr\(\s*(?P<name>[\w:.-]+)\s*\)\s*\Z")


@dataclass(frozen=True, slots=True)
class Rule:
    """What to read in the pages of a host, a folder or a glob pattern.

    name: its table in the file; selectors: (key, XPath) in the order of the file.
    """

    name: str
    selectors: tuple[tuple[str, str], ...]

    @property
    def is_of_path(self) -> bool:
        """Whether the rule applies to paths of files and not to a host."""
        return any(mark in self.name for mark in "/\\*?[")

    def paths(self, key: str) -> tuple[str, ...]:
        """Return the XPath expressions of a key."""
        return tuple(path for name, path in self.selectors if name == key)


@dataclass(frozen=True, slots=True)
class SiteRules:
    """The rules of a file in their order. The first rule that matches a page applies to it."""

    rules: tuple[Rule, ...] = ()
    file: str = ""

    @property
    def need_hosts(self) -> bool:
        """Whether a rule applies to a host."""
        return any(not rule.is_of_path for rule in self.rules)


def read_site_rules(path: Path) -> SiteRules:
    """Return the rules of a TOML file. Raises UsageError with the file, the table and the key if it is not valid."""
    name = printable(str(path))
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE + 1)
    except OSError as error:
        raise UsageError(f"{name}: the site rules cannot be read: {error.strerror or error}") from None
    if len(data) > MAX_FILE:
        raise UsageError(f"{name}: a file of site rules has at most {MAX_FILE:,} bytes")
    text = ""
    try:
        text = data.decode("utf-8-sig")
        content = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise UsageError(f"{name}: byte {error.start} is not UTF-8; save the site rules as UTF-8") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise UsageError(f"{name}: the site rules are not valid TOML: {error}{_quotes_needed(text, error)}") from None
    rules = tuple(_rule(title, table, name) for title, table in _tables(content, "", name))
    if not rules:
        raise UsageError(f'{name}: the file has no rule; a rule is a table such as ["news.example.cn"] with {_keys()}')
    return SiteRules(rules, name)


def _quotes_needed(text: str, error: Exception) -> str:
    """Return a hint if the line of an error has a name that needs quotation marks in TOML: [pages/], 石渡 = 1."""
    m = _LINE_OF_ERROR.search(str(error))
    lines = text.splitlines()
    line = lines[int(m[1]) - 1][:_LONGEST_NAME] if m and int(m[1]) <= len(lines) else ""
    if not _BARE_NAME.match(line):
        return ""
    return '; write names with / or with Chinese characters in quotation marks, for example ["pages/"]'


def _keys() -> str:
    return f"the keys {', '.join(KEYS)}"


def _tables(content: dict[str, Any], prefix: str, file: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the tables with their names. [news.example.cn] without quotation marks is the same as with them."""
    for key, value in content.items():
        title = f"{prefix}.{key}" if prefix else key
        if not isinstance(value, dict):
            raise UsageError(
                f"{file}: `{printable(title)}` is not in a table; write the host or folder of the pages above it, "
                'for example ["news.example.cn"]'
            )
        values = {name: inner for name, inner in value.items() if not isinstance(inner, dict)}
        if values or not value:
            yield title, values
        yield from _tables({name: inner for name, inner in value.items() if isinstance(inner, dict)}, title, file)


def _rule(title: str, table: dict[str, Any], file: str) -> Rule:
    where = f"{file}, [{printable(title)}]"
    if not title.strip() or (any(mark.isspace() for mark in title.strip("/")) and "/" not in title):
        raise UsageError(
            f"{where}: the name of a table is a host (news.example.cn), a folder (pages/) or a glob pattern"
        )
    if not table:
        raise UsageError(f"{where}: the table is empty; it needs one of {_keys()}")
    if Rule(title, ()).is_of_path:
        try:
            path_pattern(title)
        except re.error as error:
            raise UsageError(f"{where}: not a folder or glob pattern: {error}") from None
    selectors: list[tuple[str, str]] = []
    for key, value in table.items():
        if key not in KEYS:
            raise UsageError(f"{where}: unknown key `{printable(key)}`{did_you_mean(key, KEYS)}; a rule has {_keys()}")
        texts = [value] if isinstance(value, str) else value
        if not isinstance(texts, list) or not texts or not all(isinstance(t, str) and t.strip() for t in texts):
            raise UsageError(f"{where} {key}: expected a selector (XPath or CSS), or a list of selectors")
        selectors += ((key, _xpath(text.strip(), f"{where} {key}", key)) for text in texts)
    return Rule(title, tuple(selectors))


def _xpath(selector: str, where: str, key: str) -> str:
    """Return a selector as XPath after a check. `xpath:` and `css:` state the language where it is not clear."""
    is_xpath = _XPATH.match(selector) is not None
    words = re.sub(r"^(?:xpath|css):\s*", "", selector, flags=re.I)
    language = "XPath" if is_xpath else "CSS selector"
    try:
        path = words if is_xpath else _from_css(words)
        _check_functions(path)
        results = lxml.etree.XPath(path, namespaces=NAMESPACES)(lxml.html.fromstring(_SAMPLE))
    except ERRORS as error:
        raise UsageError(f"{where}: invalid {language} {words!r}: {error}") from None
    if not isinstance(results, (list, str)) or (key == REMOVE and isinstance(results, str)):
        wanted = "elements" if key == REMOVE else "elements or texts"
        raise UsageError(f"{where}: the XPath {words!r} does not select {wanted}")
    return path


def _check_functions(path: str) -> None:
    """Raise ValueError for a function that does not exist: the empty page of the check need not call it."""
    for m in _CALL.finditer(_LITERAL.sub("''", path)):
        if m["name"] not in _FUNCTIONS:
            raise ValueError(f"there is no function {m['name']}(){did_you_mean(m['name'], _FUNCTIONS)}")


def _from_css(selector: str) -> str:
    """Return the XPath of a CSS selector, also with ::attr(NAME) at its end. Raises ValueError if it is invalid."""
    import cssselect

    attribute = _ATTRIBUTE.search(selector)
    own = selector[: attribute.start()] if attribute else selector
    try:
        path = cssselect.HTMLTranslator().css_to_xpath(own, prefix="descendant-or-self::")
    except cssselect.SelectorError as error:
        raise ValueError(str(error)) from None
    if not attribute:
        return path
    return " | ".join(f"{one}/@{attribute['name']}" for one in path.split(" | "))


@lru_cache(maxsize=256)
def path_pattern(name: str) -> re.Pattern[str]:
    """Return the pattern of paths for a folder (pages/) or a glob pattern, in which ** is any number of folders.

    A pattern that does not begin with / matches below any folder.
    """
    glob = name.strip().replace("\\", "/").removeprefix("./")
    glob = f"{glob}**" if glob.endswith("/") else glob
    parts = re.split(rf"(\*\*/?|\*|\?|{_CHARACTERS.pattern})", glob)
    return re.compile(("" if glob.startswith("/") else "(?:.*/)?") + "".join(map(_glob_part, parts)), re.S)


def _glob_part(part: str) -> str:
    if part in ("**", "**/"):
        return ".*" if part == "**" else "(?:.*/)?"
    if _CHARACTERS.fullmatch(part):
        inside = re.sub(r"([\\\[&~|])", r"\\\1", part[1:-1])
        return f"[^{inside[1:]}/]" if inside[0] in "!^" and inside[1:] else f"[{inside}]"
    return {"*": "[^/]*", "?": "[^/]"}.get(part, re.escape(part))
