"""Bytes → reports: encodings, formats, fields, frame."""

from __future__ import annotations

from graphkit.reading.listing import Listing, list_inputs
from graphkit.reading.naming import printable
from graphkit.reading.options import ReadingOptions, reading_options, under_options
from graphkit.reading.parts import Part, cut, read_piece
from graphkit.reading.sources import Found, count_inputs, list_paths, read_input, read_paths

__all__ = [
    "Found",
    "Listing",
    "Part",
    "ReadingOptions",
    "count_inputs",
    "cut",
    "list_inputs",
    "list_paths",
    "printable",
    "read_input",
    "read_paths",
    "read_piece",
    "reading_options",
    "under_options",
]
