import pytest
from hypothesis import given

from quiz.marking import InvalidExpression, check_expression
from quiz.marking.expressions import MOST_ALTERNATIVES, parse_expression
from quiz.marking.matching import matches
from quiz.marking.reading import read
from quiz.marking.vocabulary import GROUPS
from tests.marking.strategies import anything, patient


def matched(written: str, answer: str) -> str | None:
    """The piece of the answer that the expression is first met in."""
    reading = read(answer)
    for match in matches(parse_expression(written), reading):
        span = reading.span(match.start, match.end)
        return answer[span.start : span.end]
    return None


@pytest.mark.parametrize("written", ["", "   ", "。", "-", "*", " * ", "—*", "\u200b", "\0", "\ud800", "~", "~ "])
def test_an_expression_of_separators_only_is_empty(written: str):
    with pytest.raises(InvalidExpression) as caught:
        check_expression(written)
    assert caught.value.key == "empty"
    assert caught.value.message == str(caught.value)


@pytest.mark.parametrize(
    ("written", "key", "position"),
    [
        ("*a", "star-not-last", 0),
        ("a*b", "star-not-last", 1),
        ("a**", "star-not-last", 1),
        ("注意＊力", "star-not-last", 2),
        ("fine + a*b", "star-not-last", 8),
        ("a | | b", "empty-alternative", 2),
        ("| b", "empty-alternative", 0),
        ("a + ", "empty-alternative", 2),
        ("a + + b", "empty-alternative", 2),
        ("a + (b | c) d", "inner-parentheses", 7),
        ("限制 + (梯度|范数)的", "inner-parentheses", 8),
        ("a + @nothing", "unknown-group", 4),
        ("a > b + c", "mixed-signs", 0),
        ("z=μ+σε", "no-spaces", 3),
        ("p>q | r", "no-spaces", 1),
        ("a ! b + c", "after-exclusion", 6),
        ("! a", "empty-alternative", 0),
        ("… a", "gap-at-end", 0),
        ("a | b ... ", "gap-at-end", 9),
        (" | ".join(f"w{n}" for n in range(MOST_ALTERNATIVES + 1)), "too-many", 0),
    ],
)
def test_a_fault_is_named_and_shown_where_it_stands(written: str, key: str, position: int):
    with pytest.raises(InvalidExpression) as caught:
        check_expression(written)
    assert (caught.value.key, caught.value.position) == (key, position)


@pytest.mark.parametrize(
    "written",
    [
        *("a", "a*", "a* ", "a＊", "注意力*", '"c++" | 语言', '"x + y"', "“p(x|z)”", "^a", "😀", "x̂", "f(x)", "√d_k)V"),
        *("(a | b) + (c | d)", "（甲｜乙）＋丙", "~ a + b ! c | d", "a … b | c", "map* ... vector*", "@less > 过拟合"),
    ],
)
def test_other_expressions_are_accepted(written: str):
    check_expression(written)


@patient
@given(anything)
def test_any_text_is_either_accepted_or_refused_at_a_position_in_it(written: str):
    try:
        expression = parse_expression(written)
    except InvalidExpression as invalid:
        assert 0 <= invalid.position <= max(len(written) - 1, 0)
    else:
        assert expression.groups


def test_every_group_of_the_vocabulary_can_be_read():
    for name, words in GROUPS.items():
        assert len(parse_expression(f"@{name}").groups[0].alternatives) == len(set(words))


@pytest.mark.parametrize(
    ("written", "answer", "found"),
    [
        ("RNN", "an rnn.", "rnn"),
        ("rnn", "基于RNN模型", "RNN"),
        ("rnn", "ＲＮＮ", "ＲＮＮ"),
        ("rnn", "rnns", "rnns"),
        ("rnn", "birnn", None),
        ("rnn", "rnn2", None),
        ("rnn", "rnn_cell", "rnn"),
        ("fine", "is ﬁne", "ﬁne"),
        ("fin", "is ﬁne", None),
        ("kg", "5㎏", None),
        ("self-attention", "Self Attention", "Self Attention"),
        ("self attention", "selfattention", None),
        ("self attention", "to the self. Attention is", None),
        ('"c++"', "in C++!", "C++"),
        ('"z = mu + sigma"', "so z = mu + sigma * eps", "z = mu + sigma"),
        ("transform*", "Transformers", "Transformers"),
        ("transform*", "a pretransformer", None),
    ],
)
def test_latin_words_match_whole(written: str, answer: str, found: str | None):
    assert matched(written, answer) == found


@pytest.mark.parametrize(
    ("written", "answer", "found"),
    [
        ("注意力", "自注意力机制", "注意力"),
        ("注意力", "注 意 力", "注 意 力"),
        ("注意力", "注意，力", None),
        ("注意力", "注意。力", None),
        ("vae", "①VAE②GAN", "VAE"),
        ("√d_k)V", "softmax(QK^T/√d_k) V", "√d_k) V"),
        ("注 意 力", "注意力", "注意力"),
        ("训练", "預訓練", "訓練"),
        ("訓練", "预训练", "训练"),
        ("Q矩阵", "xq 矩陣", "q 矩陣"),
        ("café", "CAFE\u0301s", "CAFE\u0301"),
        ("cafe", "cafe\u0301", None),
        ("注意力", "注意", None),
    ],
)
def test_chinese_matches_anywhere_whatever_the_spaces(written: str, answer: str, found: str | None):
    assert matched(written, answer) == found


CLIPPING = "裁剪 | 截断 | clip* + 梯度 | gradient* + 范数 | 阈值 | norm | threshold"


@pytest.mark.parametrize(
    "answer",
    [
        "把梯度的范数裁剪到一个上限",
        "範數太大時就截斷梯度",
        "**Clip** the `gradient` when its norm is too large",
        "梯度裁剪：范数超过多少就缩回去",
        "We clip the gradients, so that their norm stays below a threshold",
        "裁剪：\n梯度超过阈值时缩小",
    ],
)
def test_groups_meet_in_any_order_in_one_sentence(answer: str):
    assert matched(CLIPPING, answer)


@pytest.mark.parametrize(
    "answer",
    [
        "梯度裁剪",
        "裁剪。梯度。范数。",
        "我们先裁剪图片，然后把训练用的数据全部打乱并且分成很多很多个批次再送进模型里面去，最后才看一眼梯度的范数",
        "clip the images; the gradient has a norm",
    ],
)
def test_words_in_different_sentences_or_far_apart_are_no_statement(answer: str):
    assert matched(CLIPPING, answer) is None


def test_an_order_can_be_asked_for():
    assert matched("编码器 > 解码器", "编码器把向量交给解码器")
    assert matched("编码器 > 解码器", "解码器把向量交给编码器") is None


def test_a_gap_is_short_and_in_order():
    assert matched("对…加权", "对所有的值加权") == "对所有的值加权"
    assert matched("map* … vector*", "it maps each token to a vector") == "maps each token to a vector"
    assert matched("split* the model", "we are splitting the model") == "splitting the model"
    assert matched("对…加权", "加权是对的") is None
    assert matched("对…加权", "对这件事我在很久很久以前就有一些想法的是加权") is None


def test_what_is_excluded_spoils_the_clause_that_it_stands_in():
    assert matched("丢弃 + 随机 ! 样本", "随机丢弃神经元，样本不动")
    assert matched("丢弃 + 随机 ! 样本", "随机丢弃一些样本") is None


def test_one_word_cannot_be_two_groups():
    assert matched("梯度裁剪 | 裁剪 + 裁剪", "梯度裁剪") is None


@pytest.mark.parametrize(
    ("written", "answer", "is_met"),
    [
        ("perplexity", "perplexty is low", True),
        ("perplexity", "preplexity is low", True),
        ("perplexity", "prplexty is low", False),
        ("transformer", "transfromer", True),
        ("lora", "lara", False),
        ("attention", "abstention", False),
        ("循环神经网络", "循环神经网洛", True),
        ("编码器结构", "解码器结构", False),
        ("前向传播过程", "反向传播过程", False),
        ("无监督预训练", "有监督预训练", False),
    ],
)
def test_a_long_term_may_have_one_typo_that_does_not_turn_its_meaning(written: str, answer: str, is_met: bool):
    assert (matched(written, answer) is not None) == is_met
