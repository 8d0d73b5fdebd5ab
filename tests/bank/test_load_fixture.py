"""Loading brings what is new and leaves alone what an editor has touched."""

from datetime import timedelta
from typing import Any

import pytest

from quiz.bank.content import content_of, is_edited
from quiz.bank.export import as_fixture
from quiz.bank.fixture import InvalidFixture, check_fixture, dump_fixture, parse_fixture
from quiz.bank.models import KeyPoint, Question, QuestionVersion, Status, Topic
from quiz.bank.queries import exported_questions
from quiz.bank.services import Loaded, load_fixture, publish_question, retire_question, write_version
from tests.bank.small_fixture import entry, fixture, point
from tests.base import NOW, make_question

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)


def load(data: dict[str, Any]) -> Loaded:
    return load_fixture(fixture=data, now=LATER)


def edit(slug: str, **columns: Any) -> Question:
    """What the admin does: store, then write a version."""
    Question.objects.filter(slug=slug).update(**columns)
    question = Question.objects.get(slug=slug)
    write_version(question=question, now=NOW)
    return question


def test_a_first_load_creates_published_questions_with_a_version_each():
    loaded = load(fixture())
    assert loaded == Loaded(created=["question-1", "question-2", "question-3"])
    assert [question.status for question in Question.objects.all()] == [Status.PUBLISHED] * 3
    assert list(QuestionVersion.objects.values_list("number", flat=True)) == [1, 1, 1]


def test_a_load_stores_exactly_what_the_fixture_holds():
    data = fixture((1, {"note_open": True, "family": "near"}))
    load(data)
    assert [content_of(question) for question in Question.objects.all()] == data["questions"]
    assert as_fixture(Topic.objects.all(), exported_questions()) == data


def test_loading_again_changes_nothing():
    load(fixture())
    versions = list(QuestionVersion.objects.values())
    points = list(KeyPoint.objects.values())
    loaded = load(fixture())
    assert loaded == Loaded(unchanged=["question-1", "question-2", "question-3"])
    assert list(QuestionVersion.objects.values()) == versions
    assert list(KeyPoint.objects.values()) == points


@pytest.mark.parametrize(
    "change",
    [
        {"title_en": "New"},
        {"difficulty": "hard"},
        {"topic": "training"},
        {"key_points": [point("丙")]},
        {"number": 7},
        {"avoid_with": []},
    ],
)
def test_a_later_fixture_updates_what_no_editor_has_touched(change):
    load(fixture())
    changes = [(1, change), (2, {"avoid_with": []})] if "avoid_with" in change else [(1, change)]
    later = fixture(*changes)
    assert "question-1" in load(later).updated
    assert content_of(Question.objects.get(slug="question-1")) == later["questions"][0]
    assert not load(later).updated


def test_an_update_writes_a_version_and_leaves_the_old_one_alone():
    load(fixture())
    load(fixture((1, {"title_zh": "新"})))
    second, first = QuestionVersion.objects.filter(question__slug="question-1")
    assert (first.content["title_zh"], second.content["title_zh"]) == ("标题 1", "新")


def test_a_later_fixture_brings_new_questions():
    load(fixture())
    loaded = load(fixture(extra=(entry(4, topic="training"),)))
    assert loaded.created == ["question-4"]
    assert len(loaded.unchanged) == 3


def test_a_later_fixture_can_let_a_new_question_overlap_with_an_old_one():
    load(fixture())
    later = fixture((3, {"avoid_with": ["question-4"]}), extra=(entry(4, avoid_with=["question-3"]),))
    loaded = load(later)
    assert (loaded.created, loaded.updated) == (["question-4"], ["question-3"])
    assert load(later).unchanged == ["question-1", "question-2", "question-3", "question-4"]


@pytest.mark.parametrize("columns", [{"title_zh": "编辑"}, {"difficulty": "easy"}, {"family": "mine"}])
def test_what_an_editor_changed_is_kept(columns):
    load(fixture())
    edit("question-1", **columns)
    loaded = load(fixture((1, {"prompt_zh": "新"}), (2, {"prompt_zh": "新"})))
    assert (loaded.kept, loaded.updated) == (["question-1"], ["question-2"])
    assert Question.objects.filter(slug="question-1", prompt_zh="题面 1", **columns).exists()


def test_changed_key_points_are_an_editors_change():
    load(fixture())
    KeyPoint.objects.filter(question__slug="question-1", position=1).update(expressions="甲\n甲乙")
    assert load(fixture((1, {"prompt_zh": "新"}))).kept == ["question-1"]


def test_a_change_taken_back_is_no_change():
    load(fixture())
    edit("question-1", title_zh="编辑")
    edit("question-1", title_zh="标题 1")
    assert load(fixture((1, {"prompt_zh": "新"}))).updated == ["question-1"]


def test_a_question_that_an_editor_retired_stays_retired():
    load(fixture())
    retire_question(question=Question.objects.get(slug="question-1"))
    assert load(fixture()).unchanged[0] == "question-1"
    assert load(fixture((1, {"prompt_zh": "新"}))).updated == ["question-1"]
    retired = Question.objects.get(slug="question-1")
    assert (retired.status, retired.prompt_zh, retired.versions.count()) == (Status.RETIRED, "新", 1)


def test_an_editors_own_question_is_never_touched():
    own = make_question(3, slug="question-3", topic="own")
    loaded = load(fixture())
    assert loaded.kept == ["question-3"]
    assert content_of(Question.objects.get(pk=own.pk))["title_zh"] == "标题 3"
    assert Question.objects.get(pk=own.pk).topic.slug == "own"


def test_an_editors_question_that_overlaps_with_a_loaded_one_does_not_freeze_it():
    load(fixture())
    own = make_question(9)
    own.avoid_with.add(Question.objects.get(slug="question-1"))
    assert not is_edited(Question.objects.get(slug="question-1"))
    assert load(fixture()).unchanged[0] == "question-1"
    assert load(fixture((1, {"prompt_zh": "新"}))).updated == ["question-1"]
    overlaps = {other.slug for other in Question.objects.get(slug="question-1").avoid_with.all()}
    assert overlaps == {"question-2", "question-9"}


def test_an_overlap_that_an_editor_removed_stays_removed():
    load(fixture())
    Question.objects.get(slug="question-1").avoid_with.clear()
    assert load(fixture()).kept == ["question-1", "question-2"]
    assert not Question.objects.get(slug="question-2").avoid_with.exists()


def test_a_new_question_whose_number_is_taken_is_left_out_and_told():
    load(fixture())
    make_question(4, slug="own")
    later = fixture((3, {"avoid_with": ["question-4"]}), extra=(entry(4, avoid_with=["question-3"]),))
    for _ in range(2):
        loaded = load(later)
        assert loaded.refused == {"question-4": "own"}
        assert loaded.unchanged == ["question-1", "question-2", "question-3"]
    Question.objects.filter(slug="own").update(number=40)
    loaded = load(later)
    assert (loaded.created, loaded.updated) == (["question-4"], ["question-3"])


def test_a_question_whose_new_number_is_taken_stays_as_it_was_and_is_told():
    load(fixture())
    make_question(9)
    loaded = load(fixture((1, {"number": 9, "title_zh": "新"})))
    assert loaded.refused == {"question-1": "question-9"}
    assert Question.objects.get(slug="question-1").title_zh == "标题 1"


def test_a_question_without_a_rubric_is_published_with_a_drafted_one_until_it_has_its_own():
    loaded = load(fixture((1, {"key_points": []})))
    assert loaded.created[0] == "question-1"
    question = Question.objects.get(slug="question-1")
    assert question.status == Status.PUBLISHED
    assert [point["expressions"] for point in question.versions.get().content["key_points"]] == [[]]
    load(fixture())
    assert question.versions.first().content["key_points"][0]["expressions"] != []


def test_topics_that_are_there_are_left_alone_and_deleted_ones_do_not_come_back():
    load(fixture())
    Topic.objects.filter(slug="attention").update(name_en="Mine")
    Topic.objects.filter(slug="training").delete()
    load(fixture())
    assert list(Topic.objects.values_list("slug", "name_en")) == [("attention", "Mine")]
    load(fixture((1, {"topic": "training"})))
    assert Topic.objects.filter(slug="training").exists()


def test_a_question_that_an_editor_moved_to_another_topic_counts_as_edited():
    load(fixture())
    question = Question.objects.get(slug="question-1")
    question.topic = Topic.objects.get(slug="training")
    question.save()
    assert is_edited(question)
    assert load(fixture()).kept == ["question-1"]


def test_only_what_came_from_a_fixture_can_count_as_edited():
    own = make_question(8)
    assert not is_edited(own)
    load(fixture())
    loaded = Question.objects.get(slug="question-1")
    assert not is_edited(loaded)
    loaded.title_en = "Edited"
    assert is_edited(loaded)


def test_republishing_a_loaded_question_is_no_edit():
    load(fixture())
    question = Question.objects.get(slug="question-1")
    retire_question(question=question)
    publish_question(question=question, now=LATER)
    assert not is_edited(question)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"questions": []}', '"schema"', "[" * 100_000])
def test_what_is_no_fixture_is_refused(text):
    with pytest.raises(InvalidFixture):
        parse_fixture(text)


def broken(*changes: tuple[int, dict[str, Any]], **fields: Any) -> dict[str, Any]:
    return fixture(*changes) | fields


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (broken(schema=2), "its schema is 2, this version of Viva reads 1"),
        (broken(topics={}), '"topics" is not a list'),
        (broken(questions=None), '"questions" is not a list'),
        (broken(questions=["x"]), "question 1 is not an object"),
        (broken((2, {"slug": "question-1", "avoid_with": []}), (1, {"avoid_with": []})), "two questions have the slug"),
        (broken((2, {"number": 1})), "two questions have the number 1"),
        (broken((1, {"topic": "nowhere"})), "question-1: there is no topic 'nowhere' in this file"),
        (broken((1, {"avoid_with": ["nowhere"]})), "'nowhere', which is not in this file"),
        (broken((3, {"avoid_with": ["question-1"]})), "'question-1', but that one does not name it"),
        (broken((3, {"avoid_with": ["question-3"]})), "does not name it"),
        (broken((1, {"title_zh": 5})), "question 1: title_zh is not a text"),
        (broken((1, {"title_zh": ""})), "question 1: title_zh is empty"),
        (broken((1, {"prompt_zh": "a\r\nb"})), "question 1: prompt_zh begins or ends"),
        (broken((1, {"prompt_zh": "a\n"})), "question 1: prompt_zh begins or ends"),
        (broken((1, {"number": "1"})), "question 1: number is not a whole number"),
        (broken((1, {"number": True})), "question 1: number is not a whole number"),
        (broken((1, {"note_open": 1})), "question 1: note_open is neither"),
        (broken((1, {"key_points": {}})), "question 1: key_points is not a list"),
        (broken((1, {"key_points": [{}]})), "question 1 \\(question-1\\), key point 1 lacks erratum_en"),
        (broken((1, {"status": "draft"})), "question 1 has an unknown status"),
        (broken((1, {"key_points": [point("甲"), point("甲")]})), "two key points have the label '甲'"),
        (
            broken((1, {"key_points": [point("甲", expressions="甲")]})),
            "expressions is not a list of texts of one line",
        ),
        (broken((1, {"key_points": [point("甲", expressions=["a\nb"])]})), "not a list of texts of one line"),
        (broken((1, {"key_points": [point("甲", expressions=["a*b"])]})), "key point 1: the expression 'a\\*b': A \\*"),
    ],
)
def test_a_broken_fixture_is_refused_with_the_place_named(data, message):
    with pytest.raises(InvalidFixture, match=message):
        check_fixture(data)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"title_zh": "长" * 201}, "question-2: title_zh: "),
        ({"slug": "no slug", "avoid_with": []}, "no slug: slug: "),
        ({"difficulty": "very"}, "question-2: difficulty: "),
        ({"suggested_seconds": 5}, "question-2: suggested_seconds: "),
        ({"key_points": [point("甲", weight=4)]}, "question-2, key point 1: weight: "),
        ({"key_points": [point("甲", origin="else")]}, "question-2, key point 1: origin: "),
        ({"key_points": [point("甲", expressions=["a*b"])]}, "question-2, key point 1: the expression 'a\\*b'"),
    ],
)
def test_what_a_column_does_not_take_is_refused_and_nothing_is_written(change, message):
    data = fixture((1, {"avoid_with": []}), (2, {"avoid_with": [], **change}))
    with pytest.raises(InvalidFixture, match=message):
        load(data)
    assert not Question.objects.exists()
    assert not Topic.objects.exists()


def test_a_dumped_fixture_is_read_back_the_same():
    assert parse_fixture(dump_fixture(fixture())) == fixture()
