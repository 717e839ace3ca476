"""The reason for which a candidate is accepted or rejected is in its event."""

from __future__ import annotations

import re

import pytest

from graphkit.errors import SchemaError
from graphkit.explain import Event, Explanation, explain
from graphkit.explain.events import Stage
from graphkit.model import Report, Statement
from graphkit.relations import ALL_RULES
from graphkit.schema.definition import Schema

TOUR = "3月2日，市委书记王建国到青石县调研。"
_COUNTER_EXAMPLE = re.compile(r"^\s*Not: (.+?) => ", re.M)


def explained(text: str, date: str = "2024-03-05") -> Explanation:
    return explain(Report("report", text, date=date))


def events(explanation: Explanation, name: str, quote: str | None = None) -> list[Event]:
    """The events of a rule or kind of mention, of those words."""
    text = explanation.report.text
    found = [e for s in explanation.sentences for e in s.events if e.name == name]
    return [e for e in found if quote is None or text[e.start : e.end] == quote]


def test_a_name_and_the_visit_that_needs_it_are_rejected_with_the_lexicon_class() -> None:
    explanation = explained(f"{TOUR}王建国来到生产车间，了解产量。")
    (name,) = events(explanation, "name", "生产车间")
    assert (name.accepted, name.stage) == (False, Stage.RECOGNITION)
    assert name.reason == "“生产车间” is in the lexicon class generic_place"
    (visit,) = events(explanation, "visits.at_stop", "来到")
    assert (visit.accepted, visit.proposed_by, visit.reason) == (False, "pattern visits.going", "no name was found")
    assert any("“生产车间”" in step and "generic_place" in step for step in visit.steps)


def test_a_guard_of_a_rule_is_named_with_its_pattern_and_the_words_that_it_matches() -> None:
    explanation = explained(f"{TOUR}王建国通过视频连线察看白云社区。")
    (visit,) = events(explanation, "visits.at_stop", "察看")
    assert not visit.accepted
    assert re.fullmatch(r"pattern visits\.remote \(.+\) matches “.*视频.*”", visit.reason)


def test_a_candidate_inside_a_speech_is_rejected() -> None:
    explanation = explained(f"{TOUR}他强调，干部要深入白云社区，走访群众。")
    (visit,) = events(explanation, "visits.at_stop", "深入")
    assert visit.reason == "it is inside a speech"


def test_a_meeting_that_is_not_resolved_is_the_reason() -> None:
    explanation = explained("9月3日，市长王建国出席会议并讲话。")
    (attended,) = events(explanation, "meetings.took_part", "出席")
    assert not attended.accepted
    assert attended.reason.startswith("participants.unnamed_meeting found nothing")
    assert "participants.current_meeting: no meeting of the scene was found" in attended.steps


def test_the_persons_who_cannot_be_the_subject_are_steps() -> None:
    explanation = explained("3月2日，游客对王建国表示感谢，先后来到白云社区。")
    (visit,) = events(explanation, "visits.at_stop", "来到")
    assert visit.reason == "visits._subject found nothing; it looks for who goes"
    assert visit.steps[0].startswith("“王建国”: pattern visits.object_of_another")
    assert visit.steps[-1] == "visits._subject: no leading person was found"


def test_the_status_of_a_statement_has_its_reason() -> None:
    explanation = explained(f"{TOUR}王建国将于下周前往白云社区。")
    (visit,) = events(explanation, "visits.at_stop", "前往")
    assert visit.accepted
    assert visit.statement is not None
    assert visit.statement.status == "planned"
    assert visit.reason.startswith("status planned")
    assert any("pattern drafting.planned" in step for step in visit.steps)


def test_a_statement_of_two_rules_is_merged_with_that_of_the_first() -> None:
    text = "9月3日，县委书记何清嘉主持召开县委常委会会议。县长孙立衡就安全生产工作作了汇报。"
    merged = [e for e in events(explained(text), "meetings.reported") if e.statement is not None]
    assert merged
    assert {(e.accepted, e.stage) for e in merged} == {(False, Stage.VALIDATION)}
    assert {e.reason for e in merged} == {"merged with the same statement of rule meetings.spoke_at"}


def test_a_phrase_that_is_repeated_is_rejected_with_the_earlier_one() -> None:
    text = f"{TOUR}他强调，要推进乡村全面振兴。王建国指出，要抓好乡村全面振兴。"
    rejected = [e for e in events(explained(text), "speech.said") if e.statement is not None and not e.accepted]
    assert [e.statement.object.name for e in rejected if e.statement] == ["乡村全面振兴"]
    assert rejected[0].reason == "the same speaker has said the phrase before (“乡村全面振兴”)"


def test_a_statement_that_the_schema_refuses_shows_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_self: Schema, statement: Statement, _report: Report) -> None:
        if statement.relation == "visited":
            raise SchemaError("visited: Place may not be object (青石县)")

    monkeypatch.setattr(Schema, "check", refuse)
    explanation = explained(TOUR)
    (visit,) = [e for e in events(explanation, "visits.lead_place") if e.statement is not None]
    assert (visit.accepted, visit.stage) == (False, Stage.VALIDATION)
    assert visit.reason == "the schema rejects it: visits.lead_place: visited: Place may not be object (青石县)"
    assert [s.relation for s in explanation.statements] == ["holds_post"]


def test_policy_phrases_have_scores_and_say_with_what_they_overlap() -> None:
    explanation = explained(f"{TOUR}他强调，要深入推进“放管服”改革，推进乡村全面振兴。")
    (kept,) = events(explanation, "phrase", "乡村全面振兴")
    assert (kept.accepted, kept.proposed_by) == (True, "the phrase model")
    (inside,) = events(explanation, "phrase", "全面振兴")
    assert inside.reason.endswith("but it overlaps with “乡村全面振兴”")
    (weak,) = events(explanation, "phrase", "深入推进")
    assert re.fullmatch(r"score 0\.\d\d is not above the threshold 0\.\d\d", weak.reason)
    assert weak.steps[0].startswith("features against it: ")


def test_a_verb_of_speaking_without_a_known_speaker_shows_why() -> None:
    explanation = explained("3月2日，专家代表在会上指出，产业基础薄弱。")
    (speech,) = events(explanation, "speech")
    assert (speech.accepted, speech.stage) == (False, Stage.DISCOURSE)
    assert speech.reason == "the speaker is not known"
    assert any("scene._speaker" in step for step in speech.steps)


def test_a_sentence_without_speech_says_so() -> None:
    explanation = explained(f"{TOUR}王建国来到白云社区。")
    assert [e.reason for e in events(explanation, "speech", "王建国来到白云社区。")] == [
        "there is no verb of speaking (pattern scene.speech), and no speech precedes the sentence"
    ]


def test_persons_show_what_proposed_them() -> None:
    explanation = explained(f"{TOUR}王建国来到白云社区。")
    first, second = events(explanation, "person", "王建国")
    assert first.reason == "posts before the name: 市委书记"
    assert {first.proposed_by, second.proposed_by} <= {"pattern persons.name_after_post", "the tagger (tag PER)"}


def test_organizations_of_a_roster_are_candidates() -> None:
    explanation = explained(f"{TOUR}市发改委、规划布局负责人参加调研。")
    (body,) = events(explanation, "organization", "市发改委")
    (unnamed,) = events(explanation, "organization", "规划布局")
    assert body.accepted
    assert not unnamed.accepted
    assert unnamed.reason.startswith("pattern rosters.no_body_ending")


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda r: r.name)
def test_every_rule_gives_a_reason_for_its_counter_examples(rule: object) -> None:
    texts = _COUNTER_EXAMPLE.findall(rule.run.__doc__ or "")  # type: ignore[attr-defined]
    assert texts
    for text in texts:
        found = events(explained(text.replace("\\n", "\n")), rule.name)  # type: ignore[attr-defined]
        assert found, text
        assert all(e.reason and e.reason != "no rule made a statement of it" for e in found), text
