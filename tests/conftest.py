import os

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from accounts.models import User
from tests import PASSWORD

# A machine that is busy with something else makes inputs slowly, too: that says nothing about the code.
hypothesis_settings.register_profile("viva", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("viva")


def pytest_configure(config: pytest.Config) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In continuous integration a skipped test is a failed run: nobody is there to read why it was skipped."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(autouse=True)
def _fresh_limits():
    """The limits on signing in count in the cache: one test's tries are not another's."""
    cache.clear()


@pytest.fixture
def alice(db) -> User:
    """A candidate, and the owner of what the test is about."""
    return User.objects.create_user("alice", "alice@example.org", PASSWORD, language="en", time_zone="UTC")


@pytest.fixture
def bob(db) -> User:
    """Another candidate, who may see nothing of alice's."""
    return User.objects.create_user("bob", "bob@example.org", PASSWORD, language="en", time_zone="UTC")


@pytest.fixture
def editor(db) -> User:
    return User.objects.create_superuser("editor", "editor@example.org", PASSWORD, language="en", time_zone="UTC")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def client_of_alice(alice) -> Client:
    return signed_in(alice)


@pytest.fixture
def client_of_bob(bob) -> Client:
    return signed_in(bob)


@pytest.fixture
def client_of_editor(editor) -> Client:
    return signed_in(editor)
