import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from quiz.bank.answer_lines import InvalidLine, mark_line, parse_line
from quiz.bank.queries import entries


class Command(BaseCommand):
    help = "Mark answers given as lines of JSON, and write the lines back with their marks."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file", type=Path, help='lines of {"entry", "answer"} or {"prompt", "references", "answer"}'
        )
        parser.add_argument("--out", type=Path, help="where to write; otherwise to the standard output")

    def handle(self, *args: Any, file: Path, out: Path | None, **options: Any) -> None:
        known = entries()
        bad = 0
        try:
            with file.open("rb") as lines, out.open("w", encoding="utf-8") if out else sys.stdout as target:
                for number, text in enumerate(lines, start=1):
                    if not text.strip():
                        continue
                    try:
                        marked = mark_line(parse_line(_decoded(text)), known)
                    except InvalidLine as error:
                        bad += 1
                        self.stderr.write(f"line {number}: {error}")
                    else:
                        target.write(_encoded(marked))
        except OSError as error:
            raise CommandError(str(error)) from None
        if bad:
            raise CommandError(f"{bad} lines could not be marked.")


def _encoded(line: dict[str, Any]) -> str:
    """JSON in UTF-8; half a surrogate pair, which UTF-8 cannot carry, as the escape that JSON has for it."""
    return json.dumps(line, ensure_ascii=False).encode(errors="backslashreplace").decode() + "\n"


def _decoded(line: bytes) -> str:
    try:
        return line.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidLine("not UTF-8") from None
