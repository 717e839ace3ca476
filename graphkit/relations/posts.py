"""holds_post: a title stands with the name (GENRE.md 4–6, 46; GENRE-DETAIL.md 22–30)."""

from __future__ import annotations

from collections.abc import Iterator

from graphkit.discourse.scene import actor_of
from graphkit.model import PassageKind, Statement, Status
from graphkit.relations.drafting import Context, Rule, phrase_mention

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
                elif before.endswith(("候任", "拟任", "提名")):
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


RULES = (Rule("posts.printed_with_name", printed_with_name),)
