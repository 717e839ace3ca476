"""Bytes → reports: encodings, formats, fields, frame."""

from __future__ import annotations

from graphkit.reading.in_memory import Inputs, Reports, is_in_memory
from graphkit.reading.listing import Listing, list_inputs
from graphkit.reading.naming import printable
from graphkit.reading.options import ReadingOptions, reading_options, under_options
from graphkit.reading.parts import Part, cut, parts_in_memory, read_piece
from graphkit.reading.sources import Found, count_inputs, list_paths, read_input, read_paths

__all__ = [
    "Found",
    "Inputs",
    "Listing",
    "Part",
    "ReadingOptions",
    "Reports",
    "count_inputs",
    "cut",
    "is_in_memory",
    "list_inputs",
    "list_paths",
    "parts_in_memory",
    "printable",
    "read_input",
    "read_paths",
    "read_piece",
    "reading_options",
    "under_options",
]
