import sys
import unicodedata

import pytest
from hypothesis import example, given

from quiz.marking.text import ITEM_NUMBERS, MAX_SEGMENT, normalise
from tests.marking.strategies import answers, anything, patient


@pytest.mark.parametrize(
    ("original", "normalised"),
    [
        ("Transformer", "transformer"),
        ("ＴＲＡＮＳＦＯＲＭＥＲ　模型", "transformer 模型"),
        ("訓練與預訓練", "训练与预训练"),
        ("self-attention,\r\n  (RNN)!", "self attention rnn"),
        ("  \t\u3000 ", ""),
        ("snake_case x^2 `y`", "snake case x 2 y"),
        ("C++ < C#", "c++ < c"),
        ("ﬁne ㎏ ①", "fine kg"),
        ("cafe\u0301", "café"),
        ("ｶﾞ", "ガ"),
        ("각", "각"),
        ("a\0b\u200dc\ud800d", "a b c d"),
        ("", ""),
    ],
)
def test_it_normalises(original: str, normalised: str):
    assert normalise(original).text == normalised


@pytest.mark.parametrize(
    ("original", "char", "origin"),
    [
        ("x ﬁ", "f", "ﬁ"),
        ("x ﬁ", "i", "ﬁ"),
        ("5㎏!", "k", "㎏"),
        ("un cafe\u0301.", "é", "e\u0301"),
        ("在ｶﾞ上", "ガ", "ｶﾞ"),
        ("한 각", "각", "각"),
        ("İ", "i", "İ"),
        ("a  -  b", "b", "b"),
        ("😀訓", "训", "訓"),
    ],
)
def test_each_character_knows_its_origin(original: str, char: str, origin: str):
    normalised = normalise(original)
    index = normalised.text.index(char)
    span = normalised.span(index, index + 1)
    assert original[span.start : span.end] == origin


@patient
@given(answers)
@example("a" + "\u0301" * 100)
@example("\u0301a")
def test_origins_lie_in_the_text_are_never_empty_and_never_go_back(original: str):
    normalised = normalise(original)
    assert len(normalised.text) == len(normalised.starts) == len(normalised.ends)
    assert all(0 <= start < end <= len(original) for start, end in zip(normalised.starts, normalised.ends, strict=True))
    assert normalised.starts == sorted(normalised.starts)
    assert normalised.ends == sorted(normalised.ends)


@patient
@given(answers)
def test_the_origin_of_a_character_holds_it_again_when_normalised_alone(original: str):
    normalised = normalise(original)
    for index, char in enumerate(normalised.text):
        if char != " ":
            span = normalised.span(index, index + 1)
            assert char in normalise(original[span.start : span.end]).text


@patient
@given(anything.filter(lambda text: len(text) < MAX_SEGMENT and ITEM_NUMBERS.isdisjoint(text)))
@example("ᄀ\u1161\u11a8")
@example("\u09c7\u09be\u0323")
@example("ｶﾞﾟ")
def test_normalising_piece_by_piece_is_normalising_the_whole(original: str):
    lowered = "".join(char.lower() for char in unicodedata.normalize("NFKC", original))
    assert normalise(lowered).text == normalise(original).text


def test_every_pair_that_unicode_composes_is_composed():
    for char in map(chr, range(sys.maxunicode + 1)):
        pieces = unicodedata.normalize("NFD", char)
        if len(pieces) > 1 and unicodedata.normalize("NFC", pieces) == char:
            assert normalise(pieces).text == normalise(char).text, unicodedata.name(char)


@patient
@given(answers)
def test_leaving_out_the_spaces_keeps_the_origins(original: str):
    spaced = normalise(original)
    unspaced = spaced.without_spaces()
    kept = [
        (char, start, end)
        for char, start, end in zip(spaced.text, spaced.starts, spaced.ends, strict=True)
        if char != " "
    ]
    assert kept == list(zip(unspaced.text, unspaced.starts, unspaced.ends, strict=True))


def test_a_heap_of_accents_is_cut_into_pieces():
    normalised = normalise("a" + "\u0301\u0316" * 10_000)
    assert max(end - start for start, end in zip(normalised.starts, normalised.ends, strict=True)) == MAX_SEGMENT


def test_the_index_from_an_offset_is_that_of_the_next_whole_character():
    normalised = normalise("a ﬁ b")
    assert normalised.text == "a fi b"
    assert [normalised.index_from(offset) for offset in range(6)] == [0, 1, 2, 4, 5, 6]
