"""Views of a ledger: rebuilt when the ledger has moved on, never the truth themselves."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

from graphkit.errors import LedgerError
from graphkit.ledger import Ledger
from graphkit.views import cypher, sparql
from graphkit.views.property_graph import Content, property_graph
from graphkit.views.rdf import BASE, quads

#: Changes when views of the same ledger would look otherwise.
VIEW_VERSION = "1"


class Views:
    """The `views/` folder of a graph. Each view is named after the content that it was made from."""

    def __init__(self, folder: Path, ledger: Ledger) -> None:
        self._folder = folder / "views"
        self._ledger = ledger
        self._content: Content | None = None
        self._content_key = ""

    def _key(self) -> str:
        return f"{VIEW_VERSION}-{self._ledger.content_key()}"

    def content(self) -> Content:
        """Reports, statements, entities and claims, read once a state of the ledger."""
        key = self._key()
        if self._content is None or self._content_key != key:
            self._content = Content.read(self._ledger)
            self._content_key = key
        return self._content

    def cypher(self) -> cypher.CypherStore:
        path = self._fresh("cypher", ".kgl")
        if not path.exists():
            cypher.build_store(property_graph(self.content()), path)
        return cypher.open_store(path)

    def sparql(self) -> sparql.SparqlStore:
        path = self._fresh("quads", "")
        if not path.exists():
            sparql.build_store(quads(self.content(), BASE), path)
        return sparql.open_store(path)

    def counts(self) -> dict[str, int]:
        """Numbers of claims and entities, kept until the ledger changes."""
        path = self._fresh("counts", ".json")
        if not path.exists():
            content = self.content()
            numbers: dict[str, Any] = {"claims": len(content.claims), "entities": len(content.resolution.entities())}
            temporary = path.with_name(path.name + ".part")
            temporary.write_text(json.dumps(numbers))
            os.replace(temporary, path)
        found: dict[str, int] = json.loads(path.read_text())
        return found

    def _fresh(self, name: str, ending: str) -> Path:
        """Path of a view for the present content; views of earlier contents are cleared away."""
        try:
            self._folder.mkdir(exist_ok=True)
        except OSError as error:
            raise LedgerError(f"{self._folder} cannot be made: {error.strerror or error}") from None
        path = self._folder / f"{name}-{self._key()}{ending}"
        for old in self._folder.glob(f"{name}-*"):
            if old != path:
                if old.is_dir():
                    shutil.rmtree(old, ignore_errors=True)
                else:
                    old.unlink(missing_ok=True)
        return path
