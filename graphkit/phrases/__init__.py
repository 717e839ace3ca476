"""Policy phrases over a whole graph: found, counted and followed through time and place."""

from __future__ import annotations

from graphkit.phrases.index import PhraseIndex, Uses
from graphkit.phrases.questions import Phrases, Rows
from graphkit.phrases.scope import Scope

__all__ = ["PhraseIndex", "Phrases", "Rows", "Scope", "Uses"]
