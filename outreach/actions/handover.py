"""Each mobiliser's own link in each effort: what its visitors sign is credited to the link and the organisation."""

import secrets
from collections.abc import Iterable

from django.db import IntegrityError, transaction

from accounts.models import User
from campaigns.enums import SourceKind
from campaigns.models import Partnership, Source
from outreach.models import HandoverLink
from outreach.selectors.efforts import OwnEffort

# No vowels and no look-alikes: codes are read aloud, and spell no words.
_LETTERS = "23456789bcdfghjkmnpqrstvwxz"


def ensure_handover_links(*, user: User, own: Iterable[OwnEffort]) -> dict[int, str]:
    """Return the code of the user's link per effort with a petition, making what is missing.

    Safe to call twice and at the same moment: a link another request just made is found. The partnership is that of
    the organisation the mobiliser goes out for, where it takes part as a partner.
    """
    wanted = {each.effort.pk: each for each in own if each.effort.petition_id}
    if not wanted:
        return {}
    links = HandoverLink.objects.filter(user=user, effort__in=wanted)
    codes = dict(links.values_list("effort_id", "source__code"))
    missing = [each for pk, each in wanted.items() if pk not in codes]
    if missing:
        partnerships = _partnerships(missing)
        for each in missing:
            key = (each.effort.campaign_id, each.organisation_id)
            codes[each.effort.pk] = _make(user, each, partnerships.get(key))
    return codes


def _partnerships(own: list[OwnEffort]) -> dict[tuple[int, int], int]:
    rows = Partnership.objects.active().filter(
        campaign__in={each.effort.campaign_id for each in own}, organisation__in={each.organisation_id for each in own}
    )
    return {(row.campaign_id, row.organisation_id): row.pk for row in rows}


def _make(user: User, own: OwnEffort, partnership_id: int | None) -> str:
    try:
        with transaction.atomic():
            source = Source.objects.create(
                campaign_id=own.effort.campaign_id,
                code="m" + "".join(secrets.choice(_LETTERS) for _ in range(9)),
                label=f"{own.effort.title[:80]} · {user.first_name[:30] or user.pk}",
                kind=SourceKind.MOBILISER,
                partnership_id=partnership_id,
            )
            HandoverLink.objects.create(effort=own.effort, user=user, source=source)
    except IntegrityError:
        # Another phone of the same person asked at this moment (its source stays, ours was rolled back).
        return HandoverLink.objects.select_related("source").get(effort=own.effort, user=user).source.code
    return source.code
