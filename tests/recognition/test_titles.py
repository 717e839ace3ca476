"""Short titles refer to the person whose post they repeat."""

from __future__ import annotations

from collections.abc import Callable

from graphkit.recognition.marks import MarkedReport, PersonMark

Marked = Callable[[str], MarkedReport]


def last(report: MarkedReport) -> tuple[PersonMark, ...]:
    return report.sentences[-1].persons


def test_a_surname_with_the_rank_refers_to_the_full_name(marked: Marked) -> None:
    report = marked("县委书记王建国到白云社区调研。王书记详细了解情况。")
    (person,) = last(report)
    assert (person.name, report.words(person.start, person.end)) == ("王建国", "王书记")
    assert person.anchor is not None
    assert report.words(*person.anchor) == "王建国"


def test_a_title_that_fits_two_persons_is_not_resolved(marked: Marked) -> None:
    report = marked("市委书记王建国、县委书记王志强到白云社区调研。王书记详细了解情况。")
    assert [p.name for p in report.sentences[0].persons] == ["王建国", "王志强"]
    assert last(report) == ()


def test_a_title_before_a_speech_verb_without_a_name_is_not_a_person(marked: Marked) -> None:
    report = marked("县委书记王建国到白云社区调研。会议传达王书记重要讲话精神。")
    assert last(report) == ()
