from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from quiz.progress.charts import MAX_DOTS, score_chart
from tests.base import NOW


def by_day(*scores: int) -> list:
    return [(NOW + timedelta(days=day), score) for day, score in enumerate(scores)]


many_scores = st.lists(st.integers(0, 100), min_size=1, max_size=300)


def test_no_scores_make_no_chart():
    assert score_chart([]) is None


def test_a_single_score_stands_in_the_middle_without_a_line():
    chart = score_chart(by_day(72))
    assert [(dot.x, dot.score, dot.count) for dot in chart.dots] == [("50.00%", 72, 1)]
    assert chart.lines == []


def test_a_hundred_is_at_the_top_and_zero_at_the_bottom():
    chart = score_chart(by_day(100, 0, 50), height=200)
    assert [(dot.x, dot.y) for dot in chart.dots] == [("2.00%", "0.0"), ("50.00%", "200.0"), ("98.00%", "100.0")]
    lines = [line.y1 for line in chart.grid]
    assert list(zip(chart.scale, lines, strict=True)) == [
        (100, "0.0"),
        (75, "50.0"),
        (50, "100.0"),
        (25, "150.0"),
        (0, "200.0"),
    ]


def test_lowest_highest_and_latest_are_of_the_scores_and_not_of_the_dots():
    chart = score_chart(by_day(90, 10, 20, 31, 40), max_dots=3)
    assert (chart.lowest, chart.highest, chart.latest) == (10, 90, 40)


def test_the_lines_join_neighbouring_dots():
    chart = score_chart(by_day(10, 20, 30))
    ends = [((line.x1, line.y1), (line.x2, line.y2)) for line in chart.lines]
    places = [(dot.x, dot.y) for dot in chart.dots]
    assert ends == [(places[0], places[1]), (places[1], places[2])]


def test_many_scores_are_grouped_from_the_newest_into_their_means():
    chart = score_chart(by_day(90, 10, 20, 31, 40), max_dots=3)
    assert [(dot.score, dot.count) for dot in chart.dots] == [(90, 1), (15, 2), (36, 2)]
    assert chart.group == 2
    assert (chart.dots[-1].since, chart.dots[-1].until) == (NOW + timedelta(days=3), NOW + timedelta(days=4))


@given(many_scores)
def test_every_score_is_in_exactly_one_dot_and_there_are_not_too_many(scores):
    chart = score_chart(by_day(*scores))
    assert len(chart.dots) <= MAX_DOTS
    assert sum(dot.count for dot in chart.dots) == chart.count == len(scores)
    assert (chart.dots[0].since, chart.dots[-1].until) == (NOW, NOW + timedelta(days=len(scores) - 1))


@given(many_scores)
def test_every_dot_lies_inside_the_chart(scores):
    chart = score_chart(by_day(*scores))
    assert all(0 <= float(dot.x.rstrip("%")) <= 100 and 0 <= float(dot.y) <= chart.height for dot in chart.dots)
