from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from quiz.results.queries import unassessed_attempts
from quiz.results.services import assess_attempt


class Command(BaseCommand):
    help = "Mark the finished interviews that the present engine has not marked. Ends none that is running."

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        attempts = list(unassessed_attempts())
        for attempt in attempts:
            assess_attempt(attempt=attempt, now=now)
        self.stdout.write(f"Assessed {len(attempts)} finished interviews.")
