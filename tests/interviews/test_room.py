from urllib.parse import quote_from_bytes

import pytest
from django.test import Client
from django.urls import reverse
from lxml import html

from quiz.interviews.models import Attempt
from quiz.interviews.recipe import Recipe
from quiz.interviews.services import finish_attempt, start_attempt
from tests.base import NOW, make_bank

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("travel")]
HTMX = {"HX-Request": "true"}
STRANGE = ["\U0001f469\u200d\U0001f467 \u202ertl\u202c", "a\u0301\u200b\ufeff", "```\n<script>", " \t\n"]


@pytest.fixture
def attempt(alice):
    make_bank()
    return start_attempt(user=alice, recipe=Recipe(language="zh-hans", count=3, minutes=15), now=NOW, seed=1)


def url(name, attempt, *args):
    return reverse(f"interviews:{name}", args=[attempt.pk, *args])


def save(client, attempt, answer, revision=0, slot=1, headers=HTMX, **more):
    data = {"answer": answer, "revision": revision, "seconds": 3, **more}
    return client.post(url("save", attempt, slot), data, headers=headers)


def revision_in(response):
    return int(html.fromstring(response.content.decode()).cssselect("input[name=revision]")[0].get("value"))


class TestShowing:
    def test_the_room_shows_the_question_and_nothing_of_its_answer(self, client_of_alice, attempt):
        page = client_of_alice.get(url("slot", attempt, 1))
        content = attempt.responses.get(slot=1).version.content
        tree = html.fromstring(page.content.decode())
        assert [h1.text for h1 in tree.cssselect("h1")] == [content["title_zh"]]
        assert tree.cssselect("h1")[0].get("lang") == "zh-Hans"
        assert content["prompt_zh"] in page.content.decode()
        for secret in ("reference_answer_zh", "explanation_zh", "editors_note_zh"):
            assert content[secret] not in page.content.decode()
        for point in content["key_points"]:
            assert point["label_zh"] not in page.content.decode()

    def test_the_attempt_leads_back_to_where_the_candidate_was(self, client_of_alice, attempt):
        client_of_alice.get(url("slot", attempt, 2))
        assert client_of_alice.get(url("attempt", attempt)).url == url("slot", attempt, 2)

    def test_the_answer_comes_back_as_typed(self, client_of_alice, attempt):
        answer = "\n  <b>&amp;\n\ttail \n"
        save(client_of_alice, attempt, answer)
        page = client_of_alice.get(url("slot", attempt, 1)).content.decode()
        field = page.split("<textarea")[1].split(">\n", 1)[1].split("</textarea>")[0]
        assert field == "\n  &lt;b&gt;&amp;amp;\n\ttail \n"

    def test_bob_finds_nothing_of_alices(self, client_of_bob, attempt):
        for name, args in [("attempt", []), ("slot", [1]), ("finish", [])]:
            assert client_of_bob.get(url(name, attempt, *args)).status_code == 404
        for name, args in [("save", [1]), ("flag", [1]), ("finish", [])]:
            assert client_of_bob.post(url(name, attempt, *args), {"answer": "x", "revision": 0}).status_code == 404
        assert attempt.responses.get(slot=1).answer == ""

    @pytest.mark.parametrize("slot", [0, 4, 99999999999999999999])
    def test_there_is_no_such_slot(self, client_of_alice, attempt, slot):
        interview = url("attempt", attempt)
        draft = {"answer": "x", "revision": 0}
        assert client_of_alice.get(f"{interview}{slot}/").status_code == 404
        assert client_of_alice.post(f"{interview}responses/{slot}/", draft).status_code == 404
        assert client_of_alice.post(f"{interview}responses/{slot}/flag/").status_code == 404

    def test_a_room_costs_the_same_for_three_questions_and_for_eight(
        self, client_of_alice, alice, attempt, django_assert_num_queries
    ):
        client_of_alice.get(url("slot", attempt, 1))
        with django_assert_num_queries(4):  # session, user, attempt, slots
            client_of_alice.get(url("slot", attempt, 1))
        finish_attempt(attempt=attempt, now=NOW)
        longer = start_attempt(user=alice, recipe=Recipe(language="en", count=8), now=NOW)
        with django_assert_num_queries(4):
            client_of_alice.get(url("slot", longer, 1))

    def test_a_signed_out_candidate_is_sent_to_sign_in_and_a_script_is_told(self, client, attempt):
        assert client.get(url("slot", attempt, 1)).url.startswith(reverse("account_login"))
        assert save(client, attempt, "x").status_code == 401


class TestSaving:
    def test_a_save_answers_with_the_new_revision_and_the_time(self, client_of_alice, attempt):
        response = save(client_of_alice, attempt, "an answer")
        assert response.status_code == 200
        assert revision_in(response) == 1
        assert "09:00:00" in response.content.decode()

    def test_a_save_costs_three_queries(self, client_of_alice, attempt, django_assert_num_queries):
        with django_assert_num_queries(3):  # session, user, the update
            save(client_of_alice, attempt, "an answer")

    def test_a_stale_save_shows_both_texts_and_overwrites_nothing(self, client_of_alice, attempt):
        save(client_of_alice, attempt, "from the other tab")
        response = save(client_of_alice, attempt, "from this tab")
        assert response.status_code == 409
        assert response["HX-Retarget"] == "#conflict"
        assert "from the other tab" in response.content.decode()
        assert "from this tab" in response.content.decode()
        assert attempt.responses.get(slot=1).answer == "from the other tab"

    def test_without_scripts_a_conflict_keeps_the_typed_text_in_the_field(self, client_of_alice, attempt):
        save(client_of_alice, attempt, "from the other tab")
        page = save(client_of_alice, attempt, "from this tab", headers={}, go=2)
        tree = html.fromstring(page.content.decode())
        assert page.status_code == 409
        assert tree.cssselect("textarea")[0].text.strip() == "from this tab"
        keep = tree.cssselect("button[data-keep-mine]")[0]
        save(client_of_alice, attempt, "from this tab", revision=keep.get("value"), headers={})
        assert attempt.responses.get(slot=1).answer == "from this tab"

    def test_a_late_save_is_gone_and_kept(self, client_of_alice, attempt, travel):
        travel(906)
        response = save(client_of_alice, attempt, "too late")
        assert response.status_code == 410
        assert reverse("results:result", args=[attempt.pk]) in response.content.decode()
        assert attempt.responses.get(slot=1).late_text == "too late"
        assert save(client_of_alice, attempt, "plain, too late", headers={}).status_code == 410

    def test_within_the_tolerance_a_save_still_counts(self, client_of_alice, attempt, travel):
        travel(904)
        assert save(client_of_alice, attempt, "sent at zero").status_code == 200
        assert attempt.responses.get(slot=1).answer == "sent at zero"

    def test_twenty_thousand_characters_are_stored_and_one_more_is_refused_with_the_limit(
        self, client_of_alice, attempt
    ):
        longest = "注" * 20_000
        assert save(client_of_alice, attempt, longest).status_code == 200
        response = save(client_of_alice, attempt, longest + "意", revision=1)
        assert response.status_code == 413
        assert "20,000" in response.content.decode() or "20000" in response.content.decode()
        assert attempt.responses.get(slot=1).answer == longest

    @pytest.mark.parametrize("answer", STRANGE)
    def test_strange_text_is_stored_exactly(self, client_of_alice, attempt, answer):
        save(client_of_alice, attempt, answer)
        assert attempt.responses.get(slot=1).answer == answer

    def test_line_ends_become_lf(self, client_of_alice, attempt):
        save(client_of_alice, attempt, "a\r\nb\rc\n")
        assert attempt.responses.get(slot=1).answer == "a\nb\nc\n"

    def test_nul_is_refused_clearly(self, client_of_alice, attempt):
        response = save(client_of_alice, attempt, "a\x00b")
        assert response.status_code == 422
        assert attempt.responses.get(slot=1).revision == 0

    @pytest.mark.parametrize("raw", [b"\xff\xfe", b"\xed\xa0\x80"])
    def test_invalid_utf8_is_a_bad_request(self, client_of_alice, attempt, raw):
        body = b"revision=0&answer=" + quote_from_bytes(raw).encode()
        form = client_of_alice.post(url("save", attempt, 1), body, "application/x-www-form-urlencoded")
        parts = b'--b\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
        multipart = parts % (b"revision", b"0") + parts % (b"answer", raw) + b"--b--\r\n"
        upload = client_of_alice.post(url("save", attempt, 1), multipart, "multipart/form-data; boundary=b")
        assert (form.status_code, upload.status_code) == (400, 400)
        assert attempt.responses.get(slot=1).revision == 0

    def test_an_unknown_encoding_is_a_bad_request(self, client_of_alice, attempt):
        part = b'--b\r\nContent-Disposition: form-data; name="answer"\r\n\r\nx\r\n--b--\r\n'
        kind = "multipart/form-data; boundary=b; charset=rot13"
        assert client_of_alice.generic("POST", url("save", attempt, 1), part, kind).status_code == 400

    def test_a_late_text_that_is_not_kept_comes_back(self, client_of_alice, attempt):
        finish_attempt(attempt=attempt, now=NOW)
        too_long = "long " * 4_001
        page = save(client_of_alice, attempt, too_long, headers={})
        assert page.status_code == 422
        assert too_long.strip() in page.content.decode()
        assert "is not kept" in page.content.decode()

    @pytest.mark.parametrize(
        "wrong",
        [{"revision": "x"}, {"revision": -1}, {"revision": 2**40}, {"seconds": "∞"}, {"seq": "1e3"}, {"page": "<p>"}],
    )
    def test_wrong_types_are_refused_and_store_nothing(self, client_of_alice, attempt, wrong):
        data = {"answer": "kept in the page", "revision": 0, **wrong}
        response = client_of_alice.post(url("save", attempt, 1), data, headers=HTMX)
        assert response.status_code == 422
        assert attempt.responses.get(slot=1).answer == ""

    def test_a_save_without_an_answer_leaves_the_stored_one_alone(self, client_of_alice, attempt):
        save(client_of_alice, attempt, "stored")
        response = client_of_alice.post(url("save", attempt, 1), {"revision": 1}, headers=HTMX)
        assert response.status_code == 422
        assert attempt.responses.get(slot=1).answer == "stored"

    def test_without_scripts_an_emptied_answer_can_win_a_conflict(self, client_of_alice, attempt):
        save(client_of_alice, attempt, "from the other tab")
        page = save(client_of_alice, attempt, "", headers={})
        field = html.fromstring(page.content.decode()).cssselect("textarea")[0]
        assert (page.status_code, (field.text or "").strip()) == (409, "")

    @pytest.mark.parametrize("headers", [HTMX, {}])
    def test_a_body_of_two_megabytes_is_refused_with_the_limit(self, client_of_alice, attempt, headers):
        response = save(client_of_alice, attempt, "x" * 2_000_000, headers=headers)
        assert response.status_code == 413
        assert "20000" in response.content.decode()
        assert attempt.responses.get(slot=1).revision == 0

    def test_get_does_not_save_and_leads_to_the_room(self, client_of_alice, attempt):
        assert client_of_alice.get(url("save", attempt, 1)).url == url("slot", attempt, 1)

    def test_without_scripts_a_signed_out_candidate_gets_the_answer_back(self, client, attempt):
        response = save(client, attempt, "typed while signed out", headers={})
        assert response.status_code == 401
        assert "typed while signed out" in response.content.decode()

    def test_line_ends_count_once_in_the_refusal(self, client_of_alice, attempt):
        response = save(client_of_alice, attempt, "a\r\n" * 10_400)
        assert "20800 characters" in response.content.decode()


class TestMoving:
    def test_a_plain_post_saves_and_moves(self, client_of_alice, attempt):
        response = save(client_of_alice, attempt, "first", headers={}, go=2)
        assert response.url == url("slot", attempt, 2)
        assert attempt.responses.get(slot=1).answer == "first"

    def test_htmx_saves_and_gets_the_next_room_with_its_address(self, client_of_alice, attempt):
        response = save(client_of_alice, attempt, "first", go=2)
        assert response["HX-Push-Url"] == url("slot", attempt, 2)
        text = response.content.decode()
        assert attempt.responses.get(slot=2).version.content["title_zh"] in text
        assert "<html" not in text
        assert Attempt.objects.get(pk=attempt.pk).current_slot == 2

    def test_history_gets_the_whole_page(self, client_of_alice, attempt):
        headers = HTMX | {"HX-History-Restore-Request": "true"}
        assert "<html" in client_of_alice.get(url("slot", attempt, 1), headers=headers).content.decode()

    @pytest.mark.parametrize("go", ["-1", "two", "99999999999", "1.5"])
    def test_a_nonsense_move_is_a_bad_request(self, client_of_alice, attempt, go):
        assert save(client_of_alice, attempt, "x", go=go).status_code == 400

    def test_a_move_after_the_deadline_leads_to_the_result(self, client_of_alice, attempt, travel):
        travel(902)
        response = save(client_of_alice, attempt, "sent at zero", go=2)
        assert response["HX-Redirect"] == reverse("results:result", args=[attempt.pk])
        assert attempt.responses.get(slot=1).answer == "sent at zero"


class TestFlagging:
    def test_the_flag_toggles_and_leaves_the_revision_alone(self, client_of_alice, attempt):
        save(client_of_alice, attempt, "one")
        response = client_of_alice.post(url("flag", attempt, 1), headers=HTMX)
        assert 'aria-pressed="true"' in response.content.decode()
        stored = attempt.responses.get(slot=1)
        assert (stored.flagged, stored.revision) == (True, 1)

    def test_without_scripts_the_flag_keeps_what_was_typed(self, client_of_alice, attempt):
        response = client_of_alice.post(url("flag", attempt, 1), {"answer": "typed", "revision": 0})
        assert response.url == url("slot", attempt, 1)
        stored = attempt.responses.get(slot=1)
        assert (stored.flagged, stored.answer) == (True, "typed")


class TestHandingIn:
    def test_the_confirmation_says_how_many_are_unanswered(self, client_of_alice, attempt):
        response = save(client_of_alice, attempt, "one", go="finish")
        assert response["HX-Retarget"] == "#hand-in"
        assert "2 questions" in response.content.decode()
        assert revision_in(response) == 1
        assert "2 questions" in client_of_alice.get(url("finish", attempt)).content.decode()
        assert Attempt.objects.get(pk=attempt.pk).is_running

    def test_handing_in_stores_the_open_answer_and_leads_to_the_result(self, client_of_alice, attempt):
        data = {"answer": "last", "revision": 0, "slot": 2}
        response = client_of_alice.post(url("finish", attempt), data)
        assert response.url == reverse("results:result", args=[attempt.pk])
        assert attempt.responses.get(slot=2).answer == "last"
        assert not Attempt.objects.get(pk=attempt.pk).is_running

    def test_twice_is_harmless(self, client_of_alice, attempt):
        first = client_of_alice.post(url("finish", attempt))
        again = client_of_alice.post(url("finish", attempt))
        assert first.url == again.url

    def test_a_conflict_in_the_open_answer_hands_nothing_in(self, client_of_alice, attempt):
        save(client_of_alice, attempt, "other tab")
        response = client_of_alice.post(url("finish", attempt), {"answer": "this tab", "revision": 0, "slot": 1})
        assert response.status_code == 409
        assert Attempt.objects.get(pk=attempt.pk).is_running

    def test_after_the_end_the_room_leads_to_the_result(self, client_of_alice, attempt):
        client_of_alice.post(url("finish", attempt))
        assert client_of_alice.get(url("slot", attempt, 1)).url == reverse("results:result", args=[attempt.pk])

    def test_the_deadline_ends_it_with_no_page_open(self, client_of_alice, attempt, travel):
        save(client_of_alice, attempt, "stored in time")
        travel(86_400)
        client_of_alice.get(url("attempt", attempt))
        ended = Attempt.objects.get(pk=attempt.pk)
        assert (ended.ended, ended.finished_at) == ("timed_out", ended.deadline)


def test_a_posted_form_without_its_token_is_refused(alice, attempt):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice)
    assert save(strict, attempt, "x").status_code == 403
