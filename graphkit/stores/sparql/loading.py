"""Loads the RDF into any SPARQL 1.1 endpoint by Update and Graph Store Protocol: at first all, then what has changed.

What goes there first goes as N-Quads where the server takes them, which is faster.

The endpoint remembers what it was given in a graph of its own, `<BASE>load`: one digest a report, and the key of the content
once a load was whole. Claims graphs are replaced as a whole; a report's part of the evidence and provenance graphs is found
by its links; of the entities graph, only triples that differ go over. Nothing outside of the base's graphs is touched.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

from pyoxigraph import RdfFormat, parse

from graphkit.errors import ServerError
from graphkit.files.tables import Tables
from graphkit.stores.content import Content
from graphkit.stores.options import ExportOptions
from graphkit.stores.rdf.description import Tally
from graphkit.stores.rdf.quads import RdfGraph, ReportLines
from graphkit.stores.rdf.terms import Iris, literal, term
from graphkit.stores.sparql.endpoint import CHUNK, LOADING, QUADS_CHUNK, Endpoint, Refused, reports_there, triple_line

Progress = Callable[[str, int, int], None]


@dataclass(slots=True)
class SparqlOutcome:
    """Numbers of reports brought, replaced and taken away, and of entity triples that went and came."""

    added: int = 0
    replaced: int = 0
    removed: int = 0
    triples_added: int = 0
    triples_removed: int = 0
    unchanged: bool = False


def load(
    endpoint: Endpoint,
    make_content: Callable[[], Content],
    *,
    key: str,
    options: ExportOptions,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> SparqlOutcome:
    """Bring the graphs under `options.base` to the state of the content.

    key: of the content and options; when the endpoint says that it has this very content whole, nothing is done and
    `make_content` is not called. dry_run: only say what would change. Raises ServerError.
    """
    iris = Iris(options.base)
    notes = iris.of("load")
    digests = _known_digests(endpoint, iris)
    states = endpoint.select(
        f"SELECT ?s WHERE {{ GRAPH {notes} {{ {iris.of('dataset')} {term('gk:loadState')} ?s }} }}"
    )
    state = states[0].get("s", "") if len(states) == 1 else ""
    if state == key and reports_there(endpoint, iris) == len(digests):
        return SparqlOutcome(unchanged=True)
    content = make_content()
    work = _Work(
        endpoint,
        RdfGraph(content, options),
        notes,
        digests,
        loaded_before=bool(states) or bool(digests),
        as_quads=not dry_run and state in ("", LOADING) and endpoint.takes_quads(),
        progress=progress or (lambda *_: None),
    )
    if work.as_quads:
        endpoint.chunk = QUADS_CHUNK
    outcome = SparqlOutcome()
    if not dry_run:
        work.mark(LOADING)
    work.entities(outcome, dry_run)
    work.reports(outcome, dry_run)
    work.vanished(outcome, dry_run)
    if not dry_run:
        work.whole()
        work.mark(key)
    return outcome


def _known_digests(endpoint: Endpoint, iris: Iris) -> dict[str, str]:
    """The reports that the endpoint has, each with its digest. Raises ServerError for anything that is not a report under the base."""
    rows = endpoint.select(f"SELECT ?r ?d WHERE {{ GRAPH {iris.of('load')} {{ ?r {term('gk:loadDigest')} ?d }} }}")
    try:
        return {iris.known_report(row.get("r", ""))[1:-1]: row.get("d", "") for row in rows}
    except ValueError as error:
        raise ServerError(
            f"{endpoint.query_url}: the list of loaded reports in {iris.of('load')} is damaged: {error}; nothing was changed. "
            "Delete the graphs under this base and load again, or use another --base"
        ) from None


@dataclass(slots=True)
class _Changed:
    """A report that the server has not, or otherwise: its N-Quads in UTF-8, or its lines for updates."""

    report: str
    digest: str
    quads: bytes = b""
    lines: ReportLines | None = None


@dataclass(slots=True)
class _Work:
    endpoint: Endpoint
    rdf: RdfGraph
    notes: str
    digests: dict[str, str]
    loaded_before: bool
    #: Until a load was whole, reports go as N-Quads where the server takes them: it need not read them as an update. Later, reports
    #: that changed are replaced each in one update, so that nobody who asks in between misses one.
    as_quads: bool
    progress: Progress
    tally: Tally = field(default_factory=Tally)

    @property
    def in_small(self) -> bool:
        """Whether the server takes small requests only; bulk loaders are slow with those, updates are not."""
        return self.endpoint.chunk < CHUNK

    def mark(self, state: str) -> None:
        node, said = self.rdf.iris.of("dataset"), term("gk:loadState")
        self.endpoint.update(
            f"DELETE WHERE {{ GRAPH {self.notes} {{ {node} {said} ?s }} }} ;\n"
            f"INSERT DATA {{ GRAPH {self.notes} {{ {node} {said} {literal(state)} }} }}"
        )

    def entities(self, outcome: SparqlOutcome, dry_run: bool) -> None:
        """The graph of entities: put whole the first time, later only the triples that differ."""
        graph = self.rdf.iris.of("entities")
        triples = Tables()
        triples.run("CREATE TABLE ours (line TEXT)", "CREATE TABLE theirs (line TEXT)")
        triples.write(
            "ours",
            (
                (triple_line(t),)
                for part in self._entity_lines(graph)
                for t in parse(part.encode("utf-8"), RdfFormat.N_TRIPLES)
            ),
        )
        if self.loaded_before:
            triples.write("theirs", ((line,) for line in self.endpoint.triples(graph)))
        gone, new = (
            "SELECT line FROM theirs EXCEPT SELECT line FROM ours",
            "SELECT line FROM ours EXCEPT SELECT line FROM theirs",
        )
        outcome.triples_removed, outcome.triples_added = (
            triples.value(f"SELECT count(*) FROM ({sql})") for sql in (gone, new)
        )
        self.progress("entities", 0, outcome.triples_added)
        if dry_run:
            return
        if self.as_quads and not self.loaded_before:
            self.endpoint.update(f"DROP SILENT GRAPH {graph}")
            self.endpoint.send_in_chunks(
                (row[0] for row in triples.rows("SELECT DISTINCT line FROM ours ORDER BY line")),
                lambda lines, first: (
                    self._change("INSERT", graph, lines)
                    if self.in_small
                    else self.endpoint.add_quads([_quad(line, graph) for line in lines])
                ),
            )
        elif not self.loaded_before and self.endpoint.store_url:
            self.endpoint.put_graph(
                graph, (row[0] for row in triples.rows("SELECT DISTINCT line FROM ours ORDER BY line"))
            )
        else:
            self._send_data("DELETE", graph, (row[0] for row in triples.rows(f"{gone} ORDER BY line")))
            self._send_data("INSERT", graph, (row[0] for row in triples.rows(f"{new} ORDER BY line")))

    def _entity_lines(self, graph: str) -> Iterator[str]:
        for part in self.rdf.entities():
            self.tally.add(part)
            yield _without_graph(part, graph)

    def _send_data(self, verb: str, graph: str, triples: Iterable[str]) -> None:
        self.endpoint.send_in_chunks(triples, lambda lines, first: self._change(verb, graph, lines))

    def _change(self, verb: str, graph: str, triples: list[str]) -> None:
        self.endpoint.update(f"{verb} DATA {{ GRAPH {graph} {{\n{_for_sparql(''.join(triples))}}} }}")

    def reports(self, outcome: SparqlOutcome, dry_run: bool) -> None:
        """What each report says; while the server takes some reports, the next ones are made."""
        total, sent = len(self.rdf.content), 0
        under_way: Future[None] | None = None
        with ThreadPoolExecutor(max_workers=1) as sender:
            for done, batch in self._batches(outcome, dry_run):
                if under_way:
                    under_way.result()
                    self.progress("reports", sent, total)
                under_way, sent = sender.submit(self._send_quads if self.as_quads else self._send_reports, batch), done
            if under_way:
                under_way.result()
        self.progress("reports", total, total)

    def _batches(self, outcome: SparqlOutcome, dry_run: bool) -> Iterator[tuple[int, list[_Changed]]]:
        """Reports that are new or differ, as many as a request takes, with the number of reports looked at so far."""
        batch: list[_Changed] = []
        size = 0
        for done, report in enumerate(self.rdf.reports(), 1):
            iri = self.rdf.iris.report(report.report)[1:-1]
            for part in report.parts:
                self.tally.add(part)
            digest = _digest(report)
            known = self.digests.pop(iri, None)
            if known == digest:
                continue
            if known is None:
                outcome.added += 1
            else:
                outcome.replaced += 1
            if dry_run:
                continue
            if self.as_quads:
                batch.append(_Changed(report.report, digest, quads="".join(report.parts).encode("utf-8")))
                size += len(batch[-1].quads)
            else:
                batch.append(_Changed(report.report, digest, lines=report))
                size += sum(map(len, report.parts))
            if size >= self.endpoint.chunk:
                yield done, batch
                batch, size = [], 0
        if batch:
            yield len(self.rdf.content), batch

    def _send_quads(self, batch: list[_Changed]) -> None:
        """Some reports as quads, then their notes, so that reports of which a part got there are sent again."""
        if self.in_small:
            self._send_reports([_Changed(r.report, r.digest, lines=self._unpacked(r)) for r in batch])
            return

        def send() -> None:
            if self.loaded_before:
                self.endpoint.update(" ;\n".join(self._clear(self.rdf.iris.report(r.report)) for r in batch))
            self.endpoint.add_quads([r.quads for r in batch])
            self.endpoint.update(f"INSERT DATA {{ {self._notes(batch)} }}")

        if not self._accepted(send, sum(len(r.quads) for r in batch)):
            self._halve(batch, self._send_quads)

    def _unpacked(self, changed: _Changed) -> ReportLines:
        graphs: dict[str, list[str]] = {graph: [] for graph, _ in self._graphs(ReportLines(changed.report, "", "", ""))}
        for line in _lines(changed.quads.decode("utf-8")):
            graphs[next(graph for graph in graphs if line.endswith(f" {graph} .\n"))].append(line)
        return ReportLines(changed.report, *map("".join, graphs.values()))

    def _send_reports(self, batch: list[_Changed]) -> None:
        """Some reports in one update."""
        if len(batch) == 1 and batch[0].lines and sum(map(len, batch[0].lines.parts)) > self.endpoint.chunk:
            self._send_in_pieces(batch[0], batch[0].lines)
            return
        request = (
            "".join(f"{self._clear(self.rdf.iris.report(r.report))} ;\n" for r in batch) if self.loaded_before else ""
        )
        request += f"INSERT DATA {{\n{''.join(self._data(r.lines) for r in batch if r.lines)}\n{self._notes(batch)} }}"
        if not self._accepted(lambda: self.endpoint.update(request), len(request)):
            self._halve(batch, self._send_reports)

    def _accepted(self, send: Callable[[], None], size: int) -> bool:
        """Whether the server takes a request; of one that it finds too large the next ones are at most half."""
        try:
            send()
        except Refused as refused:
            if refused.status != 413:
                raise
            self.endpoint.chunk = min(self.endpoint.chunk, size) // 2
            return False
        return True

    def _halve(self, batch: list[_Changed], send: Callable[[list[_Changed]], None]) -> None:
        half = len(batch) // 2
        for part in (batch[:half], batch[half:]) if half else (batch,):
            send(part)

    def _send_in_pieces(self, changed: _Changed, report: ReportLines) -> None:
        """One report by many requests; its digest comes last, so that a broken row of them is sent again."""
        self.endpoint.update(self._clear(self.rdf.iris.report(report.report)))
        for graph, lines in self._graphs(report):
            self._send_data("INSERT", graph, _lines(_without_graph(lines, graph)))
        self.endpoint.update(f"INSERT DATA {{ {self._notes([changed])} }}")

    def _graphs(self, report: ReportLines) -> Iterator[tuple[str, str]]:
        iris = self.rdf.iris
        yield iris.claims_graph(report.report), report.claims
        yield iris.of("evidence"), report.evidence
        yield iris.of("provenance"), report.provenance

    def _data(self, report: ReportLines) -> str:
        return "".join(
            f"GRAPH {graph} {{\n{_for_sparql(_without_graph(lines, graph))}}}\n"
            for graph, lines in self._graphs(report)
            if lines
        )

    def _notes(self, batch: list[_Changed]) -> str:
        digests = "".join(
            f"{self.rdf.iris.report(r.report)} {term('gk:loadDigest')} {literal(r.digest)} . " for r in batch
        )
        return f"GRAPH {self.notes} {{ {digests}}}"

    def _clear(self, report: str) -> str:
        """Update that takes a report out: its claims graph, what hangs on its statements, its provenance, its digest. report: its IRI."""
        iris = self.rdf.iris
        claims = f"{report[:-1]}#claims>"
        run = f"<{iris.base}run/{report[len(iris.base) + len('report/') + 1 :]}"
        links = "|".join(term(t) for t in _EVIDENCE_LINKS)
        evidence, provenance = iris.of("evidence"), iris.of("provenance")
        return (
            f"DROP SILENT GRAPH {claims} ;\n"
            f"DELETE {{ GRAPH {evidence} {{ ?s ?p ?o }} }} WHERE {{ GRAPH {evidence} {{ "
            f"?st {term('prov:wasGeneratedBy')} {run} . ?st ({links})* ?s . ?s ?p ?o }} }} ;\n"
            f"DELETE {{ GRAPH {provenance} {{ ?s ?p ?o }} }} WHERE {{ VALUES ?s {{ {report} {claims} {run} }} "
            f"GRAPH {provenance} {{ ?s ?p ?o }} }} ;\n"
            f"DELETE WHERE {{ GRAPH {self.notes} {{ {report} {term('gk:loadDigest')} ?d }} }}"
        )

    def vanished(self, outcome: SparqlOutcome, dry_run: bool) -> None:
        """Reports that the endpoint has and the graph has no more: those whose digest nobody asked for."""
        outcome.removed = len(self.digests)
        for n, iri in enumerate(sorted(self.digests)):
            if not dry_run:
                self.endpoint.update(self._clear(self.rdf.iris.known_report(iri)))
                self.progress("vanished reports", n + 1, outcome.removed)

    def whole(self) -> None:
        """The description of the data set and the software, replaced as a whole."""
        iris = self.rdf.iris
        graph = iris.of("description")
        self.tally.add(self.rdf.software())
        self.endpoint.update(f"DROP SILENT GRAPH {graph}")
        self._send_data("INSERT", graph, _lines(_without_graph(self.rdf.description(self.tally), graph)))
        software = iris.of("provenance")
        self._send_data("INSERT", software, _lines(_without_graph(self.rdf.software(), software)))


#: Links from a statement to all that is said of it in the evidence graph.
_EVIDENCE_LINKS = (
    "prov:wasQuotedFrom",
    "oa:hasSelector",
    "gk:subjectMention",
    "gk:objectMention",
    "gk:subjectAntecedent",
    "gk:objectAntecedent",
    "gk:printedValue",
)


def _digest(report: ReportLines) -> str:
    words = "\x1f".join(report.parts)
    return hashlib.blake2b(words.encode("utf-8"), digest_size=12).hexdigest()


def _without_graph(lines: str, graph: str) -> str:
    """N-Quads of one graph as N-Triples. (A line break stands only at the end of a line: literals have it escaped.)"""
    return lines.replace(f" {graph} .\n", " .\n")


_ESCAPED_BACKSLASH = re.compile(r"(?<!\\)((?:\\\\)+)([uU])")


def _for_sparql(ntriples: str) -> str:
    r"""N-Triples as they may stand in an update.

    SPARQL decodes \uXXXX before it looks at the grammar, some servers even behind an escaped backslash: a `u` that stands
    behind backslashes of the text is written so that both ways of reading give the same.
    """
    if "\\\\" not in ntriples:
        return ntriples
    return _ESCAPED_BACKSLASH.sub(lambda m: f"{m[1]}\\u{ord(m[2]):04X}", ntriples)


def _quad(triple: str, graph: str) -> bytes:
    """A line of N-Triples as one of N-Quads."""
    return f"{triple[:-3]} {graph} .\n".encode()


def _lines(ntriples: str) -> list[str]:
    """(Only a line feed ends a line: other marks that Python would split at may stand in a literal.)"""
    return [f"{line}\n" for line in ntriples.split("\n") if line]
