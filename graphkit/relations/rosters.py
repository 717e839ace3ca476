"""Lists of persons and bodies that take part: 市委常委甲、乙，市发改委、丙县负责人参加调研。

GENRE.md 6–7, GENRE-DETAIL.md 22–25 and 33–35. A roster is read leftwards from its verb.
"""

from __future__ import annotations

import re

from graphkit.discourse.scene import Actor, Scene, actor_of
from graphkit.recognition.marks import PersonMark
from graphkit.recognition.names import NameSpan, type_of
from graphkit.relations.drafting import Context

_CHIEFS = re.compile(
    r"(?:等)?(?:\d+个)?(?:相关|有关|各相关|责任)?(?:部门|单位|部门单位|单位部门|负责部门)?(?:的)?(?:主要|相关|有关|分管|班子)?(?:负责人|负责同志|领导|主要负责同志|主要领导|分管领导|班子成员|代表|同志)$"
)
#: No wording of `_CHIEFS` is longer, in characters.
_CHIEFS_WORDS = 60
_KIND = re.compile(
    r"^(?:\d+[位名个家]|直辖市$|自治区$|计划单列市$|副省级城市|内外资|中央党政军|[一二三四五六七八九十两多]+[位名个家]|各|有关|相关|部分|县直|市直|省直|区直|区级|市级|县级|省级|州直|中央和国家机关|直属|其他|市领导|县领导|区领导|省领导|领导|企业|群众|部门|单位|乡镇|街道|镇街|市有关|县有关|区有关|省有关|省市|市县|市区|国家有关|沿线|属地|全体|集团相关|与会|专家|老干部|专门委员会|工作委员会|媒体|嘉宾|社会各界)"
)
_BODY = re.compile(
    r"(?:委|办|局|部|厅|院|会|社|处|中心|公司|集团|政府|党委|人大|政协|镇|乡|县|区|市|州|街道|省|旗|盟|联|团|队|馆|校|大学|学院|银行|所|站|法院|检察院|开发区|高新区|经开区|园区|示范区|新区|办公室|管委会|总局|军区|委员会|省委|市委|县委|区委)$"
)


#: Words that end like a body and are none: 规划布局, 发展大局.
_NO_BODY = re.compile(r"(?:常委|布局|格局|大局|全局|结局|机会|社会|全部|内部|外部|干部|处处|好处|盛会|体会|组团|集团化|校区|厂区|片区|社区|景区|老区|山区|灾区|库区)$")


def people_before(context: Context, scene: Scene, at: int, start: int | None = None) -> list[PersonMark]:
    """Persons of the roster that ends at `at`; the roster begins after the last full clause of a deed."""
    floor = roster_start(context, scene, at) if start is None else start
    return [p for p in scene.sentence.actors() if p.start >= floor and p.end <= at and not sends_another(context, p)]


_SENDS = re.compile(r"(?:[^，。；]{0,4})?(?:委托|委派|授权|指派|派出|安排)")


def sends_another(context: Context, person: PersonMark) -> bool:
    """王建国委托李志强出席会议: the sender does not go himself."""
    return _SENDS.match(context.text, person.end) is not None


def roster_start(context: Context, scene: Scene, at: int) -> int:
    """Where the roster that ends at `at` begins: comma parts hold only posts, names and bodies."""
    sentence = scene.sentence
    text = context.text
    last = start = _part_start(text, sentence.start, at)
    left, right = last, at
    while True:
        if not _only_names(context, scene, left, right):
            return start if left != last else left
        start = left
        if left <= sentence.start:
            return start
        right = left - 1
        left = _part_start(text, sentence.start, right)


def _part_start(text: str, start: int, at: int) -> int:
    """Where the part of a sentence that ends at `at` begins: after a comma or the like."""
    return max(start, max(text.rfind(c, start, at) for c in "，；：。") + 1)


def _only_names(context: Context, scene: Scene, a: int, b: int) -> bool:
    """No predicate in the part: only posts, names, bodies and words such as 及 以及 等."""
    sentence = scene.sentence
    part = context.text[a:b]
    if not part or re.match(r"\d+月\d+日|\d+日|当天|随后|会前|会后|近日", part):
        return False
    people = [p for p in sentence.actors() if p.start >= a and p.end <= b]
    if people:
        last = people[-1]
        tail = context.text[last.end : b]
        if re.fullmatch(r"(?:（[^）]*）)?(?:等[^，]{0,10}|[、和及以及与][^，]{1,40}|一行)?", tail) is None:
            return False
        verbs = [
            t for t in sentence.tokens_in(a, people[0].left) if t.tag in {"v", "p"} and not _in_posts(people, t.start)
        ]
        return not verbs
    return bool(_CHIEFS.search(part[-_CHIEFS_WORDS:]))


def _in_posts(people: list[PersonMark], at: int) -> bool:
    return any(p.left <= at < p.end for p in people)


def bodies_before(context: Context, scene: Scene, at: int, start: int | None = None) -> list[NameSpan]:
    """Bodies of the roster that ends at `at`: named ones only, each of a list that ends in 负责人."""
    text = context.text
    floor = roster_start(context, scene, at) if start is None else start
    found: list[NameSpan] = []
    for part in re.finditer(r"[^，；。：]+", text[floor:at]):
        a, b = floor + part.start(), floor + part.end()
        tail = _CHIEFS.search(text[a:b], max(0, b - a - _CHIEFS_WORDS))
        people = [p for p in scene.sentence.persons if a <= p.start < b]
        if tail is None:
            continue
        if people:
            a = people[-1].end
        found += body_items(context, a, a + (tail.start() - (a - floor - part.start())) if people else floor + part.start() + tail.start())
    return found


#: Where a list of bodies may be cut, and what holds its parts together.
_ITEM_MARK = re.compile("[（“《）”》、和及与以]")
#: The ending of a body's name has at most so many characters.
_ENDING = 8


def body_items(context: Context, a: int, b: int) -> list[NameSpan]:
    """Named bodies in a list without its closing 负责人."""
    text = context.text
    found = []
    depth, at = 0, a
    cuts = []
    for i in (*(m.start() for m in _ITEM_MARK.finditer(text, a, b)), b):
        if i < at:
            continue
        char = text[i] if i < b else "、"
        depth += (char in "（“《") - (char in "）”》")
        joint = char in "、和及与" or text.startswith("以及", i)
        if depth == 0 and joint and (char == "、" or i == b or _joins(text, at, i, b)):
            cuts.append((at, i))
            at = i + (2 if text.startswith("以及", i) and i < b else 1)
    for x, y in cuts:
        words = text[x:y]
        m = re.match(r"^(?:以及|及|和|与|等|随后|然后|此外|同时|会上|会后|期间|其间|最后|其中)+", words)
        if m:
            x += m.end()
            words = text[x:y]
        m2 = _CHIEFS.search(words, max(0, len(words) - _CHIEFS_WORDS))
        if m2 and m2.start() > 1:
            y = x + m2.start()
            words = text[x:y]
        if not 2 <= len(words) <= 24 or _KIND.match(words) or _NO_BODY.search(words) or not _BODY.search(words):
            continue
        kind = type_of(words)
        found.append(NameSpan(x, y, "Organization" if kind not in ("Place", "Park") else kind))
    return [NameSpan(n.start, n.end, "Organization" if n.type == "Park" else n.type, n.aliases) for n in found]


def _joins(text: str, start: int, at: int, end: int) -> bool:
    """Is 和, 及, 与 at `at` a joint of the list, or inside a name (发展和改革委)?"""
    if text.startswith("以及", at):
        return True
    before, after = text[max(start, at - _ENDING) : at], text[at + 1 : at + 5]
    if text[at] == "和" and re.search(r"(?:发展|工业|人力资源|住房|文化|卫生|教育|自然资源)$", before) and re.match(r"改革|信息|社会|城乡|旅游|体育|健康|科技|规划", after):
        return False
    return bool(_BODY.search(before))


def as_actor(thing: PersonMark | NameSpan, text: str) -> Actor:
    if isinstance(thing, PersonMark):
        return actor_of(thing)
    return Actor(thing.type, text[thing.start : thing.end], thing.start, thing.end)
