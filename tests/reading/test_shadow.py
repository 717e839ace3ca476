from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from graphkit.reading.shadow import _INVISIBLE, _UNCHANGED, _normalized, _simplified, make_shadow

WORDS = st.text(st.sampled_from(list('市委书记到石渡县調研們這３，。,;“”"\n\u3000 \u2002\u200b()（）2·')), max_size=200)


@given(WORDS)
def test_offsets_increase_and_are_inside_the_text(text: str) -> None:
    shadow = make_shadow(text)
    assert len(shadow.text) == len(shadow.offsets)
    assert list(shadow.offsets) == sorted(shadow.offsets)
    assert all(0 <= o < len(text) for o in shadow.offsets)


@given(WORDS)
def test_every_letter_of_the_text_is_in_the_normalized_text_once(text: str) -> None:
    shadow = make_shadow(text)
    letters = [o for o, c in zip(shadow.offsets, shadow.text, strict=True) if c.isalnum()]
    assert letters == [i for i, c in enumerate(text) if c.isalnum()]


def test_character_widths_are_normalized() -> None:
    assert make_shadow("３月２日,他说:“好!”").text == "3月2日，他说：“好！”"


def test_spaces_inside_a_sentence_are_removed_and_offsets_are_kept() -> None:
    text = "市\u2002委\u3000书记"
    shadow = make_shadow(text)
    start = shadow.text.index("书记")
    assert text[slice(*shadow.original(start, start + 2))] == "书记"


def test_hard_wrapped_lines_are_one_paragraph() -> None:
    line = "市委书记林知远到石渡县调研乡村振兴工作并看望慰问一线干部群众他强调要坚持"
    text = "\n".join([line, line, line, "人民至上。"])
    assert "\n" not in make_shadow(text).text


def test_paragraphs_of_different_length_remain_separate() -> None:
    assert (
        make_shadow("林知远在石渡县调研\n3月2日，市委书记林知远到石渡县调研。\n他强调，要实干。").text.count("\n") == 2
    )


def test_traditional_characters_match_simplified_rules() -> None:
    text = "縣委書記何清嘉來到雲霧鎮，強調這是學習"
    shadow = make_shadow(text)
    assert shadow.text == "县委书记何清嘉来到云雾镇，强调这是学习"
    assert text[slice(*shadow.original(0, 4))] == "縣委書記"


def test_sequences_of_plain_characters_are_unchanged() -> None:
    for char in map(chr, range(0x110000)):
        if _UNCHANGED.fullmatch(char):
            assert (_normalized(char), char.isspace(), char in _INVISIBLE) == (char, False, False)
            assert char >= "\u3400" or _simplified(char) == char


def test_straight_quotation_marks_become_opening_and_closing_marks() -> None:
    assert make_shadow('他说"好"和"行"').text == "他说“好”和“行”"


def test_a_comma_inside_a_number_is_not_punctuation() -> None:
    assert make_shadow("总额1,000元,共2项").text == "总额1,000元，共2项"
