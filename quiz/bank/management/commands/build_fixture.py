import argparse
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError

from quiz.bank.content import SCHEMA
from quiz.bank.export import with_texts
from quiz.bank.fixture import InvalidFixture, check_fixture, dump_fixture, parse_fixture
from quiz.bank.markdown_form import MalformedMarkdown, parse

EMPTY: dict[str, Any] = {"schema": SCHEMA, "topics": [], "questions": []}


class Command(BaseCommand):
    help = (
        "Writes the Chinese texts of a Markdown file into a fixture. Entries are matched by number: of those that the "
        "fixture has, all else is kept; the others are appended, as drafts until somebody gives them a rubric."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("markdown", metavar="MARKDOWN", type=Path)
        parser.add_argument("--fixture", metavar="JSON", type=Path, required=True, help="Made where there is none yet.")

    def handle(self, *args: Any, **options: Any) -> None:
        source, target = options["markdown"], options["fixture"]
        try:
            entries = parse(source.read_text(encoding="utf-8"))
            before = parse_fixture(target.read_text(encoding="utf-8")) if target.exists() else EMPTY
            after = with_texts(before, entries)
            check_fixture(after)
            target.write_text(dump_fixture(after), encoding="utf-8", newline="\n")
        except MalformedMarkdown as error:
            raise CommandError(f"{source}: {error}") from None
        except InvalidFixture as error:
            raise CommandError(f"{target}: {error}") from None
        except UnicodeDecodeError:
            raise CommandError(f"{source} and {target} have to be UTF-8 text") from None
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from None
        changed = sum(one != other for one, other in zip(before["questions"], after["questions"], strict=False))
        added = len(after["questions"]) - len(before["questions"])
        self.stdout.write(f"{target.name}: {changed} changed, {added} added, {len(after['questions'])} in all")
