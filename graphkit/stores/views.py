"""Views of a ledger: rebuilt when the ledger has moved on, never the truth themselves."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from graphkit.errors import LedgerError
from graphkit.ledger import Ledger
from graphkit.phrases.index.reader import INDEX_VERSION, PhraseIndex
from graphkit.resolution.spread import Spread, here
from graphkit.stores import view_files as files
from graphkit.stores.content import Content, build_content, content_key
from graphkit.stores.cypher import store as cypher
from graphkit.stores.phrase_facts import build_facts
from graphkit.stores.property_graph import PropertyGraph
from graphkit.stores.property_graph_builder import build_property_graph
from graphkit.stores.rdf import store as sparql
from graphkit.stores.rdf.quads import RdfGraph


class Views:
    """The `views/` folder of a graph. Each view is named after the content that it was made from."""

    def __init__(self, folder: Path, ledger: Ledger) -> None:
        self._graph = folder
        self._ledger = ledger
        self._content: Content | None = None
        self._rows: tuple[str, PropertyGraph] | None = None

    @property
    def _folder(self) -> Path:
        return files.views_folder(self._graph, self._ledger.read_only)

    def clear(self) -> bool:
        """Remove all views; were the phrases among them?"""
        folder = self._folder
        if not folder.exists():
            return False
        had_phrases = self.has_phrases()
        self.close()
        for old in files.made_by_graphkit(folder, r"\w+"):
            files.remove(old)
        return had_phrases

    def close(self) -> None:
        if self._content is not None:
            self._content.close()
        if self._rows is not None:
            self._rows[1].close()
        self._content = self._rows = None

    def content(self, spread: Spread = here) -> Content:
        """Reports, statements, entities and claims of the ledger's present state. spread: where names are worked on, if need be."""
        # (An earlier one stays open for who still holds it.)
        if self._content is None or self._content.key != content_key(self._ledger):
            self._content = _again_if_gone(lambda: self._open_content(spread))
        return self._content

    def _open_content(self, spread: Spread) -> Content:
        snapshot = self._ledger.snapshot()
        try:
            snapshot.require_whole()
            path = self._made(
                "content", content_key(snapshot), ".sqlite", lambda path: build_content(snapshot, path, spread)
            )
            return Content(snapshot, path, self._facts, self._rows_of)
        except BaseException:
            snapshot.close()
            raise

    def _facts(self, content: Content) -> Path:
        def build(path: Path) -> None:
            build_facts(self._phrases(content.ledger), content.resolution.entities(), path)

        return self._made("facts", content.key, ".sqlite", build)

    def _rows_of(self, content: Content) -> PropertyGraph:
        def opened() -> tuple[str, PropertyGraph]:
            path = self._made("rows", content.key, ".sqlite", lambda path: build_property_graph(content, path))
            return (
                self._rows
                if self._rows is not None and self._rows[0] == path.name
                else (path.name, PropertyGraph(path))
            )

        self._rows = _again_if_gone(opened)
        return self._rows[1]

    def property_graph(self) -> PropertyGraph:
        """Nodes and relationships of the ledger's present state."""
        return self.content().property_graph()

    def cypher(self) -> cypher.CypherStore:
        return self._store(
            cypher.open_store,
            "cypher",
            ".kgl",
            lambda content, path: cypher.build_store(content.property_graph(), path),
        )

    def sparql(self) -> sparql.SparqlStore:
        return self._store(
            sparql.open_store, "quads", "", lambda content, path: sparql.build_store(RdfGraph(content).lines(), path)
        )

    def _store(self, opened: Callable[[Path], S], name: str, ending: str, build: Callable[[Content, Path], None]) -> S:
        """A store that reads a view. One that another version of its library wrote, and this one cannot read, is made anew."""
        path = self._fresh(name, ending, build)
        try:
            return opened(path)
        except Exception:
            # (Its bytes are those that were written: what a library raises for them is its own affair.)
            files.remove(path)
            return opened(self._fresh(name, ending, build))

    def phrases(self) -> PhraseIndex:
        """The index of phrases: found when it is first asked for."""
        if self.has_phrases():
            return self._phrases(self._ledger)
        snapshot = self._ledger.snapshot()
        try:
            return self._phrases(snapshot)
        finally:
            snapshot.close()

    def _phrases(self, ledger: Ledger) -> PhraseIndex:
        def build(path: Path) -> None:
            # The recogniser is loaded only when there is something to find.
            from graphkit.phrases.index.builder import build_index

            ledger.require_whole(reports=True)
            build_index(ledger, path)

        # Phrases are found in what was read, whatever people decide and whatever else views look like.
        return PhraseIndex(self._made(_PHRASES, ledger.reading_key(), "", build))

    def has_phrases(self) -> bool:
        """Is the index of phrases of the present content there?"""
        return bool(self._there(_PHRASES, self._ledger.reading_key(), ""))

    def has(self, name: str) -> bool:
        """Is this working file, of `view` or the content itself, there for the ledger's present state?"""
        return bool(self._there(name, content_key(self._ledger), ".sqlite"))

    def view(self, name: str, build: Callable[[Content, Path], None], opened: Callable[[Path, Content], T]) -> T:
        """What `opened` makes of a working file of another part of the package, built from the present content."""
        content = self.content()
        return _again_if_gone(
            lambda: opened(self._made(name, content.key, ".sqlite", lambda path: build(content, path)), content)
        )

    def counts(self) -> dict[str, int]:
        """Numbers of claims and entities, kept until the ledger changes."""
        found: dict[str, int] = json.loads(self._fresh("counts", ".json", _write_counts).read_text())
        return found

    def _fresh(self, name: str, ending: str, build: Callable[[Content, Path], None]) -> Path:
        """Path of a view of the ledger's present state; the content is opened only to make it."""
        key = content_key(self._ledger)
        path = self._whole(name, key, ending)
        if path is not None:
            return path
        content = self.content()
        return self._made(name, content.key, ending, lambda path: build(content, path))

    def _made(self, name: str, key: str, ending: str, build: Callable[[Path], None]) -> Path:
        """Path of a view, built if it is not there; those of other contents are cleared away. key: of what it is built from.

        It is built in a folder of its own and moved into place when it is whole: an interruption or a second
        process that builds the same view does no harm.
        """
        path = self._whole(name, key, ending)
        if path is not None:
            return path
        folder = self._folder
        try:
            folder.mkdir(exist_ok=True)
            self._clear(name)
            workshop = Path(tempfile.mkdtemp(prefix=f"{_WORKSHOP}{os.getpid()}-", dir=folder))
        except OSError as error:
            raise LedgerError(f"{folder} cannot be written: {error.strerror or error}") from None
        made = workshop / f"{name}-{key}{ending}"
        try:
            build(made)
            path = folder / f"{name}-{key}-{files.digest_of_files(made)}{ending}"
            if not path.exists():
                made.rename(path)
        except (OSError, sqlite3.OperationalError) as error:
            path = self._whole(name, key, ending)
            if path is None:
                raise LedgerError(f"{folder}: the view cannot be written: {error}") from None
        finally:
            shutil.rmtree(workshop, ignore_errors=True)
        return path

    def _there(self, name: str, key: str, ending: str) -> list[Path]:
        return files.find(self._folder, f"{name}-{key}", ending)

    def _whole(self, name: str, key: str, ending: str) -> Path | None:
        """A view whose bytes are what was written, if there is one; damaged ones are removed."""
        for path in self._there(name, key, ending):
            if files.is_whole(path, ending):
                return path
            files.remove(path)
        return None

    def _clear(self, name: str) -> None:
        """Views of this name are of earlier contents; workshops of processes that have died are left over."""
        folder = self._folder
        for old in files.made_by_graphkit(folder, re.escape(name)):
            files.remove(old)
        for old in folder.glob(f"{_WORKSHOP}*"):
            if not _is_alive(old.name.removeprefix(_WORKSHOP).split("-")[0]):
                files.remove(old)


def _write_counts(content: Content, path: Path) -> None:
    path.write_text(json.dumps({"claims": len(content.claims), "entities": len(content.resolution)}))


S = TypeVar("S")
T = TypeVar("T")
#: How often a view is made that another process, which knows a later state of the graph, clears away before it is opened.
ATTEMPTS = 5


def _again_if_gone(opened: Callable[[], T]) -> T:
    for _ in range(ATTEMPTS - 1):
        try:
            return opened()
        except sqlite3.OperationalError:
            continue
    return opened()


#: Name of the view with the phrases.
_PHRASES = f"phrases{INDEX_VERSION}"
#: Prefix of the folders in which views are being built; the process id follows.
_WORKSHOP = ".making-"


def _is_alive(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ProcessLookupError, ValueError):
        return False
    except PermissionError:
        return True
    return True
