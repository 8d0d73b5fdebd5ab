from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from quiz.bank.answer_lines import InvalidLine, mark_line, parse_line
from quiz.bank.queries import entries
from quiz.marking.agreement import (
    mean_absolute_error,
    pairwise_order,
    pearson,
    percentile,
    precision_and_recall,
    quadratic_weighted_kappa,
    spearman,
)

GROUPED_BY = ("entry", "question", "prompt")


class Command(BaseCommand):
    help = "Compare the engine's marks with a person's, and print how well they agree. Nothing is stored."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="lines as mark_answers takes them, with score, covered, kind, lang")
        parser.add_argument("--without", type=int, nargs="*", default=[], metavar="ENTRY", help="entries to leave out")

    def handle(self, *args: Any, file: Path, without: list[int], **options: Any) -> None:
        known = entries()
        pairs: list[tuple[dict[str, Any], dict[str, Any]]] = []
        try:
            lines = file.read_text(encoding="utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(str(error)) from None
        for number, text in enumerate(lines, start=1):
            if not text.strip():
                continue
            try:
                line = parse_line(text)
                if line.get("entry") in without:
                    continue
                if isinstance(line.get("score"), bool) or not isinstance(line.get("score"), int | float):
                    raise InvalidLine("no score of a person to compare with")
                pairs.append((line, mark_line(line, known)))
            except InvalidLine as error:
                raise CommandError(f"line {number}: {error}") from None
        if not pairs:
            raise CommandError("no answers to compare")
        by_language: dict[str, list[tuple[dict[str, Any], dict[str, Any]]]] = {}
        for pair in pairs:
            by_language.setdefault(str(pair[0].get("lang", "")), []).append(pair)
        self.stdout.write("| answers | count | Spearman | Pearson | pairs in order | MAE | QWK | precision | recall |")
        self.stdout.write("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
        for language, some in by_language.items():
            self.stdout.write(_row(language or "all", some))
        if len(by_language) > 1:
            self.stdout.write(_row("all", pairs))
        self._tell_kinds(pairs)
        times = [ours["ms"] for _, ours in pairs]
        self.stdout.write(f"\ntime an answer: p50 {percentile(times, 50):.2f} ms, p95 {percentile(times, 95):.2f} ms")

    def _tell_kinds(self, pairs: list[tuple[dict[str, Any], dict[str, Any]]]) -> None:
        by_kind: dict[str, list[tuple[float, float]]] = {}
        for line, ours in pairs:
            if "kind" in line:
                name = f"{line['kind']} {line.get('lang', '')}".strip()
                by_kind.setdefault(name, []).append((ours["score"], line["score"]))
        if not by_kind:
            return
        self.stdout.write("\n| kind | count | a person's mean | mean | lowest | highest | MAE |")
        self.stdout.write("| --- | --- | --- | --- | --- | --- | --- |")
        for name, scores in sorted(by_kind.items()):
            given, wanted = [score for score, _ in scores], [score for _, score in scores]
            cells = " | ".join(f"{figure:.0f}" for figure in (_mean(wanted), _mean(given), min(given), max(given)))
            error = mean_absolute_error(given, wanted)
            self.stdout.write(f"| {name} | {len(scores)} | {cells} | {error:.1f} |")


def _row(name: str, pairs: list[tuple[dict[str, Any], dict[str, Any]]]) -> str:
    ours = [marked["score"] for _, marked in pairs]
    theirs = [line["score"] for line, _ in pairs]
    groups = [next((line[key] for key in GROUPED_BY if key in line), None) for line, _ in pairs]
    labelled = [(set(marked["covered"]), set(line["covered"])) for line, marked in pairs if "covered" in line]
    precision, recall = precision_and_recall([found for found, _ in labelled], [right for _, right in labelled])
    figures = (
        spearman(ours, theirs),
        pearson(ours, theirs),
        pairwise_order(ours, theirs, groups),
        mean_absolute_error(ours, theirs),
        quadratic_weighted_kappa(ours, theirs),
        precision,
        recall,
    )
    cells = " | ".join(f"{figure:.1f}" if at == 3 else f"{figure:.3f}" for at, figure in enumerate(figures))
    return f"| {name} | {len(pairs)} | {cells} |"


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return sum(listed) / len(listed)
