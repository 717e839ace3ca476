"""The views of a ledger. They are rebuilt when the ledger has changed, and never contain data of their own.

Threads share the views. A thread that needs a view that another one is building waits for it.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import shutil
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any, TypeVar

from graphkit.errors import LedgerError
from graphkit.ledger import Ledger
from graphkit.phrases.index.reader import INDEX_VERSION, PhraseIndex
from graphkit.resolution.spread import Spread, here
from graphkit.stores import view_files as files
from graphkit.stores.content import Content, build_content, content_key
from graphkit.stores.cypher import store as cypher
from graphkit.stores.cypher.phrase_use import needs_phrase_facts
from graphkit.stores.options import DEFAULT_BASE, ExportOptions
from graphkit.stores.phrase_facts import build_facts
from graphkit.stores.property_graph import PropertyGraph
from graphkit.stores.property_graph_builder import build_property_graph
from graphkit.stores.rdf import store as sparql
from graphkit.stores.rdf.quads import RdfGraph
from graphkit.stores.rdf.terms import Iris
from graphkit.vocabulary import check_name

_log = logging.getLogger("graphkit.views")
#: The views that can be built before they are needed.
PREPARED = ("phrases", "cypher", "sparql")


class Views:
    """The `views/` folder of a graph. The name of each view contains the key of the content from which it was built."""

    def __init__(self, folder: Path, ledger: Ledger) -> None:
        self._graph = folder
        self._ledger = ledger
        self._content: Content | None = None
        self._rows: tuple[str, PropertyGraph] | None = None
        #: Name of an open store → path of its view, and the store.
        self._stores: dict[str, tuple[Path, Any]] = {}
        #: A lock for each view. A view that needs another one is never needed by that one.
        self._locks: dict[str, threading.RLock] = {}

    def _lock(self, name: str) -> threading.RLock:
        return self._locks.setdefault(name, threading.RLock())

    @property
    def _folder(self) -> Path:
        return files.views_folder(self._graph, self._ledger.read_only)

    def clear(self) -> bool:
        """Remove all views. Return whether the phrase index was among them."""
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
        self._stores.clear()

    def content(self, spread: Spread = here) -> Content:
        """Return the content of the present state of the ledger.

        spread: runs the resolution of names, in this process or in several processes, if it is necessary.
        """
        # An earlier content is not closed, because a caller may still use it.
        with self._lock("open content"):
            if self._content is None or self._content.key != content_key(self._ledger):
                self._content = _retry_if_removed(lambda: self._open_content(spread))
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

        with self._lock("open rows"):
            self._rows = _retry_if_removed(opened)
            return self._rows[1]

    def property_graph(self) -> PropertyGraph:
        """Return the property graph of the present state of the ledger."""
        return self.content().property_graph()

    def cypher(self, query: str = "") -> cypher.CypherStore:
        """Return the embedded Cypher store of the present state of the ledger.

        query: a query that the store must be able to answer. If it does not need phrases, and the whole store does not
        exist, the result is a store without phrases, for which the phrase index need not be built.
        """
        if query and not needs_phrase_facts(query) and not self._existing("cypher", content_key(self._ledger), ".kgl"):
            return self._store(cypher.open_store, "events", ".kgl", self._build_events)
        return self._store(
            cypher.open_store,
            "cypher",
            ".kgl",
            lambda content, path: cypher.build_store(content.property_graph(), path),
        )

    def _build_events(self, content: Content, path: Path) -> None:
        rows = path.with_name("rows.sqlite")
        build_property_graph(content, rows, phrases=False)
        graph = PropertyGraph(rows)
        try:
            cypher.build_store(graph, path)
        finally:
            graph.close()

    def sparql(self, base: str = DEFAULT_BASE) -> sparql.SparqlStore:
        """Return the embedded SPARQL store of the present state of the ledger. base: base of the IRIs of instances.

        For another base than the default one, a view of its own is built. Raises UsageError if it is not an IRI.
        """
        options = ExportOptions(base=Iris(base).base)

        def build(content: Content, path: Path) -> None:
            sparql.build_store(RdfGraph(content, options).lines(), path)

        if options.base == DEFAULT_BASE:
            return self._store(sparql.open_store, "quads", "", build)
        return self._store(sparql.open_store, "served", "", build, options.base)

    def _store(
        self,
        opened: Callable[[Path], S],
        name: str,
        ending: str,
        build: Callable[[Content, Path], None],
        variant: str = "",
    ) -> S:
        """Return a store that reads a view.

        The view is rebuilt if the installed version of the library cannot read it. variant: see `_current`.
        """
        with self._lock(f"open {name}"):
            path = self._current(name, ending, build, variant)
            known = self._stores.get(name)
            if known is not None and known[0] == path:
                store: S = known[1]
                return store
            try:
                store = opened(path)
            except Exception:
                # The digest of the view is correct, so that another version of the library wrote it. The library does
                # not document the exceptions that it raises in this case.
                files.remove(path)
                path = self._current(name, ending, build, variant)
                store = opened(path)
            self._stores[name] = path, store
            return store

    def prepare(self, names: Collection[str]) -> None:
        """Build the views of PREPARED with these names, all if there is none. Raises UsageError for an unknown name."""
        for name in names:
            check_name("view", name, PREPARED)
        wanted = names or PREPARED
        if "phrases" in wanted:
            self.phrases()
        if "cypher" in wanted:
            self.cypher()
        if "sparql" in wanted:
            self.sparql()

    def phrases(self) -> PhraseIndex:
        """Return the phrase index. It is built at the first call."""
        if self.has_phrases():
            return self._phrases(self._ledger)
        snapshot = self._ledger.snapshot()
        try:
            return self._phrases(snapshot)
        finally:
            snapshot.close()

    def _phrases(self, ledger: Ledger) -> PhraseIndex:
        def build(path: Path) -> None:
            # The import loads the models, which are only necessary to build the index.
            from graphkit.phrases.index.builder import build_index

            ledger.require_whole(reports=True)
            build_index(ledger, path)

        # The phrase index depends on the extracted statements only, not on decisions or on the version of other views.
        return PhraseIndex(self._made(_PHRASES, ledger.reading_key(), "", build))

    def has_phrases(self) -> bool:
        """Return whether the phrase index of the present state of the ledger exists."""
        return bool(self._existing(_PHRASES, self._ledger.reading_key(), ""))

    def has(self, name: str) -> bool:
        """Return whether a working file of the present state of the ledger exists: of `view`, or `content`."""
        return bool(self._existing(name, content_key(self._ledger), ".sqlite"))

    def view(self, name: str, build: Callable[[Content, Path], None], opened: Callable[[Path, Content], T]) -> T:
        """Return the result of `opened` for a working file of another module, which `build` makes from the content."""
        content = self.content()
        return _retry_if_removed(
            lambda: opened(self._made(name, content.key, ".sqlite", lambda path: build(content, path)), content)
        )

    def counts(self) -> dict[str, int]:
        """Return the numbers of claims and entities."""
        found: dict[str, int] = json.loads(self._current("counts", ".json", _write_counts).read_text())
        return found

    def _current(self, name: str, ending: str, build: Callable[[Content, Path], None], variant: str = "") -> Path:
        """Return the path of a view of the present state of the ledger.

        The content is opened only to build the view. variant: an option of the view; only the view with the last one
        is kept.
        """
        path = self._complete(name, _with_variant(content_key(self._ledger), variant), ending)
        if path is not None:
            return path
        content = self.content()
        return self._made(name, _with_variant(content.key, variant), ending, lambda path: build(content, path))

    def _made(self, name: str, key: str, ending: str, build: Callable[[Path], None]) -> Path:
        """Return the path of a view. If it does not exist, it is built and views of other contents are removed.

        key: identifies the data from which the view is built. The view is built in a temporary folder and moved when it
        is complete, so that neither an interruption nor another process that builds the same view damages it.
        """
        with self._lock(name):
            return self._complete(name, key, ending) or self._make(name, key, ending, build)

    def _make(self, name: str, key: str, ending: str, build: Callable[[Path], None]) -> Path:
        folder = self._folder
        try:
            folder.mkdir(exist_ok=True)
            self._clear(name)
            temporary = Path(tempfile.mkdtemp(prefix=f"{_TEMPORARY}{os.getpid()}-", dir=folder))
        except OSError as error:
            raise LedgerError(f"{folder} cannot be written: {error.strerror or error}") from None
        made = temporary / f"{name}-{key}{ending}"
        path: Path | None
        started = time.monotonic()
        reports = self._ledger.counts()["reports"]
        _log.info("building the %s of %d reports", _NAMES.get(name, name), reports)
        try:
            build(made)
            _log.info("built the %s in %.1f s", _NAMES.get(name, name), time.monotonic() - started)
            path = folder / f"{name}-{key}-{files.digest_of_files(made)}{ending}"
            if not path.exists():
                made.rename(path)
        except (OSError, sqlite3.OperationalError) as error:
            path = self._complete(name, key, ending)
            if path is None:
                raise LedgerError(f"{folder}: the view cannot be written: {error}") from None
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
        return path

    def _existing(self, name: str, key: str, ending: str) -> list[Path]:
        return files.find(self._folder, f"{name}-{key}", ending)

    def _complete(self, name: str, key: str, ending: str) -> Path | None:
        """Return a view whose content matches its digest, or None. Damaged views are removed."""
        for path in self._existing(name, key, ending):
            if files.is_complete(path, ending):
                return path
            files.remove(path)
        return None

    def _clear(self, name: str) -> None:
        """Remove views of this name, which are of earlier contents, and the temporary folders of ended processes."""
        folder = self._folder
        for old in files.made_by_graphkit(folder, re.escape(name)):
            files.remove(old)
        for old in folder.glob(f"{_TEMPORARY}*"):
            if not _is_alive(old.name.removeprefix(_TEMPORARY).split("-")[0]):
                files.remove(old)


def _with_variant(key: str, variant: str) -> str:
    """Return the key of a view that depends on an option."""
    return hashlib.sha256(f"{key} {variant}".encode()).hexdigest()[:32] if variant else key


def _write_counts(content: Content, path: Path) -> None:
    path.write_text(json.dumps({"claims": len(content.claims), "entities": len(content.resolution)}))


S = TypeVar("S")
T = TypeVar("T")
#: Maximum number of attempts to build and open a view.
ATTEMPTS = 5


def _retry_if_removed(opened: Callable[[], T]) -> T:
    """Build and open a view again if a process with a later state of the graph removed it before it was opened."""
    for _ in range(ATTEMPTS - 1):
        try:
            return opened()
        except sqlite3.OperationalError:
            continue
    return opened()


#: Name of the phrase index.
_PHRASES = f"phrases{INDEX_VERSION}"
#: Names of the views in messages.
_NAMES = {
    "content": "entities and claims",
    "facts": "dates and variants of the phrases",
    "rows": "property graph",
    "cypher": "Cypher store",
    "events": "Cypher store without phrases",
    "quads": "SPARQL store",
    "counts": "numbers of entities and claims",
    _PHRASES: "phrase index",
}
#: Prefix of the temporary folders in which views are built; the process id follows.
_TEMPORARY = ".making-"


def _is_alive(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ProcessLookupError, ValueError):
        return False
    except PermissionError:
        return True
    return True
