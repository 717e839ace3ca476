"""The HTML pages of the endpoint. All values are escaped."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from html import escape
from pathlib import Path
from urllib.parse import quote

from graphkit.endpoint.descriptions import MOST_REFERENCES, MOST_STATEMENTS, path_of
from graphkit.schema import load_schema

Binding = Mapping[str, Mapping[str, str]]
#: Formats of a description: parameter `format`, and name.
FORMATS = {"turtle": "Turtle", "jsonld": "JSON-LD", "ntriples": "N-Triples", "rdfxml": "RDF/XML"}


@cache
def _texts() -> dict[str, dict[str, str]]:
    return tomllib.loads((Path(__file__).parent / "texts.toml").read_text(encoding="utf-8"))


@cache
def _labels() -> dict[str, dict[str, str]]:
    """Return the labels of classes, relations and attributes of the schema by IRI and language."""
    schema = load_schema()
    found = {}
    for name, entity_type in schema.types.items():
        found[schema.expand(entity_type.cls)] = {"en": name, "zh": entity_type.zh}
    for name, relation in schema.relations.items():
        found[schema.expand(relation.term)] = {"en": name.replace("_", " "), "zh": relation.zh}
    return found


class Pages:
    """Pages in a language (`en` or `zh`). base: base of the IRIs that have pages on this server."""

    def __init__(self, base: str, language: str) -> None:
        self._base = base
        self._language = language

    def text(self, key: str) -> str:
        """Return a text of the pages. It contains no characters that have a meaning in HTML."""
        return _texts()[key][self._language]

    def home(self, classes: Iterable[Binding]) -> str:
        """Return the home page. classes: the results of `descriptions.CLASSES`."""
        rows = "".join(
            f'<tr><td><a href="/entities?class={quote(c["class"]["value"], safe="")}">{self._term(c["class"]["value"])}'
            f'</a></td><td class="number">{escape(c["n"]["value"])}</td></tr>'
            for c in classes
        )
        return self._page(
            self.text("title"),
            f'<p>{self.text("intro")}</p><p><a href="/sparql">{self.text("query")}</a> · '
            f'<a href="/.well-known/void">{self.text("description")}</a></p>'
            f"<h2>{self.text('entities')}</h2><table>{rows}</table>",
        )

    def entities(self, class_iri: str, rows: Sequence[Binding], offset: int, most: int) -> str:
        """Return a page of the entities of a class."""
        items = "".join(f"<li>{self._link(r['s']['value'], r['label']['value'])}</li>" for r in rows[:most])
        address = f"/entities?class={quote(class_iri, safe='')}&amp;offset={offset + most}"
        more = f'<p><a href="{address}">{self.text("next")}</a></p>' if len(rows) > most else ""
        return self._page(self._name(class_iri), f'<ol start="{offset + 1}">{items}</ol>{more}')

    def entity(
        self, iri: str, properties: Sequence[Binding], statements: Sequence[Binding], references: Sequence[Binding]
    ) -> str:
        """Return the page of a resource."""
        names = [p["o"]["value"] for p in properties if p["p"]["value"] in _NAMES]
        title = names[0] if names else iri.removeprefix(self._base)
        formats = " · ".join(f'<a href="?format={key}">{name}</a>' for key, name in FORMATS.items())
        parts = [
            f'<p class="iri">{self.text("iri")}: <code>{escape(iri)}</code><br>{self.text("formats")}: {formats}</p>'
        ]
        if statements:
            parts.append(self._statements(statements))
        rows = "".join(f"<tr><th>{self._term(p['p']['value'])}</th><td>{self._value(p)}</td></tr>" for p in properties)
        parts.append(f"<h2>{self.text('properties')}</h2><table>{rows}</table>")
        if references:
            parts.append(self._references(references))
        return self._page(title, "".join(parts))

    def query(self) -> str:
        """Return the page with the query editor (YASGUI)."""
        return self._page(
            self.text("query"),
            f'<div id="yasgui"></div><noscript><p>{self.text("scripts")}</p></noscript>',
            head='<link rel="stylesheet" href="/vendor/yasgui.min.css">'
            '<script src="/vendor/yasgui.min.js" defer></script><script src="/page/query.js" defer></script>',
        )

    def missing(self) -> str:
        """Return the page for an address without a resource."""
        return self._page("404", f"<p>{self.text('missing')}</p>")

    def _statements(self, rows: Sequence[Binding]) -> str:
        heads = "".join(
            f"<th>{self.text(key)}</th>"
            for key in ("subject", "relation", "object", "date", "status", "quote", "report")
        )
        lines = []
        for row in rows[:MOST_STATEMENTS]:
            status = row.get("status", {}).get("value", "")
            cells = (
                self._node(row["subject"], row.get("subjectLabel")),
                self._link(row["statement"]["value"], self._name(row["predicate"]["value"])),
                self._node(row["object"], row.get("objectLabel")),
                escape(row.get("date", {}).get("value", "")),
                escape(status.rpartition("#")[2]),
                escape(row.get("quote", {}).get("value", "")),
                self._node(row["report"], None) if "report" in row else "",
            )
            lines.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
        more = f"<p>{self.text('more')}</p>" if len(rows) > MOST_STATEMENTS else ""
        return f"<h2>{self.text('statements')}</h2><table><tr>{heads}</tr>{''.join(lines)}</table>{more}"

    def _references(self, rows: Sequence[Binding]) -> str:
        lines = "".join(
            f"<tr><th>{self._term(r['p']['value'])}</th><td>{self._node(r['s'], r.get('label'))}</td></tr>"
            for r in rows[:MOST_REFERENCES]
        )
        more = f"<p>{self.text('more')}</p>" if len(rows) > MOST_REFERENCES else ""
        return f"<h2>{self.text('references')}</h2><table>{lines}</table>{more}"

    def _value(self, row: Binding) -> str:
        return self._node(row["o"], row.get("label"))

    def _node(self, node: Mapping[str, str], label: Mapping[str, str] | None) -> str:
        if node["type"] != "uri":
            return escape(node["value"])
        return self._link(node["value"], label["value"] if label else "")

    def _link(self, iri: str, label: str) -> str:
        """Return a link to the page of a resource, or to another website."""
        path = path_of(self._base, iri)
        shown = escape(label or (iri.removeprefix(self._base) if path else self._name(iri)))
        if path:
            return f'<a href="{escape(path)}">{shown}</a>'
        return f'<a href="{escape(iri)}" rel="noreferrer">{shown}</a>' if iri.startswith("http") else escape(iri)

    def _term(self, iri: str) -> str:
        return f'<span title="{escape(iri)}">{escape(self._name(iri))}</span>'

    def _name(self, iri: str) -> str:
        """Return the label of a class or property, or its prefixed name."""
        label = _labels().get(iri, {}).get(self._language)
        if label:
            return label
        for prefix, namespace in load_schema().prefixes.items():
            if iri.startswith(namespace) and len(iri) > len(namespace):
                return f"{prefix}:{iri[len(namespace) :]}"
        return iri

    def _page(self, title: str, body: str, head: str = "") -> str:
        """title: text. body, head: HTML."""
        language = {"zh": "zh-CN"}.get(self._language, "en")
        return (
            f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
            '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">'
            f'<link rel="stylesheet" href="/page/endpoint.css">{head}</head>'
            f'<body><nav><a href="/">{self.text("home")}</a> · <a href="/sparql">SPARQL</a></nav>'
            f"<main><h1>{escape(title)}</h1>{body}</main></body></html>\n"
        )


#: Properties whose value is the title of a page.
_NAMES = (
    load_schema().expand("skos:prefLabel"),
    load_schema().expand("schema:headline"),
)
