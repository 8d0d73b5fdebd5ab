from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from quiz.bank.difference import Change, Kind, difference, shortened

texts = st.text(alphabet=st.sampled_from("ab 注意力，。\n12"), max_size=60)


def joined(changes: list[Change], without: Kind) -> str:
    return "".join(change.text for change in changes if change.kind is not without)


@given(texts, texts)
def test_both_texts_can_be_read_off_the_difference(before, after):
    changes = difference(before, after)
    assert joined(changes, without=Kind.ADDED) == before
    assert joined(changes, without=Kind.REMOVED) == after


@given(texts)
def test_a_text_does_not_differ_from_itself(text):
    assert {change.kind for change in difference(text, text)} <= {Kind.SAME}


@given(texts, texts)
def test_neighbours_are_of_different_kinds(before, after):
    kinds = [change.kind for change in difference(before, after)]
    assert all(one is not other for one, other in pairwise(kinds))


@given(texts, texts)
def test_shortening_keeps_every_removal_and_addition(before, after):
    changes = difference(before, after)
    kept = [change for change in shortened(changes, context=2) if change.kind in (Kind.REMOVED, Kind.ADDED)]
    assert kept == [change for change in changes if change.kind in (Kind.REMOVED, Kind.ADDED)]


def test_chinese_is_compared_character_by_character():
    assert difference("自注意力机制处理序列", "多头注意力机制处理序列") == [
        Change(Kind.REMOVED, "自"),
        Change(Kind.ADDED, "多头"),
        Change(Kind.SAME, "注意力机制处理序列"),
    ]


def test_english_is_compared_word_by_word():
    assert difference("the weights decay slowly", "the weights delay slowly") == [
        Change(Kind.SAME, "the weights "),
        Change(Kind.REMOVED, "decay"),
        Change(Kind.ADDED, "delay"),
        Change(Kind.SAME, " slowly"),
    ]


def test_a_short_common_stretch_between_two_changes_is_part_of_the_change():
    assert difference("循环的网络", "递归的模型") == [
        Change(Kind.REMOVED, "循环的网络"),
        Change(Kind.ADDED, "递归的模型"),
    ]


def test_a_long_common_stretch_is_skipped_but_for_its_ends():
    before, after = "x" + "字" * 100 + "y", "z" + "字" * 100 + "w"
    assert shortened(difference(before, after), context=3) == [
        Change(Kind.REMOVED, "x"),
        Change(Kind.ADDED, "z"),
        Change(Kind.SAME, "字字字"),
        Change(Kind.SKIPPED, ""),
        Change(Kind.SAME, "字字字"),
        Change(Kind.REMOVED, "y"),
        Change(Kind.ADDED, "w"),
    ]


def test_very_long_lines_are_replaced_as_a_whole():
    before, after = "注意" * 3000, "意注" * 3000
    assert difference(before, after) == [Change(Kind.REMOVED, before), Change(Kind.ADDED, after)]
