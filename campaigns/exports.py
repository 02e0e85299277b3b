"""Signatures as CSV, streamed: memory stays flat, and nobody's address leaves without their consent to the asker.

They leave in plain for organisations that lead their campaign. Whoever only takes part gets people encrypted to its own
key (docs/partner-exports.md).
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from typing import TYPE_CHECKING, Any

from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast

from campaigns.agreeing import partner_purpose
from campaigns.models import Campaign, Partnership, Petition, Signature
from campaigns.scopes import KEEPERS
from core import audit
from core.spreadsheets import safe_cell
from people.consent import ContactPurpose, consenting_points, suppressed_among
from people.enums import Channel, Purpose

if TYPE_CHECKING:
    from accounts.models import User

CHUNK = 2_500

COLUMNS = (
    "campaign", "petition", "day", "status", "country", "partner", "link", "language", "share_code",
    "name", "email", "comment",
)  # fmt: skip
_READ = (
    "pk", "written_day", "status", "territory_code", "partnership__organisation__name", "source", "locale",
    "share_code", "supporter__full_name", "comment", "supporter_id",
)  # fmt: skip


@dataclass(frozen=True)
class Slice:
    """One petition's signatures as one asker sees them. ``only_consenting``: a manager gets nobody else's rows.

    By petition, not by campaign: then an index gives the rows in the order of their keys, at any size.
    """

    petition: Petition
    rows: QuerySet[Signature]
    purpose: ContactPurpose
    only_consenting: bool


class _SafeCells(dict[str | None, str]):
    """`safe_cell` for what many rows share: names of partners, codes of links."""

    def __missing__(self, text: str | None) -> str:
        cell = self[text] = safe_cell(text or "")
        return cell


def slices_for(user: "User", rows: QuerySet[Signature]) -> list[Slice]:
    """Return what ``user`` may export of ``rows`` in plain, per petition of the campaigns their organisations lead.

    For a campaign's keepers the asker is its leading organisation, and where they work for another leading one, that
    one with its own consent. Who manages a leading organisation's part gets the people credited to that part who
    consented to it. Of a campaign an organisation only takes part in nothing is returned, in whatever other role.
    """
    found: list[Slice] = []
    led = Campaign.objects.led_by(user, *KEEPERS).select_related("organisation")
    for campaign in led:
        purpose = _lead_purpose(user, campaign)
        found += [
            Slice(petition, rows.filter(petition=petition.pk), purpose, False) for petition in _petitions(campaign)
        ]
    managed = Partnership.objects.entrusted_to(user).leading().exclude(campaign__in=[campaign.pk for campaign in led])
    for partnership in managed.select_related("campaign"):
        purpose, own = partner_purpose(partnership), rows.filter(partnership=partnership.pk)
        found += [
            Slice(petition, own.filter(petition=petition.pk), purpose, True)
            for petition in _petitions(partnership.campaign)
        ]
    return found


def leads_any(user: "User") -> bool:
    """Whether an organisation leads a campaign for which ``user`` may take people out of it in plain."""
    return (
        user.is_superuser
        or Campaign.objects.led_by(user, *KEEPERS).exists()
        or Partnership.objects.entrusted_to(user).leading().exists()
    )


def only_takes_part(user: "User") -> bool:
    """Whether ``user`` manages a part whose organisation does not lead the campaign."""
    managed = Partnership.objects.managed_by(user)
    return managed.exclude(pk__in=managed.leading().values("pk")).exists()


def _petitions(campaign: Campaign) -> QuerySet[Petition]:
    return campaign.petitions.select_related("campaign").order_by("pk")


def _lead_purpose(user: "User", campaign: Campaign) -> ContactPurpose:
    roles = [role.value for role in KEEPERS]
    held = set(user.memberships.filter(role__in=roles).values_list("organisation", flat=True))
    if user.is_superuser or campaign.organisation_id in held:
        return ContactPurpose(Purpose.CAMPAIGN_NEWS, Channel.EMAIL, campaign.organisation_id, campaign.slug)
    leading = campaign.partnerships.leading().filter(organisation__in=held)
    own = leading.order_by("pk").values_list("organisation", flat=True).first()
    return ContactPurpose(Purpose.PARTNER_NEWS, Channel.EMAIL, own, campaign.slug)


def begin_export(*, rows: QuerySet[Signature], user: "User", filters: list[str], at: datetime) -> Iterator[bytes]:
    """Audit that the export begins, and return its bytes piece by piece (UTF-8 with a mark, for spreadsheets).

    When the last piece was taken, or the reader went away, a second entry says how many rows left. An address stands in
    a row only if the person allowed the asker to write to it (`people.consent`, suppressions included) when its piece
    was read.
    """
    slices = slices_for(user, rows)
    audit.record("campaigns.signature.export_begun", by=user, filters=filters)
    return _stream(slices, user, at)


def count_people(*, rows: QuerySet[Signature], user: "User", at: datetime, most: int | None = None) -> int:
    """Return how many rows an export of ``rows`` holds at most for ``user``, counted up to ``most``."""
    counted = 0
    for each in slices_for(user, rows):
        left = _whose(each, at)
        counted += left.count() if most is None else left[: max(most - counted, 0)].count()
    return counted


def _whose(each: Slice, at: datetime) -> QuerySet[Signature]:
    # Whoever had the use of their data restricted stands in no list that is handed out (Art. 18 GDPR).
    rows = each.rows.filter(supporter__restricted_at=None)
    if not each.only_consenting:
        return rows
    return rows.filter(supporter__in=consenting_points(each.purpose, at).values("supporter"))


def _stream(slices: list[Slice], user: "User", at: datetime) -> Iterator[bytes]:
    written, is_complete = 0, False
    try:
        yield ("\ufeff" + _csv([COLUMNS])).encode()
        for each in slices:
            for lines in _lines(each, at):
                yield _csv(lines).encode()
                written += len(lines)
        is_complete = True
    finally:
        audit.record("campaigns.signature.exported", by=user, rows=written, is_complete=is_complete)


def _lines(each: Slice, at: datetime) -> Iterator[list[tuple[Any, ...]]]:
    # The day as text: the database writes it as we want it, and nothing needs to read it.
    rows = _whose(each, at).order_by("pk").annotate(written_day=Cast("day", CharField()))
    titles = safe_cell(each.petition.campaign.title), safe_cell(each.petition.title)
    shared, last = _SafeCells(), 0
    while chunk := list(rows.filter(pk__gt=last).values_list(*_READ)[:CHUNK]):
        last = chunk[-1][0]
        addresses = _addresses(each.purpose, {row[-1] for row in chunk} - {None}, at)
        if each.only_consenting:  # a suppressed person is not handed on either
            chunk = [row for row in chunk if row[-1] in addresses]
        yield [_line(titles, row, shared, addresses) for row in chunk]


def _line(
    titles: tuple[str, str], row: tuple[Any, ...], shared: _SafeCells, addresses: dict[int, str]
) -> tuple[Any, ...]:
    _pk, day, status, country, partner, source, locale, code, name, comment, supporter = row
    return (
        *titles, day, status, country, shared[partner], shared[source], locale, code,
        safe_cell(name or ""), safe_cell(addresses.get(supporter, "")), safe_cell(comment),
    )  # fmt: skip


def _addresses(purpose: ContactPurpose, supporters: set[int], at: datetime) -> dict[int, str]:
    """Return the address each of ``supporters`` may be written to at: the first they allowed."""
    allowed = (
        consenting_points(purpose, at)
        .filter(supporter__any_of=supporters)
        .order_by("-pk")
        .values_list("supporter_id", "as_typed", "canonical")
    )
    points = list(allowed)
    stopped = suppressed_among(purpose.channel, [canonical for _supporter, _typed, canonical in points])
    return {supporter: typed for supporter, typed, canonical in points if canonical not in stopped}


def _csv(lines: Iterable[Iterable[Any]]) -> str:
    text = StringIO()
    csv.writer(text).writerows(lines)
    return text.getvalue()
