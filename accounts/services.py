"""Writes to a user's own preferences."""

from accounts.models import User


def store_preferences(*, user: User, **chosen: str) -> None:
    """Keep `language` or `theme`, or both, as the user chose them; the caller has checked the values."""
    for field, value in chosen.items():
        setattr(user, field, value)
    user.save(update_fields=list(chosen))
