"""holds_post: a title stands with the name (GENRE.md 4–6, 46; GENRE-DETAIL.md 22–30)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from graphkit.discourse.scene import Scene, actor_of
from graphkit.grammar.lexicon import any_of, words
from graphkit.model import PassageKind, Statement, Status
from graphkit.recognition.lexicon import led_by
from graphkit.recognition.marks import PersonMark, Span
from graphkit.relations.drafting import Context, Rule, phrase_mention

#: What may stand between a name and its new post.
_BETWEEN = re.compile(led_by(r"（[^）]{1,30}）|同志|先后|将|已|再次|成功|正式|全票|近日|日前|\d+日", {"因": (1, 10)}, outside="，。"))
_FORMER = ("原", "前", "时任", "曾任", "历任")


def printed_with_name(context: Context, rule: str) -> Iterator[Statement]:
    """Every title printed before a name, one statement a title.

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
                former = next((f for f in _FORMER if words.startswith(f)), "")
                before = context.text[max(scene.sentence.start, start - 3) : start]
                status = Status.ACTUAL
                if former or before.endswith(("原任", "曾任", "时任", "卸任")):
                    status = Status.DENIED
                    start += len(former)
                elif before.endswith(("候任", "拟任", "提名")) or "候任" in words:
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
    """山东省滨州市委副书记 → 滨州市委副书记, 市委副书记: the same post with less of its body."""
    found = []
    for mark in ("省", "市", "县", "区", "州", "盟", "旗", "中共"):
        at = post.find(mark)
        if 0 < at < len(post) - 3 and mark != "中共":
            found.append(post[at + 1 :] if post[at + 1 :][:1] not in "委政人长" else post[at:])
        elif mark == "中共" and post.startswith("中共"):
            found.append(post[2:])
    return tuple(found)


_TITLE = r"(?P<post>[^，。；：、“”的]{0,28}?" + any_of(words("post")) + r")(?=[，。；、的]|职务|一职|候选人|人选|$)"
#: What is said of a person and a post, with its status. Former posts and those laid down are denied: they are not held.
_HELD = re.compile(r"(?:(?<![曾历时原现担责前离卸新主信连升转调接出就留续拟将])任(?![务期职免命何意])|现任|担任|出任|就任|接任|转任|升任|当选(?:为)?|获任|续任|连任)(?:并?连任)?(?:了)?" + _TITLE)
_LEFT = re.compile(r"(?:曾任|曾担任|历任|时任|原任|不再担任|不再兼任|不再任|辞去|卸任|离任)(?:了)?(?:其)?" + _TITLE)
_TO_COME = re.compile(r"(?:拟任|拟提名|候任|将任|将担任|将出任|拟担任)" + _TITLE)
_NAMED = re.compile(r"(?:任命|选举|推选|聘任|聘请|决定任命|增选|补选)(?P<who>[^，。；、]{2,8}?)(?:同志)?(?:为|担任|任)" + _TITLE)
_REMOVED = re.compile(r"免去(?P<who>[^，。；、]{2,8}?)(?:同志)?(?:的)" + _TITLE)
_MORE = re.compile(r"、" + _TITLE)
_CANDIDATE = re.compile(r"候选人|人选|提名")


def said_of_a_person(context: Context, rule: str) -> Iterator[Statement]:
    """X当选P, 任命X为P hold; X曾任P, X不再担任P, 免去X的P职务 do not (GENRE-DETAIL.md 29).

    Says: 9月3日，会议决定任命王建国为青石县副县长。 => 王建国 holds_post 青石县副县长
    Not: 9月3日，会议决定免去王建国的青石县副县长职务。 => 王建国 holds_post 青石县副县长
    """
    for scene in context.body():
        sentence = scene.sentence
        if not sentence.persons:
            continue
        for pattern, status in ((_HELD, Status.ACTUAL), (_LEFT, Status.DENIED), (_TO_COME, Status.PLANNED)):
            for m in pattern.finditer(context.text, sentence.start, sentence.end):
                person = _whose(context, scene, m)
                if person is not None:
                    yield from _stated(context, scene, person, m, status, rule)
        for pattern, status in ((_NAMED, Status.ACTUAL), (_REMOVED, Status.DENIED)):
            for m in pattern.finditer(context.text, sentence.start, sentence.end):
                person = next((p for p in sentence.persons if p.start == m.start("who") and p.end == m.end("who")), None)
                if person is not None:
                    yield from _stated(context, scene, person, m, status, rule)


def _whose(context: Context, scene: Scene, m: re.Match[str]) -> PersonMark | None:
    """The person right before the verb in its clause, or the one described: 曾任市委书记的王建国."""
    comma = max(context.text.rfind(c, scene.sentence.start, m.start()) for c in "，；。：")
    clause = max(comma + 1, scene.sentence.start)
    before = [p for p in scene.sentence.actors() if clause <= p.start and p.end <= m.start()]
    if before and "为" not in m["post"]:
        between = context.text[before[-1].end : m.start()]
        return before[-1] if _BETWEEN.fullmatch(between) else None
    first = next(iter(scene.sentence.actors()), None)
    described = first is not None and (re.match(r"，[男女]，", context.text[first.end :]) or (m.start() == clause and re.match(r"曾任|历任|现任|原任", context.text[first.end :])))
    if first is not None and first.start == scene.sentence.start and described:
        return first
    if context.text.startswith("的", m.end()):
        return next((p for p in scene.sentence.actors() if p.start == m.end() + 1), None)
    return None


def _stated(context: Context, scene: Scene, person: PersonMark, m: re.Match[str], status: Status, rule: str) -> Iterator[Statement]:
    if _CANDIDATE.match(context.text, m.end("post")) or (status is Status.ACTUAL and context.status(scene.sentence, m.start()) is not Status.ACTUAL):
        status = Status.PLANNED
    spans = [m.span("post")]
    while more := _MORE.match(context.text, spans[-1][1], scene.sentence.end):
        spans.append(more.span("post"))
    for start, end in spans:
        yield from _one(context, scene, person, (start, end), status, rule)


def _one(context: Context, scene: Scene, person: PersonMark, span: Span, status: Status, rule: str) -> Iterator[Statement]:
    start, end = span
    post = phrase_mention(context, "Post", start, end, _without_place(context.text[start:end]))
    yield context.state(scene, "holds_post", context.mention(actor_of(person)), post, rule, confidence=0.9, status=status)


RULES = (Rule("posts.printed_with_name", printed_with_name), Rule("posts.said_of_a_person", said_of_a_person))
