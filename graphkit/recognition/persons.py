"""Names of persons and the posts in front of them.

A name is what the recogniser calls PER and is shaped like a name, what follows a post and is shaped like a
name, and every further occurrence of a name once found in the report. GENRE.md 4–6, 43–47.
"""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache

from graphkit.grammar.lexicon import VERB_CLASSES, any_of, looks_like_name, word_set, words
from graphkit.recognition.lexicon import OnlyWith
from graphkit.recognition.marks import MarkedReport, MarkedSentence, PersonMark, Span
from graphkit.recognition.occurrences import occurrences

_HEAD = any_of(words("post"))
#: 习近平主席特别代表、国家副主席甲; 习近平夫人乙: the first person acts in nothing.
_SENT_BY = re.compile(r"夫人|(?:主席|总书记|总理|总统)?(?:特别代表|特使)")
_HEAD_END = re.compile(_HEAD + r"(?:（[^（）]{1,12}）)?$")
_LONGEST_HEAD = max(map(len, words("post"))) + 14
_POST_THEN_NAME = re.compile(
    _HEAD + r"(?:（[^（）]{1,8}）)?(?P<name>[\u4e00-\u9fff]{2,4}?)(?=[，、。；（]|等|一行|及|和|与|在|到|来|对|就|主持|出席|参加|参与|陪同|"
    r"强调|指出|要求|表示|代表|率|带|深入|前往|一同|说|介绍|宣布|先后|首先|同|向|列席|作|为|赴|调研|考察|\d)"
)
_DOCTRINE = re.compile(
    r"(?:同志)?(?:新时代中国特色社会主义|(?:生态文明|文化|法治|经济|强军|外交)思想|总书记?(?:[^，。；、“”]{0,24}(?:精神|论述|思想|要求|指示|讲话|批示|嘱托|回信|贺信|倡议))"
    r"|(?:同志)?为核心|主席(?:[^，。；、“”]{0,16}(?:精神|论述|思想|指示|倡议)))"
)
_NOUN_TAGS = {"n", "nz", "nw", "ORG", "LOC", "vn", "an", "f", "s", "b", "j", "m"}
_POST_PARTS = re.compile(
    r"^(?:副|常务|第一|代|前|兼|党组|党委|首席|执行|驻|常驻|一级|二级|三级|四级|名誉|常委|联席|轮值|总|现任|分管|·|-|—)$"
)
_SHARED = re.compile(r"^(?:、|（[^（）]{1,8}）、)$")
_FORMER = ("原", "前", "时任", "曾任", "历任", "原任")
_JOINTS = re.compile(r"^(?:、|，|；|：|。|和|与|及|以及|暨|或|的|是)$")


def mark_persons(marked: MarkedReport) -> MarkedReport:
    """The report with its persons and posts filled in."""
    found = [_names_in(marked, s) for s in marked.sentences]
    known = _KnownNames(name for spans in found for _, _, name in spans)
    sentences = []
    for sentence, spans in zip(marked.sentences, found, strict=True):
        spans = _with_known(marked, sentence, spans, known)
        sentences.append(replace(sentence, persons=_with_posts(marked, sentence, spans)))
    titles = _titles(marked, sentences)
    return replace(marked, sentences=tuple(_with_titles(marked, s, titles) for s in sentences))


_RANK = r"(?:总书记|副?书记|副?省长|副?市长|副?县长|副?区长|副?州长|副?镇长|副?乡长|副?部长|副?局长|副?厅长|副?主任|副?主席|副?院长|副?校长|董事长|总经理|总理|总)"
_TITLED = re.compile(rf"(?P<surname>[\u4e00-\u9fff])?(?P<rank>{_RANK})")
_OF_DOCTRINE = re.compile(r"(?:(?!提出|强调|指出|表示|来到|对|就|到(?!访))[^，。；、“”]){0,16}?(?:精神|论述|思想|要求|指示|讲话|批示|嘱托|回信|关怀|关心|牵挂)")


def _titles(marked: MarkedReport, sentences: list[MarkedSentence]) -> dict[str, PersonMark]:
    """What a person may be called later in the report: 周书记 for 市委书记周明, 总书记 after 习近平总书记.

    A short title that could mean two persons means nobody.
    """
    meant: dict[str, dict[str, PersonMark]] = {}
    for sentence in sentences:
        for person in sentence.persons:
            found = {person.name[0] + m.group() for a, b in person.posts if (m := re.search(_RANK + "$", marked.words(a, b)))}
            if marked.text.startswith("总书记", person.end):
                found.add("总书记")
            for short in found:
                meant.setdefault(short, {}).setdefault(person.name, person)
    return {short: next(iter(people.values())) for short, people in meant.items() if len(people) == 1}


#: So many titles are looked for one by one before their pattern is.
_FEW_TITLES = 20


def _with_titles(marked: MarkedReport, sentence: MarkedSentence, titles: dict[str, PersonMark]) -> MarkedSentence:
    """The sentence with its short titles as persons, each pointing back to the full name."""
    text = marked.text[sentence.start : sentence.end]
    if not titles or (len(titles) <= _FEW_TITLES and not any(short in text for short in titles)):
        return sentence
    found = list(sentence.persons)
    for m in _TITLED.finditer(marked.text, sentence.start, sentence.end):
        for group, name in ((0, m.group()), ("rank", m["rank"])):
            a, b = m.span(group)
            person = titles.get(name)
            free = not any(a <= p.end and b > p.left for p in sentence.persons)
            if person is not None and free and sentence.starts_word(a):
                if not _OF_DOCTRINE.match(marked.text, b, sentence.end):
                    anchor = person.anchor or (person.start, person.end)
                    found.append(PersonMark(a, b, person.name, anchor=anchor))
                break
    return replace(sentence, persons=tuple(sorted(found, key=lambda p: p.start)))


def _ends_with_post(text: str, floor: int, end: int) -> bool:
    """Does a post, perhaps with brackets, end right before `end`?"""
    return _HEAD_END.search(text[max(floor, end - _LONGEST_HEAD) : end]) is not None


def _names_in(marked: MarkedReport, sentence: MarkedSentence) -> list[tuple[int, int, str]]:
    text = marked.text
    found: list[tuple[int, int, str]] = []
    for k, token in enumerate(sentence.tokens):
        if token.tag != "PER":
            continue
        start, end = token.start, token.end
        word = text[start:end]
        following = text[end : end + 1]
        if following == "·" or text[start - 1 : start] == "·":
            start, end = _dotted(text, sentence, start, end)
            word = text[start:end]
        if found and start < found[-1][1]:
            continue
        start, end = _whole_name(text, sentence, k, start, end)
        word = text[start:end]
        before = sentence.tokens[k - 1] if k else None
        after_post = before is not None and before.end == start and _ends_with_post(text, sentence.start, start)
        if (looks_like_name(word) or (after_post and 2 <= len(word) <= 8)) and not _is_no_name(text, start, end, after_post):
            found.append((start, end, word))
    for m in _POST_THEN_NAME.finditer(text, sentence.start, sentence.end):
        a, b = m.span("name")
        if any(a < end and b > start for start, end, _ in found) or not looks_like_name(m["name"]) or _is_no_name(text, a, b, after_post=True):
            continue
        inside = sentence.tokens_in(a, b)
        whole = bool(inside) and inside[0].start == a and inside[-1].end == b and not (len(inside) == 1 and inside[0].tag in {"v", "d", "ad", "vd"})
        if whole and m["name"] not in word_set("post") and (_ROSTERED.match(text, b) or _acts_elsewhere(text, m["name"], b)):
            # 主任高峰、主席李敏出席, 市长高原到…。高原指出: an ordinary word is a name where a name must stand.
            found.append((a, b, m["name"]))
            continue
        tags = {t.tag for t in inside}
        if tags <= {"nz", "nw", "n", "LOC", "ORG", "PER", "a", "an", "vn", "v", "ad", "xc", "m", "q", "f", "d", "r"} and (
            inside[0].start == a and inside[-1].end == b and (len(inside) > 1 or tags <= {"nz", "nw", "LOC", "ORG", "PER"})
        ) and not (tags <= {"v", "vn", "d", "ad", "p", "r", "f"}):
            found.append((a, b, m["name"]))
    for m in _CONGRATULATED.finditer(text, sentence.start, sentence.end):
        a, b = m.span("name")
        if not any(x < b and y > a for x, y, _ in found):
            found.append((a, b, m["name"]))
    patterns: tuple[re.Pattern[str] | OnlyWith, ...] = (_FOREIGN_THEN_NAME, _IN_COMPANY, _TIBETAN)
    for pattern in patterns:
        for m in pattern.finditer(text, sentence.start, sentence.end):
            a, b = m.span("name")
            # 总理|普拉昌达致电, where the recogniser saw only 普拉.
            part = [f for f in found if a <= f[0] and f[1] <= b and f[1] - f[0] < b - a]
            if (pattern is _TIBETAN or _is_foreign(m["name"])) and not any(f[0] < b and f[1] > a for f in found if f not in part):
                found = [*(f for f in found if f not in part), (a, b, m["name"])]
    return sorted([*found, *_listed(text, sentence, found)])


#: 致电祝贺通伦当选…: a foreign name without a middle dot.
def _is_no_name(text: str, start: int, end: int, after_post: bool) -> bool:
    """巴方, 孟方 are sides of a talk, 乌军 an army, 主席国|职责 the chair of a group."""
    word = text[start:end]
    if word in word_set("no_name") or (word.startswith("国") and text[start - 2 : start] == "主席"):
        return True
    return not after_post and ((len(word) == 2 and word.endswith("方")) or word in word_set("common_word"))


_CONGRATULATED = re.compile(r"祝贺(?![他她您你其])(?P<name>[\u4e00-\u9fff·]{2,12}?)(?:同志|先生|女士)?(?=当选|就任|连任|出任|再次当选|就职)")
_ROSTERED = re.compile(r"、[^，。；]{2,20}(?:出席|参加|陪同|列席|主持|一同)|[，、](?=[^，。；]{2,16}" + _HEAD + r"[\u4e00-\u9fff]{2,3}[，、。])|(?:出席|参加|陪同|主持)")
_ACTS = re.compile(
    "(?:一行)?还?" + any_of([*words("say"), "一行", "先后", "来到", "首先", "详细", "深入", "实地", "主持", "充分肯定", "率"])
)


def _acts_elsewhere(text: str, name: str, after: int) -> bool:
    """Does the word act like a person at another place of the report?"""
    return _last_acting(text).get(name, -1) >= after


#: A word behind a post has so many characters.
_NAME_SIZES = (2, 3, 4)
_CLAUSE_START = re.compile(r"(?:^|(?<=[，。；：\n]))(?=[\u4e00-\u9fff])")


@lru_cache(maxsize=2)
def _last_acting(text: str) -> dict[str, int]:
    """What acts like a person at the beginning of a clause → where it does so last."""
    found: dict[str, int] = {}
    for m in _CLAUSE_START.finditer(text):
        for size in _NAME_SIZES:
            if _ACTS.match(text, m.start() + size):
                found[text[m.start() : m.start() + size]] = m.start()
    return found


#: Heads of foreign offices: what follows is a name even when it is none in Chinese.
_FOREIGN_THEN_NAME = re.compile(
    r"(?:总统|总理|首相|国王|女王|外长|外交大臣|大臣|王储|议长|大使|联合国秘书长)(?P<name>(?:(?!互)[\u4e00-\u9fff]){2,6}(?:·[\u4e00-\u9fff]{2,8})*?)(?=[，、。]|互|称|主持|出席|举行|会谈|会见|在|同|和|与|表示|说|指出|率|等|致|对|将|也|共同|分别)"
)
#: 洛桑江村, 巴桑卓玛: the recogniser takes many of them for places.
_TIBETAN = re.compile("(?P<name>(?P<first>" + "|".join(words("tibetan_name")) + ")(?!(?P=first))(?:" + "|".join(words("tibetan_name")) + "){1,2})")
_IN_COMPANY = OnlyWith("陪同下", r"在(?P<name>[\u4e00-\u9fff·]{2,10})(?:的)?陪同下")
_SOUNDS = frozenset(words("foreign_sound"))


def _is_foreign(name: str) -> bool:
    """Is the name written with the characters that stand for foreign sounds?"""
    plain = name.replace("·", "")
    return len(plain) >= 2 and sum(c in _SOUNDS for c in plain) >= len(plain) - len(plain) // 4


_NO_NAME_END = frozenset("和与及等在到来率同向说称是也还又将已均都对就互")


def _always_with(text: str, start: int, end: int) -> bool:
    """Do the words stand at least twice, and always with the character that follows?"""
    count = occurrences(text).count
    longer = count(text[start : end + 1])
    return longer >= 2 and longer == count(text[start:end])


_HYPHENED = re.compile(r"[-—](?P<more>[\u4e00-\u9fff]{1,6}?)(?=主席|总统|总理|首相|[，、。]|在|同|和|与|表示|说)")
_AFTER_A_NAME = re.compile(r"[，、。等]|出席|参加|主持|陪同|表示|指出|强调|前往|来到")


def _whole_name(text: str, sentence: MarkedSentence, k: int, start: int, end: int) -> Span:
    """刘国|中， is one name; 同|迪亚斯-卡内尔 is a preposition and a name with a hyphen."""
    shorter = text[start : end - 1]
    if end - start >= 4 and text[end - 1] in "也共还则又并" and _is_foreign(shorter):
        return start, end - 1
    if end - start >= 3 and text[end - 1] in "和与" and looks_like_name(shorter) and occurrences(text).count(shorter) > occurrences(text).count(text[start:end]):
        # 习近平和|夫人: the name stands elsewhere without 和.
        return start, end - 1
    joined = text[start] in "同与" and not looks_like_name(text[start:end])
    if end - start >= 3 and (joined or (text[start] == "同" and text[end : end + 1] in ("-", "—"))):
        start += 1
    hyphen = _HYPHENED.match(text, end, sentence.end)
    if hyphen and _is_foreign(hyphen["more"]):
        return start, hyphen.end()
    if text[start - 1 : start] == "向" and end - start == 2 and start - 1 > sentence.start and _ends_with_post(text, sentence.start, start - 1):
        # 县长|向海波会见: after a post 向 is a surname.
        return start - 1, end
    if end - start == 2 and k + 1 < len(sentence.tokens):
        following = sentence.tokens[k + 1]
        if following.start == end and following.end == end + 1:
            behind_post = text[end] not in _NO_NAME_END and _ends_with_post(text, sentence.start, start)
            if behind_post and (text[end + 1 : end + 2] in ("，", "、", "。", "等") or _always_with(text, start, end)):
                # 省委书记胡昌|升、: behind a post and before a mark the single character belongs to the name.
                return start, end + 1
            if following.tag == "f" and _AFTER_A_NAME.match(text, end + 1):
                return start, end + 1
    return start, end


_ITEM = re.compile(r"(?<=、)[\u4e00-\u9fff]{2,3}(?=[、，。；]|等)")
_FIRST_ITEM = re.compile(r"(?:领导|常委|委员|书记|主任|[省市县区州局厅部院校镇乡]长|主席)(?P<name>[\u4e00-\u9fff]{2,3})(?=、)")


def _listed(text: str, sentence: MarkedSentence, found: list[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    """Items of a list of persons that the recogniser missed: 肖炜、谷长征、曹玉娟等; 县领导王九位、赵捍东.

    A name found in a list makes its neighbours likely in turn.
    """
    starts, ends = {a for a, _, _ in found}, {b for _, b, _ in found}
    spans = sorted((a, b) for a, b, _ in found)
    begins: dict[int, Span] = {}
    finishes: dict[int, Span] = {}
    waiting: list[Span] = []
    for pattern, group in ((_ITEM, 0), (_FIRST_ITEM, "name")):
        for m in pattern.finditer(text, sentence.start, sentence.end):
            a, b = m.span(group)
            words = {text[max(t.start, a) : min(t.end, b)] for t in sentence.tokens_in(a, b)}
            if looks_like_name(text[a:b]) and not words & word_set("common_word") and not _overlaps(spans, a, b):
                begins[a] = finishes[b] = (a, b)
                if a - 1 in ends or (text[b : b + 1] == "、" and b + 1 in starts):
                    waiting.append((a, b))
    taken: set[Span] = set()
    while waiting:
        a, b = waiting.pop()
        if (a, b) in taken:
            continue
        taken.add((a, b))
        yield a, b, text[a:b]
        if b + 1 in begins:
            waiting.append(begins[b + 1])
        if a - 1 in finishes and text[a - 1 : a] == "、":
            waiting.append(finishes[a - 1])


def _overlaps(spans: list[Span], a: int, b: int) -> bool:
    """Does one of the spans, in order, share a character with `a:b`?"""
    k = bisect_left(spans, (b,))
    return any(y > a for _, y in spans[max(0, k - _LONGEST_OVERLAP) : k])


#: So many spans that begin before a place are looked at: names do not lie inside each other more deeply.
_LONGEST_OVERLAP = 4


def _dotted(text: str, sentence: MarkedSentence, start: int, end: int) -> Span:
    """Extends a name over middle dots: 艾尔肯·吐尼亚孜."""
    pattern = re.compile(r"[\u4e00-\u9fff]{1,8}(?:·[\u4e00-\u9fff]{1,8})+")
    for m in pattern.finditer(text, max(sentence.start, start - 20), min(sentence.end, end + 20)):
        if m.start() <= start and end <= m.end():
            a = m.start()
            tokens = [t for t in sentence.tokens_in(a, start) if t.start >= a and t.end <= start]
            while tokens and tokens[0].tag in {"n", "v", "p", "c", "w", "d"}:
                a = tokens.pop(0).end
            b = end
            for t in sentence.tokens_in(end, m.end() + 1):
                if t.start >= end and t.end <= m.end() and (t.tag in {"PER", "nz", "LOC", "w"}):
                    b = t.end
                elif t.start >= end:
                    break
            return a, max(b, end)
    return start, end


class _KnownNames:
    """The names of a report, to be found again in its sentences."""

    #: A sentence is searched for each of so many names, else each of its characters is looked up.
    FEW = 30

    def __init__(self, names: Iterable[str]) -> None:
        self._ordered = sorted(set(names), key=lambda n: (-len(n), n))
        self._rank = {name: rank for rank, name in enumerate(self._ordered)}
        self._sizes: dict[str, set[int]] = {}
        for name in self._ordered:
            self._sizes.setdefault(name[:2], set()).add(len(name))

    def found_in(self, text: str) -> Iterator[tuple[int, str]]:
        """Where names stand and which, the longest first; the places of one name in order and without overlaps."""
        if len(self._ordered) <= self.FEW:
            for name in self._ordered:
                at = text.find(name)
                while at >= 0:
                    yield at, name
                    at = text.find(name, at + len(name))
            return
        found: list[tuple[int, int, str]] = []
        free: dict[str, int] = {}
        for at in range(len(text) - 1):
            for size in self._sizes.get(text[at : at + 2], ()):
                name = text[at : at + size]
                rank = self._rank.get(name)
                if rank is not None and free.get(name, 0) <= at:
                    free[name] = at + size
                    found.append((rank, at, name))
        for _, at, name in sorted(found):
            yield at, name


def _with_known(
    marked: MarkedReport, sentence: MarkedSentence, spans: list[tuple[int, int, str]], known: _KnownNames
) -> list[tuple[int, int, str]]:
    """Adds occurrences of names found elsewhere in the report, where no word is cut in two badly."""
    text = marked.text[sentence.start : sentence.end]
    out = sorted(spans)
    longest = max((b - a for a, b, _ in out), default=0)
    for at, name in known.found_in(text):
        a, b = sentence.start + at, sentence.start + at + len(name)
        near = out[bisect_left(out, (a - longest,)) : bisect_left(out, (b,))]
        # 呼日勒|苏赫: the recogniser saw only parts of a name that stands whole elsewhere.
        part = [f for f in near if a <= f[0] and f[1] <= b and f[1] - f[0] < b - a]
        if any(f[1] > a for f in near if f not in part):
            continue
        inside = sentence.tokens_in(a, b)
        starts_word = any(t.start == a for t in inside)
        whole = all(t.end <= b or t.tag not in {"PER", "ORG", "LOC"} for t in inside)
        if starts_word and whole:
            for f in part:
                out.remove(f)
            insort(out, (a, b, name))
            longest = max(longest, b - a)
    return out


def _with_posts(
    marked: MarkedReport, sentence: MarkedSentence, spans: list[tuple[int, int, str]]
) -> tuple[PersonMark, ...]:
    text = marked.text
    out: list[PersonMark] = []
    for start, end, name in spans:
        posts = posts_before(text, sentence, start)
        embedded = bool(_DOCTRINE.match(text, end)) or _SENT_BY.match(text, end) is not None
        if not posts and out and not embedded:
            previous = out[-1]
            if len(previous.posts) == 1 and _SHARED.match(text[previous.end : start]):
                posts = previous.posts
        out.append(PersonMark(start, end, name, posts, embedded))
    return tuple(out)


def posts_before(text: str, sentence: MarkedSentence, at: int) -> tuple[Span, ...]:
    """Spans of the posts that end right before `at`, in reading order.

    >>> 市委副书记、市长张三 → 市委副书记 | 市长
    """
    spans: list[Span] = []
    end = at
    while True:
        span = _one_post(text, sentence, end)
        if span is None:
            break
        spans.append(span)
        if (text[span[0] - 1 : span[0]] == "、" and span[0] - 1 > sentence.start) or text[span[0] - 1 : span[0]] == "兼":
            end = span[0] - 1
        else:
            break
    return tuple(reversed(spans))


def _one_post(text: str, sentence: MarkedSentence, end: int) -> Span | None:
    floor = max(sentence.start, end - 24)
    head = _HEAD_END.search(text[floor:end])
    if head is None:
        return None
    start = floor + head.start()
    k = sentence.token_index(start)
    if k < 0:
        return None
    token = sentence.tokens[k]
    if token.start < start and token.tag in _NOUN_TAGS | {"PER"} and not _JOINTS.match(text[token.start : start]):
        start = token.start
    elif token.start < start and token.tag == "v":
        return None
    k -= 1
    while k >= 0:
        token = sentence.tokens[k]
        word = text[token.start : token.end]
        if token.end != start:
            break
        if word == "）":
            opening = text.rfind("（", sentence.start, token.start)
            if opening < 0 or token.start - opening > 12 or re.match(r"（(?:记者|通讯员|新闻)", text[opening:]):
                break
            while k >= 0 and sentence.tokens[k].start > opening:
                k -= 1
            start = opening
            k -= 1
            continue
        if word in _FORMER:
            start = token.start
            break
        if token.tag == "TIME" or not (token.tag in _NOUN_TAGS or _POST_PARTS.match(word)):
            if word in {"和", "与"} and _body_joint(text, sentence, k, start):
                start = token.start
                k -= 1
                continue
            if not _part_of_body(text, sentence, k, start):
                break
        start = token.start
        k -= 1
    start = _trim_left(text, start, end)
    return (start, end) if start < end else None


_BODY_WORDS = re.compile(r"^(?:组织|宣传|监察|改革|发展|管理|服务|监督|检查|执行|退役|建设|规划|审计|统战|统一|保障|应急|调查|研究|招商|促进|行政|执法|审批|督查|代表|常务|协商|联合|工作|指导|领导|合作|投资|开发|运营|控股|指挥|安全|联络|协调|办)$")


_ALL_VERBS = frozenset(v for name in VERB_CLASSES for v in words(name))


def _part_of_body(text: str, sentence: MarkedSentence, k: int, start: int) -> bool:
    """A verb inside the name of a body: 组织部长, 管理委员会主任."""
    token = sentence.tokens[k]
    word = text[token.start : token.end]
    if token.tag in {"v", "a", "ad", "vd"} and bool(_BODY_WORDS.match(word)) and k > 0:
        return True
    # 联合国|贸发|会议秘书长: an unknown word of two characters right behind the name of a body.
    return token.tag == "v" and len(word) == 2 and k > 0 and sentence.tokens[k - 1].tag in {"ORG", "LOC"} and sentence.tokens[k - 1].end == token.start and word not in _ALL_VERBS


def _body_joint(text: str, sentence: MarkedSentence, k: int, start: int) -> bool:
    """和 inside a body's name: 发展和改革委员会主任, 工业和信息化局局长."""
    if k == 0:
        return False
    before = text[sentence.tokens[k - 1].start : sentence.tokens[k - 1].end]
    after = text[start : start + 6]
    return bool(re.match(r"(?:中央|贸易|科学|发展|工业|人力资源|住房|自然资源|文化|农业|卫生|市场|教育|科学|科技|国防|财政|宣传|组织|机关)$", before)) and bool(
        re.match(r"国家机关|发展会议|技术|工程|改革|信息化|社会保障|城乡|规划|旅游|农村|健康|计划|体育|技术|统战|事业", after)
    )


def _trim_left(text: str, start: int, end: int) -> int:
    """Cuts what stands before the post in the same noun run: 领导, 同志, 记者, numbers, ordinals."""
    # 谱写新篇章——国家主席: what stands before a dash is another sentence.
    start = max(start, text.rfind("—", start, end) + 1)
    piece = text[start:end]
    if text[start - 1 : start] == "致" and piece.startswith("公党"):
        return start - 1
    lead = re.match(r"兼|代表(?=[\u4e00-\u9fff]{3})|.*(?<![共协等])同(?![志济仁盟煤方])(?=[\u4e00-\u9fff]{2})", piece)
    if lead and re.search(_HEAD, piece[lead.end() :]):
        return start + lead.end()
    m = re.match(r"^(?:.*?(?:同志|记者|我国|来自|其中|分别|一行|期间|上午|下午|晚上|中午|今天|昨天|日|以来|以后|近日|日前|会前|会后|随后|受邀))+(?=[\u4e00-\u9fff])", piece)
    if m and m.end() < len(piece) and re.search(_HEAD, piece[m.end() :]):
        start += m.end()
    return start
