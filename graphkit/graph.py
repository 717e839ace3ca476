"""A graph folder in Python: everything that the commands do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

from graphkit.building import Engine, Outcome, Progress, build
from graphkit.errors import DamagedError
from graphkit.export.formats import FOLDERS, FORMATS, check_format, export
from graphkit.export.rdf_files import rdflib_term
from graphkit.extractors import load_extractor
from graphkit.files.output import check_folder, check_output, open_output, write_folder
from graphkit.ledger import Ledger
from graphkit.model import Claim, Entity, Reading, Report, Statement, mentions_of
from graphkit.phrases.api import Phrases
from graphkit.resolution.resolver import Merge
from graphkit.review.queue import Review
from graphkit.stores.content import Content, content_key
from graphkit.stores.options import DEFAULT_BASE, DEFAULT_NAME, ExportOptions
from graphkit.stores.parameter_names import check_cypher_names, check_sparql_names
from graphkit.stores.property_graph import PropertyGraph
from graphkit.stores.rdf.quads import quads
from graphkit.stores.views import Views
from graphkit.validation import check_decisions, check_integrity, check_shapes, check_statements

if TYPE_CHECKING:
    from graphkit.stores.cypher.store import CypherStore
    from graphkit.stores.neo4j.database import Neo4jAddress
    from graphkit.stores.neo4j.loading import LoadOutcome
    from graphkit.stores.rdf.store import SparqlStore
    from graphkit.stores.sparql.endpoint import SparqlAddress
    from graphkit.stores.sparql.loading import SparqlOutcome

T = TypeVar("T")
#: What is being loaded, how much of it is done, how much there is.
LoadProgress = Callable[[str, int, int], None]


class Graph:
    """A graph folder. Open it with `graphkit.open`; it is a context manager."""

    def __init__(self, folder: str | Path, *, create: bool = False) -> None:
        self.folder = Path(folder)
        self.ledger = Ledger(self.folder, create=create)
        self._views = Views(self.folder, self.ledger)

    def close(self) -> None:
        self._views.close()
        self.ledger.close()

    def __enter__(self) -> Graph:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def build(
        self, reports: str | Path | Iterable[str | Path], *, extractor: str = "offline", progress: Progress | None = None,
        workers: int = 1, engine: Engine | str = Engine.local, shards: str = "",
    ) -> Outcome:
        """Read reports into the graph; what is in already is skipped.

        reports: a path or several (files, folders, globs, archives). extractor: name of an installed extractor.
        workers: processes that read (engine "local"); a script calls this under `if __name__ == "__main__":` then.
        engine: "ray" reads on the nodes of a Ray cluster, by way of `shards` (a folder or URL that all nodes see), and brings
        names together there.
        Raises UsageError for a path that is not there, LedgerError when the graph cannot be written, WorkerError when
        no process or cluster can be started.
        """
        self.ledger.require_writable()
        paths = [reports] if isinstance(reports, (str, Path)) else list(reports)
        return build(
            self.ledger, paths, load_extractor(extractor), progress, workers=workers, engine=engine, shards=shards, afterwards=self._views.content,
        )

    def remove(self, report_id: str) -> bool:
        """Take out a report and all that it alone says. False when it is not in."""
        return self.ledger.remove(report_id)

    def retry(self, *, extractor: str = "offline", progress: Progress | None = None, workers: int = 1) -> Outcome:
        """Read the failed inputs again; those that are gone stay listed."""
        self.ledger.require_writable()
        return build(self.ledger, self.failed_files(), load_extractor(extractor), progress, workers=workers)

    def failed_files(self) -> list[str]:
        """Files that failed inputs and those without a report came from, as far as they are still there."""
        paths: list[str] = []
        sources = [f.source for f in self.ledger.failures()] + [o.source for o in self.ledger.not_read() if o.kind == "no report"]
        for source in sources:
            path = source.split("!")[0]
            if not Path(path).exists() and ":" in path:
                path = path.rsplit(":", 1)[0]
            if Path(path).exists():
                paths.append(path)
        return list(dict.fromkeys(paths))

    def status(self) -> dict[str, int]:
        """Numbers of `reports`, `statements`, `claims` and `entities`; of reports `without_date`, `without_place` and `without_publisher`;
        of inputs that `failed`, were `not_read`, held `no_report` or were `ignored`; of statements that the schema `refused`."""
        return {**self.ledger.counts(), **self._views.counts()}

    def content(self) -> Content:
        """Reports, statements, entities and claims in their fixed order, read as they are asked for.

        It shows the graph as it is now; after a build ask for it again.
        """
        return self._views.content()

    def view(self, name: str, build: Callable[[Content, Path], None], opened: Callable[[Path, Content], T]) -> T:
        """What `opened(path, content)` makes of a file that `build(content, path)` makes of the graph's present content.

        The file is kept under `name` until the graph changes.
        """
        return self._views.view(name, build, opened)

    def has_view(self, name: str) -> bool:
        """Is the file of `view(name, …)` there for the graph's present state? name: "content" for what all views are made from."""
        return self._views.has(name)

    def reports(self) -> Iterator[Report]:
        """All reports with their text, in order of id."""
        return (row.report for row in self.ledger.reports(text=True))

    def statements(self, report_id: str | None = None) -> Iterator[Statement]:
        """Statements of one report or of all."""
        return self.ledger.statements(report_id)

    def reading(self, report_id: str) -> Reading | None:
        """A report with its statements, mentions and passages as the ledger has them; None if it is not in."""
        row = self.ledger.report(report_id)
        if row is None:
            return None
        statements = tuple(self.ledger.statements(report_id))
        return Reading(row.report, statements, mentions_of(statements), tuple(self.ledger.passages(report_id)))

    def validate(self, *, shacl: bool = True) -> Iterator[str]:
        """Problems, one line each: rows that were damaged or changed outside graphkit, and statements that the schema or
        the text forbids; with `shacl` what the shapes find in an undamaged graph."""
        damaged = list(check_integrity(self.ledger))
        yield from damaged
        yield from check_statements(self.ledger)
        try:
            yield from check_decisions(self.ledger)
        except DamagedError:
            if not damaged:
                raise
        if shacl and not damaged:
            yield from check_shapes(self.content())

    def claims(self, relation: str | None = None, *, subject: str | None = None) -> list[Claim]:
        """Claims, of one relation or of one subject's name if given."""
        return [
            c for c in self.content().claims
            if (relation is None or c.relation == relation)
            and (subject is None or subject in (c.subject.name, *c.subject.aliases))
        ]

    def entities(self, name: str | None = None) -> list[Entity]:
        """Entities, those with this id, name or alias if given."""
        resolution = self.content().resolution
        return list(resolution.entities()) if name is None else resolution.named(name)

    def merges(self, entity_id: str) -> tuple[Merge, ...]:
        """Which wordings were taken for this entity, and why."""
        return self.content().resolution.merges(entity_id)

    def cypher(self, query: str, /, **parameters: Any) -> list[dict[str, Any]]:
        """Rows of a read-only Cypher query; `$x` in it is the parameter `x`. Raises QueryError."""
        check_cypher_names(query, parameters)
        return self._views.cypher().query(query, parameters)

    def sparql(self, query: str, /, **parameters: Any) -> list[dict[str, Any]]:
        """Rows of a read-only SPARQL query; `?x` in it is the parameter `x`, if given.

        The schema's prefixes need no declaration. Raises QueryError.
        """
        check_sparql_names(query, parameters)
        return self._views.sparql().query(query, parameters)

    def stores(self) -> dict[str, CypherStore | SparqlStore]:
        """The read-only stores of the present state, by query language: cypher, sparql."""
        return {"cypher": self._views.cypher(), "sparql": self._views.sparql()}

    def phrases(self) -> Phrases:
        """Questions on the policy phrases of the graph. The first call finds them: about a fifth of the time of reading."""
        return Phrases(self._views.phrases(), self.ledger)

    def review(self, who: str = "") -> Review:
        """What is open for review and what is decided. who: stands beside the decisions; the login name if not given."""
        return Review(self.ledger, who)

    @property
    def has_phrases(self) -> bool:
        """Are the phrases of the graph's present state found already?"""
        return self._views.has_phrases()

    def property_graph(self) -> PropertyGraph:
        """Nodes and relationships in their fixed order."""
        return self._views.property_graph()

    def to_networkx(self) -> Any:
        """A `networkx.MultiDiGraph`, edges keyed by claim id."""
        from graphkit.stores.networkx import to_networkx

        return to_networkx(self.property_graph())

    def to_rdflib(self, base: str = DEFAULT_BASE) -> Any:
        """An `rdflib.Dataset` with one named graph a report, entities, evidence and provenance."""
        import rdflib

        dataset = rdflib.Dataset()
        for quad in quads(self.content(), base):
            graph = dataset.graph(rdflib.URIRef(quad.graph_name.value))  # type: ignore[union-attr]
            graph.add((rdflib_term(quad.subject), rdflib_term(quad.predicate), rdflib_term(quad.object)))
        return dataset

    def load_neo4j(
        self, address: Neo4jAddress, *, name: str = DEFAULT_NAME, replace: bool = False, dry_run: bool = False,
        progress: LoadProgress | None = None,
    ) -> LoadOutcome:
        """Bring the graph into a Neo4j 5 database under `name`; a second time only what has changed.

        replace: also when the database has a graph of that name from another ledger. dry_run: only say what would change.
        progress: called with (what, rows done, rows in all). Raises ServerError; the load can be run again after it.
        """
        from graphkit.stores.neo4j.database import Neo4j
        from graphkit.stores.neo4j.loading import load

        with Neo4j(address) as database:
            return load(
                database, self.property_graph, name=name, key=content_key(self.ledger), ledger=self.ledger.identity,
                replace=replace, dry_run=dry_run, progress=progress,
            )

    def load_sparql(
        self, address: SparqlAddress, *, base: str = DEFAULT_BASE, with_text: bool = False, dry_run: bool = False,
        progress: LoadProgress | None = None,
    ) -> SparqlOutcome:
        """Bring the RDF into a SPARQL 1.1 endpoint; a second time only what has changed.

        base: of the IRIs; graphs of different bases stay apart. with_text, dry_run, progress: as elsewhere. Raises ServerError.
        """
        from graphkit.stores.sparql.endpoint import Endpoint
        from graphkit.stores.sparql.loading import load

        options = ExportOptions(base=base, with_text=with_text)
        key = f"{content_key(self.ledger)}{'-text' if with_text else ''}"
        return load(Endpoint(address), self.content, key=key, options=options, dry_run=dry_run, progress=progress)

    def export(
        self, format: str, to: str | Path | BinaryIO, *, base: str = DEFAULT_BASE, with_text: bool = False, rdf12: bool = False,
        name: str = DEFAULT_NAME, force: bool = False,
    ) -> None:
        """Write the graph in one of `graphkit.export.formats.FORMATS`.

        to: a path or a binary stream; `-` is standard output. With `csv` a folder (a path that ends in `/` or is one) gets two
        tables, with `neo4j-admin` the files that the importer reads; with other formats it gets `graph` and the format's ending.
        In a folder only files that an earlier export wrote are replaced. force: also other files of the same names, and in a
        folder that graphkit has not written to. base, with_text, rdf12, name: as in `ExportOptions`.
        A file appears under its name only when it is whole. Raises UsageError for an unknown format or folder, ExportError for a
        file that cannot be written.
        """
        options = ExportOptions(base, with_text, rdf12, name)
        check_format(format, options)
        if not isinstance(to, (str, Path)):
            export(self.content(), format, to, options)
            return
        into_folder = format in FOLDERS and (str(to).endswith("/") or Path(to).is_dir())
        default_name = f"graph{FORMATS[format][1]}"
        if into_folder:
            check_folder(to, format, force=force)
        else:
            check_output(to, default_name)
        content = self.content()
        if into_folder:
            write_folder(to, format, lambda folder: FOLDERS[format](content, folder, options), force=force)
            return
        with open_output(to, default_name) as out:
            export(content, format, out, options)
