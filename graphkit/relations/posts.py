"""The relation holds_post: a title is printed before a name or a sentence states a post.

The patterns are in graphkit/grammar/patterns/posts.toml.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from graphkit.discourse.scene import Scene, actor_of
from graphkit.grammar.patterns import pattern
from graphkit.model import PassageKind, Statement, Status
from graphkit.reading.clauses import CLAUSE_OR_COLON, clause_start
from graphkit.recognition.lists import further_items
from graphkit.recognition.marks import PersonMark, Span
from graphkit.relations.drafting import Context, Rule, phrase_mention

_BETWEEN = pattern("posts.between")
_FORMER_PREFIX = pattern("posts.former_prefix")
_FORMER_BEFORE = pattern("posts.former_before")
_FUTURE_BEFORE = pattern("posts.future_before")
_FUTURE_INSIDE = pattern("posts.future_inside")
_DIVISIONS = pattern("posts.divisions")
_BODY_OF_DIVISION = pattern("posts.body_of_division")
_PARTY_PREFIX = pattern("posts.party_prefix")
_HELD = pattern("posts.held")
_LEFT = pattern("posts.left")
_TO_COME = pattern("posts.to_come")
_NAMED = pattern("posts.named")
_REMOVED = pattern("posts.removed")
_ONE_MORE = pattern("posts.one_more")
_CANDIDATE = pattern("posts.candidate")
_BECOMES = pattern("posts.becomes")
_BIOGRAPHY = pattern("posts.biography")
_POST_AFTER_NAME = pattern("posts.post_after_name")
_PERSON_FOLLOWS = pattern("posts.person_follows")

#: Patterns of a post with the person before or after it, and the status. Former posts are denied: they are not held.
_OF_SUBJECT = ((_HELD, Status.ACTUAL), (_LEFT, Status.DENIED), (_TO_COME, Status.PLANNED))
#: Patterns of a post with the person inside, and the status.
_OF_OBJECT = ((_NAMED, Status.ACTUAL), (_REMOVED, Status.DENIED))


def printed_with_name(context: Context, rule: str) -> Iterator[Statement]:
    """Each title before a name gives one statement.

    Says: 3月2日，市委副书记、市长王建国到青石镇调研。 => 王建国 holds_post 市委副书记
    Says: 3月2日，市委副书记、市长王建国到青石镇调研。 => 王建国 holds_post 市长
    Not: 本报记者王建国报道了青石镇的春耕。 => 王建国 holds_post 记者
    """
    seen: set[tuple[str, str]] = set()
    for scene in context.scenes:
        if scene.sentence.frame.kind is PassageKind.CAPTION:
            continue
        for person in scene.sentence.actors():
            for start, end in person.posts:
                words = context.text[start:end]
                former = _FORMER_PREFIX.match(words)
                before = context.text[max(scene.sentence.start, start - 3) : start]
                status = Status.ACTUAL
                if former or _FORMER_BEFORE.search(before):
                    status = Status.DENIED
                    start += len(former.group()) if former else 0
                elif _FUTURE_BEFORE.search(before) or _FUTURE_INSIDE.search(words):
                    status = Status.PLANNED
                if start >= end or (person.name, context.text[start:end]) in seen:
                    continue
                seen.add((person.name, context.text[start:end]))
                aliases = _without_place(context.text[start:end])
                post = phrase_mention(context, "Post", start, end, aliases)
                yield context.state(
                    scene, "holds_post", context.mention(actor_of(person)), post, rule, confidence=0.96, status=status
                )


def _without_place(post: str) -> tuple[str, ...]:
    """Return other wordings of a post, with fewer divisions: 山东省滨州市委副书记 → 滨州市委副书记, 市委副书记."""
    found = []
    divisions = _DIVISIONS.match(post)
    for number in range(1, _DIVISIONS.groups + 1):
        at = divisions.start(number) if divisions else -1
        if 0 < at < len(post) - 3:
            found.append(post[at:] if _BODY_OF_DIVISION.match(post, at + 1) else post[at + 1 :])
    if prefix := _PARTY_PREFIX.match(post):
        found.append(post[prefix.end() :])
    return tuple(found)


def said_of_a_person(context: Context, rule: str) -> Iterator[Statement]:
    """X holds P after X当选P and 任命X为P, and does not after X曾任P, X不再担任P and 免去X的P职务.

    Says: 9月3日，会议决定任命王建国为青石县副县长。 => 王建国 holds_post 青石县副县长
    Not: 9月3日，会议决定免去王建国的青石县副县长职务。 => 王建国 holds_post 青石县副县长
    """
    for scene in context.body():
        sentence = scene.sentence
        if not sentence.persons:
            continue
        for regex, status in _OF_SUBJECT:
            for m in regex.finditer(context.text, sentence.start, sentence.end):
                person = _whose(context, scene, m)
                if person is not None:
                    yield from _stated(context, scene, person, m, status, rule)
        for regex, status in _OF_OBJECT:
            for m in regex.finditer(context.text, sentence.start, sentence.end):
                person = next((p for p in sentence.persons if (p.start, p.end) == m.span("who")), None)
                if person is not None:
                    yield from _stated(context, scene, person, m, status, rule)


def _whose(context: Context, scene: Scene, m: re.Match[str]) -> PersonMark | None:
    """Return the person before the verb in its clause, or the one who is described: 曾任市委书记的王建国."""
    clause = clause_start(context.text, scene.sentence.start, m.start(), CLAUSE_OR_COLON)
    before = [p for p in scene.sentence.actors() if clause <= p.start and p.end <= m.start()]
    if before and not _BECOMES.search(m["post"]):
        between = context.text[before[-1].end : m.start()]
        return before[-1] if _BETWEEN.fullmatch(between) else None
    first = next(iter(scene.sentence.actors()), None)
    if first is not None and first.start == scene.sentence.start:
        after = context.text[first.end :]
        if _BIOGRAPHY.match(after) or (m.start() == clause and _POST_AFTER_NAME.match(after)):
            return first
    if _PERSON_FOLLOWS.match(context.text, m.end()):
        return next((p for p in scene.sentence.actors() if p.start == m.end() + 1), None)
    return None


def _stated(
    context: Context, scene: Scene, person: PersonMark, m: re.Match[str], status: Status, rule: str
) -> Iterator[Statement]:
    """State the post of a match and the further posts of its list."""
    not_yet = status is Status.ACTUAL and context.status(scene.sentence, m.start()) is not Status.ACTUAL
    if not_yet or _CANDIDATE.match(context.text, m.end("post")):
        status = Status.PLANNED
    more = further_items(_ONE_MORE, context.text, m.end("post"), scene.sentence.end, "post")
    for start, end in (m.span("post"), *more):
        yield from _one(context, scene, person, (start, end), status, rule)


def _one(
    context: Context, scene: Scene, person: PersonMark, span: Span, status: Status, rule: str
) -> Iterator[Statement]:
    post = phrase_mention(context, "Post", *span, _without_place(context.text[slice(*span)]))
    holder = context.mention(actor_of(person))
    yield context.state(scene, "holds_post", holder, post, rule, confidence=0.9, status=status)


RULES = (
    Rule("posts.printed_with_name", printed_with_name),
    Rule("posts.said_of_a_person", said_of_a_person),
)
