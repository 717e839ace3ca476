"""Content negotiation: the media type that a client prefers (RFC 9110, section 12.5.1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

#: Short names of media types, for the parameter `format` of an address.
SHORT_NAMES = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "turtle": "text/turtle",
    "ntriples": "application/n-triples",
    "rdfxml": "application/rdf+xml",
    "jsonld": "application/ld+json",
    "html": "text/html",
}
#: Media types that clients also request, and the media type of the response.
SYNONYMS = {
    "application/json": ("application/sparql-results+json", "application/ld+json"),
    "application/xml": ("application/sparql-results+xml", "application/rdf+xml"),
    "text/xml": ("application/sparql-results+xml", "application/rdf+xml"),
    "application/x-turtle": ("text/turtle",),
    "text/n3": ("text/turtle",),
    "text/plain": ("application/n-triples",),
    "application/xhtml+xml": ("text/html",),
}


def choose(accept: str, offered: Sequence[str]) -> str:
    """Return the offered media type with the highest quality; of equal ones the first. "" if none is acceptable.

    accept: the header; if it is empty, everything is acceptable.
    """
    ranges = _ranges(accept) or [("*/*", 1.0)]
    best, quality = "", 0.0
    for media_type in offered:
        found = _quality(media_type, ranges)
        if found > quality:
            best, quality = media_type, found
    return best


def _ranges(accept: str) -> list[tuple[str, float]]:
    """Return the media ranges of the header and their qualities. Malformed ones are ignored."""
    found = []
    for part in accept.split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if name.count("/") != 1:
            continue
        quality = 1.0
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            if key.strip() == "q":
                quality = _number(value.strip())
        found.append((name, quality))
    return found


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if 0 <= value <= 1 else 0.0


def _quality(media_type: str, ranges: Iterable[tuple[str, float]]) -> float:
    """Return the quality of the most specific range that contains a media type, 0 if there is none."""
    kind = media_type.partition("/")[0]
    rank, quality = 0, 0.0
    for name, value in ranges:
        specific = 4 if name == media_type else 3 if media_type in SYNONYMS.get(name, ()) else 0
        specific = specific or (2 if name == f"{kind}/*" else 1 if name == "*/*" else 0)
        if specific > rank:
            rank, quality = specific, value
        elif specific and specific == rank:
            quality = max(quality, value)
    return quality
