"""What the page of one supporter shows besides the person: sections from here and from the packages above.

``settings.SUPPORTER_SECTIONS`` names their functions ``(supporter, user) -> Section``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from people.enums import ConsentState
from people.models import ConsentEvent, ContactPoint, Supporter

MOST_ROWS = 100


@dataclass(frozen=True)
class Section:
    """A table about one supporter. ``moves``: whether merging hands its rows to the kept record.

    ``action``: address and words of a link below it, None: there is nothing to do here.
    """

    title: str | Promise
    columns: list[str | Promise]
    rows: list[list[Any]]
    empty: str | Promise
    moves: bool = True
    action: tuple[str, str] | None = None

    @property
    def summary(self) -> str:
        return f"{self.title}: {len(self.rows)}"


def sections_of(supporter: Supporter, user: Any) -> list[Section]:
    """Return everything we show of a supporter, each section limited to its newest hundred rows."""
    own = [_contact_points(supporter, user), _consents(supporter)]
    above = [import_string(path)(supporter, user) for path in settings.SUPPORTER_SECTIONS]
    return [*own, *above, _merges(supporter)]


def _contact_points(supporter: Supporter, user: Any) -> Section:
    rows = [
        [point.get_channel_display(), point.as_typed, point.canonical, point.verified_at or gettext("not verified")]
        for point in ContactPoint.objects.visible_to(user).filter(supporter=supporter).order_by("pk")[:MOST_ROWS]
    ]
    return Section(
        _("Contact points"),
        [_("Channel"), _("As typed"), _("For matching"), _("Verified")],
        rows,
        _("No address is known."),
    )


def _consents(supporter: Supporter) -> Section:
    events = ConsentEvent.objects.filter(contact_point__supporter=supporter).select_related("organisation", "text")
    return Section(
        _("Consents, newest first"),
        [_("When"), _("What"), _("To whom"), _("For"), _("Wording"), _("Recorded by")],
        list(_consent_rows(events.order_by("-at", "-id")[:MOST_ROWS])),
        _("Nothing was ever allowed: no message but answers to what this person does."),
    )


def _consent_rows(events: Any) -> Iterator[list[Any]]:
    for event in events:
        state = gettext("granted") if event.state == ConsentState.GRANTED else gettext("withdrawn")
        what = gettext("%(purpose)s by %(channel)s: %(state)s") % {
            "purpose": event.get_purpose_display(),
            "channel": event.get_channel_display(),
            "state": state,
        }
        wording = (
            gettext("version %(version)s (%(language)s): “%(body)s”")
            % {"version": event.text.version, "language": event.text.language, "body": event.text.body}
            if event.text
            else "–"
        )
        yield [event.at, what, event.organisation, event.scope or gettext("all campaigns"), wording, event.source]


def _merges(supporter: Supporter) -> Section:
    absorbed = supporter.merged_from.order_by("pk")[:MOST_ROWS]
    rows = [
        [row.pk, ngettext("merged into this record", "merged into these records", 1), row.created_at]
        for row in absorbed
    ]
    if supporter.merged_into_id:
        rows.append([supporter.merged_into_id, gettext("this record was merged into that one"), ""])
    return Section(
        _("Merges"), [_("Record"), _("What happened"), _("Known since")], rows, _("Never merged."), moves=False
    )
