"""Writes invented reports of two cities for the tutorial docs/tutorials/political-scientist.md.

    python examples/research/make_reports.py reports.jsonl

The names of the divisions are real, everything else is invented. In the reports, the leaders of the counties of the first
city begin an inspection campaign in January 2024 and then make EFFECT times as many visits; nothing changes in the other
city. The tutorial estimates this effect from what graphkit reads.
"""

from __future__ import annotations

import json
import math
import random
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

SEED = 2024
EFFECT = 2.0
MONTHS = [(year, month) for year in (2023, 2024) for month in range(1, 13)]
#: City → county → party secretary and head of the county.
COUNTIES = {
    "长治市": {
        "襄垣县": ("符望川", "卓文岚"),
        "沁源县": ("池景行", "靳若溪"),
        "壶关县": ("仇远舟", "阮清和"),
        "平顺县": ("宗启明", "巫晓棠"),
        "武乡县": ("屈维新", "时雨晴"),
        "黎城县": ("解景山", "邬丹青"),
    },
    "运城市": {
        "闻喜县": ("柏长松", "鲍思源"),
        "绛县": ("滕一鸣", "费雪晴"),
        "平陆县": ("单立群", "辛月华"),
        "万荣县": ("褚亦凡", "计明澜"),
        "稷山县": ("湛青云", "廉颂平"),
        "芮城县": ("郎若谷", "晏清和"),
    },
}
TOWNS = ["青石镇", "云岭镇", "南桥乡", "白杨镇", "沙河乡"]
VILLAGES = ["古井村", "石桥村", "柳湾村", "东岭村", "槐树坪村", "下河村"]
#: Each county has projects with one of these firms.
FIRMS = ["青禾", "远山", "泰和", "朗峰", "星澜", "金穗", "鸿远", "云桥", "恒岳", "长宁", "瑞丰", "天舟"]
PROJECTS = ["新材料项目", "风电项目", "农产品加工项目", "智能装备制造项目", "储能电站项目"]
BODIES = ["晋岭机械有限公司", "清源食品有限公司", "第一中学", "中医院", "社会福利中心"]
TOPICS = ["乡村振兴工作", "安全生产工作", "重点项目建设", "民生实事办理", "营商环境建设", "秋冬季造林绿化工作"]
PHRASES = ["全面推进乡村振兴", "优化营商环境", "培育新质生产力", "守牢安全生产底线", "增进民生福祉", "推动产业转型升级"]
#: Texts of reports without a visit.
OTHER = [
    "{month}月以来，{county}气温回升，各乡镇小麦陆续返青。",
    "{county}{month}月份新增市场主体两百余户，小微企业占九成。",
]
REPORTERS = ["闵小北", "祁文舒", "车宁", "展一川"]


def poisson(chance: random.Random, mean: float) -> int:
    """Return a random number of events, from a Poisson distribution with this mean."""
    limit, product, events = math.exp(-mean), chance.random(), 0
    while product > limit:
        product *= chance.random()
        events += 1
    return events


def site(chance: random.Random, county: str, firm: str) -> str:
    """Return the name of a place that is visited, for some places with the county."""
    kind = chance.choice(["village", "village", "project", "park", "body"])
    if kind == "village":
        return chance.choice(TOWNS) + chance.choice(VILLAGES)
    if kind == "park":
        return f"{county}经济技术开发区"
    if kind == "body":
        return county + chance.choice(BODIES)
    return (county if chance.random() < 0.5 else "") + firm + chance.choice(PROJECTS)


def sentence(chance: random.Random, day: date, post: str, person: str, where: str) -> str:
    """Return the text of a report about one visit."""
    when, leader = f"{day.month}月{day.day}日", post + person
    topic, phrase = chance.choice(TOPICS), chance.choice(PHRASES)
    return chance.choice(
        [
            f"本报讯（记者{chance.choice(REPORTERS)}）{when}，{leader}到{where}调研{topic}。{person}强调，要{phrase}。",
            f"{when}上午，{leader}深入{where}，实地察看{topic}推进情况。他指出，要坚持问题导向，{phrase}。",
            f"{when}，{leader}带队赴{where}检查{topic}。检查中，{person}要求，各部门要密切配合，{phrase}。",
            f"为推动{topic}，{when}下午，{leader}来到{where}，与干部群众座谈。他强调，要{phrase}。",
        ]
    )


def reports() -> Iterator[dict[str, str]]:
    """Yield the reports in order of county and month."""
    chance, firms = random.Random(SEED), iter(FIRMS)
    for number, (city, counties) in enumerate(COUNTIES.items()):
        for county, leaders in counties.items():
            firm = next(firms)
            busy = chance.uniform(0.6, 0.9)
            about = {"place": f"山西省{city}{county}", "publisher": f"{county}融媒体中心"}
            for year, month in MONTHS:
                if month in (3, 9):
                    text = OTHER[month // 9].format(month=month, county=county)
                    yield {"date": f"{year}-{month:02}-28", **about, "title": f"{county}要闻", "text": text}
                mean = busy * (EFFECT if number == 0 and year == 2024 else 1)
                for post, person in zip(("县委书记", "县长"), leaders, strict=True):
                    for _ in range(poisson(chance, mean)):
                        day = date(year, month, 1) + timedelta(days=chance.randrange(27))
                        text = sentence(chance, day, post, person, site(chance, county, firm))
                        following = str(day + timedelta(days=1))
                        yield {"date": following, **about, "title": f"{person}到基层调研", "text": text}


def main(path: Path) -> None:
    """Write the reports with ids."""
    rows = [{"id": f"report-{n:03}", **report} for n, report in enumerate(reports(), 1)]
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    print(f"{len(rows)} reports written to {path}")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "reports.jsonl"))
