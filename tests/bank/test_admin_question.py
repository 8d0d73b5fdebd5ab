"""Editing questions: versions, errors that name the line, and nobody overwriting anybody unseen."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import User
from quiz.bank.content import content_of, is_edited
from quiz.bank.models import KeyPoint, Question, QuestionVersion, Status
from quiz.bank.services import load_fixture, retire_question
from tests.bank.admin_form import ADD, LIST, change_url, errors, opened, save, send
from tests.bank.small_fixture import fixture
from tests.base import NOW, make_bank, make_question, make_topic
from tests.conftest import signed_in

LATER = NOW + timedelta(days=1)


@pytest.fixture
def other_editor(db) -> Client:
    return signed_in(User.objects.create_superuser("second", password=None, language="en"))


def editor_with(*permissions: str) -> Client:
    user = User.objects.create_user("limited", is_staff=True, language="en")
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return signed_in(user)


# Saving


def test_a_change_to_a_published_question_writes_a_version_with_editor_and_note(client_of_editor, editor):
    question = make_question(1)
    with time_machine.travel(LATER, tick=False):
        save(client_of_editor, question, title_en="Better", version_note="clearer")
    version = question.versions.first()
    assert (version.number, version.editor, version.note, version.created_at) == (2, editor, "clearer", LATER)
    assert version.content["title_en"] == "Better"


def test_the_version_holds_the_key_points_and_the_overlaps_count_as_saved(client_of_editor):
    question, other = make_question(1), make_question(2)
    save(
        client_of_editor,
        question,
        avoid_with=[other.pk],
        **{"key_points-0-expressions": "one\r\n\r\n two ", "key_points-1-DELETE": "on"},
    )
    version = question.versions.first()
    assert [point["expressions"] for point in version.content["key_points"]] == [["one", "two"]]
    assert content_of(question)["avoid_with"] == ["question-2"]


def test_saving_without_a_change_changes_nothing(client_of_editor):
    question = make_question(1, prompt_zh="一\n\n- 二\n- 三", editors_note_zh="# 注\n\n文")
    question.key_points.filter(position=1).update(expressions="one\ntwo")
    before = content_of(question)
    assert save(client_of_editor, question).status_code == 302
    assert content_of(Question.objects.get()) == before
    assert save(client_of_editor, question).status_code == 302
    assert question.versions.count() == 2  # the first save froze what the test had changed behind the form's back


def test_saving_a_loaded_question_untouched_does_not_count_as_an_edit(client_of_editor):
    load_fixture(fixture=fixture((1, {"reference_answer_zh": "一\n\n1. 二\n   - 三"})), now=NOW)
    question = Question.objects.get(number=1)
    save(client_of_editor, question)
    assert not is_edited(Question.objects.get(number=1))
    assert LogEntry.objects.get().get_change_message() == "No fields changed."


def test_a_changed_draft_gets_no_version(client_of_editor):
    question = make_question(1, publish=False)
    save(client_of_editor, question, title_en="Better")
    assert Question.objects.get().title_en == "Better"
    assert not QuestionVersion.objects.exists()


def test_publishing_in_the_form_writes_the_first_version(client_of_editor):
    question = make_question(1, publish=False)
    save(client_of_editor, question, status="published")
    assert question.versions.get().number == 1


def test_a_new_question_is_suggested_the_next_number(client_of_editor):
    make_question(7)
    fields = opened(client_of_editor, ADD)
    assert (fields["number"], fields["slug"], fields["status"]) == (8, "question-8", "draft")


def test_a_new_question_with_key_points_can_be_published_at_once(client_of_editor):
    topic = make_topic()
    response = send(
        client_of_editor,
        ADD,
        opened(client_of_editor, ADD),
        topic=topic.pk,
        title_zh="新",
        prompt_zh="题",
        reference_answer_zh="答",
        status="published",
        **{"key_points-TOTAL_FORMS": 2},
        **{"key_points-0-label_zh": "乙", "key_points-0-weight": 1, "key_points-0-origin": "seed"},
        **{"key_points-0-expressions": "乙"},
        **{"key_points-1-label_zh": "甲", "key_points-1-weight": 2, "key_points-1-origin": "seed"},
        **{"key_points-1-expressions": "甲", "key_points-1-position": 1},
    )
    assert response.status_code == 302
    version = QuestionVersion.objects.get()
    assert [(point["label_zh"], point["weight"]) for point in version.content["key_points"]] == [("甲", 2), ("乙", 1)]


def test_key_points_are_put_in_order_and_numbered_anew(client_of_editor):
    question = make_question(1, points=3)
    save(client_of_editor, question, **{"key_points-0-position": "", "key_points-1-position": "8"})
    assert list(question.key_points.values_list("position", "label_en")) == [
        (1, "Point gamma"),
        (2, "Point beta"),
        (3, "Point alpha"),
    ]


def test_an_empty_position_of_a_new_key_point_is_last(client_of_editor):
    question = make_question(1)
    save(
        client_of_editor,
        question,
        **{"key_points-TOTAL_FORMS": 3, "key_points-2-label_zh": "新", "key_points-2-expressions": "x"},
        **{"key_points-2-weight": 1, "key_points-2-origin": "seed", "key_points-2-question": question.pk},
    )
    assert list(question.key_points.values_list("position", "label_zh"))[-1] == (3, "新")


# Errors


def test_a_wrong_expression_is_refused_with_its_line(client_of_editor):
    question = make_question(1)
    response = save(client_of_editor, question, **{"key_points-0-expressions": "good\r\n\r\nb*d\r\nfine*\r\n。"})
    assert errors(response) == (
        "Line 2, character 2 of “b*d”: A * may only stand at the end of a word. "
        "Line 4, character 1 of “。”: An expression needs at least one letter, digit or symbol."
    )
    assert "good\n\nb*d" in response.content.decode()
    assert question.versions.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"key_points-0-DELETE": "on", "key_points-1-DELETE": "on"},
        {"key_points-0-origin": "beyond", "key_points-1-origin": "beyond"},
    ],
)
def test_without_a_scored_key_point_a_published_question_is_marked_by_its_reference_answer(client_of_editor, change):
    question = make_question(1)
    assert save(client_of_editor, question, **change).status_code == 302
    assert question.versions.first().content["key_points"][0]["expressions"] == []


def test_a_published_question_has_to_stay_markable(client_of_editor):
    question, change = make_question(1), {"key_points-0-expressions": " \r\n "}
    assert "nobody could earn all marks" in errors(save(client_of_editor, question, **change))
    assert question.key_points.count() == 2
    assert save(client_of_editor, question, status="retired", **change).status_code == 302


@pytest.mark.parametrize("column", ["title_zh", "prompt_zh", "reference_answer_zh"])
def test_the_chinese_texts_cannot_be_left_out(client_of_editor, column):
    question = make_question(1)
    assert "This field is required." in errors(save(client_of_editor, question, **{column: "  "}))


def test_two_key_points_with_one_label_are_refused(client_of_editor):
    question = make_question(1)
    assert errors(save(client_of_editor, question, **{"key_points-1-label_zh": "要点 alpha"}))
    assert sorted(question.key_points.values_list("label_zh", flat=True)) == ["要点 alpha", "要点 beta"]


def test_what_was_published_cannot_become_a_draft_again(client_of_editor):
    question = make_question(1)
    assert "draft" in errors(save(client_of_editor, question, status="draft"))
    assert save(client_of_editor, question, status="retired").status_code == 302
    assert save(client_of_editor, question, status="published").status_code == 302


def test_the_address_of_a_published_question_stays(client_of_editor):
    question = make_question(1)
    assert "slug" not in opened(client_of_editor, change_url(question))
    save(client_of_editor, question, slug="other")
    assert Question.objects.get().slug == "question-1"
    draft = make_question(2, publish=False)
    save(client_of_editor, draft, slug="other")
    draft.refresh_from_db()
    assert draft.slug == "other"


# Two editors at once


def test_the_second_of_two_editors_is_refused_and_keeps_what_was_typed(client_of_editor, other_editor):
    question = make_question(1)
    url = change_url(question)
    mine, theirs = opened(client_of_editor, url), opened(other_editor, url)
    assert send(other_editor, url, theirs, title_en="Theirs").status_code == 302
    response = send(client_of_editor, url, mine, title_en="Mine", prompt_en="Mine, too")
    told = errors(response)
    assert told.startswith("second saved this question at ")
    assert "Nothing of yours has been saved" in told
    assert 'value="Mine"' in response.content.decode()
    assert "Mine, too" in response.content.decode()
    assert Question.objects.get().title_en == "Theirs"
    assert question.versions.count() == 2


def test_who_has_read_the_warning_can_save_once_more(client_of_editor, other_editor):
    question = make_question(1)
    url = change_url(question)
    mine = opened(client_of_editor, url)
    save(other_editor, question, title_en="Theirs")
    refused = send(client_of_editor, url, mine, title_en="Mine")
    fresh = re.search(r'name="content_hash" value="([^"]+)"', refused.content.decode())[1]
    assert fresh != mine["content_hash"]
    assert send(client_of_editor, url, mine, title_en="Mine", content_hash=fresh).status_code == 302
    assert Question.objects.get().title_en == "Mine"


@pytest.mark.parametrize(
    "change", [{"key_points-0-label_en": "Theirs"}, {"status": "retired"}, {"key_points-1-DELETE": "on"}]
)
def test_key_points_and_status_count_as_well(client_of_editor, other_editor, change):
    question = make_question(1)
    url = change_url(question)
    mine = opened(client_of_editor, url)
    save(other_editor, question, **change)
    assert "Nothing of yours has been saved" in errors(send(client_of_editor, url, mine, title_en="Mine"))


def test_an_overlap_made_from_the_other_side_counts_as_well(client_of_editor, other_editor):
    question, other = make_question(1), make_question(2)
    url = change_url(question)
    mine = opened(client_of_editor, url)
    save(other_editor, other, avoid_with=[question.pk])
    assert errors(send(client_of_editor, url, mine))
    assert question.avoid_with.exists()


def test_a_form_without_its_hash_is_refused(client_of_editor):
    question = make_question(1)
    url = change_url(question)
    fields = {name: value for name, value in opened(client_of_editor, url).items() if name != "content_hash"}
    assert errors(send(client_of_editor, url, fields, title_en="Mine"))
    assert Question.objects.get().title_en == "Title 1"


def test_two_who_saved_nothing_different_do_not_collide(client_of_editor, other_editor):
    question = make_question(1)
    url = change_url(question)
    mine = opened(client_of_editor, url)
    save(other_editor, question)
    assert send(client_of_editor, url, mine, title_en="Mine").status_code == 302


def test_a_change_by_the_loader_is_told_without_a_name(client_of_editor):
    load_fixture(fixture=fixture(), now=NOW)
    url = change_url(Question.objects.get(number=1))
    mine = opened(client_of_editor, url)
    load_fixture(fixture=fixture((1, {"title_zh": "新"})), now=NOW)
    told = errors(send(client_of_editor, url, mine, title_en="Mine"))
    assert told.startswith("This question was changed after you had opened it.")


# The list and its actions


def act(client: Client, action: str, *questions: Question) -> str:
    fields = {"action": action, "_selected_action": [question.pk for question in questions]}
    response = client.post(LIST, fields, follow=True)
    html = response.content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", re.search(r'<ul class="messagelist".*?</ul>', html, re.DOTALL)[0]).split())


def test_the_list_tells_status_edits_and_versions(client_of_editor):
    load_fixture(fixture=fixture(), now=NOW)
    save(client_of_editor, Question.objects.get(number=1), title_en="Edited")
    make_question(9)
    html = client_of_editor.get(LIST).content.decode()
    rows = re.findall(r'<tr><td class="action-checkbox".*?</tr>', html, re.DOTALL)
    edited = [re.search(r'field-edited"><img src="[^"]*" alt="([^"]+)"', row)[1] for row in rows]
    versions = [re.search(r'\?question__id__exact=\d+">(\d+)</a>', row)[1] for row in rows]
    assert edited == ["True", "False", "False", "None"]
    assert versions == ["2", "1", "1", "1"]


@pytest.mark.parametrize(
    "query", ["topic__id__exact=", "difficulty__exact=hard", "status__exact=retired", "family=near", "q=Title+3"]
)
def test_the_list_is_filtered_and_searched(client_of_editor, query):
    make_bank(2)
    wanted = make_question(3, topic="rare", difficulty="hard", family="near")
    retire_question(question=wanted)
    if query.startswith("topic"):
        query += str(wanted.topic_id)
    html = client_of_editor.get(f"{LIST}?{query}").content.decode()
    assert re.findall(r'class="field-number"><a href="/admin/bank/question/(\d+)/', html) == [str(wanted.pk)]


def test_publishing_from_the_list_counts_and_names_what_cannot_be(client_of_editor, editor):
    ready, bare, done = (
        make_question(1, publish=False),
        make_question(2, publish=False, reference_answer_zh=""),
        make_question(3),
    )
    told = act(client_of_editor, "publish", ready, bare, done)
    assert "1 question is published now." in told
    assert "“2. Title 2” stays unpublished. It lacks: the reference answer in Chinese" in told
    assert ready.versions.get().editor == editor
    assert [question.status for question in Question.objects.all()] == ["published", "draft", "published"]
    assert LogEntry.objects.get().object_id == str(ready.pk)


def test_retiring_from_the_list_keeps_the_versions(client_of_editor):
    one, two = make_question(1), make_question(2)
    assert "2 questions are retired now." in act(client_of_editor, "retire", one, two)
    assert set(Question.objects.values_list("status", flat=True)) == {Status.RETIRED}
    assert QuestionVersion.objects.count() == 2


def test_drafts_are_not_retired(client_of_editor):
    draft = make_question(1, publish=False)
    assert "0 questions are retired now." in act(client_of_editor, "retire", draft)
    assert Question.objects.get().status == Status.DRAFT


def test_who_may_only_look_can_neither_publish_nor_save(db):
    viewer = editor_with("view_question")
    draft = make_question(1, publish=False)
    assert 'value="publish"' not in viewer.get(LIST).content.decode()
    viewer.post(LIST, {"action": "publish", "_selected_action": [draft.pk]})
    assert Question.objects.get().status == Status.DRAFT
    page = viewer.get(change_url(draft))
    assert page.status_code == 200
    assert "Title 1" in page.content.decode()
    assert viewer.post(change_url(draft), {}).status_code == 403


def test_the_list_costs_the_same_with_five_and_a_hundred_questions(client_of_editor, django_assert_max_num_queries):
    make_bank(5)
    with django_assert_max_num_queries(100) as few:
        client_of_editor.get(LIST)
    for number in range(6, 101):
        make_question(number)
    with django_assert_max_num_queries(100) as many:
        client_of_editor.get(LIST)
    assert len(few) == len(many) <= 12


def test_a_form_costs_the_same_with_two_and_twenty_key_points(client_of_editor, django_assert_max_num_queries):
    question = make_question(1)
    client_of_editor.get(change_url(question))
    with django_assert_max_num_queries(100) as few:
        client_of_editor.get(change_url(question))
    for position in range(3, 21):
        KeyPoint.objects.create(question=question, position=position, label_zh=f"更多 {position}")
    with django_assert_max_num_queries(100) as many:
        client_of_editor.get(change_url(question))
    assert len(few) == len(many)


# Deleting


def test_a_question_with_versions_cannot_be_deleted(client_of_editor):
    question = make_question(1)
    assert "deletelink" not in client_of_editor.get(change_url(question)).content.decode()
    delete = f"/admin/bank/question/{question.pk}/delete/"
    assert client_of_editor.post(delete, {"post": "yes"}).status_code == 403
    client_of_editor.post(LIST, {"action": "delete_selected", "_selected_action": [question.pk], "post": "yes"})
    assert Question.objects.exists()


def test_a_draft_can_be_deleted(client_of_editor):
    question = make_question(1, publish=False)
    client_of_editor.post(f"/admin/bank/question/{question.pk}/delete/", {"post": "yes"})
    assert not Question.objects.exists()
    assert not KeyPoint.objects.exists()


def test_a_topic_with_questions_cannot_be_deleted_and_keeps_its_address(client_of_editor):
    topic = make_question(1).topic
    client_of_editor.post(f"/admin/bank/topic/{topic.pk}/delete/", {"post": "yes"})
    client_of_editor.post(
        f"/admin/bank/topic/{topic.pk}/change/", {"slug": "other", "name_zh": "新", "name_en": "New", "order": "3"}
    )
    topic.refresh_from_db()
    assert (topic.slug, topic.name_en, topic.order) == ("attention", "New", 3)


def test_the_topics_tell_how_many_questions_they_have(client_of_editor):
    make_question(1)
    make_question(2)
    assert re.search(r'\?topic__id__exact=\d+">2</a>', client_of_editor.get("/admin/bank/topic/").content.decode())


# Preview and the way to the page

PREVIEW = "/admin/bank/question/preview/"


def test_the_preview_is_what_candidates_see(client_of_editor, client_of_alice):
    text = "**fett** und $x^2$\n\n| a | b |\n|---|---|\n| 1 | 2 |"
    make_question(1, prompt_en=text)
    preview = client_of_editor.post(PREVIEW, {"text": text}).content.decode()
    assert "<strong>fett</strong>" in preview
    assert "<math" in preview
    assert preview in client_of_alice.get("/questions/question-1/").content.decode()


def test_the_preview_of_hostile_text_is_harmless(client_of_editor):
    html = client_of_editor.post(PREVIEW, {"text": "<script>x</script><img src=x onerror=y>"}).content.decode()
    assert "<script" not in html
    assert "<img" not in html


def test_the_preview_is_for_editors_and_only_by_post(client_of_editor, client_of_alice, client):
    assert client_of_editor.get(PREVIEW).status_code == 405
    assert client_of_alice.post(PREVIEW, {"text": "x"}).status_code in (302, 403, 404)
    assert client.post(PREVIEW, {"text": "x"}).status_code in (302, 403)


def test_staff_without_the_permission_get_no_preview(db):
    assert editor_with("view_topic").post(PREVIEW, {"text": "x"}).status_code == 403


def test_every_markdown_text_is_ready_for_the_preview_and_names_its_language(client_of_editor):
    html = client_of_editor.get(change_url(make_question(1))).content.decode()
    fields = re.findall(r'<textarea name="(\w+)"[^>]*data-preview-url="/admin/bank/question/preview/"', html)
    assert fields == [
        f"{text}_{suffix}"
        for text in ("prompt", "reference_answer", "explanation", "editors_note")
        for suffix in ("zh", "en")
    ]
    assert re.search(r'<textarea name="prompt_zh"[^>]*lang="zh-Hans"', html)
    assert re.search(r'<textarea name="prompt_en"[^>]*lang="en"', html)
    assert "quiz/js/admin-preview.js" in html


def test_a_question_leads_to_its_page(client_of_editor):
    question = make_question(1)
    html = client_of_editor.get(change_url(question)).content.decode()
    assert re.search(r'href="/questions/question-1/"[^>]*>View on site', html)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_desk_speaks_both_languages_and_has_no_inline_script(editor, client_of_editor, language):
    editor.language = language
    editor.save()
    question = make_question(1, title_en="<script>alert(1)</script>", title_zh="<script>alert(1)</script>")
    for url in (LIST, ADD, change_url(question), f"/admin/bank/questionversion/{question.versions.get().pk}/change/"):
        response = client_of_editor.get(url)
        html = response.content.decode()
        assert f'<html lang="{language}"' in html
        assert "<script>alert" not in html
        assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)|<style", html)
        assert "unsafe" not in response.headers["Content-Security-Policy"]


# Versions


def test_versions_are_read_only(client_of_editor):
    version = make_question(1).versions.get()
    url = f"/admin/bank/questionversion/{version.pk}/"
    assert client_of_editor.get("/admin/bank/questionversion/add/").status_code == 403
    assert client_of_editor.post(url + "change/", {"note": "x"}).status_code == 403
    assert client_of_editor.post(url + "delete/", {"post": "yes"}).status_code == 403
    assert QuestionVersion.objects.get().note == ""


def test_a_version_shows_what_changed_since_the_one_before(client_of_editor):
    question = make_question(1, reference_answer_en="one two three")
    save(
        client_of_editor,
        question,
        reference_answer_en="one deux three",
        difficulty="hard",
        **{"key_points-0-expressions": "ALPHA"},
    )
    html = client_of_editor.get(f"/admin/bank/questionversion/{question.versions.first().pk}/change/").content.decode()
    assert re.findall(r'<h3 class="difference-name">([^<]+)</h3>', html) == [
        "Difficulty",
        "Reference answer (English)",
        "Key point “要点 alpha”",
    ]
    assert "one <del>two</del><ins>deux</ins> three" in html


def test_the_first_version_is_all_new(client_of_editor):
    version = make_question(1).versions.get()
    html = client_of_editor.get(f"/admin/bank/questionversion/{version.pk}/change/").content.decode()
    assert "The first version" in html
    assert "<ins>Title 1</ins>" in html
    assert "<del>" not in html


def test_the_versions_of_one_question_can_be_listed(client_of_editor):
    question = make_question(1)
    make_question(2)
    response = client_of_editor.get(f"/admin/bank/questionversion/?question__id__exact={question.pk}")
    assert [version.question for version in response.context["cl"].result_list] == [question]


def test_a_difference_is_escaped(client_of_editor):
    question = make_question(1)
    save(client_of_editor, question, prompt_en="<script>alert(1)</script>")
    html = client_of_editor.get(f"/admin/bank/questionversion/{question.versions.first().pk}/change/").content.decode()
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)" in html
