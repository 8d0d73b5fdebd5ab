"""When something goes wrong: our look, both languages, and nothing that could go wrong again."""

import pytest
from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.test import Client
from django.utils import timezone

from quiz.interviews.recipe import Recipe
from quiz.interviews.services import start_attempt
from tests.accounts.page import Page, assert_accessible, assert_strict_csp_holds
from tests.base import make_bank

LANGUAGES = [("en", "en", 0), ("zh-CN", "zh-hans", 1)]
both_languages = pytest.mark.parametrize(("asked", "language", "nth"), LANGUAGES)
with_broken_views = pytest.mark.urls("tests.config.broken_urls")


def assert_our_page(response, status: int, heading: str, language: str) -> None:
    page = Page(response)
    assert response.status_code == status
    assert page.text("h1") == heading
    assert page.text("title") == f"{heading} · Viva"
    assert page.one("html")["lang"] == language
    assert page.all("a", href="/", **{"class": "button button-primary"})
    assert "quiz/css/base.css" in response.text
    assert_accessible(page)
    assert_strict_csp_holds(page)


def browser(asked: str, **options) -> Client:
    return Client(headers={"accept-language": asked}, **options)


@pytest.mark.django_db
@both_languages
def test_a_bad_request(asked, language, nth):
    response = browser(asked).post("/accounts/preferences/", {"theme": "pink"})
    assert_our_page(response, 400, ("Bad request", "请求无效")[nth], language)


@both_languages
def test_a_host_that_is_not_ours(asked, language, nth):
    response = browser(asked).get("/accounts/login/", headers={"host": "evil.example"})
    assert_our_page(response, 400, ("Bad request", "请求无效")[nth], language)
    assert "evil.example" not in response.text


@both_languages
def test_what_is_not_allowed(client_of_alice, alice, asked, language, nth):
    alice.language = language
    alice.save()
    response = client_of_alice.get("/admin/login/")
    assert_our_page(response, 403, ("Not allowed", "没有权限")[nth], language)


@pytest.mark.django_db
@both_languages
def test_a_form_whose_token_is_gone(asked, language, nth):
    response = browser(asked, enforce_csrf_checks=True).post("/accounts/login/", {"login": "alice"})
    assert_our_page(response, 403, ("This page has expired", "页面已过期")[nth], language)


@pytest.mark.django_db
@both_languages
def test_an_address_that_does_not_exist(asked, language, nth):
    response = browser(asked).get("/no/such/page?next=<script>")
    assert_our_page(response, 404, ("Not found", "找不到页面")[nth], language)
    assert "<script>" not in response.text


@pytest.mark.django_db
@with_broken_views
@both_languages
def test_a_view_that_breaks(asked, language, nth):
    response = browser(asked, raise_request_exception=False).get("/broken")
    assert_our_page(response, 500, ("Something broke", "出错了")[nth], language)
    assert "the secret of the view" not in response.text


@with_broken_views
def test_a_view_that_breaks_for_somebody_signed_in(client_of_alice):
    client_of_alice.raise_request_exception = False
    response = client_of_alice.get("/broken")
    assert_our_page(response, 500, "Something broke", "en")


@both_languages
def test_a_database_that_is_gone(monkeypatch, asked, language, nth):
    def unreachable(self):
        raise OperationalError("unable to open database file")

    monkeypatch.setattr(BaseDatabaseWrapper, "ensure_connection", unreachable)
    client = browser(asked, raise_request_exception=False)
    client.cookies["sessionid"] = "a-session-that-cannot-be-looked-up"
    response = client.get("/accounts/settings/")
    assert_our_page(response, 503, ("The database does not answer", "数据库没有响应")[nth], language)
    assert response["Retry-After"] == "5"


@pytest.mark.parametrize("fault", ["database or disk is full", "database is locked"])
def test_a_database_that_gives_up_on_a_save_gives_the_text_back(monkeypatch, client_of_alice, alice, fault):
    make_bank()
    attempt = start_attempt(user=alice, recipe=Recipe(language="en", count=2), now=timezone.now())

    def refuse(self, sql, params=None):
        if "UPDATE interviews_response" in sql:
            raise OperationalError(fault)
        return execute(self, sql, params)

    execute = CursorWrapper.execute
    monkeypatch.setattr(CursorWrapper, "execute", refuse)
    client_of_alice.raise_request_exception = False
    draft = {"answer": "typed before the disk was full", "revision": 0}
    response = client_of_alice.post(f"/interviews/{attempt.pk}/responses/1/", draft)
    assert_our_page(response, 503, "The database does not answer", "en")
    assert "typed before the disk was full" in response.text


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/no/such/page", "/accounts/login/"])
def test_every_page_carries_the_headers_that_protect_it(path):
    headers = Client().get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "script-src 'self'" in policy and "style-src 'self'" in policy
    assert "unsafe" not in policy
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
