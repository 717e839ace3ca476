"""Extractors that ask a language model: instead of the offline extractor, as a judge, or for what it missed.

The server is any address with the OpenAI protocol (extra `llm`). docs/llm.md describes the settings.
"""

from __future__ import annotations

from graphkit.llm.run import Run, using
from graphkit.llm.settings import Settings, read_settings

__all__ = ["Run", "Settings", "read_settings", "using"]
