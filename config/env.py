"""Typed readers of environment variables that fail loudly, naming the variable and the cure."""

import os

from django.core.exceptions import ImproperlyConfigured

from core.encryption import UnreadableKeys, read_keys

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}


def env_str(name: str, default: str | None = None, *, hint: str = "") -> str:
    """Return the variable's text; without a default, a missing or empty one stops the start.

    Raises ImproperlyConfigured with a sentence that says how to mend it (``hint``).
    """
    value = os.environ.get(name, "")
    if value:
        return value
    if default is None:
        raise ImproperlyConfigured(f"The environment variable {name} is not set. {hint}".strip())
    return default


def env_bool(name: str, default: bool) -> bool:
    """Return the variable as a boolean; anything but a clear yes or no stops the start."""
    value = os.environ.get(name)
    if value is None:
        return default
    if value.strip().lower() in _TRUE:
        return True
    if value.strip().lower() in _FALSE:
        return False
    raise ImproperlyConfigured(f"{name}={value!r} is neither yes nor no; write true or false.")


def env_int(name: str, default: int) -> int:
    """Return the variable as a whole number; anything else stops the start."""
    value = os.environ.get(name, "")
    if not value:
        return default
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name}={value!r} is not a whole number.") from None


def env_list(name: str, default: list[str]) -> list[str]:
    """Return the variable as a list, split at commas, blanks left out."""
    value = os.environ.get(name)
    if value is None:
        return default
    return [part.strip() for part in value.split(",") if part.strip()]


def env_rates(name: str, default: dict[str, float]) -> dict[str, float]:
    """Return the variable, ``email=50,sms=10``, as numbers per second by name, added to ``default``.

    Anything but numbers from 0 on stops the start; so does a name that does not begin with one of ``default``'s.
    """
    rates = dict(default)
    for part in env_list(name, []):
        key, _, text = part.partition("=")
        try:
            rates[key.strip()] = float(text)
        except ValueError:
            raise ImproperlyConfigured(f"{name}: {part!r} is no rate; write for instance email=50,sms=10.") from None
        if key.strip().partition(":")[0] not in default or not 0 <= rates[key.strip()] < float("inf"):
            raise ImproperlyConfigured(f"{name}: {part!r} is no rate of {' or '.join(default)}, from 0 on.")
    return rates


def env_keys(name: str, *, hint: str) -> list[str]:
    """Return the variable as keys that encrypt, ``<id>=<base64 of 32 bytes>``; what is no key stops the start."""
    given = [part.strip() for part in env_str(name, hint=hint).split(",") if part.strip()]
    try:
        read_keys(given)
    except UnreadableKeys as error:
        raise ImproperlyConfigured(f"{name}: {error}. {hint}") from error
    return given
