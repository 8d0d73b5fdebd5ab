"""The time zones there are: which names the server knows, and which of them a person is asked to choose from."""

from functools import cache
from itertools import groupby
from zoneinfo import available_timezones

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# The areas of the tz database whose zones are places. The rest (Etc/GMT-8, US/Pacific, PRC) are old names and signs
# turned round: a browser may tell them and an administrator may set them, but nobody should have to read them.
AREAS = {
    "Africa": _("Africa"),
    "America": _("America"),
    "Antarctica": _("Antarctica"),
    "Arctic": _("Arctic"),
    "Asia": _("Asia"),
    "Atlantic": _("Atlantic"),
    "Australia": _("Australia"),
    "Europe": _("Europe"),
    "Indian": _("Indian Ocean"),
    "Pacific": _("Pacific"),
}


@cache
def known_time_zones() -> frozenset[str]:
    """Every name that `ZoneInfo` takes; asked at each request, so the folders are read once."""
    return frozenset(available_timezones())


@cache
def time_zones_by_area() -> list[tuple[Promise, list[tuple[str, str]]]]:
    """For a select: (area, [(name, place), ...]) in order of the names."""
    names = sorted(name for name in known_time_zones() if name.partition("/")[0] in AREAS)
    return [
        (AREAS[area], [(name, name.partition("/")[2].replace("_", " ")) for name in group])
        for area, group in groupby(names, key=lambda name: name.partition("/")[0])
    ]
