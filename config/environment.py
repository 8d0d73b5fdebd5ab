"""Reading the environment: every value is checked, and nonsense is told in one line that names the variable."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import environ
from django.core.exceptions import ImproperlyConfigured

T = TypeVar("T")
DATABASES = {"sqlite", "postgres", "postgresql"}
TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}

env = environ.Env()


def text(name: str, default: str = "") -> str:
    """Without the spaces around it; `default` where the variable is empty or not set."""
    return os.environ.get(name, "").strip() or default


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def flag(name: str, default: bool) -> bool:
    """True for 1, true, yes, on; False for 0, false, no, off; else ImproperlyConfigured. Empty: `default`."""
    value = text(name).lower()
    if value and value not in TRUE | FALSE:
        raise ImproperlyConfigured(f"{name}={value}: expected true or false")
    return value in TRUE if value else default


def number(name: str, default: int, *, least: int, most: int) -> int:
    """A whole number from `least` to `most`, both included; else ImproperlyConfigured. Empty: `default`."""
    value = text(name)
    try:
        result = int(value) if value else default
    except ValueError:
        result = least - 1
    if not least <= result <= most:
        raise ImproperlyConfigured(f"{name}={value}: expected a whole number from {least} to {most}")
    return result


def choice(name: str, default: str, choices: tuple[str, ...]) -> str:
    """One of `choices`; else ImproperlyConfigured. Empty: `default`."""
    value = text(name, default)
    if value not in choices:
        raise ImproperlyConfigured(f"{name}={value}: expected one of {', '.join(choices)}")
    return value


def time_zone(name: str, default: str) -> str:
    """The name of a time zone that this system knows; else ImproperlyConfigured. Empty: `default`."""
    value = text(name, default)
    try:
        ZoneInfo(value)
    except (ValueError, OSError, KeyError):
        raise ImproperlyConfigured(f"{name}={value}: expected a time zone such as Asia/Shanghai") from None
    return value


def url(name: str, default: str, parse: Callable[[str], T], example: str) -> T:
    """What `parse` makes of it; else ImproperlyConfigured without the value, which may hold a password."""
    value = text(name, default)
    try:
        return parse(value)
    except Exception:  # django-environ raises whatever its parsing happens to meet
        raise ImproperlyConfigured(f"{name} is not a URL that Viva understands; an example: {example}") from None


def database(value: str) -> dict[str, Any]:
    """Django's setting for a database URL; ValueError for a kind of database that Viva is not tested on."""
    if value.partition("://")[0] not in DATABASES:
        raise ValueError("neither SQLite nor PostgreSQL")
    return env.db_url_config(value)


def folder(name: str, default: Path) -> Path:
    """The path of a folder that exists and can be written to, made if need be."""
    path = Path(text(name, str(default))).absolute()
    try:
        path.mkdir(mode=0o750, parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"{path} cannot be made: {error.strerror}") from None
    if not os.access(path, os.W_OK | os.X_OK):
        raise ImproperlyConfigured(f"{path} is not writable: change its owner or choose another folder with {name}")
    return path


def secret_key(path: Path) -> str:
    """The key in SECRET_KEY, else in SECRET_KEY_FILE, else in `path`, made with mode 0600 at the first start."""
    if value := text("SECRET_KEY"):
        return value
    named = text("SECRET_KEY_FILE")
    file = Path(named) if named else path
    try:
        if not named:
            _make_secret(file)
        if value := file.read_text(encoding="ascii").strip():
            return value
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"the secret key {file} cannot be read: {error}") from None
    raise ImproperlyConfigured(f"the secret key {file} is empty")


def _make_secret(file: Path) -> None:
    """Write a new key under another name first: two servers that start at once then agree on one whole file."""
    if file.exists():
        return
    draft = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
        handle.write(secrets.token_urlsafe(50))
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
