"""What of an answer is the candidate's own claim."""

from itertools import pairwise

import pytest
from hypothesis import given

from quiz.marking.expressions import parse_expression
from quiz.marking.matching import matches
from quiz.marking.reading import LONGEST_READ, read
from tests.marking.strategies import answers, patient


def states(written: str, answer: str) -> bool:
    return any(True for _ in matches(parse_expression(written), read(answer)))


DENIED = [
    "Transformer 不需要循环",
    "Transformer 并非循环结构",
    "没有任何循环",
    "无需循环就能并行",
    "它不像 RNN 那样循环处理",
    "靠注意力而不是循环",
    "它从不使用循环",
    "说它靠循环是错误的",
    "有人以为要靠循环",
    "循环吗？",
    "It never uses 循环",
    "There is no 循环 in it",
    "Unlike 循环 networks, it is parallel",
    "attention instead of 循环",
    "it doesn't need 循环",
    "it no longer needs 循环",
]


@pytest.mark.parametrize("answer", DENIED)
def test_what_is_denied_or_asked_is_not_stated(answer: str):
    assert not states("循环", answer)


@pytest.mark.parametrize(
    "answer",
    [
        "它不是卷积，而是循环",
        "不仅快，而且循环",
        "不仅仅是循环",
        "它离不开循环",
        "它不能不循环",
        "难道不是循环吗？",
        "无论长短都循环",
        "不断循环",
        "没有卷积也能循环",
        "如果不循环，就记不住前文",
        "不循环的话会忘记前文",
        "not only fast but 循环",
        "not convolution but 循环",
        "without 循环 it would forget",
        "it is not without 循环",
        "Isn't it 循环?",
    ],
)
def test_a_sentence_with_a_negation_can_be_a_statement(answer: str):
    assert states("循环", answer)


def test_a_negation_ends_with_its_clause():
    assert states("自注意力", "它不用循环，用的是自注意力")
    assert states("丢弃 + 神经元", "Dropout不是删数据，而是训练中随机丢弃神经元")
    assert not states("删 + 数据", "Dropout不是删数据，而是训练中随机丢弃神经元")


def test_a_negation_that_belongs_to_the_statement_is_part_of_it():
    assert states("无需标注 | 没有标签", "预训练无需标注")
    assert not states("标注", "预训练无需标注")


@pytest.mark.parametrize(
    "answer",
    [
        "softmax、权重、点积、加权平均、多头",
        "softmax，权重，Q、K、V，encoder-decoder",
        "RNN LSTM GRU softmax 权重 self-attention",
        "softmax\n权重\n点积\n多头",
        "- softmax\n- 权重\n- 点积",
        "embedding, softmax, 权重, dot product",
        "自注意力打分 softmax 归一权重 加权平均 多头拼接 残差连接",
        "scaled dot product attention softmax weights multi head concatenation residual connection layer norm dropout",
    ],
)
def test_a_bare_list_of_terms_states_nothing(answer: str):
    assert not states("softmax", answer)


@pytest.mark.parametrize(
    "answer",
    [
        "点积打分，softmax 把分数变成权重，再加权平均",
        "先点积，再 softmax，后加权",
        "s = QK^T/√d，a = softmax(s)，z = aV",
        "注意力由点积、softmax、加权三步组成",
    ],
)
def test_few_words_can_be_statements(answer: str):
    assert states("softmax", answer)


@pytest.mark.parametrize("answer", ["Hoffmann et al. 循环 训练", "某些结构 e.g. 循环 训练", "卷积 vs. 循环 训练"])
def test_the_point_of_an_abbreviation_ends_no_sentence(answer: str):
    assert len(read(answer).sentences) == 1


def test_what_lies_beyond_the_longest_text_counts_as_not_written():
    assert states("循环", "啊" * (LONGEST_READ - 2) + "循环")
    assert not states("循环", "啊" * LONGEST_READ + "循环")


@patient
@given(answers)
def test_sentences_clauses_and_items_cut_the_whole_text_each_finer_than_the_one_before(answer: str):
    reading = read(answer)
    for cuts in (reading.sentences, reading.clauses, reading.items):
        edges = [edge for cut in cuts for edge in (cut.start, cut.end)]
        assert edges == sorted(edges)
        assert all(one.end == other.start for one, other in pairwise(cuts))
        assert (cuts[0].start, cuts[-1].end) == (0, len(reading.text)) if cuts else not reading.text
    ends = [{cut.end for cut in cuts} for cuts in (reading.sentences, reading.clauses, reading.items)]
    assert ends[0] <= ends[1] <= ends[2]


@patient
@given(answers)
def test_each_denial_reaches_within_its_clause(answer: str):
    reading = read(answer)
    for denial in reading.denied:
        clause = reading.clauses[reading.clause_at(denial.cue.start)]
        assert clause.start <= denial.reach.start <= denial.reach.end <= clause.end
