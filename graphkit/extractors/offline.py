"""The built-in extractors: recognition → discourse → relations, and the encoder with the merger. They work offline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from graphkit.discourse.scene import read_scenes
from graphkit.encoder.session import shared_encoder
from graphkit.extractors.repeated import RepeatedReports
from graphkit.extractors.version import extractor_version
from graphkit.merging.merger import Verdict, in_order, verdicts
from graphkit.model import Reading, Report, Statement, Utterance, mentions_of
from graphkit.reading.normalized import normalize
from graphkit.reading.passages import passages
from graphkit.recognition.marks import mark_words, words_of
from graphkit.recognition.persons import mark_persons
from graphkit.recognition.tagger import Tagger, shared_tagger
from graphkit.relations import statements
from graphkit.relations.drafting import Context


class FastExtractor:
    """Reads reports by the grammar of the genre alone, without the encoder."""

    name = "fast"

    def __init__(self, tagger: Tagger | None = None) -> None:
        self._tagger = tagger
        self._repeated = RepeatedReports()

    @property
    def version(self) -> str:
        """Changes with every change of the code and data of reading, so that existing graphs are read again."""
        return extractor_version()

    def read(self, reports: Sequence[Report]) -> Iterator[Reading]:
        """Yield one reading for each report, in order. The tagger processes the reports of one call in batches.

        Of several reports with the same content, as when newspapers reprint a report, only the first is read.
        """
        return self._repeated.read(reports, self._read_new)

    def _read_new(self, reports: Sequence[Report]) -> Iterator[Reading]:
        tagger = self._tagger or shared_tagger()
        for words in mark_words(reports, tagger):
            marked = mark_persons(words)
            context = Context(marked, tuple(read_scenes(marked)))
            found = tuple(replace(s, extractor=self.name) for s in self._statements(context))
            yield Reading(
                marked.report,
                found,
                mentions_of(found),
                passages(marked.normalized, marked.layout),
                words=words_of(marked),
                utterances=utterances(context),
            )

    def _statements(self, context: Context) -> Iterable[Statement]:
        return statements(context)


class OfflineExtractor(FastExtractor):
    """Merges what the grammar of the genre finds with the proposals of the encoder. This is the default."""

    name = "offline"

    def _statements(self, context: Context) -> Iterable[Statement]:
        return in_order(self.verdicts(context))

    def verdicts(self, context: Context) -> list[Verdict]:
        """Return what the merger decides on each candidate of a report."""
        title = normalize(context.marked.report.title).text
        windows = shared_encoder().read(context.text, title)
        return verdicts(context, tuple(statements(context)), windows)


def utterances(context: Context) -> tuple[Utterance, ...]:
    """Return the utterances of a report with offsets in its original text, in order."""
    original = context.marked.normalized.original
    return tuple(
        Utterance(*original(speech.start, speech.end), speech.speaker.type, speech.speaker.name)
        for scene in context.scenes
        for speech in scene.speeches
        if speech.start < speech.end
    )
