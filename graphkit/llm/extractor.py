"""The extractors of a language model: `llm`, `llm-judge` and `llm-propose`.

The segmentation of the text into words and sentences, days, speakers and types of names are those of the built-in
extractors; the model states relations, names, status and quotes.
"""

from __future__ import annotations

import hashlib
import json
from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import NoReturn

from graphkit.discourse.scene import read_scenes
from graphkit.errors import UsageError
from graphkit.extractors.offline import OfflineExtractor, utterances
from graphkit.extractors.repeated import RepeatedReports
from graphkit.extractors.version import extractor_version
from graphkit.llm.answers import Answer
from graphkit.llm.asking import NoAnswerError
from graphkit.llm.forms import statements_form, verdicts_form
from graphkit.llm.judging import Doubt, decided, doubt_data, doubts, judged
from graphkit.llm.prompts import instructions, prompt_version
from graphkit.llm.request import Request
from graphkit.llm.run import Run, current_run
from graphkit.llm.statements import Reader
from graphkit.llm.windows import Window, window_data, windows
from graphkit.merging.distinct import Kept
from graphkit.merging.merger import Verdict
from graphkit.model import Reading, Report, Statement, mentions_of
from graphkit.reading.passages import passages
from graphkit.recognition.marks import mark_words, words_of
from graphkit.recognition.persons import mark_persons
from graphkit.recognition.tagger import Tagger, shared_tagger
from graphkit.relations.drafting import Context

_PACKAGE = Path(__file__).parent
#: Settings that change the statements, in addition to the model, which the version names.
_IN_VERSION = ("url", "window", "overlap", "max_tokens", "confidence", "doubtful", "form")


@dataclass(slots=True)
class Asked:
    """A report, and what is asked about it. verdicts: those of the offline extractor, if it was used."""

    context: Context
    windows: list[Window]
    requests: list[Request]
    verdicts: list[Verdict]
    doubts: list[list[Doubt]]


Found = tuple[list[Statement], list[str]]


class LanguageModel:
    """What the extractors have in common: many requests at the same time, and readings in the order of the reports."""

    name: str

    def __init__(self, run: Run | None = None, tagger: Tagger | None = None) -> None:
        """run: settings, answers and limits; by default those of `using`, or of the environment.

        Raises UsageError if a setting is missing.
        """
        self.run = run or current_run()
        self._tagger = tagger
        self._repeated = RepeatedReports()

    @property
    def version(self) -> str:
        """The model, the version of the instructions, and a hash of the settings, the code and the data."""
        settings = self.run.settings
        values = {name: getattr(settings, name) for name in _IN_VERSION}
        content = json.dumps([values, settings.parameters, extractor_version(), _code()], sort_keys=True, default=str)
        return f"{settings.model} prompt {prompt_version()}+{hashlib.sha256(content.encode()).hexdigest()[:8]}"

    def __reduce__(self) -> NoReturn:
        raise UsageError(
            f"the extractor {self.name} sends its concurrent requests (setting concurrency) from a single process"
        )

    def read(self, reports: Sequence[Report]) -> Iterator[Reading]:
        """Yield one reading for each report, in order.

        Raises NoAnswerError for a report about which the server did not answer, ServerError if the server cannot answer
        any request, and BudgetError if the budget is used up.
        """
        return self._repeated.read(reports, self._read_new)

    def requests(self, reports: Sequence[Report]) -> list[Request]:
        """Return what is asked about reports."""
        return [request for asked in self._asked(reports) for request in asked.requests]

    def _asked(self, reports: Sequence[Report]) -> Iterator[Asked]:
        for words in mark_words(reports, self._tagger or shared_tagger()):
            marked = mark_persons(words)
            context = Context(marked, tuple(read_scenes(marked)))
            yield self._questions(context, list(windows(context, self.run.settings)))

    def _read_new(self, reports: Sequence[Report]) -> Iterator[Reading]:
        asked = list(self._asked(reports))
        answers = iter(self.run.asking.answers([request for one in asked for request in one.requests]))
        found = [(one, [next(answers) for _ in one.requests]) for one in asked]
        for one, answered in found:
            error = next((a for a in answered if isinstance(a, NoAnswerError)), None)
            if error is not None:
                raise error
            statements, refused = self._statements(one, [a for a in answered if isinstance(a, Answer)])
            yield self._reading(one.context, statements, refused)

    def _reading(self, context: Context, statements: Sequence[Statement], refused: Sequence[str]) -> Reading:
        marked = context.marked
        own = tuple(replace(s, extractor=self.name) for s in statements)
        return Reading(
            marked.report,
            own,
            mentions_of(own),
            passages(marked.normalized, marked.layout),
            refused=tuple(f"{self.name}: {reason}" for reason in refused),
            words=words_of(marked),
            utterances=utterances(context),
        )

    @abstractmethod
    def _questions(self, context: Context, parts: list[Window]) -> Asked:
        """Return what is asked about a report with these windows."""

    @abstractmethod
    def _statements(self, asked: Asked, answers: Sequence[Answer]) -> Found:
        """Return the statements of a report, and the reasons of what was refused."""


class LlmExtractor(LanguageModel):
    """The statements of the model, instead of those of the offline extractor."""

    name = "llm"

    def _questions(self, context: Context, parts: list[Window]) -> Asked:
        requests = [_extraction(context, window) for window in parts]
        return Asked(context, parts, requests, [], [])

    def _statements(self, asked: Asked, answers: Sequence[Answer]) -> Found:
        return self._of_model(asked, answers, Kept(asked.context.marked.report.text), "")

    def _of_model(self, asked: Asked, answers: Sequence[Answer], kept: Kept, excluded: str) -> Found:
        """Return the statements of the model that are not in `kept`. Overlaps of windows give equal ones, once.

        excluded: reason for one that contradicts a kept statement, "" if it is not refused.
        """
        reader = Reader(asked.context, self.name, self.run.settings.confidence)
        found: list[Statement] = []
        refused: list[str] = []
        for window, answer in zip(asked.windows, answers, strict=True):
            statements, reasons = reader.statements(window, answer)
            refused += reasons
            for statement in statements:
                if kept.states(statement):
                    continue
                if not excluded:
                    kept.add(statement)
                elif not kept.add_compatible(statement):
                    refused.append(excluded)
                    continue
                found.append(statement)
        return _ordered(found), refused


class ProposingExtractor(LlmExtractor):
    """The statements of the offline extractor, and those of the model that it missed."""

    name = "llm-propose"

    def _questions(self, context: Context, parts: list[Window]) -> Asked:
        asked = super()._questions(context, parts)
        asked.verdicts = OfflineExtractor().verdicts(context)
        return asked

    def _statements(self, asked: Asked, answers: Sequence[Answer]) -> Found:
        text = asked.context.marked.report.text
        offline, _ = decided(asked.verdicts, {}, text)
        kept = Kept(text)
        for statement in offline:
            kept.add(statement)
        added, refused = self._of_model(asked, answers, kept, "a statement of the offline extractor excludes it")
        return _ordered([*offline, *added]), refused


class JudgingExtractor(LanguageModel):
    """The statements of the offline extractor, with the doubtful ones judged by the model."""

    name = "llm-judge"

    def _questions(self, context: Context, parts: list[Window]) -> Asked:
        found = OfflineExtractor().verdicts(context)
        doubtful = doubts(context, found, parts, self.run.settings.doubtful)
        requests = [_judgement(context, window, listed) for window, listed in doubtful]
        return Asked(context, [w for w, _ in doubtful], requests, found, [listed for _, listed in doubtful])

    def _statements(self, asked: Asked, answers: Sequence[Answer]) -> Found:
        reader = Reader(asked.context, self.name, self.run.settings.confidence)
        correct: dict[int, bool] = {}
        refused: list[str] = []
        for window, listed, answer in zip(asked.windows, asked.doubts, answers, strict=True):
            verdicts, reasons = judged(reader, window, listed, answer)
            correct |= verdicts
            refused += reasons
        statements, reasons = decided(asked.verdicts, correct, asked.context.marked.report.text)
        return statements, refused + reasons


def _ordered(found: Sequence[Statement]) -> list[Statement]:
    return sorted(found, key=lambda s: (s.start, s.relation, s.object.start, s.subject.name, s.object.name, s.id))


def _extraction(context: Context, window: Window) -> Request:
    data = window_data(context, window)
    return Request(instructions("extract"), data, "statements", statements_form(), context.marked.report.id)


def _judgement(context: Context, window: Window, listed: Sequence[Doubt]) -> Request:
    data = {**window_data(context, window), "statements": [doubt_data(doubt) for doubt in listed]}
    return Request(instructions("judge"), data, "verdicts", verdicts_form(), context.marked.report.id)


@cache
def _code() -> str:
    """Return a hash of the code and the instructions of this package, which does not depend on the line endings."""
    digest = hashlib.sha256()
    for path in sorted(p for p in _PACKAGE.rglob("*") if p.suffix in (".py", ".toml")):
        digest.update(path.relative_to(_PACKAGE).as_posix().encode() + b"\0")
        digest.update(path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()
