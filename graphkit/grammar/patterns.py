"""Expands and compiles the named patterns of `patterns/*.toml`; docs/grammar.md describes the format.

In the text of a pattern,

- `%arrive` matches any word of the lexicon class `arrive`, the longest one first;
- `{team}` is replaced by the fragment or pattern `team` of the same file, `{common.team}` by that of `common.toml`;
- spaces and line breaks have no meaning, and `#` begins a comment (`re.VERBOSE`);
- everything else is a Python regular expression.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from graphkit.errors import GrammarError
from graphkit.grammar.lexicon import FOLDER, any_of, words

_REFERENCE = re.compile(r"\{([a-z][a-z0-9_]*)(?:\.([a-z][a-z0-9_]*))?\}")
_CLASS = re.compile(r"%([a-z][a-z0-9_]*)")
_KEYS = {"about", "is", "needs", "use", "flags", "says", "never"}
_FLAGS = {"dotall": re.DOTALL, "multiline": re.MULTILINE}


class Guarded:
    """A pattern that is only tried where some necessary words occur, because looking for those is much faster.

    `needs` must match inside every match of the pattern, or before it in the same range.
    """

    def __init__(self, needed: re.Pattern[str], pattern: re.Pattern[str]) -> None:
        self.needed = needed
        self.pattern = pattern

    def finditer(self, text: str, start: int, end: int) -> Iterator[re.Match[str]]:
        """Iterate over the matches in `text[start:end]`."""
        return self.pattern.finditer(text, start, end) if self.needed.search(text, start, end) else iter(())

    def search(self, text: str, start: int, end: int) -> re.Match[str] | None:
        """Return the first match in `text[start:end]`."""
        return self.pattern.search(text, start, end) if self.needed.search(text, start, end) else None


@dataclass(frozen=True, slots=True)
class Definition:
    """A pattern of a file, with its examples."""

    file: str
    name: str
    about: str
    source: str
    needs: str
    use: str
    flags: int
    says: tuple[Any, ...]
    never: tuple[Any, ...]

    def compiled(self) -> re.Pattern[str]:
        """Return the pattern as a regular expression."""
        return _compile(f"{self.file}.toml, pattern {self.name}", self.source, self.flags)

    def needed(self) -> re.Pattern[str] | None:
        """Return the regular expression of the necessary words, if the pattern names any."""
        return _compile(f"{self.file}.toml, pattern {self.name}, needs", self.needs, 0) if self.needs else None


@cache
def pattern(name: str) -> re.Pattern[str]:
    """Return the compiled pattern `FILE.NAME`.

    Raises
    ------
    GrammarError
        There is no such pattern, or its text is not valid.
    """
    found = definition(name)
    if found.needs:
        raise GrammarError(
            f"{found.file}.toml, pattern {found.name}: it has `needs`; call guarded() in place of pattern()"
        )
    return found.compiled()


@cache
def guarded(name: str) -> Guarded:
    """Return the compiled pattern `FILE.NAME` with the necessary words of its line `needs`."""
    found = definition(name)
    needed = found.needed()
    if needed is None:
        raise GrammarError(f"{found.file}.toml, pattern {found.name}: `needs` is missing")
    return Guarded(needed, found.compiled())


def definition(name: str) -> Definition:
    """Return the definition of the pattern `FILE.NAME`, with all references expanded."""
    file, _, short = name.partition(".")
    try:
        return definitions(file)[short]
    except KeyError:
        raise GrammarError(f"{file}.toml has no pattern {short!r}") from None


def files() -> tuple[str, ...]:
    """Return the names of the pattern files, without extension, in alphabetical order."""
    return tuple(sorted(path.stem for path in (FOLDER / "patterns").glob("*.toml")))


@cache
def definitions(file: str) -> dict[str, Definition]:
    """Return the patterns of a file by name, with all references expanded."""
    found = {}
    for name, entry in _load(file).get("pattern", {}).items():
        where = f"{file}.toml, pattern {name}"
        if not isinstance(entry, dict) or not isinstance(entry.get("is"), str):
            raise GrammarError(f"{where}: `is` is missing")
        if unknown := entry.keys() - _KEYS:
            raise GrammarError(f"{where}: unknown keys {', '.join(sorted(unknown))}")
        flags = 0
        for flag in entry.get("flags", []):
            if flag not in _FLAGS:
                raise GrammarError(f"{where}: unknown flag {flag!r}; known are {', '.join(_FLAGS)}")
            flags |= _FLAGS[flag]
        found[name] = Definition(
            file, name, entry.get("about", ""), _expand(entry["is"], file, (f"{file}.{name}",)),
            _expand(entry.get("needs", ""), file, (f"{file}.{name}",)), entry.get("use", "search"), flags,
            tuple(entry.get("says", ())), tuple(entry.get("never", ())),
        )  # fmt: skip
    return found


@cache
def _load(file: str) -> dict[str, Any]:
    path = FOLDER / "patterns" / f"{file}.toml"
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise GrammarError(f"there is no pattern file {file}.toml") from None
    except tomllib.TOMLDecodeError as error:
        raise GrammarError(f"{file}.toml is not valid TOML: {error}") from error


def _expand(source: str, file: str, path: tuple[str, ...]) -> str:
    """Replace references by the text of their fragments and patterns, and classes by their words."""

    def referenced(m: re.Match[str]) -> str:
        other, name = (m[1], m[2]) if m[2] else (file, m[1])
        full = f"{other}.{name}"
        if full in path:
            raise GrammarError(f"{path[0]}: the reference {{{full}}} leads back to itself")
        raw = _load(other)
        text = raw.get("fragment", {}).get(name)
        if text is None:
            entry = raw.get("pattern", {}).get(name)
            text = entry.get("is") if isinstance(entry, dict) else None
        if not isinstance(text, str):
            raise GrammarError(f"{path[0]}: {other}.toml has no fragment or pattern {name!r}")
        return f"(?:{_expand(text, other, (*path, full))})"

    return _CLASS.sub(lambda m: any_of(words(m[1])), _REFERENCE.sub(referenced, source))


def _compile(where: str, source: str, flags: int) -> re.Pattern[str]:
    try:
        return re.compile(source, flags | re.VERBOSE)
    except re.error as error:
        raise GrammarError(f"{where}: not a valid regular expression: {error}") from error
