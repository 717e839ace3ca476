from __future__ import annotations

from collections.abc import Callable

import pytest

from graphkit.model import Report
from graphkit.recognition.marks import MarkedReport, mark_words
from graphkit.recognition.persons import mark_persons
from graphkit.recognition.tagger import Tagger


@pytest.fixture
def marked(tagger: Tagger) -> Callable[[str], MarkedReport]:
    """Returns a function that recognizes the persons of a text."""
    return lambda text: mark_persons(mark_words([Report(id="r", text=text)], tagger)[0])
