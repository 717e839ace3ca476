"""Families of long inputs: each is a text that repeats one unit, as malicious or damaged files do.

A family has a file extension, an opening, a unit and a closing. The unit is repeated up to the requested size; `{n}` is
replaced by the number of the repetition, `{name}` and `{other}` by names that differ between repetitions.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
_GIVEN = "建国志强晓明文华海涛丽娟秀英桂兰玉梅春燕永康宏伟立新振东少平光明永福德胜家栋思远子涵雨欣俊杰浩然宇轩梓"
#: The opening of most text families: a report with a leader, so that every rule applies.
LEAD = "3月2日，市委书记王建国到青石县调研。"


@dataclass(frozen=True, slots=True)
class Family:
    """One kind of long input. ending: of the file; head and tail: around the repeated unit."""

    name: str
    unit: str
    head: str = LEAD
    tail: str = "。"
    ending: str = ".txt"

    def text(self, size: int) -> str:
        """A text of about `size` characters."""
        varied = "{" in self.unit
        parts: list[str] = [self.head]
        length = len(self.head) + len(self.tail)
        if not varied:
            return self.head + self.unit * max(1, (size - length) // len(self.unit)) + self.tail
        for number, (name, other) in enumerate(zip(names(), names(7919), strict=False)):
            part = self.unit.replace("{n}", str(number)).replace("{name}", name).replace("{other}", other)
            parts.append(part)
            length += len(part)
            if length >= size:
                break
        return "".join(parts) + self.tail


def names(first: int = 0) -> Iterator[str]:
    """Different personal names of three characters, without end (the first 300,000 differ)."""
    for number in itertools.count(first):
        rest, surname = divmod(number, len(_SURNAMES))
        second, third = divmod(rest, len(_GIVEN))
        yield _SURNAMES[surname] + _GIVEN[third] + _GIVEN[second % len(_GIVEN)]


def _html(name: str, unit: str, head: str = "", tail: str = "") -> Family:
    opening = (
        "<html><head><title>王建国到青石县调研</title></head><body><h1>王建国到青石县调研</h1>"
        "<p>3月2日，市委书记王建国到青石县调研。他强调，要推进乡村振兴。他来到白云社区，看望居民，了解情况。</p>"
    )
    return Family(f"html-{name}", unit, opening + head, tail + "</body></html>", ".html")


def _markdown(
    name: str,
    unit: str,
    head: str = "# 王建国到青石县调研\n\n" + LEAD + "\n\n",
    tail: str = "\n\n他强调，要推进乡村振兴。\n",
) -> Family:
    return Family(f"markdown-{name}", unit, head, tail, ".md")


FAMILIES: tuple[Family, ...] = (
    # White space and invisible characters
    Family("blanks", " "),
    Family("blanks-between-words", "青石 "),
    Family("full-width-spaces", "\u3000"),
    Family("tabs", "\t"),
    Family("blank-lines", "\n"),
    Family("blank-lines-with-spaces", "\u3000\n"),
    Family("zero-width-spaces", "\u200b"),
    Family("blank-and-zero-width", " \u200b"),
    Family("short-lines", "青石\n"),
    Family("hard-wrapped-lines", "市委书记王建国到青石县调研时强调要深入推进乡村振兴战略实\n"),
    # One character or word
    Family("one-character", "的"),
    Family("one-ideograph", "在"),
    Family("commas", "，"),
    Family("enumeration-commas", "、"),
    Family("full-stops", "。"),
    Family("semicolons", "；"),
    Family("colons", "："),
    Family("ellipses", "…"),
    Family("dashes", "—"),
    Family("middle-dots", "艾·"),
    Family("latin-letters", "a"),
    Family("latin-words", "report "),
    Family("digits", "1"),
    Family("numbers-with-commas", "1,"),
    Family("decimal-points", "1."),
    Family("emoji", "😀"),
    Family("rare-ideographs", "㐀"),
    Family("traditional", "習近平總書記強調，來到國會這個東區。"),
    # Brackets and quotation marks
    Family("book-marks-nested", "《"),
    Family("quotation-marks-nested", "“"),
    Family("corner-brackets-nested", "「"),
    Family("mixed-marks-nested", "《“「（"),
    Family("brackets-unclosed", "（"),
    Family("brackets-closing", "）"),
    Family("brackets-pairs", "（）"),
    Family("square-brackets", "［"),
    Family("straight-quotes", '"'),
    Family("bracketed-name", "（王建国）"),
    Family("book-unclosed-bracket", "（《"),
    Family("quotations-with-speaker", "王建国说：“要推进乡村振兴。”"),
    Family("slogans-quoted", "“放管服”改革、"),
    Family("slogans-in-speech", "他强调，要深入推进“争先、进位、崛起”行动。", tail=""),
    # Verbs and prepositions
    Family("at", "在"),
    Family("at-place", "在青石县"),
    Family("at-place-comma", "在青石县，"),
    Family("at-blank", "在 "),
    Family("deep-into", "深入"),
    Family("deep-into-place", "深入白云社区"),
    Family("deep-into-blank", "深入 "),
    Family("emphasised", "强调，"),
    Family("emphasised-must", "强调要"),
    Family("name-emphasised", "王建国强调，"),
    Family("demanded", "要求"),
    Family("must-clauses", "要推进乡村振兴，"),
    Family("must-sentences", "要推进乡村振兴战略。", tail=""),
    Family("come-to", "来到白云社区，"),
    Family("look-at-list", "察看了白云社区、青石产业园、"),
    Family("accompanied", "陪同下"),
    Family("take-part", "参加调研，"),
    Family("represents", "代表市委"),
    Family("concerning", "就财政工作"),
    Family("report-to", "分别汇报"),
    Family("urged", "希望青石县深入贯彻"),
    Family("implements", "贯彻落实党的二十大精神、"),
    Family("pursues", "打造内陆开放枢纽、"),
    Family("as-basis", "以项目为抓手把产业作为重点"),
    Family("planned", "将于"),
    Family("denied", "没有"),
    # Meetings
    Family("meetings-repeated", "召开会议"),
    Family("meetings-sentences", "王建国主持召开全市经济工作会议。", tail=""),
    Family("meetings-different", "{name}出席{n}号工作推进会议。", tail=""),
    Family("meetings-in-a-row", "座谈会"),
    Family("meetings-quoted", "“座谈会”"),
    Family("plenum-spirit", "学习贯彻全会精神座谈会"),
    # Persons and posts
    Family("name-list-same", "王建国、"),
    Family("name-list-commas", "王建国，"),
    Family("roster-different", "{name}、"),
    Family("roster-with-posts", "副市长{name}、"),
    Family("roster-sentences", "副市长{name}出席会议。", tail=""),
    Family("roster-accompanied", "副市长{name}，", tail="陪同调研。"),
    Family("roster-lines", "{name}\n"),
    Family("posts-repeated", "副市长"),
    Family("posts-listed", "市委副书记、"),
    Family("posts-joined", "市委书记兼"),
    Family("titles-short", "市委书记{name}来到青石县。{other}书记说好。", tail=""),
    Family("appointed", "任命{name}为青石县副县长，"),
    Family("elected", "当选青石县县长"),
    Family("foreign-names", "总统艾哈迈德·阿卜杜拉、"),
    Family("general-secretary", "习近平总书记"),
    Family("congratulated", "祝贺{name}当选"),
    # Places, parks, projects
    Family("place-repeated", "青石县"),
    Family("addresses", "山西省临汾市洪洞县"),
    Family("addresses-listed", "来到临汾市洪洞县{n}号社区、"),
    Family("villages", "白云村"),
    Family("parks", "深入临汾经济开发区、"),
    Family("parks-joined", "经济开发区"),
    Family("projects", "白云产业园项目总投资15亿元，占地1000亩，"),
    Family("projects-different", "来到{n}号产业园项目，总投资{n}亿元；"),
    Family("projects-sentences", "该项目总投资{n}亿元，占地{n}亩。", tail=""),
    Family("located-at", "位于白云工业园区，"),
    Family("bodies-listed", "市发改委、市商务局、", tail="负责人参加调研。"),
    Family("and-so-on", "白云社区等"),
    Family("and-so-on-listed", "白云社区、青石村等、"),
    Family("has-parts", "建有白云馆、青石馆等场馆，"),
    # Dates and quantities
    Family("dates", "3月2日"),
    Family("dates-listed", "2024年3月2日、"),
    Family("dates-sentences", "{n}年3月2日，王建国到青石县调研。", tail=""),
    Family("days", "2日"),
    Family("money", "投资15亿元"),
    Family("quantities", "约15万多人"),
    # Frame of the report
    Family("captions", "图为王建国在青石县调研。\n"),
    Family("photo-credits", "李志强摄\n"),
    Family("bylines", "（记者 {name}）\n"),
    Family("byline-line", "（记者"),
    Family("datelines", "本报讯（记者 {name}）青石县召开会议。\n"),
    Family("editors", "责任编辑：{name}\n"),
    Family("menus", "首页 网站地图 "),
    Family("headlines", "王建国到青石县调研\n", head=""),
    Family("digest", "青石县召开会议\n3月2日，青石县召开全县经济工作会议。\n", head="一句话新闻\n"),
    Family("tail-lines", "上一篇：青石\n"),
    Family(
        "ordinary-report",
        "市长李志强来到白云社区，看望居民{name}。他强调，要深入推进乡村振兴。副市长{other}参加调研。\n",
        tail="",
    ),
    # Markdown
    _markdown("emphasis", "**"),
    _markdown("emphasis-words", "**青石**"),
    _markdown("emphasis-open", "**青石 "),
    _markdown("stars", "*"),
    _markdown("links", "[青石](http://x.cn/a)"),
    _markdown("links-open", "["),
    _markdown("links-half", "[]("),
    _markdown("links-address", "](http://"),
    _markdown("images", "![青石](a.png)\n"),
    _markdown("headings", "## 青石县\n\n市委书记王建国到青石县调研。\n\n"),
    _markdown("headings-empty", "## 青石\n"),
    _markdown("heading-levels", "# 甲\n## 乙\n### 丙\n王建国来到青石县。\n"),
    _markdown("heading-blanks", " ", head="# 青石", tail="县\n王建国来到青石县。\n"),
    _markdown("heading-hashes", "#", head="# 青石", tail="县\n王建国来到青石县。\n"),
    _markdown("hashes", "#"),
    _markdown("tables", "| 青石 | 白云 |\n"),
    _markdown("table-row", "|"),
    _markdown("fences", "```\n青石\n"),
    _markdown("backticks", "`"),
    _markdown("backslashes", "\\"),
    _markdown("quotes-nested", ">"),
    _markdown("lists", "- 王建国来到青石县。\n"),
    _markdown("rules", "---\n"),
    _markdown("dashes", "-"),
    _markdown("tags", "<b>"),
    _markdown("tags-unclosed", "<a "),
    _markdown("closing-tags", "</p "),
    _markdown("entities", "&amp;"),
    _markdown("entities-open", "&#3"),
    _markdown("entity-number", "9", head="# 青石\n\n&#", tail=";\n"),
    # HTML
    _html("nested-tags", "<div>"),
    _html("nested-spans", "<span>青"),
    _html("nested-lists", "<ul><li>青石"),
    _html("nested-tables", "<table><tr><td>"),
    _html("nested-inline", "<b><i>"),
    _html("closing-tags", "</div>"),
    _html("paragraphs", "<p>市委书记王建国来到白云社区，看望居民。</p>"),
    _html("line-breaks", "青石<br>"),
    _html("flat-divisions", "<div class='title'>青石县召开会议的消息</div>"),
    _html("headings", "<h2>青石县召开全县会议</h2>"),
    _html("attributes", " a{n}='x'", head="<p", tail=">王建国来到青石县。</p>"),
    _html("attribute-long", "x", head="<p class='", tail="'>王建国来到青石县。</p>"),
    _html("attributes-repeated", " class='x'", head="<p", tail=">王建国来到青石县。</p>"),
    _html("attributes-many-elements", "<p a='1' b='2' c='3'>青石</p>"),
    _html("entities", "&lt;"),
    _html("entities-unknown", "&x"),
    _html("comments", "<!-- 青石 -->"),
    _html("comment-open", "<!--"),
    _html("comment-long", "-", head="<!--", tail="-->"),
    _html("scripts", "<script>var a=1;</script>"),
    _html("angle-brackets", "<"),
    _html("links", "<a href='/a'>青石县召开会议</a>"),
    _html("table-rows", "<tr><td>青石</td><td>白云</td></tr>", head="<table>", tail="</table>"),
    _html("blanks", " "),
    _html("date-words", "发布时间"),
    _html("one-paragraph", "王建国来到白云社区，看望居民。", head="<p>", tail="</p>"),
    _html("plain-text", "青石"),
    _html("declarations", "<?xml "),
)


def chosen(words: list[str]) -> list[Family]:
    """Families whose name is one of the words or begins with one; all without words."""
    found = [f for f in FAMILIES if not words or any(f.name == w or f.name.startswith(w) for w in words)]
    if not found:
        raise SystemExit(f"no family is named {' or '.join(words)}; see benchmarks/long_input_families.py")
    return found
