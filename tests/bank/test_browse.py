from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from quiz.bank.browse import Filters, Row, choose

ROWS = [Row(1, "a", "easy"), Row(2, "a", "hard"), Row(3, "b", "easy")]


def test_without_filters_everything_is_chosen_in_its_order():
    choice = choose(ROWS, Filters())
    assert choice.ids == [1, 2, 3]
    assert choice.topics == Counter(a=2, b=1)
    assert choice.difficulties == Counter(easy=2, hard=1)


def test_each_count_says_how_many_there_would_be_under_the_other_filter():
    choice = choose(ROWS, Filters(topic="a", difficulty="easy"))
    assert choice.ids == [1]
    assert choice.topics == Counter(a=1, b=1)
    assert choice.difficulties == Counter(easy=1, hard=1)


_rows = st.lists(st.builds(Row, st.integers(), st.sampled_from("ab"), st.sampled_from(["easy", "hard"]), st.booleans()))
_filters = st.builds(
    Filters, topic=st.sampled_from(["", "a", "b"]), difficulty=st.sampled_from(["", "easy", "hard"]), new=st.booleans()
)


@given(_rows, _filters)
def test_a_count_is_what_following_its_link_finds(rows, filters):
    def found(**other: str | bool) -> int:
        return len(choose(rows, replace(filters, **other)).ids)

    choice = choose(rows, filters)
    assert {topic: choice.topics[topic] for topic in "ab"} == {topic: found(topic=topic) for topic in "ab"}
    assert choice.topics.total() == found(topic="")
    for difficulty in ("easy", "hard"):
        assert choice.difficulties[difficulty] == found(difficulty=difficulty)
    assert (choice.new[True], choice.new.total()) == (found(new=True), found(new=False))
