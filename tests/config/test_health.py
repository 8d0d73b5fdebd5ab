import pytest
from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.test import Client


def test_a_process_that_answers_is_alive_even_without_its_database(monkeypatch):
    monkeypatch.setattr(BaseDatabaseWrapper, "ensure_connection", _unreachable)
    response = Client().get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.django_db
def test_a_migrated_database_makes_it_ready():
    response = Client().get("/readyz")
    assert (response.status_code, response.content) == (200, b"ready\n")
    assert "no-store" in response.headers["Cache-Control"]


def test_without_its_database_it_is_not_ready(monkeypatch):
    monkeypatch.setattr(BaseDatabaseWrapper, "ensure_connection", _unreachable)
    response = Client().get("/readyz")
    assert (response.status_code, response.content) == (503, b"database unreachable\n")


@pytest.mark.django_db
def test_with_migrations_waiting_it_is_not_ready(monkeypatch):
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda *args: [("bank.0002_more", False)])
    response = Client().get("/readyz")
    assert (response.status_code, response.content) == (503, b"migrations waiting\n")


def test_robots_are_kept_out_of_everything_but_the_landing_page():
    response = Client().get("/robots.txt")
    assert response.headers["Content-Type"] == "text/plain"
    assert response.text.splitlines() == ["User-agent: *", "Allow: /$", "Allow: /static/", "Disallow: /"]


@pytest.mark.django_db
def test_a_page_behind_the_landing_page_says_noindex_itself():
    assert '<meta name="robots" content="noindex">' in Client().get("/accounts/login/").text


def test_the_icon_that_browsers_ask_for_unasked_is_there():
    response = Client().get("/favicon.ico")
    assert (response.status_code, response.url) == (302, "/static/quiz/icon.svg")


def _unreachable(self):
    raise OperationalError("unable to open database file")
