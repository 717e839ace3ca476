"""Graph files for Gephi, yEd, networkx and Cytoscape: GraphML, GEXF and Cytoscape JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import BinaryIO

from graphkit.export.xml_text import attribute, element_text, text_of_xml
from graphkit.stores.content import Content
from graphkit.stores.options import ExportOptions
from graphkit.stores.property_graph import Edge, Node, Value, property_kinds

#: Separates the items of a list in formats without lists.
LIST_SEPARATOR = " | "


def flat(value: Value) -> str | int | float:
    """Return a value for formats without lists: the items of a list are joined, with `\\` and `|` escaped."""
    if isinstance(value, list):
        return LIST_SEPARATOR.join(_ESCAPED.sub(r"\\\g<0>", item) for item in value)
    return value


def split_list(words: str) -> list[str]:
    """Return the items of a list that `flat` has joined."""
    found = [""]
    for piece in re.findall(r"\\.| \| |.", words, re.S):
        if piece == LIST_SEPARATOR:
            found.append("")
        else:
            found[-1] += piece[1:] if len(piece) == 2 else piece
    return found if words else []


_ESCAPED = re.compile(r"[\\|]")


def _graph_type(kinds: set[type]) -> str:
    if kinds == {int}:
        return "long"
    return "double" if kinds <= {int, float} else "string"


def column_types(items: Iterable[Node | Edge]) -> dict[str, str]:
    """Return the types of all properties in the terms of GraphML and GEXF."""
    return {name: _graph_type(kinds) for name, kinds in property_kinds(items).items()}


def write_line(out: BinaryIO, words: str) -> None:
    out.write(words.encode("utf-8") + b"\n")


@text_of_xml
def write_graphml(content: Content, out: BinaryIO, options: ExportOptions) -> None:
    """Write the property graph as GraphML."""
    graph = content.property_graph()
    write_line(out, '<?xml version="1.0" encoding="UTF-8"?>')
    write_line(out, '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">')
    columns = {
        "node": {"labels": "string", **column_types(graph.nodes)},
        "edge": {"type": "string", **column_types(graph.edges)},
    }
    for side, types in columns.items():
        for name, kind in types.items():
            write_line(out, f'<key id="{side[0]}_{name}" for="{side}" attr.name="{name}" attr.type="{kind}"/>')
    write_line(out, '<graph edgedefault="directed">')
    for node in graph.nodes:
        data = {"labels": LIST_SEPARATOR.join(node.labels), **node.properties}
        write_line(out, f"<node id={attribute(node.id)}>{_data('n', data)}</node>")
    for edge in graph.edges:
        data = {"type": edge.type, **edge.properties}
        head = f"id={attribute(edge.id)} source={attribute(edge.start)} target={attribute(edge.end)}"
        write_line(out, f"<edge {head}>{_data('e', data)}</edge>")
    write_line(out, "</graph>")
    write_line(out, "</graphml>")


def _data(side: str, properties: dict[str, Value]) -> str:
    return "".join(f'<data key="{side}_{k}">{element_text(flat(v))}</data>' for k, v in sorted(properties.items()))


@text_of_xml
def write_gexf(content: Content, out: BinaryIO, options: ExportOptions) -> None:
    """Write the property graph as GEXF."""
    graph = content.property_graph()
    write_line(out, '<?xml version="1.0" encoding="UTF-8"?>')
    write_line(
        out, '<gexf xmlns="http://www.gexf.net/1.2draft" version="1.2"><graph mode="static" defaultedgetype="directed">'
    )
    node_types = {"labels": "string", **column_types(graph.nodes)}
    edge_types = {"type": "string", **column_types(graph.edges)}
    for side, types in (("node", node_types), ("edge", edge_types)):
        write_line(out, f'<attributes class="{side}">')
        for name, kind in types.items():
            write_line(out, f'<attribute id="{side[0]}_{name}" title="{name}" type="{kind}"/>')
        write_line(out, "</attributes>")
    write_line(out, "<nodes>")
    for node in graph.nodes:
        data = {"labels": LIST_SEPARATOR.join(node.labels), **node.properties}
        write_line(
            out,
            f"<node id={attribute(node.id)} label={attribute(node.properties['name'])}>{_attvalues('n', data)}</node>",
        )
    write_line(out, "</nodes><edges>")
    for edge in graph.edges:
        data = {"type": edge.type, **edge.properties}
        ends = f"source={attribute(edge.start)} target={attribute(edge.end)}"
        head = f"id={attribute(edge.id)} {ends} label={attribute(edge.type)}"
        write_line(out, f"<edge {head}>{_attvalues('e', data)}</edge>")
    write_line(out, "</edges></graph></gexf>")


def _attvalues(side: str, properties: dict[str, Value]) -> str:
    cells = "".join(f'<attvalue for="{side}_{k}" value={attribute(flat(v))}/>' for k, v in sorted(properties.items()))
    return f"<attvalues>{cells}</attvalues>"


def write_cytoscape(content: Content, out: BinaryIO, options: ExportOptions) -> None:
    """Write the property graph as Cytoscape JSON."""
    graph = content.property_graph()
    out.write(b'{"elements": {"nodes": [')
    for n, node in enumerate(graph.nodes):
        row = {"data": {"id": node.id, "labels": node.labels, **node.properties}}
        out.write((b",\n" if n else b"\n") + json.dumps(row, ensure_ascii=False, sort_keys=True).encode())
    out.write(b'\n], "edges": [')
    for n, edge in enumerate(graph.edges):
        data = {"id": edge.id, "source": edge.start, "target": edge.end, "type": edge.type, **edge.properties}
        out.write((b",\n" if n else b"\n") + json.dumps({"data": data}, ensure_ascii=False, sort_keys=True).encode())
    out.write(b"\n]}}\n")
