"""Exports: one function a format, found by name. Each writes to a binary stream in a fixed order."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, BinaryIO
from xml.sax.saxutils import escape, quoteattr

import pyarrow as pa
import pyarrow.parquet as pq
from pyoxigraph import NamedNode, RdfFormat, serialize

from graphkit.errors import UsageError
from graphkit.schema import load_schema
from graphkit.views.property_graph import Content, Edge, Node, Value, property_graph, property_names
from graphkit.views.rdf import BASE, quads, without_graphs

Writer = Callable[[Content, BinaryIO, str, bool], None]

#: Between the items of a list in formats that know only strings.
LIST_MARK = " | "
_RISKY = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


# -- RDF -----------------------------------------------------------------------------------------------------


def _rdf(format_: RdfFormat, *, named: bool) -> Writer:
    def write(content: Content, out: BinaryIO, base: str, with_text: bool) -> None:
        found = quads(content, base, with_text=with_text)
        if not named:
            found = without_graphs(found)
        prefixes = load_schema().prefixes if format_ not in (RdfFormat.N_QUADS, RdfFormat.N_TRIPLES) else None
        serialize(found, out, format_, prefixes=prefixes)

    return write


def _jsonld(content: Content, out: BinaryIO, base: str, with_text: bool) -> None:
    """JSON-LD with the context of the schema; one graph object a named graph."""
    import rdflib

    dataset = rdflib.Dataset()
    for quad in quads(content, base, with_text=with_text):
        graph = quad.graph_name
        assert isinstance(graph, NamedNode)
        dataset.graph(rdflib.URIRef(graph.value)).add(tuple(map(rdflib_term, (quad.subject, quad.predicate, quad.object))))
    text = dataset.serialize(format="json-ld", context=dict(load_schema().prefixes), auto_compact=True, sort_keys=True)
    data = json.loads(text)
    out.write(json.dumps(_sorted_graphs(data), ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n")


def _sorted_graphs(value: object) -> object:
    """Arrays in a fixed order: rdflib gives them in hash order."""
    if isinstance(value, dict):
        return {k: _sorted_graphs(v) for k, v in value.items()}
    if isinstance(value, list):
        return sorted((_sorted_graphs(v) for v in value), key=lambda v: json.dumps(v, ensure_ascii=False, sort_keys=True))
    return value


def rdflib_term(value: object) -> Any:
    """A pyoxigraph term as rdflib's."""
    import rdflib

    if isinstance(value, NamedNode):
        return rdflib.URIRef(value.value)
    kind = None if value.language else value.datatype.value  # type: ignore[attr-defined]
    if kind and kind.endswith("#string"):
        kind = None
    return rdflib.Literal(value.value, lang=value.language, datatype=rdflib.URIRef(kind) if kind else None)  # type: ignore[attr-defined]


# -- graph files ---------------------------------------------------------------------------------------------


def _flat(value: Value) -> str | int | float:
    return LIST_MARK.join(value) if isinstance(value, list) else value


def _graph_type(values: Iterable[Value]) -> str:
    kinds = {type(v) for v in values}
    if kinds == {int}:
        return "long"
    return "double" if kinds and kinds <= {int, float} else "string"


def _column_types(items: list[Node] | list[Edge]) -> dict[str, str]:
    return {name: _graph_type(i.properties[name] for i in items if name in i.properties) for name in property_names(items)}


def _xml(words: object) -> str:
    return escape(str(words), {"\r": "&#13;", "\t": "&#9;", "\n": "&#10;"})


def _line(out: BinaryIO, words: str) -> None:
    out.write(words.encode("utf-8") + b"\n")


def _graphml(content: Content, out: BinaryIO, base: str, with_text: bool) -> None:
    graph = property_graph(content)
    _line(out, '<?xml version="1.0" encoding="UTF-8"?>')
    _line(out, '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">')
    columns = {"node": {"labels": "string", **_column_types(graph.nodes)}, "edge": {"type": "string", **_column_types(graph.edges)}}
    for side, types in columns.items():
        for name, kind in types.items():
            _line(out, f'<key id="{side[0]}_{name}" for="{side}" attr.name="{name}" attr.type="{kind}"/>')
    _line(out, '<graph edgedefault="directed">')
    for node in graph.nodes:
        data = {"labels": LIST_MARK.join(node.labels), **node.properties}
        _line(out, f"<node id={quoteattr(node.id)}>{_data('n', data)}</node>")
    for edge in graph.edges:
        data = {"type": edge.type, **edge.properties}
        head = f"id={quoteattr(edge.id)} source={quoteattr(edge.start)} target={quoteattr(edge.end)}"
        _line(out, f"<edge {head}>{_data('e', data)}</edge>")
    _line(out, "</graph>")
    _line(out, "</graphml>")


def _data(side: str, properties: dict[str, Value]) -> str:
    return "".join(f'<data key="{side}_{k}">{_xml(_flat(v))}</data>' for k, v in sorted(properties.items()))


def _gexf(content: Content, out: BinaryIO, base: str, with_text: bool) -> None:
    graph = property_graph(content)
    _line(out, '<?xml version="1.0" encoding="UTF-8"?>')
    _line(out, '<gexf xmlns="http://www.gexf.net/1.2draft" version="1.2"><graph mode="static" defaultedgetype="directed">')
    node_types = {"labels": "string", **_column_types(graph.nodes)}
    edge_types = {"type": "string", **_column_types(graph.edges)}
    for side, types in (("node", node_types), ("edge", edge_types)):
        _line(out, f'<attributes class="{side}">')
        for name, kind in types.items():
            _line(out, f'<attribute id="{side[0]}_{name}" title="{name}" type="{kind}"/>')
        _line(out, "</attributes>")
    _line(out, "<nodes>")
    for node in graph.nodes:
        data = {"labels": LIST_MARK.join(node.labels), **node.properties}
        _line(out, f"<node id={quoteattr(node.id)} label={quoteattr(str(node.properties['name']))}>{_attvalues('n', data)}</node>")
    _line(out, "</nodes><edges>")
    for edge in graph.edges:
        data = {"type": edge.type, **edge.properties}
        head = f'id={quoteattr(edge.id)} source={quoteattr(edge.start)} target={quoteattr(edge.end)} label="{edge.type}"'
        _line(out, f"<edge {head}>{_attvalues('e', data)}</edge>")
    _line(out, "</edges></graph></gexf>")


def _attvalues(side: str, properties: dict[str, Value]) -> str:
    cells = "".join(f'<attvalue for="{side}_{k}" value={quoteattr(str(_flat(v)))}/>' for k, v in sorted(properties.items()))
    return f"<attvalues>{cells}</attvalues>"


def _cytoscape(content: Content, out: BinaryIO, base: str, with_text: bool) -> None:
    graph = property_graph(content)
    out.write(b'{"elements": {"nodes": [')
    for n, node in enumerate(graph.nodes):
        row = {"data": {"id": node.id, "labels": node.labels, **node.properties}}
        out.write((b",\n" if n else b"\n") + json.dumps(row, ensure_ascii=False, sort_keys=True).encode())
    out.write(b'\n], "edges": [')
    for n, edge in enumerate(graph.edges):
        data = {"id": edge.id, "source": edge.start, "target": edge.end, "type": edge.type, **edge.properties}
        out.write((b",\n" if n else b"\n") + json.dumps({"data": data}, ensure_ascii=False, sort_keys=True).encode())
    out.write(b"\n]}}\n")


# -- tables --------------------------------------------------------------------------------------------------


def safe_cell(value: object) -> str:
    """A cell that no spreadsheet runs: a leading = + - @ gets an apostrophe in front."""
    words = str(value)
    return "'" + words if words.startswith(_RISKY) and not _is_number(value) else words


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _write_csv(out: BinaryIO, header: list[str], rows: Iterable[list[object]]) -> None:
    """Rows as CSV with every cell made safe; streams row by row."""
    out.write(b"\xef\xbb\xbf")
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow([safe_cell(c) for c in row])
        out.write(buffer.getvalue().encode("utf-8"))
        buffer.seek(0)
        buffer.truncate()
    out.write(buffer.getvalue().encode("utf-8"))


def _zip_file(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    """A member with a fixed time stamp, so that equal graphs give equal archives."""
    info = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, data)


def _csv(content: Content, out: BinaryIO, base: str, with_text: bool) -> None:
    """One table (UTF-8 with BOM, as spreadsheets want it): nodes first, then relationships.

    Columns `_id`, `_labels`, `_start`, `_end`, `_type` as in Neo4j's own CSV of a whole graph, then the properties.
    """
    graph = property_graph(content)
    columns = sorted({*property_names(graph.nodes), *property_names(graph.edges)})

    def rows() -> Iterable[list[object]]:
        for n in graph.nodes:
            yield [n.id, LIST_MARK.join(n.labels), "", "", "", *_cells(n, columns)]
        for e in graph.edges:
            yield [e.id, "", e.start, e.end, e.type, *_cells(e, columns)]

    _write_csv(out, ["_id", "_labels", "_start", "_end", "_type", *columns], rows())


def _cells(item: Node | Edge, columns: list[str]) -> list[object]:
    return [_flat(item.properties[c]) if c in item.properties else "" for c in columns]


def csv_folder(content: Content, folder: Path) -> None:
    """nodes.csv and relationships.csv in a folder."""
    graph = property_graph(content)
    node_columns, edge_columns = property_names(graph.nodes), property_names(graph.edges)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "nodes.csv").open("wb") as out:
        nodes = ([n.id, LIST_MARK.join(n.labels), *_cells(n, node_columns)] for n in graph.nodes)
        _write_csv(out, ["id", "labels", *node_columns], nodes)
    with (folder / "relationships.csv").open("wb") as out:
        edges = ([e.id, e.type, e.start, e.end, *_cells(e, edge_columns)] for e in graph.edges)
        _write_csv(out, ["id", "type", "start", "end", *edge_columns], edges)


def _parquet(content: Content, out: BinaryIO, base: str, with_text: bool) -> None:
    """A .zip with nodes.parquet and relationships.parquet; lists stay lists."""
    graph = property_graph(content)
    with zipfile.ZipFile(out, "w") as archive:
        for name, items, fixed in (
            ("nodes", graph.nodes, {"id": [n.id for n in graph.nodes], "labels": [n.labels for n in graph.nodes]}),
            (
                "relationships", graph.edges,
                {"id": [e.id for e in graph.edges], "type": [e.type for e in graph.edges],
                 "start": [e.start for e in graph.edges], "end": [e.end for e in graph.edges]},
            ),
        ):
            columns = {**fixed, **{c: [i.properties.get(c) for i in items] for c in property_names(items)}}
            buffer = io.BytesIO()
            pq.write_table(pa.table(columns), buffer, compression="zstd")
            _zip_file(archive, f"{name}.parquet", buffer.getvalue())


# -- Cypher and Neo4j ----------------------------------------------------------------------------------------


def _cypher_value(value: Value) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_cypher_value(v) for v in value) + "]"
    if isinstance(value, str):
        words = value.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
        return f"'{words}'"
    return repr(value)


def _cypher_map(properties: dict[str, Value]) -> str:
    return "{" + ", ".join(f"`{k}`: {_cypher_value(v)}" for k, v in sorted(properties.items())) + "}"


def _cypher(content: Content, out: BinaryIO, base: str, with_text: bool) -> None:
    """A script of MERGE statements that any openCypher store runs; run twice it changes nothing."""
    graph = property_graph(content)
    label_of = {n.id: n.labels[0] for n in graph.nodes}
    for node in graph.nodes:
        more = "".join(f" SET n:`{label}`" for label in node.labels[1:])
        _line(out, f"MERGE (n:`{node.labels[0]}` {{id: {_cypher_value(node.id)}}}) SET n += {_cypher_map(node.properties)}{more};")
    for edge in graph.edges:
        ends = " ".join(
            f"MATCH ({v}:`{label_of[i]}` {{id: {_cypher_value(i)}}})" for v, i in (("a", edge.start), ("b", edge.end))
        )
        _line(out, f"{ends} MERGE (a)-[r:`{edge.type}` {{id: {_cypher_value(edge.id)}}}]->(b) SET r += {_cypher_map(edge.properties)};")


def _neo4j_admin(content: Content, out: BinaryIO, base: str, with_text: bool) -> None:
    """A .zip with one CSV a label and a type for `neo4j-admin database import full`, and the command to run."""
    graph = property_graph(content)
    arguments = []
    with zipfile.ZipFile(out, "w") as archive:
        for label in sorted({n.labels[0] for n in graph.nodes}):
            nodes = [n for n in graph.nodes if n.labels[0] == label]
            types = _column_types(nodes)
            header = ["id:ID", ":LABEL", *[_admin_column(c, types[c], nodes) for c in types]]
            rows = [[n.id, ";".join(n.labels), *[_admin_cell(n.properties.get(c)) for c in types]] for n in nodes]
            _zip_file(archive, f"nodes/{label}.csv", _admin_csv(header, rows))
            arguments.append(f"--nodes=nodes/{label}.csv")
        for kind in sorted({e.type for e in graph.edges}):
            edges = [e for e in graph.edges if e.type == kind]
            types = _column_types(edges)
            header = ["id:string", ":START_ID", ":END_ID", ":TYPE", *[_admin_column(c, types[c], edges) for c in types]]
            rows = [[e.id, e.start, e.end, e.type, *[_admin_cell(e.properties.get(c)) for c in types]] for e in edges]
            _zip_file(archive, f"relationships/{kind}.csv", _admin_csv(header, rows))
            arguments.append(f"--relationships=relationships/{kind}.csv")
        command = "neo4j-admin database import full --array-delimiter='\\u001F' --multiline-fields=true \\\n  " + " \\\n  ".join(arguments) + " \\\n  neo4j\n"
        _zip_file(archive, "import.sh", ("#!/bin/sh\n" + command).encode())


def _admin_column(name: str, kind: str, items: list[Node] | list[Edge]) -> str:
    many = any(isinstance(i.properties.get(name), list) for i in items)
    return f"{name}:{'string[]' if many else kind}"


def _admin_cell(value: Value | None) -> object:
    if value is None:
        return ""
    return "\x1f".join(value) if isinstance(value, list) else value


def _admin_csv(header: list[str], rows: Iterable[list[object]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue().encode("utf-8")


#: Format → (writer, usual ending of the file).
FORMATS: dict[str, tuple[Writer, str]] = {
    "turtle": (_rdf(RdfFormat.TURTLE, named=False), ".ttl"),
    "trig": (_rdf(RdfFormat.TRIG, named=True), ".trig"),
    "nquads": (_rdf(RdfFormat.N_QUADS, named=True), ".nq"),
    "ntriples": (_rdf(RdfFormat.N_TRIPLES, named=False), ".nt"),
    "jsonld": (_jsonld, ".jsonld"),
    "rdfxml": (_rdf(RdfFormat.RDF_XML, named=False), ".rdf"),
    "graphml": (_graphml, ".graphml"),
    "gexf": (_gexf, ".gexf"),
    "cytoscape": (_cytoscape, ".cyjs"),
    "csv": (_csv, ".csv"),
    "parquet": (_parquet, ".zip"),
    "cypher": (_cypher, ".cypher"),
    "neo4j-admin": (_neo4j_admin, ".zip"),
}


def export(content: Content, format_: str, out: BinaryIO, *, base: str = BASE, with_text: bool = False) -> None:
    """Write a ledger's content in one of FORMATS to a binary stream. Raises UsageError for an unknown format."""
    if format_ not in FORMATS:
        raise UsageError(f"unknown format {format_!r}; one of {', '.join(FORMATS)}")
    FORMATS[format_][0](content, out, base, with_text)
