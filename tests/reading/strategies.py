"""Hypothesis strategies for texts of this genre and for characters that are difficult to read."""

from __future__ import annotations

from hypothesis import strategies as st

SURNAMES = ("林", "王", "欧阳", "艾尔肯·吐尼亚孜", "赵")
GIVEN = ("知远", "建国", "某某", "")
PLACES = ("石渡县", "青石镇", "云岭经济开发区", "临江市", "华翔(石渡)智能科技产业园", "")
POSTS = ("市委书记", "县长", "市委常委、副市长", "国务院总理", "")
DAYS = ("3月12日", "近日", "2月30日", "21日至22日", "2024年3月2日", "去年", "")
SPEECH = ("要全面推进乡村振兴", "坚持稳中求进、以进促稳、先立后破", "因地制宜发展“新质生产力”", "“" * 3, "、，；")
ODD = ("\u202e", "\u3000\u3000", "\r\n", "。" * 5, "<b>", "\ufeff", "㎡", "１２３", "𠮷", "e\u0301")


@st.composite
def sentences(draw: st.DrawFn) -> str:
    """One sentence of the genre with random parts."""
    who = draw(st.sampled_from(POSTS)) + draw(st.sampled_from(SURNAMES)) + draw(st.sampled_from(GIVEN))
    where, day, words = draw(st.sampled_from(PLACES)), draw(st.sampled_from(DAYS)), draw(st.sampled_from(SPEECH))
    return draw(
        st.sampled_from(
            (
                f"{day}，{who}到{where}调研。",
                f"{who}强调，{words}。",
                f"{where}召开会议，{who}主持并讲话。",
                f"（记者 {who}）",
                f"{where}总投资{draw(st.integers(0, 10**9))}万元的项目开工。",
                f"他指出，{words}，{words}。",
                f"据悉，{where}将于{day}建成。",
            )
        )
    )


@st.composite
def report_texts(draw: st.DrawFn) -> str:
    """Sentences and problematic sequences in any order, with at least one word."""
    parts = draw(
        st.lists(
            st.one_of(
                sentences(),
                st.sampled_from(ODD),
                st.text(st.characters(exclude_categories=("Cc", "Cs", "Co")), max_size=8),
            ),
            max_size=10,
        )
    )
    return "石渡县召开会议。" + "".join(parts)
