"""The Python interface to a graph folder, with the functions of all commands."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

from graphkit.building import Engine, Outcome, Progress, build, warn
from graphkit.errors import DamagedError, QueryWarning
from graphkit.export.formats import export_to
from graphkit.export.rdf_files import rdflib_term
from graphkit.extractors import load_extractor
from graphkit.ledger import Ledger
from graphkit.ledger.overview import Overview
from graphkit.model import Claim, Entity, Reading, Report, Statement, mentions_of
from graphkit.phrases.api import Phrases
from graphkit.reading import Reports
from graphkit.reading.options import Fields, Rules, reading_options
from graphkit.resolution.resolver import Merge
from graphkit.review.queue import Review
from graphkit.stores.content import Content, content_key, reports_of
from graphkit.stores.options import DEFAULT_BASE, DEFAULT_NAME, ExportOptions
from graphkit.stores.parameter_names import check_cypher_names, check_sparql_names
from graphkit.stores.property_graph import PropertyGraph
from graphkit.stores.rdf.quads import quads
from graphkit.stores.views import Views
from graphkit.tabular.methods import TableMethods
from graphkit.validation import check_decisions, check_integrity, check_shapes, check_statements
from graphkit.vocabulary import check_relation, unknown_id

if TYPE_CHECKING:
    from graphkit.stores.cypher.store import CypherStore
    from graphkit.stores.neo4j.database import Neo4jAddress
    from graphkit.stores.neo4j.loading import LoadOutcome
    from graphkit.stores.rdf.store import SparqlStore
    from graphkit.stores.sparql.endpoint import SparqlAddress
    from graphkit.stores.sparql.writer import SparqlOutcome

T = TypeVar("T")
# A library does not print its log unless the program configures it.
logging.getLogger("graphkit").addHandler(logging.NullHandler())
#: Progress of a load: what is loaded, number of loaded rows, total number of rows.
LoadProgress = Callable[[str, int, int], None]


class Graph(TableMethods):
    """A graph folder. Open it with `graphkit.open`, preferably as a context manager."""

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
        self,
        reports: Reports,
        *,
        extractor: str = "",
        progress: Progress | None = None,
        workers: int = 1,
        engine: Engine | str = Engine.local,
        shards: str = "",
        fields: Fields | None = None,
        site_rules: Rules | None = None,
    ) -> Outcome:
        """Add reports to the graph. Reports that are already in the graph are skipped.

        reports: a path (file, folder, glob pattern, archive, `-` for standard input), a dictionary with the fields of
        JSON files, a `Report`, or an iterable of them, for example a database cursor or a data frame. Of an iterator,
        files are read after everything else. extractor: name of an installed extractor ("" for the default).
        progress: called with the outcome so far. workers: number of processes (engine "local").
        engine: "ray" reads and resolves names on the nodes of a Ray cluster. shards: folder or URL for intermediate
        results that all nodes can write. fields: paths of fields in records, for example {"text": "data.article.body"};
        site_rules: a TOML file of rules for the pages of certain sites. Give the same options when reports are read again.
        Raises UsageError for a path that does not exist and for invalid options, LedgerError if the graph cannot be
        written, and WorkerError if no process or cluster can be started.
        """
        self.ledger.require_writable()
        outcome = build(
            self.ledger,
            reports,
            load_extractor(extractor),
            progress,
            workers=workers,
            engine=engine,
            shards=shards,
            afterwards=self._views.content,
            options=reading_options(fields, site_rules),
        )
        warn(outcome)
        return outcome

    def add(self, reports: Reports, *, extractor: str = "", fields: Fields | None = None) -> Outcome:
        """Add one or a few reports, for example those of a message; the same as `build` with its other defaults.

        A report replaces an earlier one that was added from memory with the same id. A report without id gets one that
        depends on its content.
        """
        return self.build(reports, extractor=extractor, fields=fields)

    def remove(self, report_id: str) -> bool:
        """Remove a report and its statements. Return False if the graph does not contain it."""
        return self.ledger.remove(report_id)

    def retry(
        self,
        *,
        extractor: str = "",
        progress: Progress | None = None,
        workers: int = 1,
        fields: Fields | None = None,
        site_rules: Rules | None = None,
    ) -> Outcome:
        """Read the failed inputs again. Inputs that do not exist any more remain listed.

        fields, site_rules: as in `build`; the graph does not contain those of earlier builds.
        """
        self.ledger.require_writable()
        options = reading_options(fields, site_rules)
        files, reader = self.failed_files(), load_extractor(extractor)
        outcome = build(self.ledger, files, reader, progress, workers=workers, options=options)
        warn(outcome)
        return outcome

    def failed_files(self) -> list[str]:
        """Return the existing files of inputs that failed or contained no report."""
        paths: list[str] = []
        sources = [f.source for f in self.ledger.failures()] + [
            o.source for o in self.ledger.not_read() if o.kind == "no report"
        ]
        for source in sources:
            path = source.split("!")[0]
            if not Path(path).exists() and ":" in path:
                path = path.rsplit(":", 1)[0]
            if Path(path).exists():
                paths.append(path)
        return list(dict.fromkeys(paths))

    def prepare(self, *views: str) -> None:
        """Build what the first query would build: phrases, cypher or sparql; without arguments, all of them.

        Raises UsageError for an unknown name.
        """
        self._views.prepare(views)

    def status(self) -> dict[str, int]:
        """Return counts by name.

        `reports`, `statements`, `claims` and `entities`; reports `without_date`, `without_place` and
        `without_publisher`; inputs that `failed`, were `not_read`, contain `no_report` or were `ignored`; and
        statements that the schema `refused`.
        """
        return {**self.ledger.counts(), **self._views.counts()}

    def overview(self) -> Overview:
        """Return the reports that need attention: duplicates, similar texts, equal ids, without date …"""
        return self.ledger.overview()

    def content(self) -> Content:
        """Return the reports, statements, entities and claims in a fixed order, read on demand.

        The content does not reflect later changes; call the method again after a build.
        """
        return self._views.content()

    def view(self, name: str, build: Callable[[Content, Path], None], opened: Callable[[Path, Content], T]) -> T:
        """Return `opened(path, content)` for a derived file that `build(content, path)` writes when it is out of date.

        The file is stored under `name` and reused until the graph changes.
        """
        return self._views.view(name, build, opened)

    def has_view(self, name: str) -> bool:
        """Return whether the file of `view(name, …)` is up to date. name: "content" means the basis of all views."""
        return self._views.has(name)

    def reports(self) -> Iterator[Report]:
        """Yield all reports with their text, ordered by id."""
        return (row.report for row in self.ledger.reports(text=True))

    def statements(self, report_id: str | None = None) -> Iterator[Statement]:
        """Yield the statements of one report or of all reports, with decisions applied.

        Raises UsageError if the graph does not contain the report.
        """
        if report_id is not None:
            found = self.reading(report_id)
            if found is None:
                raise unknown_id("report", report_id, self.ledger.ids())
            return iter(found.statements)
        return (s.with_text(row.report.text) for row, statements in reports_of(self.ledger) for s in statements)

    def reading(self, report_id: str) -> Reading | None:
        """Return a report with its statements, mentions and passages; None if the graph does not contain it."""
        row = self.ledger.report(report_id)
        if row is None:
            return None
        statements = tuple(s.with_text(row.report.text) for s in self.ledger.statements(report_id))
        return Reading(row.report, statements, mentions_of(statements), tuple(self.ledger.passages(report_id)))

    def validate(self, *, shacl: bool = True) -> Iterator[str]:
        """Yield a line for each problem.

        Problems are rows that were damaged or changed outside graphkit, statements that contradict the schema or the
        text, and invalid decisions. shacl: also validate the RDF of an undamaged graph against the SHACL shapes.
        """
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
        """Return the claims, optionally of one relation or with one subject (its name or an alias).

        Raises UsageError for an unknown relation.
        """
        relation = None if relation is None else check_relation(relation)
        return [
            c
            for c in self.content().claims
            if (relation is None or c.relation == relation)
            and (subject is None or subject in (c.subject.name, *c.subject.aliases))
        ]

    def entities(self, name: str | None = None) -> list[Entity]:
        """Return the entities, optionally only those with this id, name or alias."""
        resolution = self.content().resolution
        return list(resolution.entities()) if name is None else resolution.named(name)

    def merges(self, entity_id: str) -> tuple[Merge, ...]:
        """Return the names that were merged into this entity, with reasons. Raises UsageError for an unknown id."""
        resolution = self.content().resolution
        if not resolution.knows(entity_id):
            raise unknown_id("entity", entity_id, (e.id for e in resolution.entities()))
        return resolution.merges(entity_id)

    def cypher(self, query: str, /, **parameters: Any) -> list[dict[str, Any]]:
        """Return the rows of a read-only Cypher query; `$x` is the parameter `x`. Raises QueryError.

        Warns with `graphkit.errors.QueryWarning` about labels, relationship types and properties that do not exist.
        """
        check_cypher_names(query, parameters)
        notes: list[str] = []
        rows = self._views.cypher(query).query(query, parameters, notes)
        for note in notes:
            warnings.warn(note, QueryWarning, stacklevel=2)
        return rows

    def sparql(self, query: str, /, **parameters: Any) -> list[dict[str, Any]]:
        """Return the rows of a read-only SPARQL query; `?x` is bound to the parameter `x`, if given.

        The prefixes of the schema are predeclared. Raises QueryError.
        """
        check_sparql_names(query, parameters)
        return self._views.sparql().query(query, parameters)

    def stores(self) -> dict[str, CypherStore | SparqlStore]:
        """Return the read-only stores of the current state, by query language: cypher, sparql."""
        return {"cypher": self._views.cypher(), "sparql": self._views.sparql()}

    def sparql_store(self, base: str = DEFAULT_BASE) -> SparqlStore:
        """Return the read-only SPARQL store of the current state.

        base: base of the IRIs of instances; for another one than the default, a store of its own is built. Raises
        UsageError if it is not an IRI.
        """
        return self._views.sparql(base)

    def phrases(self) -> Phrases:
        """Return the interface to the policy phrases of the graph.

        The first call after a change of the graph builds the phrase index, which takes about a fifth of the reading
        time.
        """
        return Phrases(self._views.phrases(), self.ledger)

    def review(self, who: str = "") -> Review:
        """Return the review of the graph. who: name that is stored with decisions; by default the login name."""
        return Review(self.ledger, who)

    @property
    def has_phrases(self) -> bool:
        """Whether the phrase index of the current state exists."""
        return self._views.has_phrases()

    def property_graph(self) -> PropertyGraph:
        """Return the nodes and relationships of the property graph in a fixed order."""
        return self._views.property_graph()

    def to_networkx(self) -> Any:
        """Return the graph as a `networkx.MultiDiGraph` with claim ids as edge keys."""
        from graphkit.stores.networkx import to_networkx

        return to_networkx(self.property_graph())

    def to_rdflib(self, base: str = DEFAULT_BASE) -> Any:
        """Return an `rdflib.Dataset` with a named graph for each report, the entities, evidence and provenance."""
        import rdflib

        dataset = rdflib.Dataset()
        for quad in quads(self.content(), base):
            graph = dataset.graph(rdflib.URIRef(quad.graph_name.value))  # type: ignore[union-attr]
            graph.add((rdflib_term(quad.subject), rdflib_term(quad.predicate), rdflib_term(quad.object)))
        return dataset

    def load_neo4j(
        self,
        address: Neo4jAddress,
        *,
        name: str = DEFAULT_NAME,
        replace: bool = False,
        dry_run: bool = False,
        progress: LoadProgress | None = None,
    ) -> LoadOutcome:
        """Load the graph, or the changes since the last load, into a Neo4j 5 database under `name`.

        replace: replace a graph of this name that was loaded from another ledger. dry_run: only count the changes.
        progress: called with (what is loaded, loaded rows, total rows). Raises ServerError; the load can be repeated.
        """
        from graphkit.stores.neo4j.database import Neo4j
        from graphkit.stores.neo4j.loading import load

        with Neo4j(address) as database:
            return load(
                database,
                self.property_graph,
                name=name,
                key=content_key(self.ledger),
                ledger=self.ledger.identity,
                replace=replace,
                dry_run=dry_run,
                progress=progress,
            )

    def load_sparql(
        self,
        address: SparqlAddress,
        *,
        base: str = DEFAULT_BASE,
        with_text: bool = False,
        dry_run: bool = False,
        progress: LoadProgress | None = None,
    ) -> SparqlOutcome:
        """Load the RDF, or the changes since the last load, into a SPARQL 1.1 server.

        base: base IRI; several graphs can share a server under different base IRIs. with_text: include the full texts.
        dry_run, progress: as in `load_neo4j`. Raises ServerError; the load can be repeated.
        """
        from graphkit.stores.sparql.endpoint import Endpoint
        from graphkit.stores.sparql.loading import load

        options = ExportOptions(base=base, with_text=with_text)
        key = f"{content_key(self.ledger)}{'-text' if with_text else ''}"
        return load(Endpoint(address), self.content, key=key, options=options, dry_run=dry_run, progress=progress)

    def export(
        self,
        format: str,
        to: str | Path | BinaryIO,
        *,
        base: str = DEFAULT_BASE,
        with_text: bool = False,
        rdf12: bool = False,
        name: str = DEFAULT_NAME,
        force: bool = False,
        bom: bool = True,
    ) -> None:
        """Export the graph in one of the formats in `graphkit.export.formats.FORMATS`.

        to: a path or a binary stream; `-` is standard output. For a folder (an existing one, or a path ending in `/`),
        `csv` writes two tables, `neo4j-admin` the files of the bulk importer, and other formats `graph.EXTENSION`.
        In a folder, only files of an earlier export are replaced. force: also replace other files of the same names.
        base, with_text, rdf12, name: as in `ExportOptions`. bom: begin CSV tables with a byte order mark, except on
        standard output, devices and pipes. Files are replaced only after they were written completely.
        Raises UsageError for an unknown format or folder, and ExportError if a file cannot be written.
        """
        export_to(self.content, format, to, ExportOptions(base, with_text, rdf12, name, bom), force=force)
