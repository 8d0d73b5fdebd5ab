from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command

from quiz.interviews.models import Attempt
from quiz.interviews.recipe import Recipe
from quiz.interviews.services import start_attempt
from tests.base import NOW, make_bank


@pytest.mark.django_db
def test_it_ends_what_is_overdue_and_nothing_else(alice, bob, capsys):
    make_bank()
    overdue = start_attempt(user=alice, recipe=Recipe(language="en", minutes=15), now=NOW)
    running = start_attempt(user=bob, recipe=Recipe(language="en", minutes=30), now=NOW)
    with time_machine.travel(NOW + timedelta(minutes=20), tick=False):
        call_command("finish_overdue")
        call_command("finish_overdue")
    assert capsys.readouterr().out == "Interviews ended: 1\nInterviews ended: 0\n"
    assert not Attempt.objects.get(pk=overdue.pk).is_running
    assert Attempt.objects.get(pk=running.pk).is_running
