"""Blueprints are edited; attempts and responses are looked at, and go only with their candidate."""

import pytest

from accounts.models import User
from quiz.interviews.models import Attempt, Blueprint, Response
from tests.base import make_question, make_topic
from tests.results.sitting import sit

ATTEMPTS, RESPONSES = "/admin/interviews/attempt/", "/admin/interviews/response/"
BLUEPRINT = {"slug": "usual", "name_zh": "常规", "name_en": "Usual", "count": "5", "format": "paper", "order": "1"}


def test_a_blueprint_takes_its_difficulties_from_checkboxes(client_of_editor):
    topic = make_topic()
    page = client_of_editor.get("/admin/interviews/blueprint/add/").content.decode()
    assert page.count('type="checkbox" name="difficulties"') == 3
    fields = {**BLUEPRINT, "difficulties": ["easy", "hard"], "topics": [topic.pk], "published": "on"}
    assert client_of_editor.post("/admin/interviews/blueprint/add/", fields).status_code == 302
    blueprint = Blueprint.objects.get()
    assert (blueprint.difficulties, list(blueprint.topics.all())) == (["easy", "hard"], [topic])
    page = client_of_editor.get(f"/admin/interviews/blueprint/{blueprint.pk}/change/").content.decode()
    assert page.count(" checked") == 3


def test_a_blueprint_without_difficulties_means_all(client_of_editor):
    client_of_editor.post("/admin/interviews/blueprint/add/", BLUEPRINT)
    assert Blueprint.objects.get().difficulties == []


def test_a_difficulty_that_there_is_not_is_refused(client_of_editor):
    response = client_of_editor.post("/admin/interviews/blueprint/add/", {**BLUEPRINT, "difficulties": ["very"]})
    assert response.status_code == 200
    assert not Blueprint.objects.exists()


@pytest.fixture
def attempt(alice) -> Attempt:
    return sit(alice, {make_question(1): "alpha1", make_question(2): ""})


def test_attempts_and_responses_can_be_looked_at(client_of_editor, attempt):
    page = client_of_editor.get(f"{ATTEMPTS}{attempt.pk}/change/").content.decode()
    assert f'href="{RESPONSES}?attempt__id__exact={attempt.pk}">2</a>' in page
    listed = client_of_editor.get(f"{RESPONSES}?attempt__id__exact={attempt.pk}")
    assert listed.context["cl"].result_count == 2
    response = attempt.responses.first()
    assert "alpha1" in client_of_editor.get(f"{RESPONSES}{response.pk}/change/").content.decode()


@pytest.mark.parametrize("url", [ATTEMPTS, RESPONSES])
def test_nobody_adds_changes_or_deletes_one(client_of_editor, attempt, url):
    pk = attempt.pk if url == ATTEMPTS else attempt.responses.first().pk
    assert client_of_editor.get(f"{url}add/").status_code == 403
    assert client_of_editor.post(f"{url}{pk}/change/", {"answer": "x"}).status_code == 403
    assert client_of_editor.post(f"{url}{pk}/delete/", {"post": "yes"}).status_code == 403
    assert 'name="action"' not in client_of_editor.get(url).content.decode()
    assert Response.objects.filter(attempt=attempt).count() == 2


def test_an_account_is_deleted_with_its_attempts(client_of_editor, attempt, alice):
    response = client_of_editor.post(f"/admin/accounts/user/{alice.pk}/delete/", {"post": "yes"})
    assert response.status_code == 302
    assert not User.objects.filter(pk=alice.pk).exists()
    assert not Attempt.objects.exists()


@pytest.mark.parametrize("word", ["alice", "nobody", "12", "question-1"])
@pytest.mark.parametrize("url", [ATTEMPTS, RESPONSES])
def test_any_word_can_be_searched_for(client_of_editor, attempt, url, word):
    found = client_of_editor.get(url, {"q": word}).context["cl"].result_count
    assert bool(found) == (word == "alice" or (word == "question-1" and url == RESPONSES))


def test_an_attempt_is_found_by_its_id(client_of_editor, attempt, bob):
    sit(bob, {make_question(3): "x"})
    found = client_of_editor.get(ATTEMPTS, {"q": str(attempt.pk)}).context["cl"].result_list
    assert list(found) == [attempt]


@pytest.mark.parametrize("url", [ATTEMPTS, RESPONSES])
def test_the_lists_cost_the_same_with_one_and_twenty_attempts(
    client_of_editor, attempt, django_assert_max_num_queries, url
):
    def queries() -> int:
        with django_assert_max_num_queries(50) as captured:
            client_of_editor.get(url)
        return len(captured)

    few = queries()
    for number in range(20):
        user = User.objects.create_user(f"candidate-{number}")
        sit(user, {make_question(10 + number): "x"})
    assert queries() == few
