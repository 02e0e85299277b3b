"""Each mobiliser's own link in each effort, and at each event: what its visitors sign is credited to the link."""

import secrets
from collections.abc import Iterable

from django.db import IntegrityError, transaction

from accounts.models import User
from campaigns.enums import SourceKind
from campaigns.models import Partnership, Source
from events.models import Event
from outreach.models import HandoverLink
from outreach.selectors.efforts import OwnEffort

# No vowels and no look-alikes: codes are read aloud, and spell no words.
_LETTERS = "23456789bcdfghjkmnpqrstvwxz"


def ensure_handover_links(
    *, user: User, own: Iterable[OwnEffort], events: Iterable[Event] = ()
) -> dict[tuple[int, int | None], str]:
    """Return the code of the user's link per effort with a petition and event (None: at none), making what is missing.

    Events are those of the effort's campaign among ``events``. Safe to call twice and at the same moment: a link
    another request just made is found. The partnership is that of the organisation the mobiliser goes out for, where it
    takes part as a partner.
    """
    places: list[Event | None] = [None, *events]
    wanted = {
        (each.effort.pk, event.pk if event else None): (each, event)
        for each in own
        for event in places
        if each.effort.petition_id and (event is None or event.campaign_id == each.effort.campaign_id)
    }
    if not wanted:
        return {}
    links = HandoverLink.objects.filter(user=user, effort__in={effort for effort, _event in wanted})
    known = {
        (effort, event): code for effort, event, code in links.values_list("effort_id", "event_id", "source__code")
    }
    codes: dict[tuple[int, int | None], str] = {key: known[key] for key in wanted if key in known}
    missing = {key: wanted[key] for key in wanted if key not in known}
    if missing:
        partnerships = _partnerships([each for each, _event in missing.values()])
        for key, (each, event) in missing.items():
            codes[key] = _make(user, each, event, partnerships.get((each.effort.campaign_id, each.organisation_id)))
    return codes


def _partnerships(own: list[OwnEffort]) -> dict[tuple[int, int], int]:
    rows = Partnership.objects.active().filter(
        campaign__in={each.effort.campaign_id for each in own}, organisation__in={each.organisation_id for each in own}
    )
    return {(row.campaign_id, row.organisation_id): row.pk for row in rows}


def _make(user: User, own: OwnEffort, event: Event | None, partnership_id: int | None) -> str:
    try:
        with transaction.atomic():
            source = Source.objects.create(
                campaign_id=own.effort.campaign_id,
                code="m" + "".join(secrets.choice(_LETTERS) for _ in range(9)),
                label=_label(user, own, event),
                kind=SourceKind.MOBILISER,
                partnership_id=partnership_id,
            )
            HandoverLink.objects.create(effort=own.effort, user=user, event=event, source=source)
    except IntegrityError:
        # Another phone of the same person asked at this moment (its source stays, ours was rolled back).
        made = HandoverLink.objects.select_related("source").get(effort=own.effort, user=user, event=event)
        return made.source.code
    return source.code


def _label(user: User, own: OwnEffort, event: Event | None) -> str:
    """Return what staff read of the link: where it was handed over, and by whom."""
    where = f"{event.title[:50]} · {own.effort.title[:28]}" if event else own.effort.title[:80]
    return f"{where} · {user.first_name[:30] or user.pk}"
