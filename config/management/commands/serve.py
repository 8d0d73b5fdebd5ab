import os
import socket
import sys
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError

from config import environment

WORKERS = 2
THREADS = 2
"""A worker. One would save fastest, but a slow request (hashing a password takes 0.4 s) would stall the others."""
GRACE = 25
"""Seconds that a stopping server gives to requests under way: more than a save may wait for SQLite's lock."""


class Command(BaseCommand):
    help = "Serves Viva with its production server; HOST, PORT, WORKERS and THREADS come from the environment."

    def handle(self, *args: Any, **options: Any) -> None:
        host = environment.text("HOST", "127.0.0.1")
        port = environment.number("PORT", 8000, least=1, most=65535)
        workers = environment.number("WORKERS", WORKERS, least=1, most=64)
        threads = environment.number("THREADS", THREADS, least=1, most=64)
        _check_free(host, port)
        shown = "localhost" if host == "127.0.0.1" else host
        self.stdout.write(
            f"Viva is at http://{shown}:{port} (stop it with Ctrl+C). To make an administrator: make admin"
        )
        self.stdout.flush()
        granian = str(Path(sys.executable).with_name("granian"))
        command = [granian, "--interface", "wsgi", "--host", host, "--port", str(port)]
        command += ["--workers", str(workers), "--blocking-threads", str(threads)]
        command += ["--workers-kill-timeout", str(GRACE), "--respawn-failed-workers", "--log-level", "warning"]
        os.execv(granian, [*command, "config.wsgi:application"])  # noqa: S606


def _check_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(
                f"{host} port {port}: {error.strerror}. Stop what uses it, or choose another with PORT= or HOST="
            ) from None
