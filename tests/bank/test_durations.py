from datetime import timedelta

import pytest
from django.template import Context, Template

from quiz.bank.durations import as_clock


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0, "0:00"), (59, "0:59"), (767, "12:47"), (3599, "59:59"), (3600, "1:00:00"), (21600, "6:00:00")],
)
def test_a_clock_shows_minutes_and_from_an_hour_on_hours(seconds, shown):
    assert as_clock(seconds) == as_clock(timedelta(seconds=seconds)) == shown


def test_templates_show_durations_by_the_filter():
    assert Template("{% load durations %}{{ seconds|clock }}").render(Context({"seconds": 150})) == "2:30"
