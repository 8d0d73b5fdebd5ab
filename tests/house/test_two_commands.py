"""What `make run` does, and the one clear line it gives where it cannot."""

import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def manage(*command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **variables}
    run = [sys.executable, "manage.py", *command]
    return subprocess.run(run, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120)


def one_line(run: subprocess.CompletedProcess[str]) -> str:
    assert run.returncode != 0
    assert "Traceback" not in run.stderr
    [line] = run.stderr.strip().splitlines()
    return line


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", "perhaps"),
        ("HTTPS", "2"),
        ("HTTPS", "true"),
        ("DATABASE_URL", "nonsense"),
        ("CACHE_URL", "nonsense://"),
        ("EMAIL_URL", "pigeon://loft"),
        ("TIME_ZONE", "Middle/Earth"),
        ("LATE_TOLERANCE", "-1"),
        ("TRUSTED_PROXIES", "many"),
        ("LOG_LEVEL", "LOUD"),
    ],
)
def test_a_nonsense_variable_is_named_in_one_line(tmp_path, name, value):
    assert name in one_line(manage("check", VAR_DIR=str(tmp_path), **{name: value}))


@pytest.mark.parametrize(("name", "value"), [("PORT", "http"), ("PORT", "70000"), ("WORKERS", "0")])
def test_a_nonsense_port_is_named_in_one_line(tmp_path, name, value):
    assert name in one_line(manage("serve", VAR_DIR=str(tmp_path), **{name: value}))


def test_a_port_in_use_is_told_in_one_line(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        line = one_line(manage("serve", VAR_DIR=str(tmp_path), PORT=port))
    assert port in line
    assert "in use" in line


def test_a_folder_that_cannot_be_written_is_told_in_one_line(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    assert str(blocked) in one_line(manage("check", VAR_DIR=str(blocked / "var")))


def test_the_secret_key_is_made_once_and_only_its_owner_reads_it(tmp_path):
    manage("check", VAR_DIR=str(tmp_path))
    key = tmp_path / "secret_key"
    first = key.read_text()
    manage("check", VAR_DIR=str(tmp_path))
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert key.read_text() == first
    assert len(first) >= 50


def test_a_secret_key_file_that_is_not_there_is_told_in_one_line(tmp_path):
    missing = str(tmp_path / "missing")
    assert missing in one_line(manage("check", VAR_DIR=str(tmp_path), SECRET_KEY_FILE=missing))


def test_preparing_twice_is_harmless_and_the_second_time_has_nothing_to_do(tmp_path):
    first = manage("prepare", VAR_DIR=str(tmp_path))
    assert first.returncode == 0, first.stderr
    manifest = tmp_path / "static" / "staticfiles.json"
    made = manifest.stat().st_mtime_ns
    again = manage("prepare", VAR_DIR=str(tmp_path))
    assert again.returncode == 0, again.stderr
    assert manifest.stat().st_mtime_ns == made


@pytest.mark.parametrize(("level", "is_told"), [("WARNING", True), ("ERROR", False)])
def test_the_log_level_holds_for_djangos_own_messages_too(tmp_path, level, is_told):
    warn = "import django, logging; django.setup(); logging.getLogger('django.request').warning('a word of warning')"
    environment = {"DJANGO_SETTINGS_MODULE": "config.settings", "VAR_DIR": str(tmp_path), "LOG_LEVEL": level}
    run = subprocess.run(
        [sys.executable, "-c", warn], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert ("a word of warning" in run.stderr) is is_told
