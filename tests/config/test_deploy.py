"""Django's own list of what a server on the internet must have switched on."""

import os
import secrets
import subprocess
import sys

from django.conf import settings


def test_the_deployment_check_finds_nothing_to_complain_about(tmp_path):
    run = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=settings.BASE_DIR,
        env={
            "PATH": os.environ["PATH"],
            "HTTPS": "true",
            "TRUSTED_PROXIES": "1",
            "ALLOWED_HOSTS": "viva.example.org",
            "SECRET_KEY": secrets.token_urlsafe(50),
            "DEBUG": "",
            "VAR_DIR": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "config.settings",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert "no issues (1 silenced)" in run.stdout
