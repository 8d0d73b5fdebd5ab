"""The score history as a table."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from quiz.progress.queries import Row
from quiz.progress.spreadsheet import as_csv


def history_csv_of(rows: Iterable[Row]) -> str:
    """CSV with times in the current time zone and headings in the current language."""
    return as_csv(_table(rows))


def _table(rows: Iterable[Row]) -> Iterator[list[str | int | None]]:
    yield [
        _("Interview"),
        _("Started"),
        _("Finished"),
        _("Time zone"),
        _("How it ended"),
        _("Blueprint"),
        _("Topics"),
        _("Questions asked"),
        _("Time used (seconds)"),
        _("Time limit (seconds)"),
        _("Language"),
        _("Automatic score"),
        _("Own score"),
    ]
    zone = timezone.get_current_timezone_name()
    for row in rows:
        attempt = row.attempt
        yield [
            str(attempt.pk),
            _local(attempt.started_at),
            _local(attempt.finished_at),
            zone,
            attempt.get_ended_display() or _("Running"),
            str(attempt.blueprint.name) if attempt.blueprint else "",
            _(", ").join(topic.name for topic in row.topics),
            row.count,
            int(attempt.time_used.total_seconds()) if attempt.time_used is not None else None,
            int(attempt.time_allowed.total_seconds()),
            attempt.language,
            attempt.score,
            attempt.own_score,
        ]


def _local(moment: datetime | None) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M:%S}" if moment else ""
