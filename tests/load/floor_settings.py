"""The application's own settings with one address more: what the cheapest conceivable save would cost."""

from config.settings import *  # noqa: F403

ROOT_URLCONF = "tests.load.floor_urls"
