"""Policy phrases in speeches: quotations, A in 聚焦A这一…, 以A为B, and the objects of demands.

A phrase is the core of what a speaker demands, without introductory verbs; a verb of rejection and a parallel
construction are part of it (docs/genre.md). Two forms are certain (聚焦A这一…, 以A为B). For all others a linear model
selects among the candidates of a clause.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from graphkit.grammar.lexicon import any_of, word_set, words
from graphkit.grammar.patterns import pattern
from graphkit.recognition.marks import MarkedReport, MarkedSentence, Span
from graphkit.recognition.phrase_candidates import Clause, Known, clauses
from graphkit.recognition.phrase_features import Candidate, ClausePlace, Voice, candidate_features
from graphkit.recognition.phrase_model import PhraseModel, phrase_counts, phrase_model
from graphkit.recognition.phrase_words import DRESSING, LIGHT, MODAL, PARTICLE, is_everyday, is_parallel

_LONGEST_LIGHT = max(map(len, LIGHT))
_DRESSED = re.compile(any_of(LIGHT | MODAL | DRESSING | word_set("phrase_particle")) + "*")
_QUOTATION = pattern("phrases.quotation")
_SENTENCE_MARK = pattern("phrases.sentence_mark")
_NO_WORDS = re.compile("[A-Za-z0-9.]+")
_REJECTING_VERB = pattern("phrases.rejecting_verb")
_LONGEST_POLAR = max(map(len, words("phrase_polar")))
_MORE_REJECTED = pattern("phrases.more_rejected")
_VERB_COMPLEMENT = pattern("phrases.verb_complement")
_LIST_BEFORE_NOUN = pattern("phrases.list_before_noun")
#: The certain forms with their names.
_CERTAIN = (
    (pattern("phrases.doctrine"), "doctrine"),
    (pattern("phrases.focus"), "focus"),
    (pattern("phrases.basis"), "basis"),
)
#: Share of the phrases of each certain form that are correct.
_CONFIDENCE = {"focus": 0.92, "basis": 0.8, "doctrine": 0.92}


@dataclass(frozen=True, slots=True)
class PhraseSpan:
    """A policy phrase in the normalized text.

    how: how it was found: focus, basis or doctrine by a certain form, quoted or polar as a quotation, head by the
    model. aliases: other wordings of the same phrase. confidence: share of such phrases that are correct, 0–1.
    """

    start: int
    end: int
    how: str
    aliases: tuple[str, ...] = ()
    confidence: float = 0.0


def phrases_in(marked: MarkedReport, sentence: MarkedSentence, start: int, end: int, voice: Voice) -> list[PhraseSpan]:
    """Return the phrases in a part of a speech inside one sentence, in order and without overlaps."""
    model = phrase_model()
    text = marked.text
    found = sure_phrases(text, start, end)
    quoted = {(p.start, p.end): p for p in quotations(text, start, end)}
    for choices in candidates_in(marked, sentence, start, end, voice, phrase_counts()):
        for candidate, score in choose(model, choices, found):
            known = quoted.get((candidate.start, candidate.end))
            how = known.how if known else "head"
            aliases = known.aliases if known else equal_cuts(text[candidate.start : candidate.end])
            found.append(PhraseSpan(candidate.start, candidate.end, how, aliases, model.confidence(score)))
    return sorted(found, key=lambda p: p.start)


def choose(model: PhraseModel, choices: list[Candidate], taken: list[PhraseSpan]) -> list[tuple[Candidate, float]]:
    """Return the candidates above the threshold without overlaps among them and with `taken`, the best first."""
    chosen: list[tuple[Candidate, float]] = []
    if choices:
        first, last = min(c.start for c in choices), max(c.end for c in choices)
        taken = [p for p in taken if p.start < last and first < p.end]
    ranked = sorted(zip(model.scores(choices), choices, strict=True), key=lambda x: (-x[0], x[1].start, -x[1].end))
    for score, c in ranked:
        if score <= model.threshold:
            break
        spans: list[PhraseSpan | Candidate] = [*taken, *(o for o, _ in chosen)]
        if not any(o.start < c.end and c.start < o.end for o in spans):
            chosen.append((c, score))
    return chosen


def candidates_in(
    marked: MarkedReport, sentence: MarkedSentence, start: int, end: int, voice: Voice, known: dict[str, Known]
) -> list[list[Candidate]]:
    """Return the candidates of each clause with their features. The training uses the same candidates."""
    text = marked.text
    marks = [(p.start, p.end, p.how) for p in quotations(text, start, end)]
    found = []
    spans = clauses(text, start, end)
    for number, span in enumerate(spans):
        clause = Clause(text, sentence.tokens_in(*span), span)
        pairs = clause.pairs(known)
        near = [mark for mark in marks if mark[0] < span[1] and span[0] < mark[1]]
        choices = (
            candidate_features(clause, pairs, known, ClausePlace(number, len(spans)), voice, near) if pairs else ()
        )
        found.append([c for c in choices if not is_everyday(text[c.start : c.end])])
    return found


def sure_phrases(text: str, start: int, end: int) -> list[PhraseSpan]:
    """Return the phrases in certain forms: A in 聚焦A这一重大任务, 把A作为B, 以A为B."""
    found: list[PhraseSpan] = []
    for form, how in _CERTAIN:
        for m in form.finditer(text, start, end):
            a, b = m.span("a") if how == "doctrine" else _without_complement(text, *m.span("a" if m["a"] else "b"))
            if b - a in range(2, 25) and not any(p.start < b and a < p.end for p in found):
                found += [PhraseSpan(x, y, how, equal_cuts(text[x:y]), _CONFIDENCE[how]) for x, y in _parts(text, a, b)]
    return found


def quotations(text: str, start: int, end: int) -> list[PhraseSpan]:
    """Return the quotations that may be phrases, with the noun after them and a verb of rejection before them."""
    found: list[PhraseSpan] = []
    for m in _QUOTATION.finditer(text, start, end):
        if _SENTENCE_MARK.search(m["body"]) or len(m["body"]) > 24 or _NO_WORDS.fullmatch(m["body"]):
            continue
        if found and m.start() < found[-1].end:
            continue
        rejected = _REJECTING_VERB.search(text[max(start, m.start() - _LONGEST_POLAR) : m.start()])
        if rejected:
            # 反对“台独”分裂、“去中国化”: the verb of rejection is part of the phrase.
            a, b = m.start() - len(rejected.group()), m.end()
            more = _MORE_REJECTED.match(text, b, end)
            found.append(PhraseSpan(a, more.end() if more and more.end() - a <= 24 else b, "polar"))
        else:
            found.append(PhraseSpan(m.start(), m.end(), "quoted", _quote_aliases(m)))
    return found


def same_phrase(said: str, before: str) -> bool:
    """Tell whether two wordings are the same phrase.

    One has more introductory verbs (弘扬右玉精神, 右玉精神), or the later one is an abbreviation of the earlier one
    (引深大讨论成果 after 引深解放思想大讨论成果).
    """
    if 6 <= len(said) < len(before):
        head = next((k for k, (x, y) in enumerate(zip(said, before, strict=False)) if x != y), len(said))
        tail = next(
            (k for k, (x, y) in enumerate(zip(reversed(said), reversed(before), strict=False)) if x != y), len(said)
        )
        if head >= 2 and tail >= 3 and head + tail >= len(said):
            return True
    long, short = sorted((said, before), key=len, reverse=True)
    return long == short or (
        len(short) >= 3 and long.endswith(short) and _DRESSED.fullmatch(long, 0, len(long) - len(short)) is not None
    )


def _quote_aliases(m: re.Match[str]) -> tuple[str, ...]:
    head, body = m["head"] or "", m["body"]
    noun = head[1:] if head[:1] in PARTICLE else head
    return tuple(dict.fromkeys(a for a in (f"“{body}”", body, body + noun) if a != m.group()))


def _without_complement(text: str, a: int, b: int) -> Span:
    m = _VERB_COMPLEMENT.match(text, a, b)
    return (m.end(), b) if m and b - m.end() > 2 else (a, b)


def _parts(text: str, a: int, b: int) -> list[Span]:
    """Return the items of a long list. A parallel construction of at most twenty characters is not divided."""
    piece = text[a:b]
    rest = _LIST_BEFORE_NOUN.search(piece)
    if rest:
        return [(a + rest.end(), b)]
    if len(piece) <= 20 and ("、" not in piece or is_parallel(piece)):
        return [(a, b)] if len(piece) >= 2 else []
    spans, at, depth = [], a, 0
    for i in range(a, b):
        char = text[i]
        depth += (char in "“《（") - (char in "”》）")
        if char == "、" and depth == 0:
            spans.append((at, i))
            at = i + 1
    spans.append((at, b))
    return [(x, y) for x, y in spans if 4 <= y - x <= 20]


def equal_cuts(phrase: str) -> tuple[str, ...]:
    """Return other wordings of a phrase: without quotation marks, and without its introductory verb."""
    found = [phrase.replace("“", "").replace("”", "")]
    for size in range(min(_LONGEST_LIGHT, len(phrase) - 4), 1, -1):
        if phrase[:size] in LIGHT:
            found.append(phrase[size:])
            break
    return tuple(dict.fromkeys(f for f in found if f != phrase))
