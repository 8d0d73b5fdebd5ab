"""What hypothesis makes answers, expressions and rubrics of, and how patient it is."""

import sys

from hypothesis import settings
from hypothesis import strategies as st

from quiz.marking import InvalidExpression, KeyPoint, Rubric, check_expression

# Lone surrogates, NUL, marks of direction, joiners, emoji, accents in pieces, ligatures, jamo, half-width kana.
TROUBLE = [
    *("\ud800", "\udfff", "\0", "\u200f", "\u202e", "\u200d", "\ufeff", "😀", "👩🏽‍💻", "e\u0301", "\u0301", "\u0323"),
    *("ﬁ", "㎏", "ﷺ", "ＡＢ", "　", "İ", "Σς", "ß", "가", "\u1100", "\u1161", "\u11a8", "ｶ", "ﾞ", "\u09c7", "\u09be"),
]
USUAL = [
    *("注意力", "注意", "註", "訓練", "训练", "模型", "self-attention", "rnn", "RNN", "c++"),
    *"aAbB19 -_*。，.+#^\n\t",
]

# A machine that runs other tests beside this one may pause for longer than hypothesis's 200 ms.
patient = settings(deadline=None)

# By number: hypothesis's own characters() takes a second to make its tables, and then complains of the delay.
characters = st.one_of(st.integers(0, 0x24F), st.integers(0x3000, 0x9FFF), st.integers(0, sys.maxunicode)).map(chr)
anything = st.lists(characters, max_size=60).map("".join)
answers = st.one_of(st.lists(st.sampled_from(TROUBLE + USUAL), max_size=25).map("".join), anything)


def is_valid(written: str) -> bool:
    try:
        check_expression(written)
    except InvalidExpression:
        return False
    return True


@st.composite
def lines(draw: st.DrawFn) -> str:
    """A line with some of the notation's signs in it."""
    group = st.lists(st.sampled_from([*USUAL[:11], "@more", "ab…cd", '"a + b"']), min_size=1, max_size=3).map(
        " | ".join
    )
    sign = draw(st.sampled_from([" + ", " > "]))
    line = sign.join(draw(st.lists(group, min_size=1, max_size=3)))
    return draw(st.sampled_from(["", "~ "])) + line + draw(st.sampled_from(["", " ! rnn | 注意"]))


expressions = st.one_of(
    lines(),
    st.lists(st.sampled_from(USUAL + TROUBLE), min_size=1, max_size=3).map("".join),
    st.lists(characters, min_size=1, max_size=4).map("".join),
).filter(is_valid)


@st.composite
def rubrics(draw: st.DrawFn) -> Rubric:
    positions = draw(st.lists(st.integers(0, 50), max_size=4, unique=True))
    return Rubric(
        tuple(
            KeyPoint(
                position,
                weight=draw(st.integers(1, 3)),
                scored=draw(st.booleans()),
                expressions=tuple(draw(st.lists(expressions, max_size=4))),
                misconceptions=tuple(draw(st.lists(expressions, max_size=1))),
            )
            for position in positions
        )
    )
