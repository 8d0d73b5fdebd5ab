import time
from html.parser import HTMLParser
from urllib.parse import urlsplit

import nh3
import pytest
from django.utils.html import escape
from django.utils.safestring import SafeString
from hypothesis import given, settings
from hypothesis import strategies as st

from quiz.bank.markdown import MAX_SOURCE, plain_text, render

VOID = {"br", "hr"}
TEXT_TAGS = {"p", "ul", "li", "blockquote", "strong", "em", "code", "pre", "table", "thead", "tbody", "tr", "th", "td"}
MATH_TAGS = {
    *("mrow", "mn", "mtext", "msqrt", "mroot", "msub", "msup", "msubsup", "munder", "mover", "munderover"),
    *("mphantom", "mtr", "msub", "math", "mi", "mo", "mfrac", "mstyle", "mtable", "mtd", "mspace", "mpadded"),
}
HEADINGS = {"h3", "h4", "h5", "h6"}
ALLOWED_ATTRIBUTES = {
    "a": {"href", "rel"},
    "ol": {"start"},
    "div": {"class", "tabindex"},
    "math": {"display"},
    "mi": {"mathvariant"},
    "mo": {
        *("stretchy", "fence", "separator", "largeop", "movablelimits", "symmetric"),
        *("lspace", "rspace", "minsize", "maxsize", "form"),
    },
    "mfrac": {"linethickness"},
    "mover": {"accent"},
    "munder": {"accentunder"},
    "munderover": {"accent", "accentunder"},
    "mstyle": {"displaystyle", "scriptlevel"},
    "mtable": {"displaystyle"},
    "mtd": {"columnalign"},
    "mspace": {"width", "height", "depth"},
    "mpadded": {"width", "height", "depth", "lspace", "voffset"},
}
ALLOWED_TAGS = TEXT_TAGS | MATH_TAGS | HEADINGS | VOID | set(ALLOWED_ATTRIBUTES)


class Tree(HTMLParser):
    """Reads HTML and asserts of each piece that it is allowed, and that elements are properly nested."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(markup)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        assert tag in ALLOWED_TAGS
        assert set(attributes) <= ALLOWED_ATTRIBUTES.get(tag, set())
        assert len(attributes) == len(attrs)
        if tag == "a" and "href" in attributes:
            assert urlsplit(attributes["href"] or "").scheme in {"http", "https", "mailto"}
            assert attributes["rel"] == "noopener noreferrer nofollow"
        if tag == "div":
            assert attributes == {"class": "table-scroll", "tabindex": "0"}
        if tag == "ol":
            assert attributes.get("start", "1").isdigit()
        if tag in MATH_TAGS - {"math"}:
            assert "math" in self.open
        self.elements.append((tag, attributes))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    handle_decl = handle_pi = unknown_decl = handle_comment


def tree(source: str) -> Tree:
    return Tree(render(source))


def tags(source: str) -> list[str]:
    return [tag for tag, _ in tree(source).elements]


def links(source: str) -> list[str | None]:
    return [attributes.get("href") for tag, attributes in tree(source).elements if tag == "a"]


# What it renders


def test_it_is_safe_to_put_into_a_template():
    assert isinstance(render("a & b"), SafeString)
    assert not isinstance(plain_text("a & b"), SafeString)
    assert render("a & b < c") == "<p>a &amp; b &lt; c</p>\n"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("", ""),
        ("**a** *b* `c<d`", "<p><strong>a</strong> <em>b</em> <code>c&lt;d</code></p>\n"),
        ("> a\n\n---", "<blockquote>\n<p>a</p>\n</blockquote>\n<hr>\n"),
        ("a  \nb\nc", "<p>a<br>\nb\nc</p>\n"),
        ("3. a\n4. b", '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>\n'),
        ("```python\na < b\n```", "<pre><code>a &lt; b\n</code></pre>\n"),
        ("    $x$", "<pre><code>$x$\n</code></pre>\n"),
        ("&copy; \\*a\\*", "<p>© *a*</p>\n"),
        ("<b>a</b>", "<p>&lt;b&gt;a&lt;/b&gt;</p>\n"),
        ("www.example.org https://example.org", "<p>www.example.org https://example.org</p>\n"),
    ],
)
def test_it_renders(source: str, expected: str):
    assert render(source) == expected


def test_lists_nest_as_in_the_bank():
    source = (
        "主要体现在以下两个方面：\n"
        "1. **编码器（Encoder）**：通过自注意力机制处理输入序列。\n"
        "   - 捕捉*长距离*依赖\n"
        "     - 更深一层\n"
        "2. **解码器（Decoder）**：生成输出序列的每个词。\n\n"
        "**解析：**\n"
        "下一段。"
    )
    assert tags(source) == [
        *("p", "ol", "li", "strong", "ul", "li", "em", "ul", "li", "li", "strong"),
        *("p", "strong"),
    ]
    assert "捕捉长距离依赖" in tree(source).text


def test_links_open_http_and_mail_only():
    source = (
        "[a](https://example.org/?a=1&b=2 'title') <http://example.org> <mailto:a@example.org> [r]\n\n[r]: HTTP://r.org"
    )
    assert links(source) == [
        *("https://example.org/?a=1&b=2", "http://example.org", "mailto:a@example.org"),
        "HTTP://r.org",
    ]


@pytest.mark.parametrize("source", ["[a](/b)", "[a](b)", "[a](#b)", "[a](//b.org)", "[a](ftp://b.org)", "[a](tel:1)"])
def test_other_links_stay_as_typed(source: str):
    assert links(source) == []
    assert tree(source).text.strip() == source


def test_an_image_leaves_its_words():
    assert render("![a *b* <c>](https://example.org/x.png 'd')") == "<p>a b &lt;c&gt;</p>\n"


def test_a_table_scrolls_in_a_box_that_the_keyboard_reaches():
    source = "| a | b |\n|---|:-:|\n| 1 | **2** |"
    assert tree(source).elements[:2] == [("div", {"class": "table-scroll", "tabindex": "0"}), ("table", {})]
    assert tags(source)[2:] == ["thead", "tr", "th", "th", "tbody", "tr", "td", "td", "strong"]


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        (1, ["h1", "h2", "h3", "h4", "h5", "h6"]),
        (2, ["h2", "h3", "h4", "h5", "h6", "h6"]),
        (3, ["h3", "h4", "h5", "h6", "h6", "h6"]),
        (6, ["h6"] * 6),
    ],
)
def test_headings_never_outrank_the_page(level: int, expected: list[str]):
    source = "a\n===\n## b\n### c\n#### d\n##### e\n###### f"
    assert [line[1:3] for line in render(source, heading_level=level).splitlines()] == expected


def test_headings_start_at_the_third_level():
    assert render("# a\n\nb\n-") == "<h3>a</h3>\n<h4>b</h4>\n"


def test_the_highest_heading_of_a_text_leaves_no_gap_above_it():
    assert render("#### a\n##### b\n#### c") == "<h3>a</h3>\n<h4>b</h4>\n<h3>c</h3>\n"


@pytest.mark.parametrize("level", [0, 7, -1])
def test_there_are_six_levels_of_headings(level: int):
    with pytest.raises(ValueError, match="heading level"):
        render("# a", heading_level=level)


# Formulas


@pytest.mark.parametrize(
    ("source", "display"),
    [
        ("复杂度为$O(n^2)$，很高", "inline"),
        ("a $$x_i$$ b", "block"),
        ("$$x_i$$", "block"),
        ("$$\n\\frac{a}{b}\n+ c\n$$", "block"),
        ("- a\n\n  $$\n  x\n  $$", "block"),
        ("> $$\n> x\n> $$", "block"),
        ("|a|\n|-|\n|$x$|", "inline"),
        ("$n$ heads of 64", "inline"),
        ("\\\\$c$ \\", "inline"),
    ],
)
def test_dollars_make_a_formula(source: str, display: str):
    assert [attributes for tag, attributes in tree(source).elements if tag == "math"] == [{"display": display}]
    assert "$" not in tree(source).text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("costs $5 and $6", "costs $5 and $6"),
        ("$5-$6", "$5-$6"),
        ("$ a $", "$ a $"),
        ("\\$a\\$ and \\$b$", "$a$ and $b$"),
        ("`$a$`", "$a$"),
        ("$`a`$", "$a$"),
        ("$a and `b$c`", "$a and b$c"),
        ("$a", "$a"),
        ("$$", "$$"),
        ("- $$a\n- b$$", "$$a\nb$$"),
        ("> $$a\n\nb$$", "$$a\n\nb$$"),
        ("$$a `b$$` c", "$$a b$$ c"),
        ("$$a `b\nc` d$$", "$$a b c d$$"),
        ("$$\n```\na$$\n```", "$$\na$$"),
    ],
)
def test_other_dollars_are_dollars(source: str, text: str):
    assert "math" not in tags(source)
    assert [line for line in tree(source).text.splitlines() if line] == [line for line in text.splitlines() if line]


def test_a_formula_becomes_mathml():
    assert render("$\\frac{QK^T}{\\sqrt{d_k}}$") == (
        '<p><math display="inline"><mrow><mfrac>'
        "<mrow><mi>Q</mi><msup><mi>K</mi><mi>T</mi></msup></mrow>"
        "<mrow><msqrt><mrow><msub><mi>d</mi><mi>k</mi></msub></mrow></msqrt></mrow>"
        "</mfrac></mrow></math></p>\n"
    )


def test_letters_and_signs_of_a_formula_are_text():
    assert (
        tree("$a < b \\& \\text{<i> &lt;} \\alpha \\le \\unicode{x3c}$").text.strip() == "a<b&<i>\N{NO-BREAK SPACE}<α≤<"
    )


@pytest.mark.parametrize(
    "latex",
    [
        "\\frac",
        "\\left(x",
        "{",
        "x^2^3",
        "\\begin{matrix} a",
        "\\cancel{x}",
        "\\def\\a{x}\\a",
        "\\newcommand{\\a}{x}\\a",
        "\\sideset{}{}{x}",
        "{" * 10_000 + "x" + "}" * 10_000,
        "{" * 500 + "x" + "}" * 500,
        "\\frac" * 300,
        "\\sqrt" * 300 + "x",
        "x^{" * 200 + "}" * 200,
        "x" * 3_000,
    ],
)
def test_a_formula_that_cannot_be_shown_stays_as_code(latex: str):
    assert render(f"a ${latex}$ b") == f"<p>a <code>{escape(latex)}</code> b</p>\n"
    assert render(f"$$\n{latex}\n$$") == f"<p><code>{escape(latex)}</code></p>\n"


def test_a_formula_does_not_reach_over_the_page():
    lengths = ["\\hspace{9999em}", "\\hspace{-99em}", "\\raise{500em}{x}", "\\rule{999em}{999em}", "\\hspace{1em}"]
    attributes = [attributes for _, attributes in tree(f"${' '.join(lengths)}$").elements if attributes]
    assert attributes == [{"display": "inline"}, {"width": "1em"}]


# What it does not let through

XSS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//x.org></sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<iframe src=javascript:alert(1)></iframe>",
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    "<style>*{background:url(//x.org)}</style>",
    '<p style="background:url(//x.org)" onclick=alert(1) id=a class=b>a</p>',
    "<a href=javascript:alert(1)>a</a>",
    "<math><mtext><mglyph><style><img src=x onerror=alert(1)>",
    "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
    "<math><annotation-xml encoding='text/html'><script>alert(1)</script></annotation-xml></math>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php alert(1) ?><!DOCTYPE html>",
    "<template><script>alert(1)</script></template>",
    "<object data=javascript:alert(1)><embed src=javascript:alert(1)><base href=//x.org><meta http-equiv=refresh>",
    "<div\n\nonclick=alert(1)>\n\n<script>\n\nalert(1)\n\n</script>",
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert(1))",
    "[a](java&#x09;script:alert(1))",
    "[a](java\tscript:alert(1))",
    "[a](<java\tscript:alert(1)>)",
    "[a](<\x01javascript:alert(1)>)",
    "[a](&#106;avascript:alert(1))",
    "[a](javascript&colon;alert(1))",
    "[a](javascript&#58;alert(1))",
    "[a](%6Aavascript:alert(1))",
    "[a](\\javascript:alert(1))",
    "[a](vbscript:alert(1))",
    "[a](data:text/html;base64,PHNjcmlwdD4=)",
    "![a](data:image/svg+xml;base64,PHN2Zz4=)",
    "![a](javascript:alert(1))",
    '![a](x"onerror="alert(1))',
    '[a](https://x.org "onclick=alert(1)")',
    '[a](https://x.org"onmouseover="alert(1))',
    "[a](https://x.org/'onmouseover='alert(1))",
    "[a]: javascript:alert(1)\n\n[a] [b][a] ![a]",
    "[a]: <data:text/html,<script>alert(1)</script>>\n\n[a]",
    "[a](http:javascript:alert(1)) [a](https://javascript:alert(1))",
    "<javascript:alert(1)>",
    "<javascript://x.org/%0aalert(1)>",
    "<data:text/html,a>",
    "<https://x.org/\"onclick='alert(1)'>",
    "[![a](javascript:alert(1))](javascript:alert(1))",
    "[*a `b](javascript:alert(1))` c*](javascript:alert(1))",
    "**<script>**alert(1)**</script>**",
    "`<script>` ``` <script>alert(1)</script> ```",
    '``` "><script>alert(1)</script>\na\n```',
    "```\" onclick='alert(1)'\n</code></pre><script>alert(1)</script>\n```",
    "| <script> | a |\n|---|---|\n| <img src=x onerror=alert(1)> | [a](javascript:alert(1)) |",
    "1. <script>\n   - [a](javascript:alert(1))\n     > <svg onload=alert(1)>",
    "# <script>alert(1)</script>\n<img src=x onerror=alert(1)>\n===",
    "&lt;script&gt;alert(1)&lt;/script&gt; &#60;script&#62;",
    "$\\href{javascript:alert(1)}{x}$",
    "$$\\href{data:text/html,x}{x}$$",
    "$\\text{<script>alert(1)</script>}$",
    "$\\text{</mtext></math><script>alert(1)</script>}$",
    "$\\mbox{<img src=x onerror=alert(1)>}$",
    "$\\operatorname{a}\\verb|<script>alert(1)</script>|$",
    "$\\style{background:url(//x.org)}{x}\\class{a}{x}$",
    '$\\class{" onclick="alert(1)}{x}$',
    '$\\color{" onclick="alert(1)}x$',
    '$\\colorbox{red" onclick="alert(1)}{x}$',
    "$\\textcolor{red}{\\fcolorbox{a}{b}{<script>}}$",
    "$\\unicode{x3c}script\\unicode{x3e}alert(1)$",
    "$\\text{&lt;script&gt;}\\text{&amp;lt;script&amp;gt;}$",
    "$<script>alert(1)</script>$",
    "$$\n<annotation-xml encoding='text/html'><script>alert(1)</script>\n$$",
    '$\\rule{"onclick=alert(1)}{1em}\\hspace{1em"onclick=alert(1)}$',
    '$\\begin{array}{"onclick="}<img>\\end{array}$',
    "$\\frac<script>$",
    "$\\invalid{<script>alert(1)</script>}{$",
    "\0<script>alert(1)</script>",
    "<scr\0ipt>alert(1)</scr\0ipt>",
    "\ud83d<script>alert(1)</script>\ude00",
    "<\ufeffscript>alert(1)＜script＞",
]


@pytest.mark.parametrize("source", XSS)
def test_only_what_is_allowed_comes_out(source: str):
    Tree(render(source))


@pytest.mark.parametrize(
    "around", ["- {}", "> {}", "*{}*", "[{}](https://x.org)", "|{}|\n|-|", "$\\text{{{}}}$", "a {} `"]
)
@pytest.mark.parametrize("source", XSS)
def test_nor_does_it_inside_something_else(around: str, source: str):
    Tree(render(around.format(source)))


@pytest.mark.parametrize("source", XSS)
def test_what_was_rendered_is_as_safe_when_rendered_again(source: str):
    once = render(source)
    Tree(render(once))
    Tree(render(plain_text(source)))


def reread(markup: str) -> str:
    """Markup as a parser that follows the HTML standard understands it."""
    attributes = ALLOWED_ATTRIBUTES | {"a": {"href"}}
    return nh3.clean(markup, tags=ALLOWED_TAGS, attributes=attributes, link_rel="noopener noreferrer nofollow")


@pytest.mark.parametrize("source", XSS)
def test_a_browser_understands_what_is_written(source: str):
    rendered = render(source)
    assert reread(rendered) == rendered


pieces = st.sampled_from(
    [
        *("<", ">", "</", "script", "img src=x onerror=a ", "<!--", "-->", "&#x3c;", "&lt;", '"', "'", "\0", "\ud800"),
        *(
            "[",
            "](",
            ")",
            "javascript:",
            "https://x.org",
            "![",
            "`",
            "```\n",
            "*",
            "**",
            "\n",
            "\n\n",
            "- ",
            "> ",
            "# ",
        ),
        *(
            "|",
            "\n|-|-|\n",
            "$",
            "$$",
            "\\",
            "{",
            "}",
            "\\text{",
            "\\href{",
            "\\style{",
            "^",
            "_",
            "&",
            "a",
            "1",
            " ",
            "<a@b>",
        ),
    ]
)


@settings(deadline=None)  # a machine that runs other tests beside this one may pause
@given(st.lists(pieces, max_size=40).map("".join))
def test_no_mixture_of_markers_lets_anything_through(source: str):
    rendered = render(source)
    Tree(rendered)
    assert reread(rendered) == rendered
    plain_text(source)


# Plain text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("", ""),
        ("# a\n\n**b** *c* `d`\n e", "a b c d e"),
        ("- a\n  1. b\n\n> c", "a b c"),
        ("[a](https://x.org) ![b *c*](https://z.org) <https://y.org>", "a b c https://y.org"),
        ("|a|b|\n|-|-|\n|c|d|", "a b c d"),
        ("```python\nprint( 1 )\n```", "print( 1 )"),
        ("$x^2$ and $$\ny\n$$", "x^2 and y"),
        ("$$\ny\n$$", "y"),
        ("a  \nb\\\nc", "a b c"),
        ("1 < 2 &amp; \\*", "1 < 2 & *"),
        ("自**注意**力", "自注意力"),
        ("\ud800", "\N{REPLACEMENT CHARACTER}"),
    ],
)
def test_plain_text_is_the_words_in_one_line(source: str, text: str):
    assert plain_text(source) == text


# Large and deep texts


def repeated(piece: str, size: int = 100_000) -> str:
    return piece * (size // len(piece))


HEAVY = {
    "prose": repeated("大语言模型是**一种**人工智能模型。\n\n"),
    "quotations": repeated("> "),
    "list markers": repeated("- "),
    "nested lists": "".join("  " * depth + "- a\n" for depth in range(300)),
    "emphasis": "**a " * 12_500 + " b**" * 12_500,
    "stars": repeated("*a **a "),
    "brackets": repeated("[", 30_000),
    "images": repeated("![a](", 50_000),
    "backticks": "".join("`" * n + " " for n in range(440)),
    "table": "|a|\n|-|\n" + repeated("|a|\n"),
    "dollars": repeated("$"),
    "unclosed formulas": repeated("$$x\n# h\n"),
    "unclosed formulas in a list": repeated("- $$x\n"),
    "formulas with code": repeated("$$x`\n# h\n"),
    "escaped dollars": "$x" + repeated("\\$"),
    "formulas": "".join(f"$x_{{{n}}}$ " for n in range(9_000)),
    "deep formulas": repeated("$" + "\\sqrt" * 390 + "x$ "),
    "deepest formula": "$" + "{" * 49_000 + "x" + "}" * 49_000 + "$",
    "doubling formula": "$" + "\\sideset{}{}{" * 100 + "x" + "}" * 100 + "$",
    "doubling macros": "$\\def\\a{xx}"
    + "".join(f"\\def\\{b}{{\\{a}\\{a}}}" for a, b in zip("abcdefg", "bcdefgh", strict=False))
    + "\\h$",
}


@pytest.mark.parametrize("source", HEAVY.values(), ids=HEAVY)
def test_heavy_texts_take_their_time_but_not_longer(source: str):
    start = time.perf_counter()
    rendered = render(source)
    plain_text(source)
    assert time.perf_counter() - start < 10
    Tree(rendered)


def test_a_text_beyond_the_limit_is_shown_as_typed():
    source = "**a**\n<b>\n" + repeated("[", MAX_SOURCE)
    assert render(source) == f"<pre>{escape(source)}</pre>"
    assert plain_text(source).startswith("**a** <b> [[[")
