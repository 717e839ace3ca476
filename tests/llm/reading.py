"""Reads reports with a model of the tests."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from graphkit.discourse.scene import read_scenes
from graphkit.extractors import checked
from graphkit.llm import Run
from graphkit.llm.extractor import LanguageModel
from graphkit.model import Reading, Report
from graphkit.recognition.marks import mark_words
from graphkit.recognition.persons import mark_persons
from graphkit.recognition.tagger import Tagger
from graphkit.relations.drafting import Context
from tests.llm.fake_model import FakeModel, saying
from tests.llm.reports import REPORT


def context_of(report: Report, tagger: Tagger) -> Context:
    (marked,) = mark_words([report], tagger)
    persons = mark_persons(marked)
    return Context(persons, tuple(read_scenes(persons)))


def triples(reading: Reading) -> set[tuple[str, str, str]]:
    return {(s.subject.name, s.relation, s.object.name) for s in reading.statements}


def read(kind: type[LanguageModel], model: FakeModel, folder: Path, report: Report = REPORT, **options: Any) -> Reading:
    run = Run(model.settings(folder, **options))
    (reading,) = checked(kind(run).read([report]))
    run.asking.close()
    return reading


def judging(verdicts: dict[str, str], quotes: dict[str, str] | None = None) -> Any:
    """A model that judges statements by their object; all others are unclear. quotes: otherwise a sentence with it."""

    def content(data: dict[str, Any]) -> str:
        found = []
        for one in data["statements"]:
            verdict = verdicts.get(one["object"], "unclear")
            sentences = [s for s in re.split("(?<=。)", data["passage"]) if one["object"] in s] or [""]
            quote = (quotes or {}).get(one["object"], sentences[0] if verdict == "correct" else "")
            found.append({"number": one["number"], "verdict": verdict, "quote": quote})
        return json.dumps({"verdicts": found}, ensure_ascii=False)

    return saying(content)
