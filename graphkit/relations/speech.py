"""The relation emphasized: policy phrases in the speech of a person or a meeting."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from graphkit.discourse.scene import Scene, Speech
from graphkit.model import Statement
from graphkit.recognition.phrase_features import Voice
from graphkit.recognition.phrases import PhraseSpan, phrases_in, same_phrase
from graphkit.relations.drafting import Context, Rule, phrase_mention


def _spoken(context: Context, rule: str, via: tuple[str, ...]) -> Iterator[Statement]:
    for scene in context.scenes:
        for speech in scene.speeches:
            if speech.via in via and speech.speaker.type in ("Person", "Meeting"):
                voice = Voice(speech.via, speech.speaker.type)
                for phrase in phrases_in(context.marked, scene.sentence, speech.start, speech.end, voice):
                    yield _say(context, scene, speech, phrase, rule)


#: Number of characters at the end that all wordings of one phrase share (graphkit.recognition.phrases.same_phrase).
_ENDING = 3
#: Maximum number of phrases of a speaker with the same ending that are compared.
_MOST_PHRASES = 200


def said_once(statements: Iterable[Statement]) -> Iterator[Statement]:
    """Yield the statements without the phrases that the same speaker has said before."""
    before: dict[tuple[str, str], list[str]] = {}
    for s in statements:
        if s.relation == "emphasized":
            words = s.object.name.replace("“", "").replace("”", "")
            # All wordings of a phrase have the same ending.
            known = before.setdefault((s.subject.name, words[-_ENDING:]), [])
            if any(same_phrase(words, k) for k in known):
                continue
            known.append(words)
            del known[:-_MOST_PHRASES]
        yield s


def _say(context: Context, scene: Scene, speech: Speech, phrase: PhraseSpan, rule: str) -> Statement:
    return context.state(
        scene,
        "emphasized",
        context.mention(speech.speaker),
        phrase_mention(context, "Phrase", phrase.start, phrase.end, phrase.aliases),
        rule,
        confidence=phrase.confidence,
        speaker=speech.speaker.name,
        status=context.speech_status(speech.start),
    )


def said(context: Context, rule: str) -> Iterator[Statement]:
    """X强调，要…: the phrases of the words after the speech verb, X by name, 他 or 会议.

    Says: 市委书记王建国到青石县调研。他强调，要深入推进“放管服”改革。 => 王建国 emphasized “放管服”改革
    Not: 市委书记王建国到青石县调研。近年来，青石县深入推进“放管服”改革。 => 王建国 emphasized “放管服”改革
    """
    yield from _spoken(context, rule, ("name", "pronoun", "meeting", "dropped"))


def went_on(context: Context, rule: str) -> Iterator[Statement]:
    """要…。要…。 goes on with the last speaker.

    Says: 市长王建国在青石县调研时强调，项目是发展的支撑。要扎实推进乡村全面振兴。 => 王建国 emphasized 乡村全面振兴
    Not: 市长王建国在青石县调研时强调，项目是支撑。王建国还来到白云社区，察看“微网格”运行。 => 王建国 emphasized “微网格”
    """
    yield from _spoken(context, rule, ("continued",))


def in_headline(context: Context, rule: str) -> Iterator[Statement]:
    """X在A调研时强调 / slogan / slogan: the lines after 强调 are X's slogans.

    Says: 王建国在青石县调研时强调\\n全面推进乡村振兴\\n4月8日，市委书记王建国在青石县调研。 => 王建国 emphasized 乡村振兴
    Not: 王建国在青石县调研\\n4月8日，市委书记王建国在青石县调研。 => 王建国 emphasized 青石县调研
    """
    yield from _spoken(context, rule, ("headline",))


RULES = (
    Rule("speech.said", said),
    Rule("speech.went_on", went_on),
    Rule("speech.in_headline", in_headline),
)
