import pytest
from django.template import Context, Template
from django.utils import translation

from quiz.bank.texts import Text, in_language, suffix_of
from tests.base import make_question

BOTH = {"title_zh": "标题", "title_en": "Title"}
CHINESE = {"title_zh": "标题", "title_en": ""}
ENGLISH = {"title_zh": "", "title_en": "Title"}


def rendered(template: str, **context) -> str:
    return Template("{% load texts %}" + template).render(Context(context)).strip()


@pytest.mark.parametrize(
    ("source", "language", "text", "lang"),
    [
        (BOTH, "zh-hans", "标题", "zh-Hans"),
        (BOTH, "en", "Title", "en"),
        (BOTH, "en-gb", "Title", "en"),
        (CHINESE, "en", "标题", "zh-Hans"),
        (ENGLISH, "zh-hans", "Title", "en"),
        (BOTH, None, "标题", "zh-Hans"),
        (BOTH, "fr", "标题", "zh-Hans"),
    ],
)
def test_a_text_comes_in_the_wanted_language_or_in_the_one_it_has(source, language, text, lang):
    read = in_language(source, "title", language)
    assert (read, read.lang) == (text, lang)


def test_a_text_is_read_from_a_model_as_from_a_version(db):
    question = make_question(1)
    assert in_language(question, "title", "en") == in_language(question.versions.get().content, "title", "en")


@pytest.mark.parametrize(("language", "suffix"), [("zh-hans", "zh"), ("en", "en"), ("en-us", "en"), (None, "zh")])
def test_the_suffix_is_chinese_unless_english_is_asked_for(language, suffix):
    assert suffix_of(language) == suffix


def test_the_tag_takes_the_current_language_or_the_one_it_is_given():
    with translation.override("en"):
        assert rendered('{% text_in source "title" as t %}{{ t }} {{ t.lang }}', source=BOTH) == "Title en"
        given = '{% text_in source "title" "zh-hans" as t %}{{ t }} {{ t.lang }}'
        assert rendered(given, source=BOTH) == "标题 zh-Hans"


def test_the_tag_escapes_what_it_shows():
    source = {"title_zh": "<script>x</script>", "title_en": ""}
    assert "<script>" not in rendered('{% text_in source "title" %}', source=source)
    assert "<script>" not in rendered('{% text_in source "title" as t %}{{ t }}', source=source)


def test_the_filter_renders_markdown_at_the_level_it_is_told():
    assert rendered("{{ text|markdown }}", text="# a") == "<h3>a</h3>"
    assert rendered("{{ text|markdown:2 }}", text=Text("# a", "en")) == "<h2>a</h2>"


def test_prose_carries_its_language_and_says_where_it_is_not_the_wanted_one():
    with translation.override("en"):
        html = rendered('{% prose source "title" %}', source=CHINESE)
    assert '<div class="prose" lang="zh-Hans"><p>标题</p>' in html
    assert "Only in Chinese so far." in html


def test_prose_says_nothing_where_the_language_is_the_wanted_one():
    with translation.override("en"):
        html = rendered('{% prose source "title" %}', source=BOTH)
    assert 'lang="en"' in html
    assert "so far" not in html


def test_prose_in_english_alone_says_so_to_a_chinese_reader():
    with translation.override("en"):  # the sentence itself is the interface's
        assert "Only in English so far." in rendered('{% prose source "title" "zh-hans" %}', source=ENGLISH)


def test_prose_can_be_told_not_to_explain():
    with translation.override("en"):
        html = rendered('{% prose source "title" explain=False %}', source=CHINESE)
    assert "标题" in html
    assert "so far" not in html


def test_prose_of_an_empty_text_is_nothing():
    assert rendered('{% prose source "title" %}', source={"title_zh": "", "title_en": ""}) == ""
