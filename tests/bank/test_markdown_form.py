import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.bank.markdown_form import Entry, MalformedMarkdown, parse, write

ONE = "### 1. 标题\n\n#### 面试题：\n题面\n\n**答案：**\n答案\n\n1. 一\n   - 二\n\n**解析：**\n解析\n"
TWO = ONE.replace("### 1.", "### 2.")


def test_an_entry_is_read_with_its_texts_as_they_are():
    assert parse(ONE) == [Entry(1, "标题", "题面", "答案\n\n1. 一\n   - 二", "解析")]


def test_entries_are_written_with_an_empty_line_between_them():
    assert write(parse(ONE + "\n" + TWO)) == ONE + "\n" + TWO


@pytest.mark.parametrize(
    "source",
    [
        "                 \n\n" + ONE + "\n\n",
        ONE.replace("\n", "\r\n"),
        "\ufeff" + ONE,
        ONE.replace("**答案：**\n", "**答案：**  \n\n"),
        ONE.replace("### 1. 标题\n\n", "### 1.  标题\n"),
    ],
)
def test_what_an_editor_program_adds_does_not_matter(source):
    assert write(parse(source)) == ONE


def test_an_entry_may_have_no_explanation():
    source = ONE.replace("**解析：**\n解析\n", "**解析：**\n")
    assert parse(source)[0].explanation == ""
    assert write(parse(source)) == source


@pytest.mark.parametrize(
    ("source", "line", "message"),
    [
        ("", 1, "no entry"),
        ("\n# A bank\n" + ONE, 2, "expected the heading"),
        (ONE + TWO.replace("### 2. 标题", "### 2. "), 16, "“#### 面试题：” comes twice"),
        (ONE + "\n" + ONE, 15, "already"),
        (ONE.replace("#### 面试题：\n", ""), 5, "expected “#### 面试题：” of entry 1 first"),
        (ONE.replace("**解析：**\n", ""), 1, "has no “\\*\\*解析"),
        (ONE.replace("题面", ""), 3, "nothing under “#### 面试题"),
        (ONE.replace("答案\n\n1. 一\n   - 二\n", "\n"), 6, "nothing under “\\*\\*答案"),
        (ONE.replace("### 1. 标题\n", "### 1. 标题\n还有\n"), 2, "right after the heading"),
        (ONE.replace("**解析：**", "**答案：**\n**解析：**"), 12, "expected “\\*\\*解析：\\*\\*” of entry 1 first"),
    ],
)
def test_what_is_not_in_the_form_is_told_with_its_line(source, line, message):
    with pytest.raises(MalformedMarkdown, match=message) as error:
        parse(source)
    assert error.value.line == line
    assert str(error.value).startswith(f"line {line}: ")


@pytest.mark.parametrize(
    "entry",
    [
        Entry(1, "标题", "题面", "答案\n**解析：**\n更多", ""),
        Entry(1, "标题", "题面\n### 2. 另一题", "答案", ""),
        Entry(1, "两\n行", "题面", "答案", ""),
        Entry(1, "标题", "", "答案", ""),
        Entry(1, "标题", " 题面", "答案", ""),
    ],
)
def test_an_entry_that_the_form_cannot_hold_is_refused_and_not_mangled(entry):
    with pytest.raises(ValueError, match="entry 1 "):
        write([entry])


# Letters and marks of Markdown, line ends of all kinds but CR, and the form's own headings.
_lines = st.one_of(
    st.text("文ab 1.*#-$\t\u3000\u2028\x85", max_size=12),
    st.sampled_from(["### 3. 标题", "#### 面试题：", "**答案：**", "**解析：**", "### 3.标题", "#### 面试题"]),
)
_texts = st.lists(_lines, max_size=5).map(lambda lines: "\n".join(lines).strip())
_titles = st.text("文ab 1.*#", min_size=1, max_size=12).map(str.strip).filter(bool)


@given(st.lists(st.builds(Entry, st.integers(0, 999), _titles, _texts, _texts, _texts), unique_by=lambda e: e.number))
def test_what_can_be_written_is_read_back_the_same(entries):
    writable = []
    for entry in entries:
        try:
            write([entry])
        except ValueError:
            continue
        writable.append(entry)
    assert parse(write(writable)) == writable if writable else write(writable) == ""


@given(st.text())
def test_any_text_is_read_or_refused_with_a_line_that_it_has(source):
    try:
        parse(source)
    except MalformedMarkdown as error:
        assert 1 <= error.line <= source.count("\n") + source.count("\r") + 1
