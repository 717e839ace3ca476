"""Policy phrases inside speech: quoted slogans, the A of 聚焦A这一…, and the heads of instructions.

GENRE.md 23–30 and the guidelines' section on policy phrases: take the head, drop the dressing, keep polarity,
keep parallels whole. Two patterns are sure (聚焦A这一…, 以A为B); for all else a small model chooses among the
stretches of a clause.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from graphkit.grammar.lexicon import any_of, words
from graphkit.recognition.marks import MarkedReport, MarkedSentence, Span
from graphkit.recognition.phrase_candidates import (
    LIGHT,
    MODAL,
    Candidate,
    Clause,
    Known,
    Voice,
    clauses,
    is_everyday,
    is_parallel,
)
from graphkit.recognition.phrase_model import PhraseModel, phrase_counts, phrase_model

_LONGEST_LIGHT = max(map(len, LIGHT))
_DRESSED = re.compile(
    "(?:"
    + "|".join(
        sorted(
            map(re.escape, {*LIGHT, *MODAL, *words("phrase_dressing"), "的", "了", "好", "把"}), key=len, reverse=True
        )
    )
    + ")*"
)
_QUOTE = re.compile(r"“(?P<body>[^“”]{2,32})”(?P<head>" + any_of(words("phrase_quote_heads")) + ")?")
_REFUSED = re.compile("(?:" + "|".join(sorted(map(re.escape, words("phrase_polar")), key=len, reverse=True)) + ")$")
_LONGEST_POLAR = max(map(len, words("phrase_polar")))
_REFUSED_MORE = re.compile(r"[\u4e00-\u9fff]{0,4}(?:、“[^“”]{2,12}”[\u4e00-\u9fff]{0,4})*(?=[，。；])")
_FOCUS = re.compile(
    r"(?:聚焦|紧扣|围绕|把握|抓住|扭住|牵住|锚定|坚持|突出|扛牢|用好|抓牢)(?P<a>[^，。；“”]{2,24}?|[^，。；]{0,6}“[^”]{2,20}”[^，。；]{0,8}?)(?:这一|这个|这条|这项|这根|这张)[^，。；]{1,14}"
)
_TAKE_AS = re.compile(
    r"(?:把|将)(?P<a>[^，。；]{3,20}?)作为|(?:以|坚持以)(?P<b>[^，。；]{3,20}?)为(?:抓手|引领|牵引|主线|重点|契机|目标|导向|核心|指导|统领|根本|遵循|载体|支撑|动力|突破口|总抓手|基础|中心)(?!的)"
)
#: 以人民为中心的发展思想: the name of a doctrine.
_DOCTRINE = re.compile(
    r"(?P<a>以[^，、的。；]{2,10}为[^，、的。；]{2,4}的[^，、的。；]{0,6}(?:思想|理念|战略|方针|体系|机制|格局|创新体系|价值观|城镇化建设))"
)
_SURE = {"focus": 0.92, "basis": 0.8, "doctrine": 0.92}


@dataclass(frozen=True, slots=True)
class PhraseSpan:
    """A policy phrase in the shadow.

    how: focus, basis and doctrine are patterns, quoted and polar quotations, head what the model chose. aliases: equal cuts.
    confidence: how often such a phrase is right, 0–1.
    """

    start: int
    end: int
    how: str
    aliases: tuple[str, ...] = ()
    confidence: float = 0.0


def phrases_in(marked: MarkedReport, sentence: MarkedSentence, start: int, end: int, voice: Voice) -> list[PhraseSpan]:
    """Phrases in a stretch of speech of one sentence, in order, no two overlapping."""
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
    """The best candidates above the threshold, the best first, none over another or over `taken`."""
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
    """What may be a phrase, clause by clause, with features; also what the training sees."""
    text = marked.text
    marks = [(p.start, p.end, p.how) for p in quotations(text, start, end)]
    found = []
    spans = clauses(text, start, end)
    for number, span in enumerate(spans):
        clause = Clause(text, sentence.tokens_in(*span), span)
        pairs = clause.pairs(known)
        near = [mark for mark in marks if mark[0] < span[1] and span[0] < mark[1]]
        choices = clause.features(pairs, known, number, len(spans), voice, near) if pairs else ()
        found.append([c for c in choices if not is_everyday(text[c.start : c.end])])
    return found


def sure_phrases(text: str, start: int, end: int) -> list[PhraseSpan]:
    """聚焦A这一重大任务, 把A作为B, 以A为B: A."""
    found: list[PhraseSpan] = []
    for pattern, how in ((_DOCTRINE, "doctrine"), (_FOCUS, "focus"), (_TAKE_AS, "basis")):
        for m in pattern.finditer(text, start, end):
            a, b = m.span("a") if how == "doctrine" else _bare(text, *m.span("a" if m["a"] else "b"))
            if b - a in range(2, 25) and not any(p.start < b and a < p.end for p in found):
                found += [PhraseSpan(x, y, how, equal_cuts(text[x:y]), _SURE[how]) for x, y in _parts(text, a, b)]
    return found


def quotations(text: str, start: int, end: int) -> list[PhraseSpan]:
    """Quotations that may be slogans, each with the noun behind it; with the verb in front when that refuses them."""
    found: list[PhraseSpan] = []
    for m in _QUOTE.finditer(text, start, end):
        if re.search(r"[。！？]", m["body"]) or len(m["body"]) > 24 or re.fullmatch(r"[A-Za-z0-9.]+", m["body"]):
            continue
        if found and m.start() < found[-1].end:
            continue
        refused = _REFUSED.search(text[max(start, m.start() - _LONGEST_POLAR) : m.start()])
        if refused:
            # 反对“台独”分裂、“去中国化”: the phrase keeps its polarity.
            a, b = m.start() - len(refused.group()), m.end()
            more = _REFUSED_MORE.match(text, b, end)
            found.append(PhraseSpan(a, more.end() if more and more.end() - a <= 24 else b, "polar"))
        else:
            found.append(PhraseSpan(m.start(), m.end(), "quoted", _quote_aliases(m)))
    return found


def same_phrase(said: str, before: str) -> bool:
    """The same words, one the other with dressing in front (弘扬右玉精神, 右玉精神), or a shortened one (引深大讨论成果 after 引深解放思想大讨论成果)."""
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
    head = m["head"] or ""
    body = m["body"]
    return tuple(dict.fromkeys(a for a in (f"“{body}”", body, body + head.removeprefix("的")) if a != m.group()))


def _bare(text: str, a: int, b: int) -> Span:
    for opener in ("好", "住", "牢", "了", "着", "推进", "学好", "在"):
        if text.startswith(opener, a) and b - a > len(opener) + 2:
            a += len(opener)
            break
    return a, b


#: 电信、教育、医疗等|服务领域开放: what the list is of.
_AFTER_LIST = re.compile(r"、[^、“”]*?等(?=[^、]{4,20}$)")


def _parts(text: str, a: int, b: int) -> list[Span]:
    """A long list is cut at 、; a parallel of up to twenty characters stays whole."""
    piece = text[a:b]
    rest = _AFTER_LIST.search(piece)
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
    """Equal cuts: without quotation marks, without one more verb in front."""
    found = [phrase.replace("“", "").replace("”", "")]
    for size in range(min(_LONGEST_LIGHT, len(phrase) - 4), 1, -1):
        if phrase[:size] in LIGHT:
            found.append(phrase[size:])
            break
    return tuple(dict.fromkeys(f for f in found if f != phrase))
