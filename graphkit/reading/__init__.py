"""Bytes → reports: encodings, formats, fields, frame."""

from __future__ import annotations

from graphkit.reading.parts import Part, cut, read_piece
from graphkit.reading.sources import Found, count_inputs, list_paths, read_input, read_paths

__all__ = ["Found", "Part", "count_inputs", "cut", "list_paths", "read_input", "read_paths", "read_piece"]
