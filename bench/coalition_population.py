"""A coalition by the hundred: organisations, partnerships, links, goals, and signatures spread unevenly over them."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Membership, Organisation, User
from bench import population
from campaigns.enums import PartnerRole, SourceKind
from campaigns.models import Campaign, Partnership, Petition, Source
from coalition.models import PartnerGoal

COUNTRIES = ("BE", "DE", "FR", "ES", "IT", "NL", "PL", "SE", "GR", "AT", "PT", "IE", "DK", "FI", "HU", "BG", "LU", "RO")
_NO_PARTNER = 5  # every fifth person comes through nobody

# The first partners bring most, the last a few hundredths of that: k² of a thousandth, spread over all partners.
_SCATTERED = "(((n % 1000) * 7919) % 1000)"
_PARTNER = f"({_SCATTERED} * {_SCATTERED} * {{partners}} / 1000000)"
_SIGNATURE = """INSERT INTO campaigns_signature (id, petition_id, supporter_id, public_id, share_code, status,
   territory_code, partnership_id, source, bucket, locale, comment, is_comment_public, email_domain, address_hash, day,
   confirmed_at, is_counted, is_generated)
   SELECT n, {petition}, n, {uuid}, {code}, 'confirmed', {country},
   CASE WHEN n % {nobody} > 0 THEN {first_partner} + {partner} END,
   CASE WHEN n % {nobody} > 0 THEN 'bench-p' || {partner} ELSE '' END, '', 'en', '', {no},
   'mail-' || (n % 97) || '.example.org', '', {day}, {moment}, {no}, {yes} FROM {series}"""
_CONSENT = """INSERT INTO people_consentevent (contact_point_id, state, purpose, channel, organisation_id, scope,
   source, at)
   SELECT n, 'granted', 'partner_news', 'email', {first_organisation} + {partner}, '{scope}', 'submission:' || n,
   {moment} FROM {series} WHERE n % {nobody} > 0 AND n % 2 = 0"""
# A million moments must lie within the campaign, not all in its first second.
_SPREAD = "(n % 7776) * 1000"


@dataclass
class Coalition:
    """One campaign with its partners. Partners and their organisations have ids in a row, from the first on."""

    lead: Organisation
    campaign: Campaign
    petition: Petition
    coordinator: User
    managers: dict[int, User]
    first_partnership: int = 0
    first_organisation: int = 0
    partners: int = 0
    signatures: int = 0


def make_coalition() -> Coalition:
    """Return a campaign with its coordinator and no partner yet."""
    lead = Organisation.objects.create(name="Coalition lead", slug="bench-coalition", is_generated=True)
    campaign = Campaign.objects.create(
        title="Bench coalition", slug="bench-coalition", organisation=lead, is_generated=True
    )
    petition = Petition.objects.create(campaign=campaign, title="Bench coalition", is_generated=True)
    return Coalition(lead, campaign, petition, _member("coordinator", lead, Role.COORDINATOR), {})


def add_partners(coalition: Coalition, wanted: int) -> None:
    """Bring the partners to ``wanted``: each with an organisation, a link, two goals; the first with a manager."""
    for number in range(coalition.partners, wanted):
        country = COUNTRIES[number % len(COUNTRIES)]
        organisation = Organisation.objects.create(
            name=f"Partner {number:03}", slug=f"bench-p{number}", country=country, is_generated=True
        )
        organisation.led_by.add(coalition.lead)
        role = PartnerRole.SUPPORTER if number % 4 == 3 else PartnerRole.PARTNER
        partnership = Partnership.objects.create(campaign=coalition.campaign, organisation=organisation, role=role)
        Source.objects.create(
            campaign=coalition.campaign, code=f"bench-p{number}", label=f"Link {number}", kind=SourceKind.PARTNER,
            partnership=partnership,
        )  # fmt: skip
        due = timezone.localdate() + timedelta(days=60)
        for metric in ("signatures", "events"):
            PartnerGoal.objects.create(partnership=partnership, metric=metric, target=5_000, due_date=due)
        if number == 0:
            coalition.first_partnership, coalition.first_organisation = partnership.pk, organisation.pk
        if number in (0, wanted - 1):
            coalition.managers[number] = _member(f"manager{number}", organisation, Role.PARTNER_MANAGER)
        if partnership.pk != coalition.first_partnership + number:
            raise AssertionError("partners are to have ids in a row")
        if organisation.pk != coalition.first_organisation + number:
            raise AssertionError("organisations are to have ids in a row")
    coalition.partners = max(wanted, coalition.partners)


def _member(name: str, organisation: Organisation, role: Role) -> User:
    from accounts.actions.groups import sync_user_groups

    user = User.objects.create_user(f"{name}@bench-coalition.example.org", is_staff=True)
    Membership.objects.create(user=user, organisation=organisation, role=role)
    sync_user_groups(user=user)
    return User.objects.get(pk=user.pk)


def generate(coalition: Coalition, wanted: int) -> None:
    """Bring the signatures to ``wanted``, with people, addresses and consents to partners; tallies do not follow."""
    dialect = population._POSTGRES if connection.vendor == "postgresql" else population._SQLITE
    first = population._highest_id() + 1
    end = first + wanted - coalition.signatures
    statements = [*population._STATEMENTS[:2], _CONSENT, _SIGNATURE]
    for start in range(first, end, population.CHUNK):
        last = min(start + population.CHUNK, end) - 1
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(_fill(statement, dialect, coalition, start, last))
    coalition.signatures = wanted
    population._go_on_after_generated()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _fill(statement: str, dialect: population.Dialect, coalition: Coalition, first: int, last: int) -> str:
    return statement.format(
        moment=dialect.moment.replace("(n % 2000000)", _SPREAD),
        day=dialect.day.replace("(n % 2000000)", _SPREAD),
        uuid=dialect.uuid,
        yes=dialect.yes,
        no=dialect.no,
        code=dialect.code,
        series=dialect.series.format(first=first, last=last),
        country=population._COUNTRY,
        language=population._LANGUAGE,
        email=population._EMAIL,
        petition=coalition.petition.pk,
        partner=_PARTNER.format(partners=coalition.partners),
        first_partner=coalition.first_partnership,
        first_organisation=coalition.first_organisation,
        scope=coalition.campaign.slug,
        nobody=_NO_PARTNER,
    )
