import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.marking import InvalidExpression, check_expression
from quiz.marking.expressions import parse_expression, read
from tests.marking.strategies import anything, patient


def matched(written: str, answer: str) -> str | None:
    """The piece of the answer that the expression matches first."""
    span = parse_expression(written).first_match(read(answer), 0)
    return answer[span.start : span.end] if span else None


@pytest.mark.parametrize("written", ["", "   ", "。", "-", "*", " * ", "—*", "\u200b", "\0", "\ud800"])
def test_an_expression_of_separators_only_is_empty(written: str):
    with pytest.raises(InvalidExpression) as caught:
        check_expression(written)
    assert (caught.value.key, caught.value.position) == ("empty", 0)
    assert caught.value.message == str(caught.value)


@pytest.mark.parametrize(
    ("written", "position"), [("*a", 0), ("a*b", 1), ("a**", 1), (" a* b*", 2), ("注意＊力", 2), ("a* \u200b", 1)]
)
def test_a_star_that_is_not_last_is_refused_where_it_stands(written: str, position: int):
    with pytest.raises(InvalidExpression) as caught:
        check_expression(written)
    assert (caught.value.key, caught.value.position) == ("star-not-last", position)


@pytest.mark.parametrize("written", ["a", "a*", "a* ", "a＊", "注意力*", "c++", "+", "^a", "😀", "x̂"])
def test_other_expressions_are_accepted(written: str):
    check_expression(written)


@patient
@given(anything)
def test_any_text_is_either_accepted_or_refused_at_a_position_in_it(written: str):
    try:
        expression = parse_expression(written)
    except InvalidExpression as invalid:
        assert 0 <= invalid.position <= max(len(written) - 1, 0)
    else:
        assert expression.text


@pytest.mark.parametrize(
    ("written", "answer", "found"),
    [
        ("RNN", "an rnn.", "rnn"),
        ("rnn", "基于RNN模型", "RNN"),
        ("rnn", "ＲＮＮ", "ＲＮＮ"),
        ("rnn", "rnns", None),
        ("rnn", "birnn", None),
        ("rnn", "rnn2", None),
        ("rnn", "rnns rnn", "rnn"),
        ("rnn", "rnn_cell", "rnn"),
        ("fine", "is ﬁne", "ﬁne"),
        ("fin", "is ﬁne", None),
        ("kg", "㎏", "㎏"),
        ("kg", "5㎏", None),
        ("self-attention", "Self Attention", "Self Attention"),
        ("self attention", "self-\n  attention", "self-\n  attention"),
        ("self attention", "selfattention", None),
        ("c++", "in C++!", "C++"),
        ("c++", "objc++", None),
        ("+", "a + b", "+"),
        ("+", "a+b", None),
        ("+", "a+b + c", "+"),
        ("+", "a++", "+"),
    ],
)
def test_an_ascii_expression_matches_whole_words(written: str, answer: str, found: str | None):
    assert matched(written, answer) == found


@pytest.mark.parametrize(
    ("written", "answer", "found"),
    [
        ("transform*", "Transformers", "Transform"),
        ("transform*", "transform", "transform"),
        ("transform*", "a pretransformer", None),
        ("rnn＊", "RNNs", "RNN"),
        ("self att*", "self-attentive", "self-att"),
        ("k*", "5 ㎏", "㎏"),
        ("注意*", "注意力", "注意"),
    ],
)
def test_a_star_lifts_the_boundary_on_the_right(written: str, answer: str, found: str | None):
    assert matched(written, answer) == found


@pytest.mark.parametrize(
    ("written", "answer", "found"),
    [
        ("注意力", "自注意力机制", "注意力"),
        ("注意力", "注 意，力", "注 意，力"),
        ("注 意 力", "注意力", "注意力"),
        ("训练", "預訓練", "訓練"),
        ("訓練", "预训练", "训练"),
        ("Q矩阵", "xq 矩陣", "q 矩陣"),
        ("café", "CAFE\u0301s", "CAFE\u0301"),
        ("cafe", "cafe\u0301", None),
        ("注意力", "注意", None),
    ],
)
def test_another_expression_matches_anywhere_whatever_the_spaces(written: str, answer: str, found: str | None):
    assert matched(written, answer) == found


FEW_LETTERS = st.sampled_from("aaa1 +")


@patient
@given(
    st.text(FEW_LETTERS, max_size=20),
    st.text(FEW_LETTERS, min_size=1, max_size=3).filter(lambda text: not text.isspace()),
    st.booleans(),
    st.integers(0, 20),
)
def test_whole_words_agree_with_trying_every_place(answer: str, written: str, open_end: bool, offset: int):
    expression = parse_expression(written + "*" * open_end)
    reading = read(answer)
    text, size = reading.spaced.text, len(expression.text)

    def fits(start: int) -> bool:
        alone = not text[:start][-1:].isalnum() and (open_end or not text[start + size :][:1].isalnum())
        return alone and text[start : start + size] == expression.text

    places = [start for start in range(reading.spaced.index_from(offset), len(text)) if fits(start)]
    expected = reading.spaced.span(places[0], places[0] + size) if places else None
    assert expression.first_match(reading, offset) == expected
