"""Markdown of the bank (and of candidates' notes) to safe HTML, and to plain text.

Three locks one behind the other: the parser lets no raw HTML through, formulas are rebuilt from an allow-list of MathML
Core, and nh3 has the last word over the whole.
"""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any
from xml.etree.ElementTree import Element, tostring

import nh3
from django.utils.safestring import SafeString, mark_safe
from latex2mathml.converter import Converter
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.dollarmath.index import math_block_dollar, math_inline_dollar

# Longer texts are shown as they are typed: the slowest known inputs take about two seconds for 100,000 characters.
MAX_SOURCE = 200_000

# Twenty levels of lists (each is two blocks). The parser's time for unclosed brackets grows with this, too.
MAX_NESTING = 40

MAX_FORMULA = 2_000
MAX_FORMULA_LINES = 60
MAX_FORMULA_DEPTH = 60

# Macros, and the one command that doubles its argument, make a short formula exponentially large.
EXPLOSIVE_COMMANDS = re.compile(r"\\(newcommand|newenvironment|def|DeclareMathOperator|sideset)(?![a-zA-Z])")

URL_SCHEMES = {"http", "https", "mailto"}

HTML_TAGS = {
    *("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "hr", "br"),
    *("strong", "em", "code", "pre", "a"),
    *("div", "table", "thead", "tbody", "tr", "th", "td"),
}

# The elements of MathML Core that latex2mathml makes. What it makes beyond them (menclose) browsers do not draw.
MATHML_TAGS = {
    *("math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "mstyle", "mpadded", "mphantom"),
    *("mfrac", "msqrt", "mroot", "msub", "msup", "msubsup", "munder", "mover", "munderover"),
    *("mtable", "mtr", "mtd"),
}

# Less than ten em and a hundred pixels, so that no formula reaches far over the rest of the page.
_LENGTH = r"[+-]?(\d?\.\d{1,4}|\d)(em|ex)?|[+-]?\d{1,2}(\.\d{1,4})?(px|pt)"
_BOOLEAN = "true|false"

# Attributes and what they may say.
MATHML_ATTRIBUTES = {
    "math": {"display": "block|inline"},
    "mi": {"mathvariant": "normal"},
    "mo": {
        **dict.fromkeys(("stretchy", "fence", "separator", "largeop", "movablelimits", "symmetric"), _BOOLEAN),
        **dict.fromkeys(("lspace", "rspace", "minsize", "maxsize"), _LENGTH),
        "form": "prefix|infix|postfix",
    },
    "mfrac": {"linethickness": _LENGTH},
    "mover": {"accent": _BOOLEAN},
    "munder": {"accentunder": _BOOLEAN},
    "munderover": {"accent": _BOOLEAN, "accentunder": _BOOLEAN},
    "mstyle": {"displaystyle": _BOOLEAN, "scriptlevel": r"[+-]?\d"},
    "mtable": {"displaystyle": _BOOLEAN},
    "mtd": {"columnalign": "left|center|right"},
    "mspace": dict.fromkeys(("width", "height", "depth"), _LENGTH),
    "mpadded": dict.fromkeys(("width", "height", "depth", "lspace", "voffset"), _LENGTH),
}

_SURROGATES = re.compile("[\ud800-\udfff]")


def render(source: str, *, heading_level: int = 3) -> SafeString:
    """Safe HTML of a Markdown text.

    Headings move so that the text's highest one becomes h`heading_level`, and none goes below h6. What is not
    supported or not allowed (raw HTML, other links than http, https and mailto) stays visible as it was typed, an image
    leaves its alternative text, and an invalid formula its source as code. Takes any string; ValueError only for a
    `heading_level` outside 1 to 6.
    """
    if not 1 <= heading_level <= 6:
        raise ValueError(f"no such heading level: {heading_level}")
    source = _without_surrogates(source)
    if len(source) > MAX_SOURCE:
        return _safe(f"<pre>{html.escape(source)}</pre>")
    tokens = _PARSER.parse(source)
    _shift_headings(tokens, top=heading_level)
    return _safe(_PARSER.renderer.render(tokens, _PARSER.options, {}))


def plain_text(source: str) -> str:
    """The words of a Markdown text in one line, for titles, search and excerpts. NOT HTML: escape it.

    Formulas and code keep their source, images their alternative text; links lose their address.
    """
    source = _without_surrogates(source)
    if len(source) > MAX_SOURCE:
        return " ".join(source.split())
    return " ".join(" ".join(_words(_PARSER.parse(source))).split())


def _safe(markup: str) -> SafeString:
    return mark_safe(_CLEANER.clean(markup))  # noqa: S308 - what nh3 returns is what this mark is for


def _without_surrogates(text: str) -> str:
    """Half a surrogate pair cannot be written as UTF-8, which nh3 and the response would both try."""
    return _SURROGATES.sub("\N{REPLACEMENT CHARACTER}", text)


def _shift_headings(tokens: Iterable[Token], *, top: int) -> None:
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    highest = min((int(token.tag[1]) for token in headings), default=1)
    for token in headings:
        token.tag = f"h{min(int(token.tag[1]) - highest + top, 6)}"


def _words(tokens: Iterable[Token]) -> Iterator[str]:
    """Text of blocks, one string each."""
    for token in tokens:
        if token.type == "inline":
            yield _inline_text(token.children or [])
        else:
            yield token.content


def _inline_text(tokens: Iterable[Token]) -> str:
    return "".join(_inline_piece(token) for token in tokens)


def _inline_piece(token: Token) -> str:
    if token.type in ("softbreak", "hardbreak"):
        return " "
    if token.type == "image":
        return _inline_text(token.children or [])
    return token.content


# Formulas


def _formula(latex: str, *, block: bool) -> str:
    """MathML of a formula; escaped code if it is invalid, too large, or beyond what browsers draw."""
    mathml = _mathml(latex.strip(), "block" if block else "inline")
    if mathml is not None:
        return mathml
    return f"<code>{html.escape(latex.strip())}</code>"


@lru_cache(maxsize=1_024)
def _mathml(latex: str, display: str) -> str | None:
    if len(latex) > MAX_FORMULA or EXPLOSIVE_COMMANDS.search(latex):
        return None
    try:
        tree = Converter(display=display).convert_to_element(latex)
    except Exception:
        # latex2mathml answers mistakes with a dozen unrelated exceptions, IndexError and RecursionError among them.
        return None
    if not _is_drawable(tree):
        return None
    for element in tree.iter():
        _tidy(element)
    return tostring(tree, encoding="unicode")


def _is_drawable(tree: Element) -> bool:
    """Whether the tree has only elements of MathML Core and is no deeper than browsers and recursion like."""
    level: list[Element] = [tree]
    for _ in range(MAX_FORMULA_DEPTH):
        if any(element.tag not in MATHML_TAGS for element in level):
            return False
        level = [child for element in level for child in element]
    return not level


def _tidy(element: Element) -> None:
    """Keep allowed attributes, and turn the entities that latex2mathml writes as text into characters."""
    allowed = MATHML_ATTRIBUTES.get(element.tag, {})
    for name, value in list(element.attrib.items()):
        if name not in allowed or not re.fullmatch(allowed[name], value):
            del element.attrib[name]
    if element.text:
        element.text = _without_surrogates(html.unescape(element.text))


_plugin_inline_rule = math_inline_dollar(allow_space=False, allow_digits=False, allow_double=True)
_plugin_block_rule = math_block_dollar(allow_labels=False, allow_blank_lines=False)


def _inline_formula_rule(state: StateInline, silent: bool) -> bool:
    """The plugin's rule, save that code binds tighter than dollars: a formula never holds a backtick."""
    start, source = state.pos, state.src
    if source[start] != "$":
        return False
    # The rule looks at what stands before the dollar; before the first one, to Python, that is the last: "$n$ is 5".
    state.src += "\n"
    try:
        matches = _plugin_inline_rule(state, True)
        end, state.pos = state.pos, start
        if not matches or "`" in source[start:end]:
            return False
        return _plugin_inline_rule(state, silent)
    finally:
        state.src = source


def _block_formula_rule(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """The plugin's rule, kept inside its list item or quotation, and from reading the whole text for each `$$`."""
    end_line = min(end_line, start_line + MAX_FORMULA_LINES)
    for line in range(start_line + 1, end_line):
        if state.sCount[line] < state.blkIndent:
            end_line = line
            break
    if not _plugin_block_rule(state, start_line, end_line, silent):
        return False
    if "`" in state.tokens[-1].content:
        state.tokens.pop()
        state.line = start_line
        return False
    return True


# The parser and its renderer


def _render_inline_formula(_renderer: Any, tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
    return _formula(tokens[index].content, block=tokens[index].markup == "$$")


def _render_block_formula(_renderer: Any, tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
    return f"<p>{_formula(tokens[index].content, block=True)}</p>\n"


def _render_image(_renderer: Any, tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
    return html.escape(_inline_piece(tokens[index]))


def _render_table_open(_renderer: Any, _tokens: Any, _index: int, _options: Any, _env: Any) -> str:
    """A wide table scrolls in its own box, which the keyboard must reach."""
    return '<div class="table-scroll" tabindex="0"><table>\n'


def _render_table_close(_renderer: Any, _tokens: Any, _index: int, _options: Any, _env: Any) -> str:
    return "</table></div>\n"


def _is_allowed_link(url: str) -> bool:
    scheme, colon, _ = url.partition(":")
    return bool(colon) and scheme.lower() in URL_SCHEMES


def _make_parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": False, "maxNesting": MAX_NESTING}).enable("table")
    parser.validateLink = _is_allowed_link  # type: ignore[method-assign]
    parser.inline.ruler.before("escape", "math_inline", _inline_formula_rule)
    parser.block.ruler.before("fence", "math_block", _block_formula_rule)
    for name, rule in {
        "math_inline": _render_inline_formula,
        "math_inline_double": _render_inline_formula,
        "math_block": _render_block_formula,
        "image": _render_image,
        "table_open": _render_table_open,
        "table_close": _render_table_close,
    }.items():
        parser.add_render_rule(name, rule)
    # The first text fills the parser's table of rules, and a second thread would see it half full.
    parser.parse("once")
    return parser


_PARSER = _make_parser()

_CLEANER = nh3.Cleaner(
    tags=HTML_TAGS | MATHML_TAGS,
    attributes={
        "*": set(),  # without it, lang and title pass on every element
        "a": {"href"},
        "ol": {"start"},
        **{tag: set(attributes) for tag, attributes in MATHML_ATTRIBUTES.items()},
    },
    tag_attribute_values={"div": {"class": {"table-scroll"}, "tabindex": {"0"}}},
    url_schemes=URL_SCHEMES,
    url_relative="deny",
    link_rel="noopener noreferrer nofollow",
)
