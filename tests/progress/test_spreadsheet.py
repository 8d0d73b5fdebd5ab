import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.progress.spreadsheet import as_csv


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def test_it_begins_with_a_byte_order_mark():
    assert as_csv([["成绩", 72]]).startswith("\ufeff成绩,72")


def test_nothing_is_an_empty_cell():
    assert read(as_csv([["a", None, 0]])) == [["a", "", "0"]]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_a_formula_is_neutralised(text):
    assert as_csv([[text]]).removeprefix("\ufeff").lstrip('"').startswith("'")


@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\0")), min_size=2)))
def test_other_texts_come_back_as_they_were(rows):
    harmless = [[f"x{text}" for text in row] for row in rows]
    assert read(as_csv(harmless)) == harmless
