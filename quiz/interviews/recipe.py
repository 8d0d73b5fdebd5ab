"""What an interview is drawn by: a candidate's own choice, or an editor's blueprint. Pure."""

from dataclasses import dataclass, field

USUAL_COUNT = 5
USUAL_MINUTES = 15


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """Topics are slugs; an empty list of topics or difficulties means all. No minutes: as the questions suggest."""

    language: str
    topics: list[str] = field(default_factory=list)
    difficulties: list[str] = field(default_factory=list)
    count: int = USUAL_COUNT
    minutes: int | None = USUAL_MINUTES
    format: str = "paper"
    blueprint_id: int | None = None
