"""signed: who signed which document, and with whom."""

from __future__ import annotations

from collections.abc import Iterator

from graphkit.grammar.patterns import guarded, pattern
from graphkit.model import Statement
from graphkit.recognition.names import NameSpan, type_of
from graphkit.relations.drafting import Context, Rule, phrase_mention

_SIGNED = guarded("signing.signed")
_JOINT = pattern("signing.joint")
_NO_NAME = pattern("signing.no_name")


def signed(context: Context, rule: str) -> Iterator[Statement]:
    """A与B签署《协议》: both signed the document, and the first signed with the others.

    Says: 石渡县人民政府与云泽大学签署战略合作协议。 => 石渡县人民政府 signed 战略合作协议
    Says: 石渡县人民政府与云泽大学签署战略合作协议。 => 石渡县人民政府 signed 云泽大学
    Not: 石渡县人民政府将与云泽大学签署战略合作协议。 => 石渡县人民政府 signed 战略合作协议
    Not: 国务院总理林知远签署国务院令。 => 林知远 signed 国务院令
    """
    for scene in context.body():
        for m in _SIGNED.finditer(context.text, scene.sentence.start, scene.sentence.end):
            parties = _parties(context, *m.span("who"))
            if not parties or context.in_speech(scene, m.start("document")):
                continue
            status = context.status(scene.sentence, m.start("document"))
            document = phrase_mention(context, "Document", *m.span("document"))
            first, *others = (context.mention(party) for party in parties)
            for party in (first, *others):
                yield context.state(scene, "signed", party, document, rule, confidence=0.9, status=status)
            for other in others:
                yield context.state(scene, "signed", first, other, rule, confidence=0.9, status=status)


def _parties(context: Context, start: int, end: int) -> list[NameSpan]:
    """The organizations of a list, or nothing if one of its parts is no organization."""
    bounds = [start, *(at for m in _JOINT.finditer(context.text, start, end) for at in m.span()), end]
    spans = list(zip(bounds[::2], bounds[1::2], strict=True))
    if all(type_of(context.text[a:b]) == "Organization" and not _NO_NAME.search(context.text, a, b) for a, b in spans):
        return [NameSpan(a, b, "Organization") for a, b in spans]
    return []


RULES = (Rule("signing.signed", signed),)
