import time
from timeit import Timer

import pytest
from hypothesis import given

from quiz.marking import ENGINE_VERSION, KeyPoint, Mark, Outcome, Rubric, Span, mark, score_of
from tests.marking.strategies import answers, patient, rubrics


def point(*expressions: str, position: int = 1, weight: int = 1, scored: bool = True) -> KeyPoint:
    return KeyPoint(position, weight, scored, expressions)


def mark_one(answer: str, *expressions: str) -> Mark:
    return mark(Rubric((point(*expressions),)), answer).marks[0]


def quotations(answer: str, *expressions: str) -> list[str]:
    return [answer[span.start : span.end] for span in mark_one(answer, *expressions).evidence]


def test_the_engine_that_reads_statements_is_version_2():
    assert ENGINE_VERSION == "2"


def test_it_marks_each_point_in_the_rubrics_order():
    rubric = Rubric(
        (
            point("自注意力", position=3, weight=2),
            point("并行", position=1, weight=1),
            point("transformer", position=2, scored=False),
        )
    )
    marking = mark(rubric, "Transformer 用自注意力。")
    assert marking.marks == (
        Mark(3, Outcome.COVERED, (Span(13, 17),), "自注意力", 1.0),
        Mark(1, Outcome.MISSED, (), "", 0.0),
        Mark(2, Outcome.COVERED, (Span(0, 11),), "transformer", 1.0),
    )
    assert marking.score == 73


def test_evidence_counts_code_points_of_the_answer_as_typed():
    answer = "😀 ﬁrst: e\u0301\u0323 ＲＮＮ"
    assert mark_one(answer, "rnn").evidence == (Span(12, 15),)


def test_it_keeps_three_quotations_that_do_not_overlap():
    assert quotations("注意力 attention 注意 注意力", "注意力", "注意", "attention") == ["注意力", "attention", "注意"]
    assert mark_one("哈哈哈哈哈哈哈哈哈", "哈哈").evidence == (Span(0, 2), Span(2, 4), Span(4, 6))


def test_a_line_with_a_wave_earns_half_unless_another_earns_all():
    assert mark_one("裁剪了梯度", "~ 裁剪 + 梯度", "裁剪 + 范数").outcome is Outcome.PARTLY
    assert mark_one("裁剪了梯度的范数", "~ 裁剪 + 梯度", "裁剪 + 范数").outcome is Outcome.COVERED


def wrong_or_right(answer: str) -> Outcome:
    return mark(Rubric((KeyPoint(1, 1, True, ("困惑度 + 越低",), ("困惑度 + 越高…越好",)),)), answer).marks[0].outcome


def test_a_misconception_contradicts_the_point_whatever_else_is_said():
    assert wrong_or_right("困惑度越低越好。") is Outcome.COVERED
    assert wrong_or_right("困惑度越高就越好。") is Outcome.CONTRADICTED
    assert wrong_or_right("困惑度越低越好。换句话说，困惑度越高模型越好。") is Outcome.CONTRADICTED
    assert wrong_or_right("困惑度不是越高越好，而是越低越好。") is Outcome.COVERED
    assert wrong_or_right("有人以为困惑度越高越好，其实困惑度越低越好。") is Outcome.COVERED


def test_the_same_words_earn_one_point_only():
    rubric = Rubric((point("梯度 + 稳定", position=1), point("梯度 + 稳定", "训练 + 快", position=2)))
    assert [one.outcome for one in mark(rubric, "梯度更稳定").marks] == [Outcome.COVERED, Outcome.MISSED]
    assert [one.outcome for one in mark(rubric, "梯度更稳定，训练也快").marks] == [Outcome.COVERED, Outcome.COVERED]


def test_words_are_given_to_the_point_that_has_no_others():
    rubric = Rubric((point("alpha", "beta", position=1), point("alpha", position=2)))
    assert [one.outcome for one in mark(rubric, "it is alpha, then beta").marks] == [Outcome.COVERED] * 2


def test_text_taken_from_the_question_earns_nothing():
    rubric = Rubric((point("残差 + 训练"),), prompt="请说明残差连接怎样帮助很深的网络训练。")
    assert mark(rubric, "请说明残差连接怎样帮助很深的网络训练。").score == 0
    assert mark(rubric, "残差让信号直接通过，训练容易").score == 100


def test_an_invalid_expression_never_matches_and_does_no_harm():
    assert mark_one("a*b and rnn", "*", "", "a*b", "rnn").expression == "rnn"


def test_an_empty_answer_covers_nothing():
    marking = mark(Rubric((point("a"),)), "")
    assert (marking.score, marking.marks[0].outcome) == (0, Outcome.MISSED)


def test_an_empty_rubric_gives_no_marks_and_no_score():
    marking = mark(Rubric(()), "anything")
    assert (marking.score, marking.marks) == (0, ())


@patient
@given(rubrics(), answers)
def test_evidence_lies_in_the_answer_in_order_without_overlap(rubric: Rubric, answer: str):
    for each in mark(rubric, answer).marks:
        edges = [edge for span in each.evidence for edge in (span.start, span.end)]
        assert edges == sorted(edges)
        assert all(0 <= span.start < span.end <= len(answer) for span in each.evidence)
        assert len(each.evidence) <= 3
        assert bool(each.evidence) == bool(each.expression) == (each.outcome is not Outcome.MISSED)
        assert (each.confidence > 0) == bool(each.evidence)
        assert each.confidence <= 1


@patient
@given(rubrics(), answers)
def test_it_is_deterministic_and_its_score_is_that_of_the_covered_points(rubric: Rubric, answer: str):
    marking = mark(rubric, answer)
    assert mark(rubric, answer) == marking
    assert marking.score == score_of(rubric, {each.position: each.outcome for each in marking.marks})
    assert [each.position for each in marking.marks] == [each.position for each in rubric.points]


STATEMENTS = (
    "nothing + like + @more",
    "没有这个 | 也没有那个 + 注意",
    "aaa > a > aa",
    "a* … a + 注意力 | attention",
    "注意 + 模型 ! word | 没有",
    "~ 梯度消失问题 + 门控机制 | gating mechanism*",
)
BIG_RUBRIC = Rubric(
    tuple(
        KeyPoint(position, 1, True, STATEMENTS * 2 + tuple(f"第{n}个 + 模型 | word" for n in range(8)), STATEMENTS[:3])
        for position in range(10)
    ),
    prompt="自注意力机制让模型看到什么？请说明注意力机制的作用。",
)


@pytest.mark.parametrize(
    "answer",
    [
        "自注意力机制让模型 look at every word，" * 800,
        "a" * 20_000,
        "aaaa " * 4_000,
        "a的" * 10_000,
        "a" + "\u0301\u0316" * 10_000,
        " \u200b" * 10_000,
        "ﬁ" * 20_000,
        "不" * 20_000,
        "注意模型" * 5_000,
        "(" * 10_000 + "a" + ")" * 10_000,
        "\u202e注意\u200f" * 5_000,
        "not a " * 3_400,
        "梯度消失门控机智" * 2_500,
        "without " * 2_500,
        "(a" * 10_000,
    ],
    ids=[
        *("prose", "one word", "near misses", "mixed", "accents", "separators", "ligatures", "denials", "repeats"),
        *("nested brackets", "marks of direction", "English denials", "near typos", "without end", "open brackets"),
    ],
)
def test_a_long_answer_is_marked_in_a_fraction_of_a_second(answer: str):
    assert len(answer) >= 20_000
    assert is_marked_within(0.150, BIG_RUBRIC, answer)


def test_a_usual_answer_is_marked_in_milliseconds():
    assert is_marked_within(0.005, BIG_RUBRIC, ("自注意力机制让模型 look at every word，" * 20)[:500])


PACE = 0.006
"""Seconds that the piece of work below takes on the machine that docs/performance.md describes."""


def is_marked_within(seconds: float, rubric: Rubric, answer: str) -> bool:
    """Of the processor's time, in one of twenty tries; longer where that piece of work takes longer, too, just then."""
    work = Timer(lambda: sum(len(str(number)) for number in range(60_000)), timer=time.process_time)
    marking = Timer(lambda: mark(rubric, answer), timer=time.process_time)
    return any(marking.timeit(number=1) < seconds * max(1, work.timeit(number=1) / PACE) for _ in range(20))
