"""Policy phrases inside speech: quoted slogans, the A of 聚焦A这一…, and the heads of instructions.

GENRE.md 23–30 and the guidelines' section on policy phrases: take the head, drop the dressing, keep polarity,
keep parallels whole up to twenty characters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from graphkit.recognition.lexicon import any_of, table, word_set
from graphkit.recognition.marks import MarkedReport, MarkedSentence, Span

_DATA = table("phrases")
_LIGHT = frozenset(_DATA["light"])
_LONG_LIGHT = sorted((v for v in _LIGHT if len(v) >= 2), key=lambda v: (-len(v), v))
_MODAL = frozenset(_DATA["modal"])
_POLAR = any_of(_DATA["polar"])
_EMPTY = re.compile("(?:" + "|".join(sorted(map(re.escape, _DATA["empty_heads"]), key=len, reverse=True)) + ")$")
_ADDRESSEE = re.compile("^(?:对|让|使|由|请|同)?" + any_of(_DATA["addressees"]) + r"(?:都|也|和[^，]{2,6}|、[^，]{2,10})?(?=要|必须|应|务必|需|在|以)")
_QUOTE = re.compile(r"“(?P<body>[^“”]{2,32})”(?P<head>" + any_of(_DATA["quote_heads"]) + ")?")
_REFUSED = re.compile("(?:" + "|".join(sorted(map(re.escape, _DATA["polar"]), key=len, reverse=True)) + ")$")
_REFUSED_MORE = re.compile(r"[\u4e00-\u9fff]{0,4}(?:、“[^“”]{2,12}”[\u4e00-\u9fff]{0,4})*(?=[，。；])")
_FOCUS = re.compile(
    r"(?:聚焦|紧扣|围绕|把握|抓住|扭住|牵住|锚定|坚持|突出|扛牢|用好|抓牢)(?P<a>[^，。；“”]{2,24}?|[^，。；]{0,6}“[^”]{2,20}”[^，。；]{0,8}?)(?:这一|这个|这条|这项|这根|这张)[^，。；]{1,14}"
)
_TAKE_AS = re.compile(
    r"(?:把|将)(?P<a>[^，。；]{3,20}?)作为|(?:以|坚持以)(?P<b>[^，。；]{3,20}?)为(?:抓手|引领|牵引|主线|重点|契机|目标|导向|核心|指导|统领|根本|遵循|载体|支撑|动力|突破口|总抓手|基础|中心)(?!的)"
)
#: 以人民为中心的发展思想, 以科技创新为引领的现代化产业体系: one name, not 以A为B.
_DOCTRINE = re.compile(r"以[^，、的]{2,10}为[^，、的]{2,4}的[^，、的]{2,10}")
_CLAUSE = re.compile(r"[^，。；：！？\n]+")
_LENGTH = range(3, 21)


@dataclass(frozen=True, slots=True)
class PhraseSpan:
    """A policy phrase in the shadow. how: quoted, focus, basis, head or slogan; aliases: equal cuts."""

    start: int
    end: int
    how: str
    aliases: tuple[str, ...] = ()


def phrases_in(marked: MarkedReport, sentence: MarkedSentence, start: int, end: int) -> list[PhraseSpan]:
    """Phrases in a stretch of speech of one sentence, in order, no two overlapping."""
    text = marked.text
    found: list[PhraseSpan] = []
    for m in _QUOTE.finditer(text, start, end):
        if not _is_slogan(marked, sentence, m) or (found and m.start() < found[-1].end):
            continue
        refused = _REFUSED.search(text[start : m.start()])
        if refused:
            # 反对“台独”分裂、“去中国化”: the phrase keeps its polarity.
            a, b = start + refused.start(), m.end()
            more = _REFUSED_MORE.match(text, b, end)
            b = more.end() if more and more.end() - a <= 24 else b
            found.append(PhraseSpan(a, b, "polar"))
        else:
            found.append(PhraseSpan(m.start(), m.end(), "quoted", _quote_aliases(m)))
    for pattern, how in ((_FOCUS, "focus"), (_TAKE_AS, "basis")):
        for m in pattern.finditer(text, start, end):
            a, b = _bare(text, *m.span("a" if m["a"] else "b"))
            if b - a in range(2, 25) and not _overlaps(found, a, b):
                found += [PhraseSpan(x, y, how, _cuts(text[x:y])) for x, y in _parts(text, a, b)]
    for m in _CLAUSE.finditer(text, start, end):
        for a, b, polar in _heads(marked, sentence, m.start(), m.end()):
            if not _overlaps(found, a, b):
                found.append(PhraseSpan(a, b, "polar" if polar else "head", _cuts(text[a:b])))
    return sorted(found, key=lambda p: p.start)


def _overlaps(found: list[PhraseSpan], a: int, b: int) -> bool:
    return any(p.start < b and a < p.end for p in found)


def _is_slogan(marked: MarkedReport, sentence: MarkedSentence, m: re.Match[str]) -> bool:
    """Quotation marks around a slogan, not around direct speech or a whole sentence."""
    body = m["body"]
    if re.search(r"[。！？]", body) or len(body) > 24:
        return False
    return not re.fullmatch(r"[A-Za-z0-9.]+", body)


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


def _heads(marked: MarkedReport, sentence: MarkedSentence, start: int, end: int) -> list[tuple[int, int, bool]]:
    """Heads of the instruction in one clause: object of the verb, without subject, adverbs and dressing."""
    text = marked.text
    clause = text[start:end]
    m = _ADDRESSEE.match(clause)
    if m:
        start += m.end()
    tokens = [t for t in sentence.tokens if t.start >= start and t.end <= end]
    k = _first_verb(text, tokens)
    if k is None:
        return []
    polar = False
    verb_start = tokens[k].start
    while k < len(tokens) and _is_dressing(text, tokens, k):
        if re.fullmatch(_POLAR, text[tokens[k].start : tokens[k].end]):
            polar, verb_start = True, tokens[k].start
        k += 1
    if k < len(tokens) and _DOCTRINE.fullmatch(text[tokens[k].start : end]):
        return [(tokens[k].start, end, polar)]
    if k < len(tokens) and text[tokens[k].start : tokens[k].end] in ("把", "将", "以"):
        return _disposal(text, tokens, k, end)
    if k < len(tokens) and _NO_PHRASE.match(text, tokens[k].start):
        return []
    if k >= len(tokens):
        whole = (verb_start, end)
        return [(*whole, polar)] if 4 <= end - verb_start <= 10 and len(tokens) >= 2 else []
    a, b = _object(text, tokens, k, end)
    if polar and b - verb_start <= 20:
        return [(verb_start, b, True)]
    if b - a < 4:
        a = verb_start
    elif b - a <= _SHORT and k and tokens[k - 1].end == a == tokens[k].start and "、" not in text[a:b]:
        # A short object is no phrase without its verb: 优化|营商环境, 加快|施工进度.
        before = tokens[k - 1]
        if before.tag in {"v", "vn", "a", "ad", "vd"} and 2 <= before.end - before.start <= 4 and text[before.start : before.end] in _OBJECT_VERBS:
            a = before.start
    spans = [_stripped(text, sentence, x, y) for x, y in _parts(text, a, b)]
    return [(x, y, polar) for x, y in spans if _worth(text[x:y]) and _is_phrase(text, sentence, x, y)]


#: Objects of up to so many characters keep their verb.
_SHORT = 6
_OBJECT_VERBS = _LIGHT - frozenset(_DATA["carrying"])
_CLAUSE_WORDS = re.compile(r"进行|作出|真正|特别是|对于|习近平总书记$|^(?:精神|一件|人员|干部)|就[^，]{1,6}和|[^，]{4,}(?:因素|等方面|等作用)$")


_OPENING = frozenset(_DATA["opening"])
_CLOSING = re.compile(r"(?:方面|上)?(?:狠)?(?:下(?:更大|真)?功夫|持续发力|聚力|用力)$|(?:方面|上来|落到实处)$")


def _stripped(text: str, sentence: MarkedSentence, a: int, b: int) -> Span:
    """Without what opens or closes a clause: 在深化|两岸融合发展, 智能制造|方面下功夫."""
    tokens = sentence.tokens_in(a, b)
    k = 0
    while k < len(tokens) - 1 and (
        tokens[k].tag in {"p", "r"} or text[tokens[k].start : tokens[k].end] in _OPENING or (k and text[tokens[k].start : tokens[k].end] in _LIGHT) or text[tokens[k].start - 1 : tokens[k].end] == "这一"
    ):
        if text[tokens[k].start] in "以“" or text.startswith(("为人民", "为民"), tokens[k].start):
            break
        k += 1
    start = max(a, tokens[k].start) if tokens and k else a
    closing = _CLOSING.search(text[start:b])
    end = start + closing.start() if closing and closing.start() >= 3 else b
    return (start, end) if end - start >= 3 else (a, b)


def _is_idiom(text: str, tokens: list) -> bool:  # type: ignore[type-arg]
    """Four characters that say how to act (齐心协力, 勇于创新, 高效有序), not what is to be done (优化服务)."""
    first = tokens[0]
    if first.tag == "v":
        return text[first.start : first.end] not in _LIGHT or len(tokens) != 2
    return first.tag in {"a", "ad", "d", "vd"}


def _is_phrase(text: str, sentence: MarkedSentence, a: int, b: int) -> bool:
    """No clause: without prepositions, pronouns and words that open or close a clause."""
    if _CLAUSE_WORDS.search(text[a:b]):
        return False
    tokens = sentence.tokens_in(a, b)
    if any(text[t.start : t.end] == "是" for t in tokens):
        return False
    if b - a == 4 and tokens and _is_idiom(text, tokens):
        return False
    if text[a] in "以不" or text[a:b].startswith(("为人民", "为民")):
        return True
    return not any(t.tag in {"p", "r", "TIME"} and "“" not in text[a : t.start] for t in tokens)


def _first_verb(text: str, tokens: list) -> int | None:  # type: ignore[type-arg]
    """Number of the word where the predicate begins: after 要/必须, else the first light verb."""
    for k, t in enumerate(tokens):
        if text[t.start : t.end] in ("要", "必须", "务必", "应", "应当", "须", "需"):
            rest = k + 1
            return rest if rest < len(tokens) else None
    if not tokens:
        return None
    first = tokens[0]
    word = text[first.start : first.end]
    if word in ("把", "将", "以") or first.tag in {"v", "vd", "ad", "d"} or (word in _LIGHT and first.tag in {"a", "vn"}):
        return 0
    return None


_NO_PHRASE = re.compile(r"是|有|让|使|也|等|为了|作出|会|就是|没有|成为|来|去|让|看|说|听|想|知道|得到")


def _is_dressing(text: str, tokens: list, k: int) -> bool:  # type: ignore[type-arg]
    token = tokens[k]
    word = text[token.start : token.end]
    if word in "“《（" or text.startswith("发展中国家", token.start):
        return False
    if token.tag in {"d", "ad", "vd", "u", "c"} and word not in ("不", "未"):
        return True
    if word in _MODAL:
        return True
    if word in _LIGHT and token.tag in {"v", "a", "vd", "ad", "d", "vn"}:
        following = tokens[k + 1] if k + 1 < len(tokens) else None
        if following is None:
            return False
        next_word = text[following.start : following.end]
        # 发展/v 的: a noun use; 创新/vn 发展: the verb is part of the noun.
        if next_word in ("的", "、", "和", "与", "及") and token.tag != "v":
            return False
        if next_word == "、":
            return False
        return not (token.tag == "vn" and following.tag in {"n", "vn"} and k > 0 and tokens[k - 1].tag in {"n", "vn", "a"})
    return False


def _object(text: str, tokens: list, k: int, end: int) -> Span:  # type: ignore[type-arg]
    a = tokens[k].start
    b = end
    for t in tokens[k:]:
        word = text[t.start : t.end]
        # A second predicate of the same clause ends the object: 推动X在Y中发挥更大作用.
        if t.start > a + 2 and (word in ("在", "作为", "纳入", "转化为", "放在", "贯穿", "同") and t.tag in {"p", "v"}):
            b = t.start
            break
    for ending in ("上来", "起来", "下去", "工作", "等", "等工作", "等重点工作"):
        if text[a:b].endswith(ending) and b - a - len(ending) >= 4:
            b -= len(ending)
            break
    # The head is what follows the last 的 when it is long enough.
    at = text.rfind("的", a, b)
    if at > a and b - at - 1 >= 4 and not _EMPTY.search(text[at + 1 : b]):
        a = at + 1
    elif at > a and _EMPTY.search(text[at + 1 : b]) and at - a >= 4:
        b = at
    return a, b


def _disposal(text: str, tokens: list, k: int, end: int) -> list[tuple[int, int, bool]]:  # type: ignore[type-arg]
    """把A作为B, 把A转化为B, 以A为B: A."""
    if k + 1 >= len(tokens):
        return []
    a = tokens[k + 1].start
    for t in tokens[k + 1 :]:
        if t.tag in {"v", "p"} and t.start >= a + 3 and re.match(r"作为|转化|放|摆|为|抓|落实|贯穿|融入|统一|纳入|内化|当|列为|扛|办", text[t.start : t.end]):
            return [(a, t.start, False)] if t.start - a in _LENGTH and _worth(text[a : t.start]) else []
    return []


def _parts(text: str, a: int, b: int) -> list[Span]:
    """A long list is cut at 、 and 和; a parallel of up to twenty characters stays whole."""
    piece = text[a:b]
    rest = _AFTER_LIST.search(piece)
    if rest:
        return [(a + rest.end(), b)]
    if len(piece) <= 20 and ("、" not in piece or _parallel(piece)):
        return [(a, b)] if len(piece) >= 2 else []
    spans, at = [], a
    depth = 0
    for i in range(a, b):
        char = text[i]
        depth += (char in "“《（") - (char in "”》）")
        if char == "、" and depth == 0:
            spans.append((at, i))
            at = i + 1
    spans.append((at, b))
    return [(x, y) for x, y in spans if 4 <= y - x <= 20]


#: 电信、教育、医疗等|服务领域开放: what the list is of.
_AFTER_LIST = re.compile(r"、[^、“”]*?等(?=[^、]{4,20}$)")


def _parallel(piece: str) -> bool:
    """拉长长板、补齐短板; 高端化、智能化、绿色化发展; 扬优势、补短板: parts alike in length or ending."""
    parts = re.split("[、]", piece)
    lengths = [len(p) for p in parts]
    return max(lengths[:-1]) <= 8 and (max(lengths) - min(lengths) <= 3 or parts[0][-1:] == parts[1][len(parts[0]) - 1 : len(parts[0])])


def _worth(phrase: str) -> bool:
    if len(phrase) not in _LENGTH or phrase.count("“") != phrase.count("”") or phrase.count("《") != phrase.count("》"):
        return False
    if _EMPTY.search(phrase) and (len(phrase) <= 6 or _EMPTY.search(phrase).start() >= len(phrase) - 1):  # type: ignore[union-attr]
        return False
    return not (phrase in word_set("common_words") and len(phrase) < 4) and bool(re.search("[\u4e00-\u9fff]{2}", phrase))


def _cuts(phrase: str) -> tuple[str, ...]:
    """Equal cuts: without quotation marks, without one more verb in front."""
    found = [phrase.replace("“", "").replace("”", "")]
    for verb in _LONG_LIGHT:
        if phrase.startswith(verb) and len(phrase) - len(verb) >= 4:
            found.append(phrase[len(verb) :])
            break
    return tuple(dict.fromkeys(f for f in found if f != phrase))
