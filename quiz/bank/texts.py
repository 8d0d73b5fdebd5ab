"""Texts in two languages: plain columns `*_zh` and `*_en`, read through one helper."""

from collections.abc import Mapping
from typing import Any

TAG = {"zh": "zh-Hans", "en": "en"}


class Text(str):
    """A text and the BCP 47 tag of the language that it is in, for the page's `lang` attribute."""

    lang: str

    def __new__(cls, value: str, lang: str) -> "Text":
        text = super().__new__(cls, value)
        text.lang = lang
        return text


def suffix_of(language: str | None) -> str:
    """The columns' suffix for a language code: `en` for any English, else `zh`, the bank's first language."""
    return "en" if (language or "").startswith("en") else "zh"


def in_language(source: object | Mapping[str, Any], field: str, language: str | None) -> Text:
    """`field` of a model's instance or of a version's content, in `language` where it has it, else in the other one.

    The bank's first language is Chinese: where the English is missing the Chinese stands, and says so by its `lang`.
    """

    def read(suffix: str) -> str:
        name = f"{field}_{suffix}"
        value = source[name] if isinstance(source, Mapping) else getattr(source, name)
        return str(value)

    wanted = suffix_of(language)
    other = "zh" if wanted == "en" else "en"
    return Text(value, TAG[wanted]) if (value := read(wanted)) else Text(read(other), TAG[other])
