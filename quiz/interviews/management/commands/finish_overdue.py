from typing import Any

from django.core.management import BaseCommand
from django.utils import timezone

from quiz.interviews.services import close_overdue


class Command(BaseCommand):
    help = "Ends every interview whose time has passed. Safe to run in several places at once."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Interviews ended: {close_overdue(now=timezone.now())}")
