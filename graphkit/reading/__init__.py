"""Bytes → reports: encodings, formats, fields, frame."""

from __future__ import annotations

from graphkit.reading.sources import Found, list_paths, read_file, read_paths

__all__ = ["Found", "list_paths", "read_file", "read_paths"]
