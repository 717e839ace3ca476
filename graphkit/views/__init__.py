"""Views of a ledger: rebuilt when the ledger has moved on, never the truth themselves."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from graphkit.errors import LedgerError
from graphkit.ledger import Ledger
from graphkit.phrases.index import INDEX_VERSION, PhraseIndex
from graphkit.views import cypher, sparql
from graphkit.views.property_graph import Content, content_key, property_graph
from graphkit.views.rdf import RdfGraph


class Views:
    """The `views/` folder of a graph. Each view is named after the content that it was made from."""

    def __init__(self, folder: Path, ledger: Ledger) -> None:
        self._folder = folder / "views"
        self._ledger = ledger
        self._content: Content | None = None
        self._content_key = ""

    def content(self) -> Content:
        """Reports, statements, entities and claims, read once a state of the ledger."""
        key = content_key(self._ledger)
        if self._content is None or self._content_key != key:
            self._content = Content.read(self._ledger, self.phrases)
            self._content_key = key
        return self._content

    def cypher(self) -> cypher.CypherStore:
        return cypher.open_store(
            self._fresh("cypher", ".kgl", lambda path: cypher.build_store(property_graph(self.content()), path))
        )

    def sparql(self) -> sparql.SparqlStore:
        return sparql.open_store(self._fresh("quads", "", lambda path: sparql.build_store(RdfGraph(self.content()).lines(), path)))

    def phrases(self) -> PhraseIndex:
        """The index of phrases: found when it is first asked for."""
        return PhraseIndex(self._fresh(_PHRASES, "", self._build_phrases))

    def has_phrases(self) -> bool:
        """Is the index of phrases of the present content there?"""
        return self._path(_PHRASES, "").exists()

    def _build_phrases(self, path: Path) -> None:
        # The recogniser is loaded only when there is something to find.
        from graphkit.phrases.indexing import build_index

        build_index(self._ledger, list(self._ledger.statements()), path)

    def counts(self) -> dict[str, int]:
        """Numbers of claims and entities, kept until the ledger changes."""
        path = self._fresh("counts", ".json", self._write_counts)
        found: dict[str, int] = json.loads(path.read_text())
        return found

    def _write_counts(self, path: Path) -> None:
        content = self.content()
        path.write_text(json.dumps({"claims": len(content.claims), "entities": len(content.resolution.entities())}))

    def _fresh(self, name: str, ending: str, build: Callable[[Path], None]) -> Path:
        """Path of a view of the present content, built if it is not there; views of earlier contents are cleared away.

        It is built in a folder of its own and moved into place when it is whole: an interruption or a second
        process that builds the same view does no harm.
        """
        path = self._path(name, ending)
        if path.exists():
            return path
        try:
            self._folder.mkdir(exist_ok=True)
            self._clear(name)
            workshop = Path(tempfile.mkdtemp(prefix=f"{_WORKSHOP}{os.getpid()}-", dir=self._folder))
        except OSError as error:
            raise LedgerError(f"{self._folder} cannot be written: {error.strerror or error}") from None
        try:
            build(workshop / path.name)
            if not path.exists():
                (workshop / path.name).rename(path)
        except OSError as error:
            if not path.exists():
                raise LedgerError(f"{self._folder}: the view cannot be written: {error}") from None
        finally:
            shutil.rmtree(workshop, ignore_errors=True)
        return path

    def _path(self, name: str, ending: str) -> Path:
        return self._folder / f"{name}-{content_key(self._ledger)}{ending}"

    def _clear(self, name: str) -> None:
        """Views of this name are of earlier contents; workshops of processes that have died are left over."""
        for old in self._folder.glob(f"{name}-*"):
            _remove(old)
        for old in self._folder.glob(f"{_WORKSHOP}*"):
            if not _is_alive(old.name.removeprefix(_WORKSHOP).split("-")[0]):
                _remove(old)


#: Name of the view with the phrases.
_PHRASES = f"phrases{INDEX_VERSION}"
#: Prefix of the folders in which views are being built; the process id follows.
_WORKSHOP = ".making-"


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _is_alive(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ProcessLookupError, ValueError):
        return False
    except PermissionError:
        return True
    return True
