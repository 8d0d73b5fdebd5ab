"""Two languages always: no message untranslated, none stale, the compiled catalogue in step."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
SOURCES = ["accounts", "config", "quiz", "templates", "locale", "manage.py"]
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{\w*\}")


def messages(catalogue: polib.POFile | polib.MOFile) -> dict[tuple[str | None, str], tuple[str, ...]]:
    return {
        (entry.msgctxt, entry.msgid): tuple(entry.msgstr_plural.values()) or (entry.msgstr,)
        for entry in catalogue
        if not entry.obsolete
    }


@pytest.fixture(scope="module")
def catalogue() -> polib.POFile:
    return polib.pofile(str(CATALOGUE))


def test_every_message_is_translated_and_none_is_a_guess(catalogue):
    assert [entry.msgid for entry in catalogue.untranslated_entries()] == []
    assert [entry.msgid for entry in catalogue.fuzzy_entries()] == []


def test_translations_have_the_placeholders_of_their_messages(catalogue):
    wrong = []
    for entry in catalogue:
        wanted = set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
        for translation in entry.msgstr_plural.values() or [entry.msgstr]:
            if set(PLACEHOLDER.findall(translation)) != wanted:
                wrong.append(entry.msgid)
    assert wrong == []


def test_the_compiled_catalogue_is_in_step(catalogue):
    compiled = polib.mofile(str(CATALOGUE.with_suffix(".mo")))
    assert messages(compiled) == messages(catalogue)


def test_the_catalogue_has_the_messages_of_the_sources_and_no_others(catalogue, tmp_path):
    if not shutil.which("xgettext"):
        assert "CI" not in os.environ, "continuous integration has to have GNU gettext"
        pytest.skip("GNU gettext is not installed: apt install gettext")
    for name in SOURCES:
        source = ROOT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, tmp_path / name)
    command = [sys.executable, "manage.py", "makemessages", "--locale=zh_Hans", "--no-location", "--no-obsolete"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    fresh = polib.pofile(str(tmp_path / CATALOGUE.relative_to(ROOT)))
    assert set(messages(fresh)) == set(messages(catalogue))
