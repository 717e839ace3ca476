"""From the answers of a language model to statements: what the text does not support is refused with its reason."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from graphkit.discourse.scene import Scene
from graphkit.llm.answers import Answer, parsed
from graphkit.llm.forms import sides_with_type
from graphkit.llm.quotes import Searchable, Span
from graphkit.llm.windows import Window
from graphkit.merging.mentions import mention_of
from graphkit.merging.pairs import LOCAL_SUBJECT
from graphkit.model import Mention, Statement, Status
from graphkit.recognition.names import NameSpan
from graphkit.relations.drafting import Context
from graphkit.schema import Relation, load_schema
from graphkit.schema.values import LONGEST_NAME

#: The field `rule` of statements of a model.
RULE = "llm"
#: Maximum number of statements in an answer, and of characters of a quote.
MOST_STATEMENTS = 400
LONGEST_QUOTE = 2000
#: Minimum and maximum number of characters of a phrase of a speech; the longest one of the annotation has 36.
PHRASE_LENGTHS = 2, 40
_FIELDS = ("relation", "subject", "object", "status", "quote")


class RefusedError(Exception):
    """A statement that is refused; the message is the reason, which is counted."""


@dataclass(frozen=True, slots=True)
class Item:
    """A statement of an answer, with valid values, that was not compared with the text."""

    relation: Relation
    subject: str
    object: str
    types: dict[str, str]
    kind: str
    status: Status
    quote: str

    @property
    def near(self) -> str:
        """The side that the quote has to contain: "s" or "o"."""
        return "s" if self.relation.name in LOCAL_SUBJECT else "o"

    def words(self, side: str) -> str:
        return self.subject if side == "s" else self.object


def item_of(found: object) -> Item:
    """Return a statement of an answer. Raises RefusedError if a value is not one that the schema allows."""
    if not isinstance(found, dict):
        raise RefusedError("an entry is not an object")
    for name in _FIELDS:
        if not isinstance(found.get(name), str) or not found[name].strip():
            raise RefusedError(f"{name} is missing or not text")
        if not all(char.isprintable() or char in "\n\r\t\u3000\u00a0" for char in found[name]):
            raise RefusedError(f"{name} contains control characters")
        if len(found[name]) > (LONGEST_QUOTE if name == "quote" else LONGEST_NAME):
            raise RefusedError(f"{name} is too long")
    schema = load_schema()
    relation = schema.relations.get(found["relation"])
    if relation is None:
        raise RefusedError(f"there is no relation {found['relation']!r:.60}")
    kind = found.get("kind") or ""
    if (
        not isinstance(kind, str)
        or (kind in schema.attributes) != relation.has_value
        or (kind and not relation.has_value)
    ):
        raise RefusedError(f"{relation.name}: the kind {kind!r:.60} does not fit the relation")
    least, most = PHRASE_LENGTHS
    if relation.name == "emphasized" and not least <= len("".join(found["object"].split())) <= most:
        raise RefusedError(f"the phrase does not have {least} to {most} characters")
    if found["status"] not in {*Status}:
        raise RefusedError(f"there is no status {found['status']!r:.60}")
    types = _types(relation, found)
    return Item(relation, found["subject"], found["object"], types, kind, Status(found["status"]), found["quote"])


def _types(relation: Relation, found: dict[str, Any]) -> dict[str, str]:
    """Return the types that an answer states for the sides "s" and "o". Raises RefusedError."""
    typed = sides_with_type(relation)
    types = {}
    for side, allowed in (("subject", relation.subject), ("object", relation.object)):
        stated = found.get(f"{side}_type")
        if stated is None and side not in typed:
            continue
        if not isinstance(stated, str) or stated not in allowed:
            raise RefusedError(f"{relation.name}: the type {stated!r:.60} is not allowed for the {side}")
        types[side[0]] = stated
    return types


class Reader:
    """Makes statements of one report from the answers about its windows."""

    def __init__(self, context: Context, extractor: str, confidence: float) -> None:
        """extractor: name that the statements have. confidence: of the statements, 0-1."""
        self.context = context
        self._searchable = Searchable(context.text)
        self._extractor, self._confidence = extractor, confidence

    def statements(self, window: Window, answer: Answer) -> tuple[list[Statement], list[str]]:
        """Return the statements of an answer that the text supports, and the reasons why others are refused."""
        if answer.flaw:
            return [], [answer.flaw]
        entries, flaw = parsed(answer.content, "statements", MOST_STATEMENTS)
        kept: dict[str, Statement] = {}
        refused = [flaw] if flaw else []
        for entry in entries:
            try:
                statement = self.statement(item_of(entry), window)
                if statement.id in kept:
                    raise RefusedError("the answer repeats a statement")
                kept[statement.id] = statement
            except RefusedError as error:
                refused.append(str(error))
        return [*kept.values()], refused

    def statement(self, item: Item, window: Window) -> Statement:
        """Return the statement of an item. Raises RefusedError if the text of the window does not support it."""
        quotes = self.quotes(item.quote, window)
        if not quotes:
            raise RefusedError("the quote is not in the text")
        reason = ""
        for quote in quotes:
            try:
                return self._at(item, quote)
            except RefusedError as error:
                reason = reason or str(error)
        raise RefusedError(reason)

    def sentence(self, quote: Span) -> Scene:
        """Return the sentence that contains a quote. Raises RefusedError if none does."""
        start, end = quote
        scene = self.context.scene_at(max(start, self.context.scenes[0].sentence.start))
        if start >= scene.sentence.end and end > scene.sentence.end:
            # It begins between two sentences, for example with the dateline of a paragraph.
            scene = self.context.scene_at(end - 1)
        if not (start < scene.sentence.end and scene.sentence.start < end):
            raise RefusedError("the quote is not in a sentence of the report")
        if end > scene.sentence.end:
            raise RefusedError("the quote is longer than a sentence")
        return scene

    def quotes(self, words: str, window: Window) -> list[Span]:
        """Return the places of a quote in a window."""
        return self._searchable.spans(words, *window)

    def _at(self, item: Item, quote: Span) -> Statement:
        scene = self.sentence(quote)
        near_side, far_side = item.near, "o" if item.near == "s" else "s"
        places = self._searchable.spans(item.words(near_side), *quote)
        if not places:
            raise RefusedError(f"the quote does not contain the {_SIDES[near_side]}")
        far_place = self._far(item.words(far_side), far_side, quote, scene)
        near, far = self._mention(item, near_side, places[0]), self._mention(item, far_side, far_place)
        if near.name == far.name:
            raise RefusedError("subject and object are the same")
        subject, obj = (near, far) if near_side == "s" else (far, near)
        dated = item.relation.event or item.relation.name == "emphasized"
        statement = self.context.state(
            scene,
            item.relation.name,
            subject,
            obj,
            RULE,
            confidence=self._confidence,
            status=self._status(item, scene, places[0][0]),
            kind=item.kind,
            date=None if dated else "",
        )
        return replace(statement, extractor=self._extractor)

    def _far(self, words: str, side: str, quote: Span, scene: Scene) -> Span:
        """Return the place of the other side: in the quote, in its sentence, or the last one before it."""
        for area in (quote, (scene.sentence.start, scene.sentence.end)):
            if found := self._searchable.spans(words, *area):
                return found[0]
        last = self._searchable.last(words, scene.sentence.start)
        if last is None:
            raise RefusedError(f"the {_SIDES[side]} is not in the text up to the end of the sentence")
        return last

    def _mention(self, item: Item, side: str, span: Span) -> Mention:
        found = mention_of(self.context, item.relation.name, side, span)
        if found is None:
            raise RefusedError(f"the {_SIDES[side]} is not a name in a sentence of the report")
        stated = item.types.get(side, found.type)
        if (stated == "Person") != (found.type == "Person"):
            raise RefusedError(f"the type {stated!r} does not fit the {_SIDES[side]}, which is of type {found.type!r}")
        # The tagger sometimes takes words after a rare name for a part of it (祝远岫因公), and a part of the name of a
        # meeting for all of it. The model states the name.
        words = self.context.original(*span)
        if found.type == "Person":
            is_other = len(words) > 1 and found.name.startswith(words) and found.antecedent is None
        else:
            is_other = found.name in words
        if is_other and found.name != words:
            return self.context.mention(NameSpan(*span, found.type))
        return found

    def _status(self, item: Item, scene: Scene, at: int) -> Status:
        """Return the status that the words before the near side give, if they give one, otherwise that of the answer.

        A target (`pursues`) is always ahead: only words that deny it count.
        """
        if item.relation.name == "emphasized":
            speech = next((s for s in scene.speeches if s.start <= at < s.end), None)
            own = self.context.speech_status(speech.start) if speech is not None else Status.ACTUAL
        else:
            own = self.context.status(scene.sentence, at)
        if item.relation.name == "pursues" and own is not Status.DENIED:
            return item.status
        return own if own is not Status.ACTUAL else item.status


_SIDES = {"s": "subject", "o": "object"}
