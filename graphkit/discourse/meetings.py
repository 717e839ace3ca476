"""Names of meetings and ceremonies, and the short names that mean them later (GENRE.md 31–35)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from graphkit.grammar.lexicon import any_of, words
from graphkit.model import PassageKind
from graphkit.recognition.marks import MarkedReport, MarkedSentence

_HEAD = re.compile(any_of(words("meeting")))
_BARE = re.compile(r"^(?:全体|本次|此次|这次|该|今天的|上述|有关|重要|会议|座谈会|大会|推进会|仪式|开工仪式|工作会议|全会|汇报会|学习会|论坛|会谈|会见|晚会|现场会|动员会|常务会议|集体学习|启动仪式|签约仪式|开幕式|闭幕式|年会|典礼)*$")
_OPENERS = re.compile(
    r"(?:主持召开了?|组织召开了?|召开了?|举行了?|举办了?|主持了?|出席了?|参加了?|列席了?|赴会|出席的|参加的|召开的|举行的|在随后召开的|在|由|于|今天的|今日|并|通过|传达学习了?|传达了?|传达|学习了?|贯彻落实|落实|参与|结束后|以来|按照|根据|围绕|听取|了解|对照|关于|组织|迎接|筹备|汇报|介绍|认为|表示|指出|决定|把握|审议|授权|建议|提请|直播|转播|宣布|宣讲了?|宣传|解读|阐释|认识|领会|领悟|理解|旁听了?)$"
)
#: 对台工作会议, 对口支援座谈会: part of the name.
_OF_AFFAIRS = re.compile(r"对(?:台|外|口)")
_NOT_HELD = re.compile(r"^(?:制度|委托|贯彻|落实|关于|精神|部署|要求|决定|决议|(?:的|有关|相关)?(?:部署|要求|精神|议题|事项|决定|决议|报告|草案|议程|说明|安排|公报|通知)|以来|以后|安排|确定|提出|重要讲话|上的重要讲话|上强调过|讲话|办公室|中心|代表|审议|纪要|室|厅|桌|期间的)")
_DAY = re.compile(r"\d(?:月|日|时|点)|今[天日晨晚年]|昨|近日|近期|日前|当[天日晚]|上午|下午|去年|前天|明天|同日|此前|目前|[一二三四五六日]月|\d日?$")
#: 中非合作论坛|北京峰会, 博鳌亚洲论坛|2024年年会: the session of a series, by its place or year.
_SUMMIT = re.compile(r"(?<=论坛)(?:[\u4e00-\u9fff]{2,4}|\d{4}年(?:夏季|冬季)?)(?:峰会|年会|大会)")
#: 市委常委会|（扩大）会议
_ENLARGED = re.compile(r"(?<=常委会|党组会|委员会)（[^（）]{1,6}）会议")
#: 学习贯彻A座谈会6日召开: the study belongs to the meeting's name when the meeting itself takes place.
_STUDY = re.compile(r"(?:深入)?(?:学习宣传贯彻|学习贯彻|贯彻落实|学习|贯彻)$")
_HELD_NOW = re.compile(r"[^，。；]{0,14}?(?:召开|举行|开幕|闭幕|开班)|上(?:强调|指出|讲话|发表|的讲话)")
#: 贯彻X全会和Y会议|精神: what they said, not where we are.
_SAID_THERE = re.compile(r"(?:贯彻|落实|学习|传达|领会|按照|根据|对照|围绕|宣传)[^，。；]*$")
_ITS_WORDS = re.compile(r"[^，。；]{0,40}?(?:精神|部署|要求|决定|决议|讲话)")
#: 中央政治局12月8日|召开会议: the body that meets gives the meeting its name.
_MEETS = re.compile(
    r"(?<![\u4e00-\u9fff])(?P<body>[\u4e00-\u9fff][\u4e00-\u9fff（）]{1,17}?(?:政治局|书记处|党组|党委|领导小组|委员会|常委会))"
    r"(?:(?:\d+月)?\d+日|今天|昨天|近日|日前|（[^）]{2,12}）)*(?:上午|下午|晚|全天|再次|先后)*召开(?:了)?$"
)
#: 要精心办好|第三届论坛, 深入贯彻|党的二十届三中全会: the verbs are no part of the name.
_URGING = re.compile(
    r"(?:要|精心|深入|全面|认真|切实|坚决)*(?:办好|开好|筹办好|学习宣传贯彻好?|学习贯彻好?|贯彻落实好?|贯彻好?|落实好?|学习好?|好)(?=党的|中共|[一二三四五六七八九十]+届|中央|全国|[省市县区]委|第)"
)
#: Deeds inside what stands before a meeting: its name begins behind the last of them.
_INNER = re.compile(r".*(?:(?:出席|参加|列席|主持召开|主持|召开|举行|听取|会见|接见)了?|(?:主办|举办|承办)了?(?=第)|(?:主办|举办|承办|组织|共同主持)的)", re.DOTALL)
#: No meeting has a longer name, in characters.
_LONGEST = 150
#: 学习贯彻A精神|座谈会: there they are.
_OF_WORDS = re.compile("精神|思想|讲话|论述")
#: How far before a meeting the words for `_SAID_THERE` and `_MEETS` may stand, in characters.
_NEAR = 60
_PAST = re.compile(r"(?:把握|决定|听取|传达|学习(?!中心组|小组)|贯彻|落实|按照|根据|对照|召开以来|筹备|迎接|确保|全市|做好)[^，。；]{0,12}$|(?:决定|建议|提出|同意)，$")


@dataclass(frozen=True, slots=True)
class MeetingMark:
    """A meeting named at `start:end` (shadow).

    full: this is its own name, not a short form; held: it takes place in this report (not only its 精神).
    aliases: other wordings of the report.
    """

    start: int
    end: int
    name: str
    full: bool
    held: bool
    anchor: tuple[int, int] | None = None
    aliases: tuple[str, ...] = ()


def find_meetings(marked: MarkedReport, sentence: MarkedSentence, known: list[MeetingMark]) -> list[MeetingMark]:
    """Meetings of a sentence in order; short names are resolved to those in `known`."""
    text = marked.text
    found: list[MeetingMark] = []
    at = sentence.start
    while True:
        m = _HEAD.search(text, at, sentence.end)
        if m is None:
            break
        # 年会开幕式, 座谈会第一次会议: the last of two heads in a row names the occasion.
        while (longer := _HEAD.match(text, m.end(), sentence.end) or _SUMMIT.match(text, m.end(), sentence.end)) is not None:
            m = longer
        if (wide := _ENLARGED.match(text, m.end(), sentence.end)) is not None:
            m = wide
        at = m.end()
        if _is_body(text, m) or _in_title(text, sentence, m.start()):
            continue
        if text[at : at + 1] in "的" and text[at + 1 : at + 3] not in ("要求",) and m.group() == "会谈":
            continue
        start = _left(marked, sentence, _HEAD.search(text, m.start() - 3, m.end()).start() if m.group().startswith("（") else m.start())  # type: ignore[union-attr]
        name = text[start : m.end()].strip("“”") if text[start : m.end()].count("“") != text[start : m.end()].count("”") else text[start : m.end()]
        held = not _NOT_HELD.match(text[m.end() : sentence.end]) and not _PAST.search(text[max(sentence.start, start - 14) : start])
        if held and _SAID_THERE.search(text[max(sentence.start, start - _NEAR) : start]) and _ITS_WORDS.match(text, m.end(), sentence.end):
            held = False
        study = _STUDY.search(text, max(sentence.start, start - _NEAR), start)
        if not held and study and _HELD_NOW.match(text, m.end(), sentence.end):
            held, start = True, study.start()
            name = text[start : m.end()]
        if m.group() == "会议" and name == "会议" and (meets := _MEETS.search(text, max(sentence.start, start - _NEAR), start)) is not None:
            found.append(MeetingMark(*meets.span("body"), meets["body"], True, True))
            continue
        if _BARE.match(name) or len(name) < 4:
            target = _resolve(m.group(), known)
            if target is not None:
                found.append(MeetingMark(start, m.end(), target.name, False, held, (target.start, target.end), target.aliases))
            elif m.group() not in ("会议", "会谈", "论坛", "大会", "全会", "仪式", "晚会", "峰会") and held:
                found.append(MeetingMark(m.start(), m.end(), m.group(), True, held))
            continue
        same = next((k for k in known if k.name == name or k.name.endswith(name) or name.endswith(k.name)), None)
        if same is not None and len(same.name) >= len(name):
            found.append(MeetingMark(start, m.end(), same.name, same.name == name, held, (same.start, same.end), (*same.aliases, name) if name != same.name else same.aliases))
        else:
            if sentence.frame.kind is PassageKind.HEADLINE and re.search(r"[a-z]", name):
                continue
            found.append(MeetingMark(start, m.end(), name, True, held, None, _short_names(name)))
    return found


def _in_title(text: str, sentence: MarkedSentence, at: int) -> bool:
    """Inside 《》: a document about a meeting."""
    return text.count("《", sentence.start, at) > text.count("》", sentence.start, at)


def _is_body(text: str, m: re.Match[str]) -> bool:
    """市人大常委会主任, 人大常委会机关, 大会发言: not a meeting that somebody goes to."""
    after = text[m.end() : m.end() + 4]
    if m.group() == "常委会":
        return text[m.start() - 2 : m.start()] in ("人大", "政协", "大党") or bool(re.match(r"副?主任|党组|机关|委员|办公|副?秘书长|财|法|教|各|有关|工作|第[一二三四五六七八九十\d]", after))
    if m.group() in ("大会", "大会发言") and after.startswith("发言"):
        return True
    return bool(re.match(r"会址|旧址|中心|展|堂|客厅|副?秘书长|总干事|成员国", after))


def _short_names(name: str) -> tuple[str, ...]:
    names = []
    for lead in ("全市", "全县", "全区", "全省", "我县", "我市", "我区"):
        if name.startswith(lead) and len(name) > len(lead) + 3:
            names.append(name[len(lead) :])
    m = re.match(r"^(?:二十届|十四届|二十届中央)?(.{4,})$", name)
    if m and m[1] != name:
        names.append(m[1])
    return tuple(names)


def _resolve(head: str, known: list[MeetingMark]) -> MeetingMark | None:
    held = [k for k in known if k.held]
    for mark in reversed(held):
        if mark.name.endswith(head):
            return mark
    if head in ("会议", "大会", "会", "工作会议", "全会", "仪式"):
        return held[-1] if held else None
    return None


def _left(marked: MarkedReport, sentence: MarkedSentence, head: int) -> int:
    """Where the name of a meeting begins: after a verb of holding, a time, a comma, a person."""
    text = marked.text
    start = head
    k = sentence.token_index(head)
    if k >= 0 and sentence.tokens[k].start < head and not _OPENERS.search(text[sentence.tokens[k].start : head]):
        start = sentence.tokens[k].start
    k -= 1
    people = {p.end for p in sentence.actors()}
    while k >= 0 and head - sentence.tokens[k].start <= _LONGEST:
        token = sentence.tokens[k]
        word = text[token.start : token.end]
        if token.end > start:
            k -= 1
            continue
        if word in ("”", "）"):
            opening = text.rfind("“" if word == "”" else "（", sentence.start, token.start)
            if opening < 0:
                break
            start = opening
            while k >= 0 and sentence.tokens[k].start >= opening:
                k -= 1
            continue
        if word in "，。；：！？（" or word.startswith("——") or (token.tag == "TIME" and _DAY.search(word)) or token.end in people:
            break
        if (token.tag == "p" and not _OF_AFFAIRS.match(text, token.start)) or (_OPENERS.search(word) and token.tag in {"v", "p", "c", "d"}):
            break
        if token.tag in {"r", "d"} and word not in ("全", "互", "共"):
            break
        if word == "、" and start - token.end > 0 and k > 0 and sentence.tokens[k - 1].tag in {"PER"}:
            break
        start = token.start
        k -= 1
    m = re.match(r"^(?:的|了|并|和(?!平)|及|受(?=委员长|主任)|个|次日|我[县市区省]|县上|市上|等[^，。]{0,8}?(?=出席|参加)|出席|参加|列席|主持召开|主持|召开|举行)+", text[start:head])
    if m:
        start += m.end()
    if start < head and text[start] in "省市县区州" and text[start - 1 : start] in ("我", "全") and text[start - 1] == "我":
        start += 1
    inner = _INNER.match(text[start:head])
    if inner:
        start += inner.end()
    if (urging := _URGING.match(text, start, head)) is not None and not _OF_WORDS.search(text, start, head):
        start = urging.end()
    while start < head and text[start] in " 、）”":
        start += 1
    return start
