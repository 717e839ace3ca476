"""The scene that a reader keeps in mind: leader, speaker, meeting, day, carried from sentence to sentence.

GENRE.md 21–23 and GENRE-DETAIL.md 53–65: the subject of speech is, in this order, the name before the verb,
the one meant by 他, the meeting, the last speaker, the leader; a 要… sentence goes on without a speech verb.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from graphkit.discourse.leaders import leader
from graphkit.discourse.meetings import MeetingMark, find_meetings
from graphkit.grammar.lexicon import any_of, words
from graphkit.model import PassageKind
from graphkit.recognition.dates import DateMark, find_dates
from graphkit.recognition.lexicon import led_by
from graphkit.recognition.marks import MarkedReport, MarkedSentence, PersonMark, Span

_SPEECH_ALL = any_of(words("say"))
_SPEECH = re.compile(
    rf"(?P<verb>{_SPEECH_ALL})(?:，|：|“|道，|要(?!求)|必须|各|[一二两三四五]点要求：|时说，)"
    r"|(?P<direct>希望|鼓励|勉励|要求|叮嘱|嘱咐|号召|寄语|呼吁)(?=[\u4e00-\u9fff“])"
    r"|(?P<points>提出(?:了)?(?:[一二两三四五六几\d]+点|如下|以下|具体)(?:要求|意见|希望|建议)：?)"
    r"|(?P<line>强调|指出)(?=$|\n| )"
)
_SPOKEN = re.compile(r"(?:表示|指出|强调|认为|提出|说)[，：]")
#: 按照X要求, 落实Y指示: what is carried out, not what is said here.
_CARRIED = re.compile(r"^(?:要|必须|应|须|务必|请)?(?:坚决|认真|全面|严格|切实|深入|抓好|始终)*(?:对照|按照|根据|依据|遵照|落实|贯彻|围绕|紧扣|符合|满足|达到|适应|执行)")
#: 提出意见建议, 听取大家建议: the noun.
_ADVICE = re.compile(r"(?:意见|听取.*|提出|政策|合理化|宝贵|对策|条|和|、|的|有关|相关|工作)$")
_NOT_SPEECH = re.compile(r"(?:按照|根据|落实|贯彻|符合|达到|部署|的|有关|具体|工作|提出的|重要|上述|明确|严格)$")
_AFTER_NOUN = re.compile(r"^(?:要求|希望|提出|表示|认为|鼓励|明确)(?:的|，?和|、|精神|了解|肯定|感谢|慰问|祝贺|敬意|歉|满意|欢迎|赞赏|热烈|诚挚|衷心|亲切|崇高|问候|哀悼)")
_ADVERBS = re.compile(
    led_by(
        "语重心长地|在讲话中|在会议上|在讲话时|在致辞中|在发言中|进一步|讲话中|在会上|会见时|会谈中|致辞时|发言中|座谈时|并讲话|讲话时|同时|再次|反复|"
        "多次|着重|特别|明确|一再|随后|最后|现场|共同|分别|亲切|郑重|深情|动情|详细|就此|对此|重点|会上|发言|还|也|并|要|又|均|都|则|时",
        {"代表": (2, 10)}, outside="，。",
    )
    + "+$"
)
_PRONOUN = re.compile(r"(?:他|她)$")
_MEETING_WORD = re.compile(r"(?:会议|全会|座谈会|大会|推进会|会上)$")
_TEAM = re.compile(r"(?:调研组|督导组|督查组|考察组|检查组|工作组|考察团|代表团|总书记|总理)$")
_CONTINUES = re.compile(r"^(?:要|必须|务必|希望|各|同时|一是|二是|三是|四是|五是|六是|一要|二要|三要|四要|第[一二三四五]|此外，要|当前，|下一步|今后)")
_NARRATIVE = re.compile(
    r"^(?:离开时|离开|随后|首先|接着|当天|当日|会前|会后|期间|每到一处|所到之处|在听取|听取|此前|活动中|调研期间|调研中|座谈会上|会上|会议期间|据了解|据悉|据介绍|记者|图为|随着|(?:会议|仪式|活动|大会|座谈会|论坛|全会|会谈)由|\d+月|\d+日|当地时间|应|受)"
    r"|(?:参加|陪同|一同|随同|出席|列席)(?:了)?(?:上述|此次|本次|有关)?(?:一同|一并)?(?:调研|考察|检查|督查|督导|视察|走访|慰问|看望|观摩|巡查|会议|活动|座谈|会见|仪式|接待|汇报会|座谈会|拜访|接访|暗访|巡河|植树|有关活动)?。?$|主持会议。?$"
)
_DEED = re.compile(
    r"^(?:介绍|汇报|宣布|致辞|致|作[了交]|一行|还|也|又|首先|随后|先后|边|与|同|向|对|来到|走进|深入|认真|实地|仔细|详细|充分肯定|听取|察看|查看|参观|考察|了解|询问|看望|慰问|乘|沿|在|驱车|到|前往|主持|出席|代表|签署|会见|观看|走)"
)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person, meeting or body. start–end: the words at this place; anchor: where the full name stands."""

    type: str
    name: str
    start: int
    end: int
    anchor: Span | None = None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Speech:
    """A stretch of speech `start:end` (shadow) with its speaker. via: name, pronoun, meeting, dropped, continued."""

    start: int
    end: int
    speaker: Actor
    via: str


@dataclass(frozen=True, slots=True)
class Scene:
    """A sentence with what is known when it is read."""

    sentence: MarkedSentence
    leader: Actor | None
    meeting: MeetingMark | None
    date: str
    date_basis: str = ""
    speeches: tuple[Speech, ...] = ()
    meetings: tuple[MeetingMark, ...] = ()
    #: Whether the day stands in this very sentence.
    names_day: bool = False


@dataclass(slots=True)
class _State:
    leader: Actor | None = None
    last_person: Actor | None = None
    speaker: Actor | None = None
    meeting: MeetingMark | None = None
    day: str = ""
    basis: str = ""
    speaking: bool = False
    paragraph: int = -1
    slogans: bool = False
    known: list[MeetingMark] = field(default_factory=list)
    _subject: tuple[MarkedSentence, PersonMark | None] | None = None

    def subject_of(self, text: str, sentence: MarkedSentence) -> PersonMark | None:
        """The first person of a sentence who is a subject; sought once."""
        if self._subject is None or self._subject[0] is not sentence:
            self._subject = (sentence, next((p for p in sentence.actors() if _is_subject(text, sentence, p)), None))
        return self._subject[1]


#: So many meetings are remembered; no report names more.
_MOST_MEETINGS = 200
#: How far before a speech verb its clause is read, in characters.
_LONGEST_CLAUSE = 400


def actor_of(person: PersonMark) -> Actor:
    return Actor("Person", person.name, person.start, person.end, person.anchor)


def read_scenes(marked: MarkedReport) -> list[Scene]:
    """One scene a sentence, in reading order. Items of a digest share nothing."""
    scenes: list[Scene] = []
    state = _State()
    item = -1
    items: dict[int, list[MarkedSentence]] = {}
    for sentence in marked.sentences:
        items.setdefault(sentence.frame.item, []).append(sentence)
    for sentence in marked.sentences:
        if sentence.frame.item != item:
            item = sentence.frame.item
            first = leader(marked, items[item])
            state = _State(leader=actor_of(first) if first else None)
        names_day = _read_day(marked, sentence, state)
        meetings = find_meetings(marked, sentence, state.known)
        known = len(state.known)
        state.known += [m for m in meetings if m.full]
        before = state.meeting
        _choose_meeting(meetings, state)
        if sentence.frame.kind is PassageKind.CAPTION:
            speeches: list[Speech] = []
        elif sentence.frame.kind is PassageKind.HEADLINE:
            speeches = _headline(marked, sentence, state)
        else:
            state.slogans = False
            speeches = _speeches(marked, sentence, state)
            # A meeting that somebody speaks of is not the one where we are.
            if state.meeting is not before:
                state.meeting = before
                _choose_meeting([m for m in meetings if not _spoken_of(marked, sentence, m, speeches)], state)
        state.known[known:] = [
            replace(m, held=False) if _spoken_of(marked, sentence, m, speeches) else m for m in state.known[known:]
        ]
        del state.known[:-_MOST_MEETINGS]
        scenes.append(Scene(sentence, state.leader, state.meeting, state.day, state.basis, tuple(speeches), tuple(meetings), names_day))
        _remember(marked, sentence, state)
    return _dated_headlines(scenes)


def _dated_headlines(scenes: list[Scene]) -> list[Scene]:
    """Headlines and captions tell of the day of the lead."""
    days: dict[int, tuple[str, str]] = {}
    for scene in scenes:
        if scene.sentence.frame.kind is PassageKind.LEAD and scene.date:
            days.setdefault(scene.sentence.frame.item, (scene.date, scene.date_basis))
    undated = (PassageKind.HEADLINE, PassageKind.CAPTION)
    return [
        replace(s, date=days[s.sentence.frame.item][0], date_basis=f"lead: {days[s.sentence.frame.item][1]}")
        if s.sentence.frame.item in days and not s.date and s.sentence.frame.kind in undated else s
        for s in scenes
    ]


#: A day from which on, or until which, something holds is not the day on which it is decided.
_FROM_ON = re.compile(r"起(?![草程飞航身锚降诉跑点步])|(?:以前|之前|前(?![往去来赴])|以来|以后|之后|(?:开始|正式)?(?:施行|实施|生效))")
_UNTIL = re.compile(r"(?:截[至止]到?|持续到|延续到|延长[到至])$")


def _read_day(marked: MarkedReport, sentence: MarkedSentence, state: _State) -> bool:
    """A day before the first actor or at the head of the sentence becomes the day of the scene; whether there is one."""
    if sentence.frame.kind is PassageKind.HEADLINE:
        return False
    marks: list[DateMark] = find_dates(marked.text, marked.report.date, sentence.start, sentence.end, state.day)
    limit = sentence.start + 40 if sentence.frame.kind is PassageKind.LEAD else sentence.start + 12
    actors = sentence.actors()
    if actors and sentence.frame.kind is PassageKind.LEAD:
        limit = max(limit, actors[0].end + 16)
    for mark in marks:
        bounds = _FROM_ON.match(marked.text, mark.end, sentence.end) or _UNTIL.search(marked.text[max(sentence.start, mark.start - 4) : mark.start])
        announced = sentence.frame.kind is PassageKind.LEAD and marked.text.endswith(("将于", "定于", "拟于"), sentence.start, mark.start)
        if (mark.start <= limit or announced) and not bounds:
            state.day, state.basis = mark.value, mark.basis
            return True
    return False


def _spoken_of(marked: MarkedReport, sentence: MarkedSentence, meeting: MeetingMark, speeches: list[Speech]) -> bool:
    """Inside a speech, also one whose speaker is unknown (委员们表示，中共二十届三中全会…)."""
    if any(s.start <= meeting.start < s.end for s in speeches):
        return True
    return bool(_SPOKEN.search(marked.text, sentence.start, meeting.start))


def _choose_meeting(meetings: list[MeetingMark], state: _State) -> None:
    for mark in meetings:
        if mark.held:
            state.meeting = mark


def _remember(marked: MarkedReport, sentence: MarkedSentence, state: _State) -> None:
    if sentence.frame.kind is PassageKind.HEADLINE:
        return
    actors = sentence.actors()
    if actors:
        first = actors[0]
        if not re.search(r"(?:在|受|由)$", marked.text[max(sentence.start, first.left - 2) : first.left]):
            state.last_person = actor_of(first)


def _headline(marked: MarkedReport, sentence: MarkedSentence, state: _State) -> list[Speech]:
    """X在Y调研时强调 / A / B: the parts after 强调 are slogans of X."""
    text = marked.words(sentence.start, sentence.end)
    m = re.search(r"(?:强调|指出|要求|表示)$", text)
    if m:
        state.slogans = True
        actors = sentence.actors()
        state.speaker = actor_of(actors[0]) if actors else None
        return []
    if state.slogans and state.speaker is not None and not sentence.actors() and "会" not in text[-2:]:
        speaker = state.speaker
        return [Speech(sentence.start, sentence.end, speaker, "headline")]
    m = re.search(r"(?:强调|指出|要求)[：:]?(?=.{4,})", text)
    actors = sentence.actors()
    if m and actors and actors[0].end <= sentence.start + m.start():
        return [Speech(sentence.start + m.end(), sentence.end, actor_of(actors[0]), "headline")]
    return []


def _speeches(marked: MarkedReport, sentence: MarkedSentence, state: _State) -> list[Speech]:
    text = marked.text
    same_paragraph = sentence.frame.paragraph == state.paragraph
    state.paragraph = sentence.frame.paragraph
    starts: list[tuple[int, int, Actor | None, str]] = []
    for m in _SPEECH.finditer(text, sentence.start, sentence.end):
        verb = m["verb"] or m["direct"] or m["points"] or m["line"]
        if ("点" not in m.group() and _NOT_SPEECH.search(text[max(sentence.start, m.start() - 4) : m.start()])) or _AFTER_NOUN.match(text[m.start() : m.end() + 6]):
            continue
        if verb == "建议" and _ADVICE.search(_clause(text, sentence, m.start())):
            continue
        if verb in ("要求", "指示", "希望", "建议", "明确") and _CARRIED.match(_clause(text, sentence, m.start())):
            continue
        if text[max(sentence.start, m.start() - 60) : m.start()].count("“") > text[max(sentence.start, m.start() - 60) : m.start()].count("”"):
            continue
        begin = m.start() + len(verb)
        if m["direct"] and starts and not _clause_start(text, sentence, m.start()):
            continue
        if starts and _relayed(marked, sentence, starts[-1], m.start()):
            continue
        speaker, via = _speaker(marked, sentence, m.start(), state)
        starts.append((m.start(), begin, speaker, via))
        if speaker is not None:
            state.speaker = speaker
    if starts:
        spans = []
        for k, (_, begin, speaker, via) in enumerate(starts):
            end = starts[k + 1][0] if k + 1 < len(starts) else sentence.end
            if speaker is not None and begin < end:
                spans.append(Speech(begin, end, speaker, via))
        state.speaking = starts[-1][2] is not None
        return spans
    if state.speaking and state.speaker is not None and _goes_on(marked, sentence, state, same_paragraph):
        return [Speech(sentence.start, sentence.end, state.speaker, "continued")]
    state.speaking = False
    return []


def _relayed(marked: MarkedReport, sentence: MarkedSentence, last: tuple[int, int, Actor | None, str], at: int) -> bool:
    """他指出，习近平总书记反复叮嘱要…: words of a third person inside a speech stay with the one who speaks."""
    if last[2] is None or last[3] not in ("name", "pronoun"):
        return False
    inner = [p for p in sentence.persons if last[1] <= p.start and p.end <= at]
    between = marked.text[last[1] : at]
    return bool(inner) and "；" not in between and inner[0].name != last[2].name and _HONOURED.match(marked.text, inner[0].end) is not None


#: 习近平总书记强调, 李强总理要求 in the speech of another: the office stands behind the name.
_HONOURED = re.compile("总书记|主席|总理|书记|省长|市长|部长")


def _clause(text: str, sentence: MarkedSentence, at: int) -> str:
    """The words of the clause before `at`."""
    floor = max(sentence.start, at - _LONGEST_CLAUSE)
    return text[max(floor, max(text.rfind(c, floor, at) for c in "，；。：") + 1) : at]


def _clause_start(text: str, sentence: MarkedSentence, at: int) -> bool:
    return at == sentence.start or text[at - 1] in "，。；：”"


def _goes_on(marked: MarkedReport, sentence: MarkedSentence, state: _State, same_paragraph: bool) -> bool:
    text = marked.words(sentence.start, sentence.end)
    if not same_paragraph:
        return bool(_CONTINUES.match(text))
    if _NARRATIVE.search(text) and not re.match(r"当前，|\d+年", text):
        return False
    actors = sentence.actors()
    for person in actors:
        before = text[: person.left - sentence.start]
        if re.fullmatch(r"(?:在[^，。]{2,160}，|[^，。]{0,12}，)?", before) and _DEED.match(marked.text[person.end : sentence.end]):
            return False
    if re.match(r"(?:他|她)(?:还|也|来|走|先|又|首|听|察|与|同|向|对|边|在|详|仔|实|认)", text):
        return False
    if re.match(r"(?:会议|全会)(?!精神)", text):
        return False
    return not re.search(r"(?:提出(?:了)?(?:指导性)?意见和建议|进行了(?:深入|充分)?(?:交流|座谈|沟通))。?$", text)


def _speaker(marked: MarkedReport, sentence: MarkedSentence, at: int, state: _State) -> tuple[Actor | None, str]:
    """Who speaks at the speech verb `at`."""
    text = marked.text
    floor = max(sentence.start, at - _LONGEST_CLAUSE)
    clause = max(floor, max(text.rfind(c, floor, at) for c in "，；。：") + 1)
    before = text[clause:at]
    stripped = _ADVERBS.sub("", before)
    end = clause + len(stripped)
    people = [p for p in sentence.actors() if clause <= p.start < at]
    if people and people[-1].end == end:
        return actor_of(people[-1]), "name"
    if _PRONOUN.search(stripped):
        actor = state.last_person if state.last_person is not None and not people else state.leader
        actor = state.leader if state.leader is not None and actor is None else actor
        if actor is None:
            return None, ""
        return Actor(actor.type, actor.name, end - 1, end, actor.anchor or (actor.start, actor.end)), "pronoun"
    if _MEETING_WORD.search(stripped) and not people:
        return _meeting_speaker(marked, sentence, clause, end, state)
    if _TEAM.search(stripped) and not people and state.leader is not None:
        leader = state.leader
        return Actor(leader.type, leader.name, clause, end, leader.anchor or (leader.start, leader.end)), "pronoun"
    if people:
        person = people[-1]
        between = text[person.end : at]
        if re.search(r"(?:时|中|后|并|就[^，]{2,30}|对[^，]{2,30}|向[^，]{2,30}|代表[^，]{2,16}|讲话|致辞|发言|主持会议)$", between) or len(between) <= 6:
            return actor_of(person), "name"
        if re.match(r"(?:一行|还|又|也|再|在|与|同|充分|高度|主持|出席|听取|考察|调研|会见|对|向|到|深入|首先|先后|肯定|\d)", between):
            return actor_of(person), "name"
        return None, ""
    if stripped and not re.fullmatch(r"[^，]{0,4}(?:时|中|后|并|还|上|期间|就[^，]{2,30}|针对[^，]{2,30}|关于[^，]{2,30}|为此)", stripped):
        if re.search(r"(?:时|中|后|期间|上|间隙|现场)$", stripped) or re.match(r"(?:就|针对|关于|围绕|对)", stripped):
            pass
        else:
            return None, ""
    actors = sentence.actors()
    subject = state.subject_of(text, sentence)
    if subject is not None and subject.end <= clause:
        return actor_of(subject), "name"
    if actors and actors[0].end <= clause and not state.speaking and state.leader is None:
        return actor_of(actors[0]), "name"
    if re.search(r"(?:会议|全会)", text[sentence.start : clause]) and state.meeting is not None and re.match(r"会议|全会", text[sentence.start :]):
        return _meeting_speaker(marked, sentence, sentence.start, sentence.start + 2, state)
    if re.match(r"(?:他|她)", text[sentence.start :]) and state.leader is not None:
        actor = state.last_person or state.leader
        return Actor(actor.type, actor.name, sentence.start, sentence.start + 1, actor.anchor or (actor.start, actor.end)), "pronoun"
    fallback = state.speaker if state.speaking else state.leader
    if fallback is None:
        return None, ""
    return Actor(fallback.type, fallback.name, at, at + 2, fallback.anchor or (fallback.start, fallback.end), fallback.aliases), "dropped"


def _is_subject(text: str, sentence: MarkedSentence, person: PersonMark) -> bool:
    before = text[max(sentence.start, person.left - 3) : person.left]
    if re.search(r"(?:在|受|由|同|与|和|向|对|、|会见|看望|陪同)$", before):
        return False
    return _COMES_ALONG.match(text, person.end, sentence.end) is None


_COMES_ALONG = re.compile(r"(?:等|、)?[^，。]{0,6}(?:陪同|参加调研)")


def _meeting_speaker(
    marked: MarkedReport, sentence: MarkedSentence, start: int, end: int, state: _State
) -> tuple[Actor | None, str]:
    meeting = state.meeting or (state.known[-1] if state.known else None)
    if meeting is None:
        return None, ""
    return Actor("Meeting", meeting.name, start, max(end, start + 1), (meeting.start, meeting.end), meeting.aliases), "meeting"
