"""Reading pages."""

import re


def squeezed(html: str) -> str:
    """The text that a reader sees, in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())
