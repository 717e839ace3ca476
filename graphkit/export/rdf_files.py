"""RDF serializations: Turtle, TriG, N-Quads, N-Triples, RDF/XML and JSON-LD. All of them are streamed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, BinaryIO, cast

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, serialize

from graphkit.export.xml_text import Writer, checked, text_of_xml
from graphkit.schema import load_schema
from graphkit.schema.jsonld import context_terms
from graphkit.stores.content import Content
from graphkit.stores.options import ExportOptions
from graphkit.stores.rdf.quads import RdfGraph, parsed

_XSD = "http://www.w3.org/2001/XMLSchema#"


def write_nquads(content: Content, out: BinaryIO, options: ExportOptions) -> None:
    """Write the RDF as N-Quads."""
    for part in RdfGraph(content, options).lines():
        out.write(part.encode("utf-8"))


def rdf_writer(format_: RdfFormat, *, named: bool) -> Writer:
    """Return the function that writes a format of pyoxigraph. named: whether the format supports named graphs."""

    def write(content: Content, out: BinaryIO, options: ExportOptions) -> None:
        found = parsed(RdfGraph(content, options).lines())
        if not named:
            found = _without_graphs(found)
        if format_ is RdfFormat.RDF_XML:
            found = map(_in_xml, found)
        prefixes = load_schema().prefixes if format_ not in (RdfFormat.N_QUADS, RdfFormat.N_TRIPLES) else None
        target = cast(BinaryIO, _CarriageReturns(out)) if format_ is RdfFormat.RDF_XML else out
        serialize(found, target, format_, prefixes=prefixes)

    return text_of_xml(write) if format_ is RdfFormat.RDF_XML else write


class _CarriageReturns:
    """A stream that writes carriage returns as character references, which pyoxigraph does not do.

    An XML parser reads an unescaped carriage return as a line feed.
    """

    def __init__(self, out: BinaryIO) -> None:
        self._out = out

    def write(self, data: bytes) -> int:
        self._out.write(bytes(data).replace(b"\r", b"&#13;"))
        return len(data)

    def flush(self) -> None:
        self._out.flush()


def _without_graphs(found: Iterable[Quad]) -> Iterator[Quad]:
    """Yield the same triples in the default graph, for formats without named graphs."""
    for quad in found:
        yield Quad(quad.subject, quad.predicate, quad.object, DefaultGraph())


def _in_xml(quad: Quad) -> Quad:
    if isinstance(quad.object, Literal):
        checked(quad.object.value)
    return quad


# -- JSON-LD -------------------------------------------------------------------------------------------------


def write_jsonld(content: Content, out: BinaryIO, options: ExportOptions) -> None:
    """Write compact JSON-LD. The file contains the context of the schema, so that readers need no network access."""
    graph = RdfGraph(content, options)
    compact = _Compactor(graph.iris.base)
    out.write(
        b'{"@context": '
        + json.dumps({"@version": 1.1, "@base": graph.iris.base, **context_terms()}, ensure_ascii=False).encode()
    )
    out.write(b',\n"@graph": [')
    first = True
    for name, found in groupby(parsed(graph.lines()), lambda q: q.graph_name):
        out.write(("\n" if first else ",\n").encode() + b'{"@id": ' + _json(compact.iri(name)) + b', "@graph": [')
        first = False
        nodes = (compact.node(subject, list(about)) for subject, about in groupby(found, lambda q: q.subject))
        for n, node in enumerate(nodes):
            out.write((b",\n" if n else b"\n") + _json(node))
        out.write(b"\n]}")
    out.write(b"\n]}\n")


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8")


#: Parts that some readers resolve differently in relative IRIs: dot segments, a colon, and %2F (decoded by titanium).
_NOT_RELATIVE = re.compile(r"/\.\.?(?:[/#]|$)|[:%]")


class _Compactor:
    """Creates node objects with the terms of the context, prefixed class names, and IRIs relative to the base."""

    def __init__(self, base: str) -> None:
        self._base = base
        schema = load_schema()
        self._prefixes = sorted(schema.prefixes.items(), key=lambda p: -len(p[1]))
        self._terms: dict[str, tuple[str, dict[str, str]]] = {}
        for name, meaning in context_terms().items():
            if isinstance(meaning, dict):
                self._terms[schema.expand(meaning["@id"])] = (name, meaning)
        self._names: dict[str, str] = {}

    def iri(self, node: Any) -> str:
        if isinstance(node, BlankNode):
            return str(node)
        path: str = node.value
        if path.startswith(self._base) and not _NOT_RELATIVE.search(path, len(self._base)):
            return path[len(self._base) :]
        return path

    def name(self, iri: str) -> str:
        """Return the prefixed name of an IRI, or the IRI if it has none of the prefixes."""
        found = self._names.get(iri)
        if found is None:
            found = next((f"{p}:{iri[len(ns) :]}" for p, ns in self._prefixes if iri.startswith(ns)), iri)
            self._names[iri] = found
        return found

    def node(self, subject: Any, about: list[Quad]) -> dict[str, Any]:
        found: dict[str, Any] = {"@id": self.iri(subject)}
        for quad in about:
            predicate = quad.predicate.value
            if predicate == _RDF_TYPE:
                key, value = "@type", self.name(quad.object.value)  # type: ignore[union-attr]
            else:
                key, meaning = self._terms.get(predicate) or (self.name(predicate), {})
                value = self._value(quad.object, meaning)
            if key in found:
                found[key] = [*found[key], value] if isinstance(found[key], list) else [found[key], value]
            else:
                found[key] = value
        return found

    def _value(self, value: Any, meaning: dict[str, str]) -> Any:
        if not isinstance(value, Literal):
            words = self.name(value.value)
            known = words if words != value.value else self.iri(value)
            return known if meaning.get("@type") == "@id" else {"@id": known}
        words, kind = value.value, value.datatype.value
        if value.language:
            return (
                words if meaning.get("@language") == value.language else {"@value": words, "@language": value.language}
            )
        if kind == f"{_XSD}string" and "@type" not in meaning and "@language" not in meaning:
            return words
        if kind == f"{_XSD}integer" and "@type" not in meaning and re.fullmatch(r"0|-?[1-9]\d{0,15}", words):
            return int(words)
        if meaning.get("@type") == self.name(kind):
            return words
        return {"@value": words} if kind == f"{_XSD}string" else {"@value": words, "@type": self.name(kind)}


_RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


def rdflib_term(value: object) -> Any:
    """Convert a term of pyoxigraph to a term of rdflib."""
    import rdflib

    if isinstance(value, NamedNode):
        return rdflib.URIRef(value.value)
    assert isinstance(value, Literal)
    kind = None if value.language or value.datatype.value.endswith("#string") else rdflib.URIRef(value.datatype.value)
    return rdflib.Literal(value.value, lang=value.language, datatype=kind)
