import json

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from quiz.bank.search import MAX_QUERY, Document, search

GRADIENT, TRANSFORMER, GAN, TRAINING = range(1, 5)
DOCUMENTS = [
    Document(
        GRADIENT,
        "梯度消失和梯度爆炸如何解决？\nHow are vanishing gradients solved?",
        "请解释梯度消失和梯度爆炸",
        "梯度裁剪、权重初始化",
    ),
    Document(TRANSFORMER, "Transformer模型中的自注意力机制是什么？", "请解释自注意力（Self-Attention）。", "注意力"),
    Document(GAN, "生成对抗网络（GAN）是什么？", "解释GAN", "生成器和判别器，没有梯度消失"),
    Document(TRAINING, "如何优化训练过程？", "列举方法", "调整学习率, organization"),
]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("梯度消失怎么办", GRADIENT),
        ("梯度 消失", GRADIENT),
        ("梯度消失", GRADIENT),
        ("vanishing gradient", GRADIENT),
        ("Vanishing GRADIENTS", GRADIENT),
        ("how do I stop vanishing gradients?", GRADIENT),
        ("注意力机制transformer", TRANSFORMER),
        ("transformer的注意力机制是什么", TRANSFORMER),
        ("self-attention", TRANSFORMER),
        ("ｔｒａｎｓｆｏｒｍｅｒ", TRANSFORMER),
        ("transf", TRANSFORMER),
        ("gan", GAN),
        ("判别器", GAN),
        ("權重初始化", GRADIENT),
        ("學習率", TRAINING),
        ("优化", TRAINING),
    ],
)
def test_a_search_finds_first_what_was_meant(query, first):
    assert search(query, DOCUMENTS)[0] == first


@pytest.mark.parametrize(
    "query", ["asdfghjkl", "天气真好吃饭", "今天天气怎么样", "zzz qqq", "梯田农业旅游", "rgan", "c++", "消梯爆"]
)
def test_nonsense_finds_nothing(query):
    assert search(query, DOCUMENTS) == []


def test_a_word_is_found_by_its_beginning_and_not_within_another():
    assert TRAINING not in search("gan", DOCUMENTS)
    assert search("organ", DOCUMENTS) == [TRAINING]


@pytest.mark.parametrize("query", ["", "   ", "。！？", "——"])
def test_a_search_for_nothing_finds_everything_in_its_order(query):
    assert search(query, DOCUMENTS) == [GRADIENT, TRANSFORMER, GAN, TRAINING]


@pytest.mark.parametrize("query", ["什么", "的", "how", "the"])
def test_a_question_word_alone_is_searched_for_all_the_same(query):
    documents = [Document(1, "什么的 how the", "", ""), Document(2, "无关", "", "")]
    assert search(query, documents) == [1]


@pytest.mark.parametrize("word", ["注意力", "attention"])
def test_a_title_counts_more_than_a_prompt_and_a_prompt_more_than_an_answer(word):
    documents = [Document(1, "", "", word), Document(2, "", word, ""), Document(3, word, "", "")]
    assert search(word, documents) == [3, 2, 1]


def test_a_rare_word_counts_more_than_one_that_stands_everywhere():
    documents = [Document(1, "模型", "", ""), Document(2, "模型", "", ""), Document(3, "幻觉", "", "模型")]
    assert search("模型 幻觉", documents)[0] == 3


def test_what_has_all_of_the_query_comes_before_what_has_half():
    documents = [Document(1, "self", "", ""), Document(2, "self attention", "", "")]
    assert search("self attention", documents) == [2, 1]


def test_one_character_can_be_searched_for():
    assert search("词", [Document(1, "词向量", "", ""), Document(2, "句子", "", "")]) == [1]


@given(st.text(max_size=300))
def test_any_query_finds_some_of_the_documents_each_once(query):
    found = search(query, DOCUMENTS)
    assert len(set(found)) == len(found)
    assert set(found) <= {document.id for document in DOCUMENTS}


@given(st.text("文字梯度ab ", max_size=20))
def test_a_title_finds_its_own_document(title):
    assert 9 in search(title, [*DOCUMENTS, Document(9, title, "", "")])


def test_what_stands_beyond_the_longest_query_does_not_count():
    assert search("梯度消失 " + " " * MAX_QUERY + "zzz " * 50, DOCUMENTS) == search("梯度消失", DOCUMENTS)


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("梯度消失怎么办", {19}),
        ("注意力机制transformer", {6, 12, 18}),
        ("GAN", {16}),
        ("how do I evaluate a model", {8, 20}),
        ("如何优化训练", {9}),
        ("pre-training", {14}),
    ],
)
def test_the_twenty_entries_are_found_by_what_they_are_about(query, numbers):
    entries = json.loads((settings.BASE_DIR / "fixtures" / "twenty_entries.json").read_text(encoding="utf-8"))
    documents = [
        Document(
            id=entry["number"],
            title=f"{entry['title_zh']} {entry['title_en']}",
            prompt=f"{entry['prompt_zh']} {entry['prompt_en']}",
            answer=f"{entry['reference_answer_zh']} {entry['explanation_zh']}",
        )
        for entry in entries["questions"]
    ]
    assert search(query, documents)[0] in numbers
