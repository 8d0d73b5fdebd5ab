"""What an editor changed from one version of a question to the next, field by field."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from quiz.bank.content import KEY_POINT_KEYS, KEYS
from quiz.bank.difference import Change, difference, shortened
from quiz.bank.models import KeyPoint, Question


@dataclass(frozen=True)
class ChangedField:
    name: str
    changes: list[Change]


def changed_fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[ChangedField]:
    """What differs between two versions' contents; everything where `before` is empty."""
    old, new = dict(_readable(before)), dict(_readable(after))
    return [
        ChangedField(name, shortened(difference(old.get(name, ""), new.get(name, ""))))
        for name in [*new, *(name for name in old if name not in new)]
        if old.get(name, "") != new.get(name, "")
    ]


def _readable(content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Names of fields as the form has them, each with its value as text; a key point is one field."""
    for key in KEYS:
        if key in content and key not in ("key_points", "avoid_with"):
            yield _name(Question, key), _text(content[key])
    for point in content.get("key_points", ()):
        values = [(_name(KeyPoint, key), _text(point[key])) for key in KEY_POINT_KEYS if point.get(key)]
        name = _("Key point “%(label)s”") % {"label": point["label_zh"]}
        yield name, "".join(f"{column}: {value}\n" for column, value in values)


def _name(model: type[Question] | type[KeyPoint], column: str) -> str:
    return str(capfirst(str(model._meta.get_field(column).verbose_name)))  # type: ignore[union-attr]


def _text(value: Any) -> str:
    if isinstance(value, list):
        return " | ".join(value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)
