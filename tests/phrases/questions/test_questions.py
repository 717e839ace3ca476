"""Questions on an invented collection with known answers."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

import graphkit
from graphkit.errors import UsageError
from graphkit.phrases.api import Phrases
from graphkit.phrases.index.builder import build_index
from tests.conftest import write_records
from tests.phrases.conftest import collection, folder_bytes

RECORDS = {r["id"]: r for r in collection()}


def using(words: str, since: str = "", until: str = "9") -> list[str]:
    """Ids of the reports that contain the words, found by text search."""
    return [i for i, r in RECORDS.items() if words in r["text"] and since <= r["date"] <= until]


def test_every_use_is_quoted_exactly(phrases: Phrases) -> None:
    rows = phrases.uses("低空经济")
    assert [r["report"] for r in rows] == using("低空经济")
    for row in rows:
        report, _, span = row["span"].rpartition(":")
        start, end = map(int, span.split("-"))
        assert RECORDS[report]["text"][start:end] == row["quote"]
        start, end = map(int, row["phrase_span"].rpartition(":")[2].split("-"))
        assert RECORDS[report]["text"][start:end] == "低空经济"
        assert (row["speaker"], row["voice"]) == ("林知远", "leader")


def test_list_counts_reports(phrases: Phrases) -> None:
    rows = {r["phrase"]: r for r in phrases.list(min_score=0)}
    assert rows["发展低空经济"]["count"] == len(using("低空经济"))
    assert rows["深化“放管服”改革"]["count"] == len(using("“放管服”改革"))
    assert rows["发展低空经济"]["leader"] == rows["发展低空经济"]["mentions"] == rows["发展低空经济"]["count"]
    assert rows["发展低空经济"]["share"] == pytest.approx(len(using("低空经济")) / 120)
    assert {"phrase", "count", "first", "score"} <= set(rows["发展低空经济"])


def test_a_form_with_an_adverb_is_the_same_phrase(phrases: Phrases) -> None:
    place = phrases.find("发展低空经济")
    assert place == phrases.find("加快发展低空经济")
    faster = len(using("加快发展低空经济"))
    assert dict(phrases.index.forms(place)) == {
        "发展低空经济": len(using("低空经济")) - faster,
        "加快发展低空经济": faster,
    }
    assert phrases.find("放管服改革") == phrases.find("“放管服”改革")


def test_trend_has_every_period_and_its_interval(phrases: Phrases) -> None:
    rows = phrases.trend(["低空经济"], by="quarter")
    assert [r["period"] for r in rows] == [f"{y}-Q{q}" for y in (2023, 2024) for q in range(1, 5)][: len(rows)]
    assert [r["count"] for r in rows[:4]] == [0, 0, 0, 0]
    for row in rows:
        assert row["low"] <= row["share"] <= row["high"]
    assert rows[3]["empty_reports"] == 1
    assert sum(r["reports"] for r in rows) == 120
    per = phrases.trend("低空经济", by="year", per="characters")
    characters = sum(len(r["text"]) for r in RECORDS.values() if r["date"] >= "2024")
    assert per[1]["per_million"] == pytest.approx(1e6 * len(using("低空经济")) / characters, rel=0.02)


def test_first_uses_name_the_preceding_gap(phrases: Phrases) -> None:
    rows = phrases.first("低空经济")
    assert [r["report"] for r in rows] == using("低空经济")[:3]
    assert rows[0]["first"] == rows[0]["date"] == RECORDS[using("低空经济")[0]]["date"]
    assert rows[0]["gap_before"] == "no report between 2023-12-30 and 2024-01-02; 1 report of 2023-12-30 without text"
    assert all(isinstance(r["companions"], list) for r in rows)
    places = phrases.first("低空经济", by="place", top=1)
    assert {r["place"] for r in places} == {"山西省临汾市", "山西省太原市"}


def test_new_phrases_are_emerging(phrases: Phrases) -> None:
    rows = phrases.emerging(since="2024-01-01", until="2024-06-30")
    assert "低空经济" in rows[0]["phrase"]
    assert rows[0]["new"]
    assert rows[0]["count_before"] == 0 < rows[0]["count"] == len(using("低空经济", until="2024-06-30"))
    assert len([r for r in rows if "低空经济" in r["phrase"]]) == 1
    assert not any("营商环境" in r["phrase"] or "放管服" in r["phrase"] for r in rows)
    assert [r["score"] for r in rows] == sorted((r["score"] for r in rows), reverse=True)


def test_without_hindsight_later_reports_are_not_counted(planted: graphkit.Graph, tmp_path: Path) -> None:
    ends = "2024-03-31"
    with graphkit.open(tmp_path / "g", create=True) as graph:
        graph.build(write_records(tmp_path / "r.jsonl", [r for r in collection() if r["date"] <= ends]))
        cut = graph.phrases().emerging(since="2024-01-01", until=ends, hindsight=False)
    whole = planted.phrases().emerging(since="2024-01-01", until=ends, hindsight=False)
    keys = ("phrase", "count", "count_before", "surprise")
    assert [[r[k] for k in keys] for r in whole][:1] == [[r[k] for k in keys] for r in cut][:1]


def test_discontinued_phrases_are_silent_and_seasonal_phrases_are_not(phrases: Phrases) -> None:
    rows = phrases.silent(since="2024-04-01", until="2024-12-31", min_score=0)
    assert len(rows) == 1
    assert "放管服" in rows[0]["phrase"]
    assert rows[0]["count"] == 0
    assert rows[0]["last_before"] == RECORDS[using("放管服")[-1]]["date"]
    assert not any("春耕" in r["phrase"] for r in phrases.silent(since="2024-04-01", min_score=0))


def test_tiers_list_phrases_that_changed_tier(phrases: Phrases, tmp_path: Path) -> None:
    rows = {r["phrase"]: r for r in phrases.tiers(2024, min_score=0)}
    assert (rows["发展低空经济"]["tier"], rows["发展低空经济"]["tier_before"], rows["发展低空经济"]["moved"]) == (
        "1 everywhere",
        "",
        6,
    )
    assert rows["深化“放管服”改革"]["moved"] == -6
    own = tmp_path / "tiers.toml"
    own.write_text('[[tier]]\nname = "some"\nleast = 1\n', encoding="utf-8")
    assert {r["tier"] for r in phrases.tiers(2024, tiers=str(own), min_score=0)} <= {"some", ""}
    own.write_text("tier = 3", encoding="utf-8")
    with pytest.raises(UsageError, match=r"no file of tiers"):
        phrases.tiers(2024, tiers=own)


def test_movers_compare_with_the_preceding_period(phrases: Phrases) -> None:
    rows = {r["phrase"]: r for r in phrases.movers(since="2024-01-01", until="2024-12-31", min_score=0)}
    assert rows["发展低空经济"]["change"] == pytest.approx(1.0)
    assert rows["深化“放管服”改革"]["change"] == pytest.approx(-1.0)
    assert rows["发展低空经济"]["q"] < 0.001
    assert rows["优化营商环境"]["q"] > 0.5


def test_the_earlier_period_of_movers_ends_before_the_later_one_by_default(phrases: Phrases) -> None:
    options = {"since": "2024-01-01", "before_since": "2023", "min_score": 0}
    assert phrases.movers(**options) == phrases.movers(**options, before_until="2023")
    assert phrases.movers(**options) != phrases.movers(**options, before_until="2024")


def test_spread_lists_places_and_speakers_in_order(phrases: Phrases) -> None:
    rows = phrases.spread("低空经济")
    first = {
        p: next(i for i in using("低空经济") if RECORDS[i]["place"] == p) for p in ("山西省临汾市", "山西省太原市")
    }
    assert {r["place"]: r["report"] for r in rows} == first
    assert [r["order"] for r in rows] == [1, 2]
    assert rows[0]["days_after"] == 0 < rows[1]["days_after"]
    assert [r["speaker"] for r in phrases.spread("低空经济", over="speakers")] == ["林知远"]
    assert [r["level"] for r in phrases.spread("低空经济", over="levels")] == ["city"]


def test_phrases_that_occur_together_are_found(phrases: Phrases) -> None:
    rows = {r["phrase"]: r for r in phrases.together("春耕备耕", min_score=0)}
    assert "抓好春耕备耕" not in rows
    assert rows["优化营商环境"]["count"] == len(using("春耕备耕"))
    assert rows["优化营商环境"]["lift"] == pytest.approx(1.0)


def test_wording_lists_added_parts(phrases: Phrases) -> None:
    rows = {(r["wording"], r["kind"]): r for r in phrases.wording("低空经济")}
    assert rows["低空经济", "formula"]["count"] == len(using("低空经济"))
    assert rows["发展低空经济", "before"]["added"] == "发展"


def test_intensity_follows_the_scale(phrases: Phrases) -> None:
    rows = phrases.intensity("低空经济", by="year")
    assert [r["period"] for r in rows] == ["2024"]
    assert rows[0]["highest"] == 4
    assert rows[0]["word"] == "加快"
    assert rows[0]["mean"] == pytest.approx(3 + len(using("加快发展低空经济")) / len(using("低空经济")), abs=0.001)


def test_filters_apply_to_every_question(phrases: Phrases) -> None:
    assert phrases.list(voice="leader", min_score=0, since="2024")[0]["reporter"] == 0
    assert phrases.list(level="province") == []
    assert len(phrases.uses("低空经济", voice="meeting")) == 0
    for code, city in (("140100", "太原市"), ("141000", "临汾市")):
        assert (
            [r["report"] for r in phrases.uses("低空经济", place=code)]
            == [i for i in using("低空经济") if RECORDS[i]["place"].endswith(city)]
            != []
        )
    assert len(phrases.uses("低空经济", place="140000")) == len(using("低空经济"))
    assert len(phrases.uses("低空经济", place="山西")) == len(using("低空经济"))
    assert phrases.list(place="350000") == []
    for wrong in (
        {"level": "village"},
        {"voice": "crowd"},
        {"since": "gestern"},
        {"since": "2024-05", "until": "2024-01"},
        {"since": "2024-13"},
        {"place": "山西西"},
        {"place": "999999"},
    ):
        with pytest.raises(UsageError):
            phrases.list(**wrong)


def test_an_unknown_phrase_is_reported_with_a_suggestion(phrases: Phrases) -> None:
    with pytest.raises(UsageError, match=r"uses the phrase '低空经济带'; there are .*低空经济"):
        phrases.find("低空经济带")


def test_answers_can_be_converted_to_data_frames(phrases: Phrases) -> None:
    frame = phrases.trend("低空经济").frame()
    assert list(frame.columns[:4]) == ["phrase", "period", "count", "mentions"]
    assert frame["count"].sum() == len(using("低空经济"))


def test_the_index_does_not_depend_on_report_order_or_extractor(planted: graphkit.Graph, tmp_path: Path) -> None:
    """Reports in any order give identical files; without stored words the index is the same except for speakers."""
    records = collection()
    Random(3).shuffle(records)
    with graphkit.open(tmp_path / "g", create=True) as graph:
        graph.build(write_records(tmp_path / "r.jsonl", records))
        build_index(graph.ledger, tmp_path / "shuffled")
        build_index(planted.ledger, tmp_path / "planned")
        assert folder_bytes(tmp_path / "shuffled") == folder_bytes(tmp_path / "planned")
        graph.ledger._db.execute("DELETE FROM words")
        build_index(graph.ledger, tmp_path / "bare")
    assert folder_bytes(tmp_path / "bare")["phrases.arrow"] == folder_bytes(tmp_path / "planned")["phrases.arrow"]


def test_empty_graphs_and_graphs_without_dates_have_answers(tmp_path: Path) -> None:
    with graphkit.open(tmp_path / "empty", create=True) as graph:
        assert graph.phrases().list() == []
    with graphkit.open(tmp_path / "undated", create=True) as graph:
        graph.build(
            write_records(tmp_path / "r.jsonl", [{k: v for k, v in r.items() if k != "date"} for r in collection()[:9]])
        )
        found = graph.phrases()
        assert found.list(min_score=0)[0]["first"] == ""
        assert found.trend("优化营商环境") == []
        assert found.first("优化营商环境") == []
        assert found.emerging(since="2024") == []


def test_undated_and_short_reports_do_not_affect_dated_reports(tmp_path: Path) -> None:
    records = [{k: v for k, v in r.items() if k != "date" or n % 4} for n, r in enumerate(collection()[:12])]
    records.append({"id": "short", "date": "2023-01-04", "text": "要优化营商环境。"})
    with graphkit.open(tmp_path / "g", create=True) as graph:
        graph.build(write_records(tmp_path / "r.jsonl", records))
        found = graph.phrases()
        (row,) = (r for r in found.list(min_score=0) if r["phrase"] == "优化营商环境")
        dated = sorted(r["date"] for r in records if "date" in r)
        assert (row["first"], row["last"]) == (dated[0], dated[-1])
        place = found.find("优化营商环境")
        assert (found.index.first[place], found.index.last[place]) == (dated[0], dated[-1])
        assert row["count"] == 13
        assert row["share"] == 1.0
        assert not found.index.empty.any()


def test_the_property_graph_contains_the_uses(planted: graphkit.Graph) -> None:
    (row,) = planted.cypher(
        "MATCH (f:Phrase {name: '发展低空经济'}) RETURN f.first AS first, f.report_count AS reports, f.mention_count AS "
        "mentions"
    )
    assert row == {"first": RECORDS[using("低空经济")[0]]["date"], "reports": 59, "mentions": 59}
    assert planted.cypher(
        "MATCH (r:Report)-[m:MENTIONS]->(:Phrase {name: '优化营商环境'}) RETURN count(r) AS n, sum(m.count) AS m"
    ) == [{"n": 120, "m": 120}]
    rows = planted.sparql(
        "SELECT ?date ?n WHERE { ?f skos:prefLabel '发展低空经济'@zh ; gk:firstUse ?date ; gk:reportCount ?n }"
    )
    assert [(str(r["date"]), r["n"]) for r in rows] == [(RECORDS[using("低空经济")[0]]["date"], 59)]
