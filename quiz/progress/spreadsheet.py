"""Rows to CSV that spreadsheet programs open as it is meant. Pure."""

import csv
import io
from collections.abc import Iterable, Sequence

# Excel takes a file without it for one in the system's old encoding, and Chinese for rubble.
BYTE_ORDER_MARK = "\ufeff"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def as_csv(rows: Iterable[Sequence[str | int | None]]) -> str:
    """None is an empty cell; a text that a spreadsheet program would run as a formula is quoted with an apostrophe."""
    file = io.StringIO()
    file.write(BYTE_ORDER_MARK)
    csv.writer(file).writerows([_cell(value) for value in row] for row in rows)
    return file.getvalue()


def _cell(value: str | int | None) -> str | int:
    if value is None:
        return ""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return value
