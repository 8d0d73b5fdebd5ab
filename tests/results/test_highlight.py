from hypothesis import given
from hypothesis import strategies as st

from quiz.marking import Mark, Outcome, Span
from quiz.results.highlight import Piece, pieces


def covered(position: int, *spans: tuple[int, int]) -> Mark:
    return Mark(position, Outcome.COVERED, tuple(Span(*span) for span in spans), "")


spans = st.tuples(st.integers(0, 60), st.integers(1, 20)).map(lambda pair: (pair[0], pair[0] + pair[1]))
marks = st.lists(st.lists(spans, max_size=4), max_size=5).map(
    lambda found: [covered(position, *evidence) for position, evidence in enumerate(found)]
)


@given(st.text(max_size=50), marks)
def test_the_pieces_joined_are_the_answer(answer, marks):
    assert "".join(piece.text for piece in pieces(answer, marks)) == answer


@given(st.text(max_size=50), marks)
def test_no_piece_is_empty(answer, marks):
    assert all(piece.text for piece in pieces(answer, marks))


@given(st.text(max_size=50), marks)
def test_exactly_the_characters_of_evidence_are_marked_with_all_their_points(answer, marks):
    expected = [set() for _ in answer]
    for mark in marks:
        for span in mark.evidence:
            if span.end <= len(answer):
                for index in range(span.start, span.end):
                    expected[index].add(mark.position)
    shown = [set(piece.points) for piece in pieces(answer, marks) for _ in piece.text]
    assert [bool(points) for points in shown] == [bool(points) for points in expected]
    assert all(points <= more for points, more in zip(expected, shown, strict=True))


def test_an_answer_without_evidence_is_one_piece():
    assert pieces("自注意力", []) == [Piece("自注意力")]


def test_an_empty_answer_has_no_pieces():
    assert pieces("", [covered(0, (0, 1))]) == []


def test_spans_are_code_points_and_not_utf_16():
    assert pieces("🙂注意力。", [covered(0, (1, 4))]) == [Piece("🙂"), Piece("注意力", (0,), (0,)), Piece("。")]


def test_overlapping_spans_become_one_piece_with_the_points_of_both():
    assert pieces("abcdef", [covered(0, (0, 3)), covered(2, (2, 5))]) == [Piece("abcde", (0, 2), (0, 2)), Piece("f")]


def test_touching_spans_stay_apart():
    assert pieces("abcd", [covered(0, (0, 2)), covered(1, (2, 4))]) == [
        Piece("ab", (0,), (0,)),
        Piece("cd", (1,), (1,)),
    ]


def test_a_span_that_reaches_outside_the_answer_is_ignored():
    assert pieces("abc", [covered(0, (1, 9))]) == [Piece("abc")]


def test_of_several_pieces_for_one_point_the_first_is_known():
    cut = pieces("abcd", [covered(0, (0, 1), (2, 3))])
    assert [piece.firsts for piece in cut] == [(0,), (), (), ()]
