"""Compares the RDF of a graph with an endpoint and writes the changes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

from pyoxigraph import RdfFormat, parse

from graphkit.files.tables import Tables
from graphkit.stores.rdf.description import Tally
from graphkit.stores.rdf.quads import RdfGraph, ReportLines
from graphkit.stores.rdf.terms import literal, term
from graphkit.stores.sparql.endpoint import CHUNK, LOADING, Endpoint, Refused, triple_line

Progress = Callable[[str, int, int], None]


@dataclass(slots=True)
class SparqlOutcome:
    """Numbers of reports and of triples of entities that a load added, replaced and removed.

    unchanged: whether the endpoint already had this state.
    """

    added: int = 0
    replaced: int = 0
    removed: int = 0
    triples_added: int = 0
    triples_removed: int = 0
    unchanged: bool = False


@dataclass(slots=True)
class _Changed:
    """A new or changed report: its N-Quads in UTF-8, or its lines for updates."""

    report: str
    digest: str
    quads: bytes = b""
    lines: ReportLines | None = None


#: Triples of the entities that must be removed from the endpoint, and added to it.
_REMOVED = "SELECT line FROM stored EXCEPT SELECT line FROM wanted"
_ADDED = "SELECT line FROM wanted EXCEPT SELECT line FROM stored"


@dataclass(slots=True)
class Writer:
    """Writes the changes of a graph to an endpoint and reports the progress.

    load_graph: IRI of the graph with the state of the load. digests: the reports in the endpoint; reports that are
    compared are removed, so that vanished ones are left. loaded_before: whether the endpoint contains a load, complete
    or not. as_quads: whether reports are sent as N-Quads, until a load is complete. Later each changed report is
    replaced in one update, so that a query at the same time does not miss it.
    """

    endpoint: Endpoint
    rdf: RdfGraph
    load_graph: str
    digests: dict[str, str]
    loaded_before: bool
    as_quads: bool
    progress: Progress
    tally: Tally = field(default_factory=Tally)

    def write(self, outcome: SparqlOutcome, key: str) -> SparqlOutcome:
        """Write all changes and set the state of the load to `key`. Return `outcome` with the numbers of changes."""
        self._set_state(LOADING)
        self._entities(outcome, dry_run=False)
        self._reports(outcome, dry_run=False)
        self._vanished(outcome, dry_run=False)
        self._description()
        self._set_state(key)
        return outcome

    def compare(self, outcome: SparqlOutcome) -> SparqlOutcome:
        """Return `outcome` with the numbers of changes, without writing them."""
        self._entities(outcome, dry_run=True)
        self._reports(outcome, dry_run=True)
        self._vanished(outcome, dry_run=True)
        return outcome

    @property
    def small_requests(self) -> bool:
        """Whether the server accepts only small requests. Importing N-Quads is slow in this case; updates are not."""
        return self.endpoint.chunk < CHUNK

    def _set_state(self, state: str) -> None:
        node, predicate = self.rdf.iris.of("dataset"), term("gk:loadState")
        self.endpoint.update(
            f"DELETE WHERE {{ GRAPH {self.load_graph} {{ {node} {predicate} ?s }} }} ;\n"
            f"INSERT DATA {{ GRAPH {self.load_graph} {{ {node} {predicate} {literal(state)} }} }}"
        )

    def _entities(self, outcome: SparqlOutcome, dry_run: bool) -> None:
        """Write the graph of entities: the first time completely, later only the changed triples."""
        graph = self.rdf.iris.of("entities")
        triples = self._compared_entities(graph)
        outcome.triples_removed, outcome.triples_added = (
            triples.value(f"SELECT count(*) FROM ({sql})") for sql in (_REMOVED, _ADDED)
        )
        self.progress("entities", 0, outcome.triples_added)
        if dry_run:
            return
        wanted = "SELECT DISTINCT line FROM wanted"
        if self.as_quads and not self.loaded_before:
            self.endpoint.update(f"DROP SILENT GRAPH {graph}")
            self.endpoint.send_in_chunks(_sorted_lines(triples, wanted), lambda lines, _: self._add(graph, lines))
        elif not self.loaded_before and self.endpoint.store_url:
            self.endpoint.put_graph(graph, _sorted_lines(triples, wanted))
        else:
            self._send_data("DELETE", graph, _sorted_lines(triples, _REMOVED))
            self._send_data("INSERT", graph, _sorted_lines(triples, _ADDED))

    def _compared_entities(self, graph: str) -> Tables:
        """Return the tables `wanted` and `stored` with the triples of entities in the graph and in the endpoint."""
        triples = Tables()
        triples.run("CREATE TABLE wanted (line TEXT)", "CREATE TABLE stored (line TEXT)")
        parts = (part.encode("utf-8") for part in self._entity_lines(graph))
        triples.write("wanted", ((triple_line(t),) for part in parts for t in parse(part, RdfFormat.N_TRIPLES)))
        if self.loaded_before:
            triples.write("stored", ((line,) for line in self.endpoint.triples(graph)))
        return triples

    def _add(self, graph: str, triples: list[str]) -> None:
        if self.small_requests:
            self._change("INSERT", graph, triples)
        else:
            self.endpoint.add_quads([_quad(line, graph) for line in triples])

    def _entity_lines(self, graph: str) -> Iterator[str]:
        for part in self.rdf.entities():
            self.tally.add(part)
            yield _without_graph(part, graph)

    def _send_data(self, verb: str, graph: str, triples: Iterable[str]) -> None:
        self.endpoint.send_in_chunks(triples, lambda lines, first: self._change(verb, graph, lines))

    def _change(self, verb: str, graph: str, triples: list[str]) -> None:
        self.endpoint.update(f"{verb} DATA {{ GRAPH {graph} {{\n{_for_sparql(''.join(triples))}}} }}")

    def _reports(self, outcome: SparqlOutcome, dry_run: bool) -> None:
        """Write the changed reports. While the server processes a batch, the next one is prepared."""
        total, sent = len(self.rdf.content), 0
        running: Future[None] | None = None
        send = self._send_quads if self.as_quads else self._send_reports
        with ThreadPoolExecutor(max_workers=1) as sender:
            for done, batch in self._batches(outcome, dry_run):
                if running:
                    running.result()
                    self.progress("reports", sent, total)
                running, sent = sender.submit(send, batch), done
            if running:
                running.result()
        self.progress("reports", total, total)

    def _batches(self, outcome: SparqlOutcome, dry_run: bool) -> Iterator[tuple[int, list[_Changed]]]:
        """Yield batches of new or changed reports with the number of reports that have been compared."""
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
        """Send reports as N-Quads, then their digests, so that the next load repeats reports that are incomplete."""
        if self.small_requests:
            self._send_reports([_Changed(r.report, r.digest, lines=self._unpacked(r)) for r in batch])
            return

        def send() -> None:
            if self.loaded_before:
                self.endpoint.update(" ;\n".join(self._clear(self.rdf.iris.report(r.report)) for r in batch))
            self.endpoint.add_quads([r.quads for r in batch])
            self.endpoint.update(f"INSERT DATA {{ {self._digests(batch)} }}")

        if not self._accepted(send, sum(len(r.quads) for r in batch)):
            self._halve(batch, self._send_quads)

    def _unpacked(self, changed: _Changed) -> ReportLines:
        """Return the lines of a report from its N-Quads."""
        graphs: dict[str, list[str]] = {graph: [] for graph, _ in self._graphs(ReportLines(changed.report, "", "", ""))}
        for line in _lines(changed.quads.decode("utf-8")):
            graphs[next(graph for graph in graphs if line.endswith(f" {graph} .\n"))].append(line)
        return ReportLines(changed.report, *map("".join, graphs.values()))

    def _send_reports(self, batch: list[_Changed]) -> None:
        """Send reports in one update."""
        if len(batch) == 1 and batch[0].lines and sum(map(len, batch[0].lines.parts)) > self.endpoint.chunk:
            self._send_in_pieces(batch[0], batch[0].lines)
            return
        request = (
            "".join(f"{self._clear(self.rdf.iris.report(r.report))} ;\n" for r in batch) if self.loaded_before else ""
        )
        request += (
            f"INSERT DATA {{\n{''.join(self._data(r.lines) for r in batch if r.lines)}\n{self._digests(batch)} }}"
        )
        if not self._accepted(lambda: self.endpoint.update(request), len(request)):
            self._halve(batch, self._send_reports)

    def _accepted(self, send: Callable[[], None], size: int) -> bool:
        """Return whether the server accepts a request.

        If it is too large, the chunk size is reduced to half its size.
        """
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
        """Send one report in several requests.

        The digest is last, so that the next load repeats an incomplete report.
        """
        self.endpoint.update(self._clear(self.rdf.iris.report(report.report)))
        for graph, lines in self._graphs(report):
            self._send_data("INSERT", graph, _lines(_without_graph(lines, graph)))
        self.endpoint.update(f"INSERT DATA {{ {self._digests([changed])} }}")

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

    def _digests(self, batch: list[_Changed]) -> str:
        digests = "".join(
            f"{self.rdf.iris.report(r.report)} {term('gk:loadDigest')} {literal(r.digest)} . " for r in batch
        )
        return f"GRAPH {self.load_graph} {{ {digests}}}"

    def _clear(self, report: str) -> str:
        """Return the update that deletes a report: claims, evidence, provenance and digest. report: its IRI."""
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
            f"DELETE WHERE {{ GRAPH {self.load_graph} {{ {report} {term('gk:loadDigest')} ?d }} }}"
        )

    def _vanished(self, outcome: SparqlOutcome, dry_run: bool) -> None:
        """Delete the reports that are no longer in the graph: `_batches` has removed all others from `digests`."""
        outcome.removed = len(self.digests)
        for n, iri in enumerate(sorted(self.digests)):
            if not dry_run:
                self.endpoint.update(self._clear(self.rdf.iris.known_report(iri)))
                self.progress("vanished reports", n + 1, outcome.removed)

    def _description(self) -> None:
        """Replace the description of the data set and of the software."""
        iris = self.rdf.iris
        graph = iris.of("description")
        self.tally.add(self.rdf.software())
        self.endpoint.update(f"DROP SILENT GRAPH {graph}")
        self._send_data("INSERT", graph, _lines(_without_graph(self.rdf.description(self.tally), graph)))
        software = iris.of("provenance")
        self._send_data("INSERT", software, _lines(_without_graph(self.rdf.software(), software)))


#: Properties that lead from a statement to the other resources of its evidence.
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
    """Return the N-Quads of one graph as N-Triples. (Line feeds in literals are escaped.)"""
    return lines.replace(f" {graph} .\n", " .\n")


_ESCAPED_BACKSLASH = re.compile(r"(?<!\\)((?:\\\\)+)([uU])")


def _for_sparql(ntriples: str) -> str:
    r"""Return N-Triples in a form that is valid in an update.

    SPARQL decodes \uXXXX before parsing, and some servers do so even after an escaped backslash. A `u` after escaped
    backslashes is therefore written as a code point, which both kinds of servers read in the same way.
    """
    if "\\\\" not in ntriples:
        return ntriples
    return _ESCAPED_BACKSLASH.sub(lambda m: f"{m[1]}\\u{ord(m[2]):04X}", ntriples)


def _quad(triple: str, graph: str) -> bytes:
    """Return a line of N-Triples as a line of N-Quads."""
    return f"{triple[:-3]} {graph} .\n".encode()


def _lines(ntriples: str) -> list[str]:
    """Split N-Triples at line feeds only; literals can contain other characters at which `splitlines` splits."""
    return [f"{line}\n" for line in ntriples.split("\n") if line]


def _sorted_lines(triples: Tables, sql: str) -> Iterator[str]:
    return (row[0] for row in triples.rows(f"{sql} ORDER BY line"))
