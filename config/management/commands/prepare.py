import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import BaseCommand, CommandError, call_command
from django.db import DatabaseError


class Command(BaseCommand):
    help = "Brings database, bank and static files up to date; leaves alone what users and editors changed."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            call_command("migrate", verbosity=0)
            call_command("createcachetable", verbosity=0)
        except DatabaseError as error:
            raise CommandError(f"the database cannot be prepared: {str(error).strip()}") from None
        call_command("load_bank", stdout=self.stdout)
        call_command("load_blueprints", stdout=self.stdout)
        if not settings.DEBUG:
            self._collect_static()

    def _collect_static(self) -> None:
        """Compressing takes seconds, so only where a static file has changed since the last time."""
        stamp = Path(settings.STATIC_ROOT) / ".sources"
        sources = _fingerprint()
        if stamp.exists() and stamp.read_text() == sources:
            return
        try:
            call_command("collectstatic", interactive=False, clear=True, verbosity=0)
            stamp.write_text(sources)
        except OSError as error:
            raise CommandError(f"the static files cannot be written: {error}") from None


def _fingerprint() -> str:
    """Changes with the name, size or time of any static file of Viva or of an installed package."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            status = Path(storage.path(path)).stat()
            digest.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()
