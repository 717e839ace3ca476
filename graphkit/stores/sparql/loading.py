"""Loads the RDF into a SPARQL 1.1 endpoint: the first time completely, then only the changes.

Updates and the Graph Store Protocol are used. The first load sends N-Quads if the server accepts them, because this is
faster.

The graph `<BASE>load` of the endpoint contains the state of the load: a digest of each report and, when a load is
complete, the key of the content. The claims graph of a changed report is replaced; its part of the evidence and
provenance graphs is found by following links; of the entities graph, only changed triples are sent. Graphs outside of
the base are not changed.
"""

from __future__ import annotations

from collections.abc import Callable

from graphkit.errors import ServerError
from graphkit.stores.content import Content
from graphkit.stores.options import ExportOptions
from graphkit.stores.rdf.quads import RdfGraph
from graphkit.stores.rdf.terms import Iris, term
from graphkit.stores.sparql.endpoint import LOADING, QUADS_CHUNK, Endpoint, count_reports
from graphkit.stores.sparql.writer import Progress, SparqlOutcome, Writer


def load(
    endpoint: Endpoint,
    make_content: Callable[[], Content],
    *,
    key: str,
    options: ExportOptions,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> SparqlOutcome:
    """Load the content into the graphs under `options.base`.

    key: key of the content and the options. If the endpoint contains this content completely, nothing is done and
    `make_content` is not called. dry_run: only return the changes. Raises ServerError.
    """
    iris = Iris(options.base)
    load_graph = iris.of("load")
    digests = _known_digests(endpoint, iris)
    states = endpoint.select(
        f"SELECT ?s WHERE {{ GRAPH {load_graph} {{ {iris.of('dataset')} {term('gk:loadState')} ?s }} }}"
    )
    state = states[0].get("s", "") if len(states) == 1 else ""
    if state == key and count_reports(endpoint, iris) == len(digests):
        return SparqlOutcome(unchanged=True)
    content = make_content()
    writer = Writer(
        endpoint,
        RdfGraph(content, options),
        load_graph,
        digests,
        loaded_before=bool(states) or bool(digests),
        as_quads=not dry_run and state in ("", LOADING) and endpoint.takes_quads(),
        progress=progress or (lambda *_: None),
    )
    if writer.as_quads:
        endpoint.chunk = QUADS_CHUNK
    return writer.compare(SparqlOutcome()) if dry_run else writer.write(SparqlOutcome(), key)


def _known_digests(endpoint: Endpoint, iris: Iris) -> dict[str, str]:
    """Return the digests of the reports in the endpoint.

    Raises ServerError for a key that is not a report under the base.
    """
    rows = endpoint.select(f"SELECT ?r ?d WHERE {{ GRAPH {iris.of('load')} {{ ?r {term('gk:loadDigest')} ?d }} }}")
    try:
        return {iris.known_report(row.get("r", ""))[1:-1]: row.get("d", "") for row in rows}
    except ValueError as error:
        raise ServerError(
            f"{endpoint.query_url}: the list of loaded reports in {iris.of('load')} is damaged: {error}; "
            "nothing was changed. Delete the graphs under this base and load again, or use another base"
        ) from None
