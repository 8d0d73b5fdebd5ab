"""The format "interviewer": one question at a time, no way back, and follow-ups on what is missing."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import override
from lxml import html

from quiz.bank.content import rubric_of_follow_up
from quiz.bank.services import publish_question
from quiz.interviews.models import Attempt, Blueprint, Format, Response
from quiz.interviews.recipe import Recipe
from quiz.interviews.services import Draft, Save, finish_attempt, go_on, hand_in, start_attempt
from quiz.marking import mark
from tests.base import NOW, make_bank, make_question, save_draft

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("travel")]
HTMX = {"HX-Request": "true"}
RECIPE = Recipe(language="en", count=3, minutes=15, format=Format.INTERVIEWER)


@pytest.fixture
def attempt(alice) -> Attempt:
    make_bank()
    return start_attempt(user=alice, recipe=RECIPE, now=NOW, seed=1)


def number_in(attempt: Attempt, slot: int) -> int:
    """The question's number, by which its words are known: alpha<number> and beta<number>."""
    number: int = attempt.responses.get(slot=slot).version.content["number"]
    return number


def whole(attempt: Attempt, slot: int) -> str:
    number = number_in(attempt, slot)
    return f"alpha{number} beta{number}"


def give(attempt: Attempt, answer: str, now=NOW) -> int | None:
    slot = attempt.current_slot
    save_draft(attempt, Draft(slot=slot, answer=answer, revision=0), now=now)
    return go_on(attempt=attempt, slot=slot, now=now)


def asked(attempt: Attempt) -> list[tuple[int, int | None, int | None]]:
    """Slot, parent's slot, key point; in the order of the slots."""
    return list(attempt.responses.order_by("slot").values_list("slot", "parent__slot", "key_point"))


def url(name, attempt, *args):
    return reverse(f"interviews:{name}", args=[attempt.pk, *args])


def post(client, attempt, answer, slot=1, headers=HTMX, revision=0, **more):
    data = {"answer": answer, "revision": revision, "seconds": 3, **more}
    return client.post(url("save", attempt, slot), data, headers=headers)


class TestGoingOn:
    def test_a_complete_answer_leads_to_the_next_question(self, attempt):
        assert give(attempt, whole(attempt, 1)) == 2
        assert asked(attempt) == [(1, None, None), (2, None, None), (3, None, None)]
        assert list(attempt.responses.values_list("closed", flat=True)) == [True, False, True]

    def test_what_is_missing_is_asked_right_after_and_the_rest_moves_up(self, attempt):
        later = list(attempt.responses.filter(slot__gt=1).values_list("version", flat=True))
        assert give(attempt, f"alpha{number_in(attempt, 1)}") == 2
        assert asked(attempt) == [(1, None, None), (2, 1, 1), (3, None, None), (4, None, None)]
        assert list(attempt.responses.filter(slot__gt=2).values_list("version", flat=True)) == later
        follow_up = attempt.responses.get(slot=2)
        assert follow_up.version == attempt.responses.get(slot=1).version
        with override("en"):
            assert (str(follow_up), follow_up.closed) == ("2. What about beta?", False)

    def test_the_second_follow_up_comes_after_the_first_and_is_the_last(self, alice):
        make_question(1, points=4)
        attempt = start_attempt(user=alice, recipe=RECIPE, now=NOW)
        assert [give(attempt, "no idea"), give(attempt, "nor here")] == [2, 3]
        assert asked(attempt) == [(1, None, None), (2, 1, 0), (3, 1, 1)]
        assert give(attempt, "nor there") is None
        assert asked(attempt)[-1] == (3, 1, 1)

    def test_the_setting_says_how_many(self, attempt, settings):
        settings.FOLLOW_UPS = 0
        assert give(attempt, "no idea") == 2
        assert attempt.responses.get(slot=2).parent is None

    def test_what_is_contradicted_comes_first(self, alice):
        question = make_question(1, points=3)
        point = question.key_points.get(position=3)
        point.misconceptions = "never trained"
        point.save()
        publish_question(question=question, now=NOW)
        attempt = start_attempt(user=alice, recipe=RECIPE, now=NOW)
        give(attempt, "alpha1. It is never trained.")
        assert asked(attempt)[1] == (2, 1, 2)

    def test_half_a_minute_before_the_end_no_follow_up_is_asked_any_more(self, attempt):
        give(attempt, "no idea", now=attempt.deadline - timedelta(seconds=29))
        assert attempt.responses.get(slot=2).parent is None

    def test_who_says_nothing_is_helped_once(self, attempt):
        give(attempt, "")
        assert asked(attempt)[1] == (2, 1, 0)
        give(attempt, "")
        assert asked(attempt)[2] == (3, None, None)

    def test_only_the_open_slot_can_be_left(self, attempt):
        first = Attempt.objects.get(pk=attempt.pk)
        give(attempt, whole(attempt, 1))
        assert go_on(attempt=first, slot=1, now=NOW) == 2
        assert go_on(attempt=attempt, slot=1, now=NOW) == 2
        assert go_on(attempt=attempt, slot=3, now=NOW) == 2
        assert Attempt.objects.get(pk=attempt.pk).current_slot == 2

    def test_after_the_last_answer_nothing_is_left_and_it_stays_open(self, attempt):
        for slot in (1, 2):
            give(attempt, whole(attempt, slot))
        for _ in range(2):
            assert give(attempt, whole(attempt, 3)) is None
        assert attempt.responses.get(slot=3).closed is False

    def test_a_finished_interview_stands_still(self, attempt):
        finish_attempt(attempt=Attempt.objects.get(pk=attempt.pk), now=NOW)
        assert go_on(attempt=attempt, slot=1, now=NOW) == 1
        assert not attempt.is_running
        assert attempt.responses.count() == 3

    def test_a_closed_answer_is_not_written_any_more_and_the_text_is_kept(self, attempt):
        answer = whole(attempt, 1)
        give(attempt, answer)
        late = Draft(slot=1, answer="one more thing", revision=1)
        assert save_draft(attempt, late, now=NOW).outcome is Save.LATE
        response = attempt.responses.get(slot=1)
        assert (response.answer, response.late_text) == (answer, "one more thing")

    def test_the_same_text_once_more_is_stored_already(self, attempt):
        answer = whole(attempt, 1)
        give(attempt, answer)
        assert save_draft(attempt, Draft(slot=1, answer=answer, revision=0), now=NOW).outcome is Save.STORED
        assert attempt.responses.get(slot=1).late_text == ""

    def test_what_is_yet_to_be_asked_cannot_be_answered(self, attempt):
        for slot in (2, 3):
            with pytest.raises(Response.DoesNotExist):
                save_draft(attempt, Draft(slot=slot, answer="foresight", revision=0), now=NOW)
        assert not attempt.responses.exclude(answer="").exists()

    def test_handing_in_closes_all_and_takes_the_open_answer(self, attempt):
        assert hand_in(attempt=attempt, now=NOW, draft=Draft(slot=1, answer="last", revision=0)) is Save.STORED
        assert list(attempt.responses.values_list("answer", "closed")) == [("last", True), ("", True), ("", True)]

    def test_paper_leaves_every_question_open(self, alice):
        make_bank()
        attempt = start_attempt(user=alice, recipe=Recipe(language="en", count=3), now=NOW)
        assert not attempt.responses.filter(closed=True).exists()


class TestTheDatabase:
    def test_a_follow_up_has_a_parent_and_a_key_point_or_neither(self, attempt):
        first, second = attempt.responses.filter(slot__lt=3)
        for half in ({"parent": first}, {"key_point": 0}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Response.objects.filter(pk=second.pk).update(**half)

    def test_no_key_point_is_asked_about_twice(self, attempt):
        first, second, third = attempt.responses.all()
        Response.objects.filter(pk=second.pk).update(parent=first, key_point=0)
        with pytest.raises(IntegrityError), transaction.atomic():
            Response.objects.filter(pk=third.pk).update(parent=first, key_point=0)


class TestMarkingAFollowUp:
    def test_only_its_key_point_counts(self, attempt):
        content = attempt.responses.get(slot=1).version.content
        number = content["number"]
        rubric = rubric_of_follow_up(content, 1)
        assert [(one.position, one.outcome) for one in mark(rubric, f"beta{number}").marks] == [(1, "covered")]
        assert mark(rubric, f"alpha{number}").score == 0

    def test_its_own_words_and_those_of_the_question_earn_nothing(self, attempt):
        content = attempt.responses.get(slot=1).version.content
        number = content["number"]
        content["key_points"][1]["follow_up_en"] = f"What does beta{number} do?"
        assert mark(rubric_of_follow_up(content, 1), f"what does beta{number} do").score == 0
        assert mark(rubric_of_follow_up(content, 0), f"It is alpha{number}.").score == 100


class TestTheRoom:
    def test_it_shows_one_question_and_no_way_back(self, client_of_alice, attempt):
        page = client_of_alice.get(url("slot", attempt, 1))
        tree = html.fromstring(page.content.decode())
        assert "Question 1 of 3" in tree.cssselect("title")[0].text
        assert not tree.cssselect("#navigator, .previous, #flag")
        assert {button.get("value") for button in tree.cssselect("[name=go]")} == {"next", "finish"}

    def test_a_follow_up_stands_under_what_was_said(self, client_of_alice, attempt):
        answer = f"alpha{number_in(attempt, 1)} <b>"
        page = post(client_of_alice, attempt, answer, go="next")
        assert page["HX-Replace-Url"] == url("slot", attempt, 2)
        tree = html.fromstring(page.content.decode())
        content = attempt.responses.get(slot=1).version.content
        assert [h1.text for h1 in tree.cssselect("h1")] == ["What about beta?"]
        said = tree.cssselect(".said")[0].text_content()
        assert content["title_en"] in said
        assert content["prompt_en"] in said
        assert answer in said
        assert "Question 1 of 3, follow-up" in tree.cssselect(".room-place")[0].text_content()
        assert tree.cssselect("textarea")[0].text.strip() == ""

    def test_a_second_follow_up_shows_the_first_with_its_answer(self, client_of_alice, alice):
        make_question(1, points=3)
        attempt = start_attempt(user=alice, recipe=RECIPE, now=NOW)
        give(attempt, "first try")
        give(attempt, "second try")
        said = html.fromstring(client_of_alice.get(url("slot", attempt, 3)).content.decode()).cssselect(".said")[0]
        texts = ["first try", "What about alpha?", "second try"]
        places = [said.text_content().index(text) for text in texts]
        assert places == sorted(places)

    def test_no_page_of_the_interview_gives_an_answer_away(self, client_of_alice, attempt):
        pages = [client_of_alice.get(url("slot", attempt, 1))]
        for slot in (1, 2, 3):
            pages.append(post(client_of_alice, attempt, f"words {slot}", slot=slot, go="next"))
            pages.append(client_of_alice.get(url("slot", attempt, slot + 1)))
            pages.append(client_of_alice.get(url("finish", attempt)))
        assert asked(attempt)[1:3] == [(2, 1, 0), (3, 1, 1)]
        secrets = ["reference_answer", "explanation", "editors_note"]
        for response in attempt.responses.select_related("version"):
            content = response.version.content
            texts = [content[f"{name}_{suffix}"] for name in secrets for suffix in ("zh", "en")]
            for point in content["key_points"]:
                texts += [point["label_zh"], point["label_en"], *point["expressions"]]
            for page in pages:
                assert [text for text in texts if text in page.content.decode()] == []

    def test_later_questions_are_not_told_before_they_are_asked(self, client_of_alice, attempt):
        later = [response.version.content["title_en"] for response in attempt.responses.filter(slot__gt=1)]
        for page in (client_of_alice.get(url("slot", attempt, 1)), post(client_of_alice, attempt, "x", go="finish")):
            assert not any(title in page.content.decode() for title in later)

    def test_every_other_slot_leads_to_the_open_one(self, client_of_alice, attempt):
        give(attempt, whole(attempt, 1))
        for slot in (1, 3, 9):
            assert client_of_alice.get(url("slot", attempt, slot)).url == url("slot", attempt, 2)
        assert client_of_alice.get(url("attempt", attempt)).url == url("slot", attempt, 2)

    @pytest.mark.parametrize("headers", [HTMX, {}])
    @pytest.mark.parametrize("go", ["", "next", "2", "finish"])
    @pytest.mark.parametrize("answer", ["foresight", "long" * 6_000])
    def test_a_question_that_is_yet_to_be_asked_is_not_there(self, client_of_alice, attempt, headers, go, answer):
        response = post(client_of_alice, attempt, answer, slot=2, headers=headers, go=go)
        assert response.status_code == 404
        assert client_of_alice.post(url("flag", attempt, 2), headers=headers).status_code == 404
        data = {"answer": answer, "revision": 0, "slot": 2}
        if answer == "foresight":
            assert client_of_alice.post(url("finish", attempt), data, headers=headers).status_code == 404
        attempt.refresh_from_db()
        assert (attempt.current_slot, attempt.is_running) == (1, True)
        assert not attempt.responses.exclude(answer="").exists()

    @pytest.mark.parametrize("go", ["1", "3", "9"])
    def test_a_jump_stays_where_it_is(self, client_of_alice, attempt, go):
        assert post(client_of_alice, attempt, "x", headers={}, go=go).url == url("slot", attempt, 1)
        page = post(client_of_alice, attempt, "x", go=go)
        assert page["HX-Replace-Url"] == url("slot", attempt, 1)
        assert attempt.responses.get(slot=1).answer == "x"

    def test_paper_has_no_interviewer_to_go_on(self, client_of_alice, alice):
        make_bank()
        attempt = start_attempt(user=alice, recipe=Recipe(language="en", count=3), now=NOW)
        assert post(client_of_alice, attempt, "x", go="next").status_code == 400

    def test_without_scripts_an_answer_is_given_and_the_next_one_asked(self, client_of_alice, attempt):
        response = post(client_of_alice, attempt, whole(attempt, 1), headers={}, go="next")
        assert response.url == url("slot", attempt, 2)
        again = post(client_of_alice, attempt, attempt.responses.get(slot=1).answer, headers={}, go="next")
        assert again.url == url("slot", attempt, 2)

    def test_after_the_last_answer_it_asks_whether_to_hand_in(self, client_of_alice, attempt):
        for slot in (1, 2):
            give(attempt, whole(attempt, slot))
        page = post(client_of_alice, attempt, whole(attempt, 3), slot=3, go="next")
        assert page["HX-Retarget"] == "#hand-in"
        assert "Every question has an answer" in page.content.decode()
        plain = post(client_of_alice, attempt, whole(attempt, 3), slot=3, headers={}, go="next", revision=1)
        assert url("slot", attempt, 3) in plain.content.decode()

    def test_follow_ups_are_no_questions_of_their_own(self, client_of_alice, attempt):
        give(attempt, "no idea")
        assert "2 questions" in client_of_alice.get(url("finish", attempt)).content.decode()

    @pytest.mark.parametrize("headers", [HTMX, {}])
    def test_a_tab_that_stayed_behind_is_told_that_the_interview_has_gone_on(self, client_of_alice, attempt, headers):
        give(attempt, whole(attempt, 1))
        response = post(client_of_alice, attempt, "from the other tab", headers=headers, go="next")
        text = response.content.decode()
        assert response.status_code == 410
        assert "The interview has gone on" in text
        assert "The interview is over" not in text
        assert url("attempt", attempt) in text
        assert attempt.responses.get(slot=1).late_text == "from the other tab"
        assert Attempt.objects.get(pk=attempt.pk).current_slot == 2

    def test_a_text_that_is_too_long_for_a_closed_answer_comes_back(self, client_of_alice, attempt):
        give(attempt, whole(attempt, 1))
        response = post(client_of_alice, attempt, "long " * 4_001, headers={}, go="next")
        assert response.status_code == 422
        assert "long long" in response.content.decode()

    def test_a_conflict_goes_nowhere(self, client_of_alice, attempt):
        post(client_of_alice, attempt, "the other tab")
        assert post(client_of_alice, attempt, "this tab", go="next").status_code == 409
        assert Attempt.objects.get(pk=attempt.pk).current_slot == 1

    def test_going_on_at_zero_leads_to_the_result(self, client_of_alice, attempt, travel):
        travel(902)
        response = post(client_of_alice, attempt, "sent at zero", go="next")
        assert response["HX-Redirect"] == reverse("results:result", args=[attempt.pk])
        assert attempt.responses.get(slot=1).answer == "sent at zero"

    def test_after_the_end_the_result_can_be_read(self, client_of_alice, attempt):
        give(attempt, "no idea")
        finish_attempt(attempt=attempt, now=NOW)
        assert client_of_alice.get(reverse("results:result", args=[attempt.pk])).status_code == 200

    def test_bob_finds_nothing_of_alices(self, client_of_bob, attempt):
        assert client_of_bob.get(url("slot", attempt, 1)).status_code == 404
        assert post(client_of_bob, attempt, "x", go="next").status_code == 404
        assert Attempt.objects.get(pk=attempt.pk).current_slot == 1

    def test_what_it_costs(self, client_of_alice, attempt, django_assert_num_queries):
        with django_assert_num_queries(3):  # session, user, the update
            post(client_of_alice, attempt, "one")
        with django_assert_num_queries(4):  # session, user, attempt, slots
            client_of_alice.get(url("slot", attempt, 1))
        give(attempt, "no idea")
        with django_assert_num_queries(4):
            client_of_alice.get(url("slot", attempt, 2))


class TestChoosingIt:
    def test_set_up_offers_it_and_the_next_time_it_is_the_usual(self, client_of_alice):
        make_bank()
        chosen = 'input[name="format"][checked]'
        new = reverse("interviews:new")
        page = html.fromstring(client_of_alice.get(new).content.decode())
        assert [radio.get("value") for radio in page.cssselect(chosen)] == ["paper"]
        choice = {"count": 3, "minutes": 15, "language": "en", "format": "interviewer"}
        client_of_alice.post(new, choice)
        attempt = Attempt.objects.get()
        assert attempt.has_interviewer
        finish_attempt(attempt=attempt, now=NOW)
        page = html.fromstring(client_of_alice.get(new).content.decode())
        assert [radio.get("value") for radio in page.cssselect(chosen)] == ["interviewer"]
        home = html.fromstring(client_of_alice.get("/").content.decode())
        assert home.cssselect('input[name="format"]')[0].get("value") == "interviewer"

    def test_a_blueprint_can_have_it(self, client_of_alice):
        make_bank()
        Blueprint.objects.create(slug="oral", name_zh="口试", format=Format.INTERVIEWER, count=2, published=True)
        assert "with an interviewer" in client_of_alice.get(reverse("interviews:new")).content.decode()
        client_of_alice.post(reverse("interviews:new"), {"blueprint": "oral"})
        assert Attempt.objects.get().has_interviewer

    def test_the_history_counts_questions_and_not_follow_ups(self, client_of_alice, attempt):
        give(attempt, "no idea")
        finish_attempt(attempt=attempt, now=NOW)
        line = client_of_alice.get("/history.csv").content.decode().splitlines()[1]
        assert attempt.responses.count() == 4
        assert ",3," in line


def test_the_desk_shows_what_a_follow_up_is_about(client_of_editor, attempt):
    give(attempt, "no idea")
    page = client_of_editor.get(f"/admin/interviews/response/?attempt__id__exact={attempt.pk}").content.decode()
    assert "slot 1, key point 1" in page
    follow_up = attempt.responses.get(slot=2)
    assert client_of_editor.get(f"/admin/interviews/response/{follow_up.pk}/change/").status_code == 200
