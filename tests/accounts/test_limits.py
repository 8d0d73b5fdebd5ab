"""The limits on tries: the page that tells of them, and that they hold across workers."""

import os
import subprocess
import sys

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client

from config import environment
from tests import PASSWORD
from tests.accounts.page import Page, assert_accessible, assert_strict_csp_holds

TRIES = 20  # allauth lets one address sign up so often a minute
ANOTHER_WORKER = """
import sys
import django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
django.setup()
from django.test import Client
print([Client(SERVER_NAME="localhost").post("/accounts/signup/").status_code for _ in range(int(sys.argv[2]))])
"""


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "heading", "language"), [("en", "Too many tries", "en"), ("zh-CN", "尝试次数过多", "zh-hans")]
)
def test_too_many_tries_get_our_page_and_the_right_status(asked, heading, language):
    client = Client(headers={"accept-language": asked})
    assert [client.post("/accounts/signup/").status_code for _ in range(TRIES)] == [200] * TRIES
    response = client.post("/accounts/signup/")
    page = Page(response)
    assert response.status_code == 429
    assert (page.text("h1"), page.one("html")["lang"]) == (heading, language)
    assert page.text("title") == f"{heading} · Viva"
    assert_accessible(page)
    assert_strict_csp_holds(page)


def test_after_five_wrong_passwords_even_the_right_one_is_refused_for_a_while(alice):
    client = Client(headers={"accept-language": "en"})
    for _ in range(5):
        client.post("/accounts/login/", {"login": "alice", "password": "wrong"})
    response = client.post("/accounts/login/", {"login": "alice", "password": PASSWORD})
    assert "Too many failed tries. Wait five minutes, then try again." in response.text
    assert "_auth_user_id" not in client.session


def test_a_limit_on_one_address_does_not_shut_out_another(alice):
    for _ in range(TRIES + 1):
        response = Client(REMOTE_ADDR="192.0.2.1").post("/accounts/signup/")
    assert response.status_code == 429
    assert Client(REMOTE_ADDR="192.0.2.2").post("/accounts/signup/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_what_another_process_counted_counts_here_too(settings):
    settings.CACHES = {"default": environment.env.cache_url_config("dbcache://viva_cache")}
    call_command("createcachetable")
    cache.clear()
    try:
        surroundings = {name: value for name, value in os.environ.items() if name != "CACHE_URL"}
        other = subprocess.run(
            [sys.executable, "-c", ANOTHER_WORKER, str(connection.settings_dict["NAME"]), str(TRIES)],
            cwd=settings.BASE_DIR,
            env=surroundings | {"DEBUG": "1", "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"]},
            capture_output=True,
            text=True,
            check=False,
        )
        assert other.stdout.strip() == str([200] * TRIES), other.stderr
        assert Client().post("/accounts/signup/").status_code == 429
    finally:
        cache.clear()
