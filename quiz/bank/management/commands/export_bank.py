import argparse
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError

from quiz.bank.export import as_fixture, as_markdown
from quiz.bank.fixture import dump_fixture
from quiz.bank.models import Topic
from quiz.bank.queries import exported_questions


class Command(BaseCommand):
    help = (
        "Writes the bank's questions, all but the retired ones: their Chinese texts as Markdown, or everything as a "
        "fixture. Both can be read back."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--format", choices=["markdown", "json"], default="markdown")
        parser.add_argument("--output", metavar="FILE", type=Path, help="Default: the standard output.")

    def handle(self, *args: Any, **options: Any) -> None:
        questions = exported_questions()
        try:
            if options["format"] == "json":
                text = dump_fixture(as_fixture(Topic.objects.all(), questions))
            else:
                text = as_markdown(questions)
        except ValueError as error:
            raise CommandError(str(error)) from None
        if options["output"] is None:
            self.stdout.write(text, ending="")
            return
        try:
            options["output"].write_text(text, encoding="utf-8", newline="\n")
        except OSError as error:
            raise CommandError(f"{options['output']} cannot be written: {error.strerror}") from None
        self.stdout.write(f"{options['output']}: {len(questions)} questions")
