"""The media type that a client prefers."""

from __future__ import annotations

import pytest

from graphkit.endpoint.negotiation import choose

OFFERED = ["text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json", "text/html"]


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("", "text/turtle"),
        ("*/*", "text/turtle"),
        ("text/html", "text/html"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("application/ld+json;q=0.9, text/turtle;q=0.5", "application/ld+json"),
        ("application/*", "application/n-triples"),
        ("text/turtle;q=0, */*;q=0.1", "application/n-triples"),
        ("application/json", "application/ld+json"),
        ("application/xml", "application/rdf+xml"),
        ("APPLICATION/RDF+XML ; Q=1", "application/rdf+xml"),
        ("image/png", ""),
        ("text/turtle;q=0", ""),
        ("text/turtle;q=2", ""),
        ("text/turtle;q=x", ""),
        ("nonsense, text/html", "text/html"),
        (";;;,,", "text/turtle"),
        ("text/html;level=1;q=0.3, text/turtle;q=0.2", "text/html"),
    ],
)
def test_the_media_type_with_the_highest_quality_is_chosen(accept: str, chosen: str) -> None:
    assert choose(accept, OFFERED) == chosen
