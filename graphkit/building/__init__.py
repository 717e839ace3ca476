"""The pipeline that reads files into the ledger: in one process, in several, or on a Ray cluster."""

from __future__ import annotations

from graphkit.building.messages import warn
from graphkit.building.outcome import Outcome
from graphkit.building.pipeline import Engine, Progress, build, read_in_chunks

__all__ = ["Engine", "Outcome", "Progress", "build", "read_in_chunks", "warn"]
