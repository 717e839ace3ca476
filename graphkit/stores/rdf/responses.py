"""Results of SPARQL queries in the formats of the SPARQL 1.1 protocol."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pyoxigraph import (
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
    serialize,
)

from graphkit.errors import QueryError
from graphkit.schema import load_schema
from graphkit.stores.rdf.query_checks import names_data_set

#: Media type → format of the result of SELECT and ASK. The first one is the default.
RESULTS = {
    "application/sparql-results+json": QueryResultsFormat.JSON,
    "application/sparql-results+xml": QueryResultsFormat.XML,
    "text/csv": QueryResultsFormat.CSV,
    "text/tab-separated-values": QueryResultsFormat.TSV,
}
#: Media type → format of the result of CONSTRUCT and DESCRIBE. The first one is the default.
GRAPHS = {
    "text/turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "application/ld+json": RdfFormat.JSON_LD,
}
#: Formats of SELECT that cannot represent the result of an ASK.
_TABLES = (QueryResultsFormat.CSV, QueryResultsFormat.TSV)


class NotAcceptableError(QueryError):
    """Raised if the client accepts no format of the result of its query."""


class TooLargeError(QueryError):
    """Raised if a result is larger than the limit."""


@dataclass(frozen=True, slots=True)
class Request:
    """A query of the SPARQL protocol.

    results, graph: media types (keys of RESULTS and GRAPHS) of the response to SELECT and ASK, and to CONSTRUCT and
    DESCRIBE; "" if the client accepts none. default_graphs, named_graphs: IRIs of the data set of the query, which
    replace its FROM clauses; if both are empty, the data set is that of the query. most: maximum number of bytes.
    """

    query: str
    results: str = "application/sparql-results+json"
    graph: str = "text/turtle"
    default_graphs: Sequence[str] = ()
    named_graphs: Sequence[str] = ()
    most: int = 64 << 20


class _Limited(io.BytesIO):
    """A buffer with a maximum size."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def write(self, data: object) -> int:
        written = super().write(data)  # type: ignore[arg-type]
        if self.tell() > self._most:
            raise TooLargeError(
                f"the result is larger than {self._most >> 20} MiB: request fewer rows with LIMIT and OFFSET"
            )
        return written


def respond(store: Store, request: Request) -> tuple[str, bytes]:
    """Run a query and return the media type and the content of the response.

    Raises NotAcceptableError, TooLargeError, and the exceptions of the store.
    """
    has_data_set = bool(request.default_graphs or request.named_graphs)
    found = store.query(
        request.query,
        prefixes=load_schema().prefixes,
        use_default_graph_as_union=not has_data_set and not names_data_set(request.query),
        default_graph=[NamedNode(iri) for iri in request.default_graphs] if has_data_set else None,
        named_graphs=[NamedNode(iri) for iri in request.named_graphs] if has_data_set else None,
    )
    output = _Limited(request.most)
    if isinstance(found, QueryTriples):
        media_type = _acceptable(request.graph, GRAPHS)
        serialize(_unique(found), output, GRAPHS[media_type], prefixes=load_schema().prefixes)
        return media_type, output.getvalue()
    media_type = _acceptable(request.results, RESULTS)
    if isinstance(found, QueryBoolean) and RESULTS[media_type] in _TABLES:
        raise NotAcceptableError(f"the result of ASK has no representation as {media_type}: accept JSON or XML")
    assert isinstance(found, QuerySolutions | QueryBoolean)
    found.serialize(output, RESULTS[media_type])
    return media_type, output.getvalue()


def _acceptable(media_type: str, formats: dict[str, QueryResultsFormat] | dict[str, RdfFormat]) -> str:
    if not media_type:
        raise NotAcceptableError(f"the result of the query is available as {', '.join(formats)}")
    return media_type


def _unique(triples: QueryTriples) -> Iterator[Triple]:
    seen = set()
    for triple in triples:
        if triple not in seen:
            seen.add(triple)
            yield triple
