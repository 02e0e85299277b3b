"""The addresses of the staff screens, found in the address table itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

OURS = ("volunteers", "events", "outreach", "audiences")
# Screens of packages that have others as well, which show the messages of people.
OURS_BY_NAME = {"staff_wordings", "staff_pledges", "staff_pledge_kinds", "staff_pledge_notes"}


@dataclass(frozen=True)
class Address:
    """One address by its full name, with the names of what it is given."""

    name: str
    given: tuple[str, ...]

    @property
    def space(self) -> str:
        return self.name.partition(":")[0]

    def url(self, rows: dict[str, Any]) -> str:
        return reverse(self.name, kwargs={name: _argument(self, name, rows) for name in self.given})


def _package_of(callback: Any) -> str:
    model = getattr(callback, "view_initkwargs", {}).get("model")
    view = getattr(callback, "view_class", callback)
    return str(model._meta.app_label if hasattr(model, "_meta") else view.__module__.partition(".")[0])


def _is_ours(pattern: URLPattern, spaces: tuple[str, ...]) -> bool:
    return _package_of(pattern.callback) in OURS or bool(OURS_BY_NAME.intersection(spaces))


def _walk(patterns: list[Any], spaces: tuple[str, ...] = ()) -> Iterator[Address]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, (*spaces, *filter(None, [pattern.namespace])))
        elif isinstance(pattern, URLPattern) and pattern.name and _is_ours(pattern, spaces):
            yield Address(":".join((*spaces, pattern.name)), tuple(sorted(pattern.pattern.converters)))


def _staff_addresses() -> list[Address]:
    staff = [each for each in get_resolver().url_patterns if str(each.pattern).startswith("staff/")]
    return sorted(set(_walk(staff)), key=lambda each: each.name)


ADDRESSES = _staff_addresses()
NAMES = [each.name for each in ADDRESSES]


def _argument(address: Address, name: str, rows: dict[str, Any]) -> Any:
    if name in {"effort", "mobiliser", "organisation", "session"}:
        return getattr(rows["session"], f"{name}_id")
    if name == "code":
        return rows["staff_paper"].code
    if name in {"name", "language", "recipe"}:
        return {"name": "days", "language": "en", "recipe": "welcome"}[name]
    if address.name == "staff_areas:map":
        return rows["staff_efforts"].pk
    if address.name == "staff_event_types:standard":
        return rows["staff_event_types"].campaign_id
    if address.name == "staff_reminders:timeline" or address.space == "staff_attendance" or name == "event_id":
        return rows["staff_events"].pk
    if address.name == "staff_reminders:sample":
        return rows["staff_event_types"].pk
    return rows[address.space].pk
