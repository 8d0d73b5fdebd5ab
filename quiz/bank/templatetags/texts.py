"""Texts of the bank in templates: of a model's instance, or of a version's content."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from quiz.bank.markdown import render
from quiz.bank.texts import TAG, Text, in_language, suffix_of

register = template.Library()


@register.simple_tag
def text_in(source: object | Mapping[str, Any], field: str, language: str | None = None) -> Text:
    """`field` of `source` in `language` (the interface's where it is not given), else in the other one.

    The element that shows it carries `lang="{{ text.lang }}"`.
    """
    return in_language(source, field, language or get_language())


@register.filter
def markdown(source: str, heading_level: int = 3) -> SafeString:
    """Safe HTML of a Markdown text; its highest heading becomes h`heading_level`."""
    return render(source, heading_level=heading_level)


@register.inclusion_tag("bank/_text.html")
def prose(
    source: object | Mapping[str, Any],
    field: str,
    language: str | None = None,
    heading_level: int = 3,
    explain: bool = True,
) -> dict[str, Any]:
    """`field` as rendered Markdown with its `lang`, nothing where it is empty in both languages.

    Where the text is in another language than asked for, a sentence says so; `explain=False` leaves it out where the
    page has said it already.
    """
    language = language or get_language()
    text = in_language(source, field, language)
    return {
        "text": text,
        "heading_level": heading_level,
        "only_in": text.lang if explain and text.lang != TAG[suffix_of(language)] else "",
    }
