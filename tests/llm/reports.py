"""An invented report, and what a model states of it."""

from __future__ import annotations

from graphkit.model import Report
from tests.llm.fake_model import Item, item

TEXT = (
    "云泽日报讯（记者 周禾）2024年3月12日，市委书记林知远深入石渡县白鹭洲社区调研。他强调，要持续优化营商环境。"
    "县长陈若川陪同调研。\n石渡智能装备产业园项目占地120亩，已开工建设。下一步，石渡县将召开项目推进会。"
)
REPORT = Report("tour", TEXT, date="2024-03-13", place="云泽市")
VISIT = item("visited", "林知远", "石渡县白鹭洲社区", "市委书记林知远深入石渡县白鹭洲社区调研", "Person Site")
POST = item("holds_post", "林知远", "市委书记", "市委书记林知远深入石渡县白鹭洲社区调研")
PHRASE = item("emphasized", "林知远", "优化营商环境", "他强调，要持续优化营商环境", "Person")
COMPANION = item("accompanied", "陈若川", "林知远", "县长陈若川陪同调研", "Person")
AREA = item(
    "has_attribute", "石渡智能装备产业园项目", "120亩", "石渡智能装备产业园项目占地120亩", "Project", kind="area"
)
KNOWN: list[Item] = [VISIT, POST, PHRASE, COMPANION, AREA]
#: Subject, relation and object of the known statements.
TRUE = {(i["subject"], i["relation"], i["object"]) for i in KNOWN}
