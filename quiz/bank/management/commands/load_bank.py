import argparse
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.db import IntegrityError
from django.utils import timezone

from quiz.bank.fixture import InvalidFixture, parse_fixture
from quiz.bank.services import Loaded, load_fixture


class Command(BaseCommand):
    help = (
        "Loads the bank from fixtures: brings in what is new, updates what no editor has changed, keeps the rest. "
        "Loading the same file again changes nothing."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "files", metavar="FILE", nargs="*", type=Path, help="Default: every fixture of the bank in fixtures/."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        for path, text in _sources(options["files"]):
            try:
                loaded = load_fixture(fixture=parse_fixture(text), now=now)
            except InvalidFixture as error:
                raise CommandError(f"{path}: {error}") from None
            except IntegrityError:
                raise CommandError(f"{path}: the bank was changed at the same moment; load it again") from None
            if options["verbosity"]:
                self.stdout.write(f"{path.name}: {_told(loaded)}")
            for slug, holder in loaded.refused.items():
                self.stderr.write(
                    f"{path.name}: {slug} was left out: {holder} has its number. Give that one another number."
                )


def _sources(files: list[Path]) -> list[tuple[Path, str]]:
    """The named files, else those in fixtures/ that are for the bank."""
    if files:
        return [(path, _text(path)) for path in files]
    found = [(path, _text(path)) for path in sorted((settings.BASE_DIR / "fixtures").glob("*.json"))]
    found = [(path, text) for path, text in found if '"schema"' in text]
    if not found:
        raise CommandError(f"there is no fixture of the bank in {settings.BASE_DIR / 'fixtures'}")
    return found


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise CommandError(f"{path} is not UTF-8 text") from None


def _told(loaded: Loaded) -> str:
    told = (
        f"{len(loaded.created)} created, {len(loaded.updated)} updated, {len(loaded.unchanged)} unchanged, "
        f"{len(loaded.kept)} kept as editors changed them"
    )
    return f"{told} ({', '.join(loaded.kept)})" if loaded.kept else told
