from datetime import timedelta

import pytest
from django.urls import reverse
from lxml import html

from quiz.interviews.models import Attempt, Blueprint
from quiz.interviews.recipe import Recipe
from quiz.interviews.services import start_attempt
from tests.base import NOW, make_bank, make_question, make_topic
from tests.pages import squeezed

pytestmark = pytest.mark.django_db
NEW = reverse("interviews:new")
USUAL = {"count": 5, "minutes": 15, "language": "zh-hans"}


def test_signed_out_visitors_are_sent_to_sign_in(client):
    assert client.get(NEW).url.startswith(reverse("account_login"))


def test_a_fragment_for_a_signed_out_page_sends_the_whole_page_to_sign_in(client):
    response = client.get(NEW, USUAL, headers={"HX-Request": "true"})
    assert response["HX-Redirect"].startswith(reverse("account_login"))


def test_one_post_starts_the_usual_interview(client_of_alice):
    make_bank()
    response = client_of_alice.post(NEW, USUAL)
    attempt = Attempt.objects.get()
    assert response.url == reverse("interviews:slot", args=[attempt.pk, 1])
    assert attempt.responses.count() == 5
    assert attempt.time_limit == timedelta(minutes=15)
    assert (attempt.language, attempt.format) == ("zh-hans", "paper")


def test_topics_and_difficulties_are_respected(client_of_alice):
    make_bank(6)
    make_question(7, topic="training", difficulty="hard")
    client_of_alice.post(NEW, USUAL | {"topics": ["training", "systems"], "difficulty": ["hard"]})
    attempt = Attempt.objects.get()
    assert [response.version.question.number for response in attempt.responses.all()] == [7]
    assert (sorted(attempt.topics), attempt.difficulties) == (["systems", "training"], ["hard"])


def test_minutes_as_suggested(client_of_alice):
    make_bank()
    client_of_alice.post(NEW, USUAL | {"count": 3, "minutes": ["suggested", "15"]})
    assert Attempt.objects.get().time_limit == timedelta(minutes=9)


def test_a_radio_button_without_a_value_stands_for_the_number_beside_it(client_of_alice):
    make_bank()
    client_of_alice.post(NEW, USUAL | {"minutes": ["", "20"]})
    assert Attempt.objects.get().time_limit == timedelta(minutes=20)


@pytest.mark.parametrize(
    "wrong",
    [
        {"minutes": 0},
        {"minutes": 181},
        {"minutes": "ten"},
        {"minutes": ""},
        {"count": 0},
        {"count": 51},
        {"count": "many"},
        {"language": "fr"},
        {"topics": "alchemy"},
        {"difficulty": "trivial"},
        {"format": "exam"},
    ],
)
def test_a_wrong_choice_is_refused_with_a_word_at_the_field(client_of_alice, wrong):
    make_bank()
    response = client_of_alice.post(NEW, USUAL | wrong)
    assert response.status_code == 422
    assert "errorlist" in response.content.decode() or 'class="errors"' in response.content.decode()
    assert not Attempt.objects.exists()


def test_more_questions_than_there_are_families_are_told(client_of_alice):
    for number in (1, 2, 3):
        make_question(number, family="twins" if number < 3 else "")
    page = client_of_alice.post(NEW, USUAL, follow=True)
    assert Attempt.objects.get().responses.count() == 2
    assert "Only 2 questions match" in page.content.decode()


def test_the_number_of_families_is_told_as_the_choice_changes(client_of_alice):
    make_bank(6)
    choice = USUAL | {"topics": "training"}
    fragment = client_of_alice.get(NEW, choice, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    tree = html.fromstring(fragment)
    assert tree.cssselect("input[name=count]")[0].get("max") == "2"
    assert "Up to 2 questions" in tree.text_content()


def test_nothing_matches(client_of_alice):
    make_bank()
    response = client_of_alice.post(NEW, USUAL | {"difficulty": "hard"})
    assert response.status_code == 422
    assert "No question matches this choice" in response.content.decode()


def test_while_one_runs_set_up_offers_to_resume_or_hand_in(client_of_alice):
    make_bank()
    client_of_alice.post(NEW, USUAL)
    attempt = Attempt.objects.get()
    again = client_of_alice.post(NEW, USUAL)
    assert again.status_code == 409
    for page in (again, client_of_alice.get(NEW)):
        assert reverse("interviews:attempt", args=[attempt.pk]) in page.content.decode()
        assert reverse("interviews:finish", args=[attempt.pk]) in page.content.decode()
    assert Attempt.objects.count() == 1


def test_a_published_blueprint_starts_with_one_post(client_of_alice):
    make_bank()
    make = Blueprint.objects.create
    blueprint = make(slug="systems", name_zh="系统", count=2, minutes=7, published=True)
    make(slug="draft", name_zh="草稿", published=False)
    blueprint.topics.set([make_question(20, topic="systems").topic])
    page = client_of_alice.get(NEW).content.decode()
    assert "系统" in page
    assert "草稿" not in page
    client_of_alice.post(NEW, {"blueprint": "systems"})
    attempt = Attempt.objects.get()
    assert (attempt.blueprint, attempt.time_limit) == (blueprint, timedelta(minutes=7))
    assert {r.version.question.topic.slug for r in attempt.responses.all()} == {"systems"}


def test_a_blueprint_that_is_not_published_does_not_exist(client_of_alice):
    make_bank()
    Blueprint.objects.create(slug="draft", name_zh="草稿")
    assert client_of_alice.post(NEW, {"blueprint": "draft"}).status_code == 404


def test_each_topic_tells_how_many_questions_it_has(client_of_alice):
    make_topic("training", order=1)
    make_topic("attention", order=2)
    make_topic("systems", order=3)
    make_bank(8)
    make_question(9, topic="training", publish=False)
    text = squeezed(client_of_alice.get(NEW).content.decode())
    assert "Topic training 3 Topic attention 2 Topic systems 3" in text


def test_set_up_costs_the_same_for_eight_questions_and_for_sixty(client_of_alice, django_assert_num_queries):
    make_bank(8)
    with django_assert_num_queries(8):  # session, user, overdue, last, running, pool, blueprints, topics
        client_of_alice.get(NEW)
    for number in range(20, 72):
        make_question(number)
    with django_assert_num_queries(8):
        client_of_alice.get(NEW)


def test_another_candidates_running_interview_is_no_hindrance(alice, client_of_bob):
    make_bank()
    start_attempt(user=alice, recipe=Recipe(language="en"), now=NOW)
    client_of_bob.post(NEW, USUAL)
    assert Attempt.objects.count() == 2
