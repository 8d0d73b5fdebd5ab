import argparse
import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import BaseCommand, CommandError
from django.core.management.base import no_translations

from quiz.interviews.services import load_blueprints


class Command(BaseCommand):
    help = "Brings in the blueprints that are missing, published; leaves those that are there as editors have them."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "file", metavar="FILE", nargs="?", type=Path, help="Default: fixtures/blueprints.json of Viva."
        )

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"] or settings.BASE_DIR / "fixtures" / "blueprints.json"
        try:
            created = load_blueprints(rows=json.loads(path.read_text(encoding="utf-8")))
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}") from None
        except ValidationError as error:
            raise CommandError(f"{path}: {'; '.join(error.messages)}") from None
        except (ValueError, TypeError, KeyError) as error:
            raise CommandError(f"{path} is not a list of blueprints: {error!r}") from None
        if options["verbosity"]:
            self.stdout.write(f"{path.name}: {len(created)} created")
