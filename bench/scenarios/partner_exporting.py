"""A partner's encrypted files: rows a second from the database to the private storage, step by step, and memory."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor

from django.db import connection, transaction
from pyrage import x25519

from accounts.models import Organisation
from bench import population
from bench.context import Bench
from bench.partner_files import Cost, Made, make_files
from campaigns.enums import PartnerRole
from campaigns.models import Campaign, Partnership, Petition
from people.actions.consents import publish_consent_text
from people.enums import Channel, Purpose
from people.models import ConsentText

LEAST_PER_SECOND = 100_000
MOST_MEGABYTES = 30
_STEPS = {"write_down": "whom it gives and takes back, written down", "encrypt_to": "lines read and encrypted"}

_SIGNATURE = """INSERT INTO campaigns_signature (id, petition_id, supporter_id, public_id, share_code, status,
   territory_code, partnership_id, source, bucket, locale, comment, is_comment_public, email_domain, address_hash, day,
   confirmed_at, is_counted, is_generated)
   SELECT n, {petition}, n, {uuid}, {code}, 'confirmed', {country}, {partnership}, '', '', 'en', '', {no},
   'mail-' || (n % 97) || '.example.org', '', {day}, {moment}, {no}, {yes} FROM {series}"""
_CONSENT = population._STATEMENTS[2].partition(" AND n % 2 = 0")[0]


def measure_partner_exporting(bench: Bench, present: int) -> None:
    """Make a partner's first file, everybody again and what changed, and prove how many lines each has."""
    partnership = _populate(present)
    recipient = str(x25519.Identity.generate().to_public())
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as process:
        made = process.submit(make_files, partnership.pk, recipient).result()
    if (found := [file.lines for file in made.values()]) != [present, present, 0]:
        raise AssertionError(f"{present} people agreed, the files have {found} lines")
    for name, file in made.items():
        _report(bench, f"partner's file of {present:,} people, {name}", file, present)
    megabytes = max(file.megabytes for file in made.values())
    bench.add(
        f"partner's files of {present:,} people: extra memory",
        f"{megabytes:.0f} MB",
        f"≤ {MOST_MEGABYTES} MB",
        is_met=megabytes <= MOST_MEGABYTES,
        detail="highest resident memory of the process above what it held before the first file",
    )


def _report(bench: Bench, work: str, file: Made, people: int) -> None:
    steps = "; ".join(f"{_STEPS[step]}: {_spent(cost, people)}" for step, cost in file.steps.items())
    rate = people / file.whole.seconds
    bench.add(
        work,
        f"{rate:,.0f} rows/s",
        f"≥ {LEAST_PER_SECOND:,} rows/s",
        is_met=rate >= LEAST_PER_SECOND,
        detail=f"{file.bytes / 1e6:.0f} MB encrypted; {_spent(file.whole, people)}; {steps}",
    )


def _spent(cost: Cost, people: int) -> str:
    processors = f"{cost.python / people * 1e6:.1f} + {cost.database / people * 1e6:.1f}"
    return f"{people / cost.seconds:,.0f} rows/s, {processors} µs CPU of Python and the database a row"


def _populate(wanted: int) -> Partnership:
    """Return a partner by way of whom ``wanted`` people signed, who all agreed to it, each to a wording."""
    lead = Organisation.objects.create(name="Files' lead", slug="bench-files-lead", is_generated=True)
    own = Organisation.objects.create(name="Files' partner", slug="bench-files-partner", is_generated=True)
    campaign = Campaign.objects.create(title="Files", slug="bench-files", organisation=lead, is_generated=True)
    petition = Petition.objects.create(campaign=campaign, title="Files", is_generated=True)
    partnership = Partnership.objects.create(campaign=campaign, organisation=own, role=PartnerRole.SUPPORTER)
    text = publish_consent_text(
        by="bench",
        purpose=Purpose.PARTNER_NEWS, channel=Channel.EMAIL, organisation=own, scope=campaign.slug, language="en",
        body="Files' partner may write to me.",
    )  # fmt: skip
    first = population._highest_id() + 1
    for start in range(first, first + wanted, population.CHUNK):
        last = min(start + population.CHUNK, first + wanted) - 1
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in (*population._STATEMENTS[:2], _CONSENT, _SIGNATURE):
                cursor.execute(_fill(statement, petition, partnership, text, start, last))
    population._go_on_after_generated()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return partnership


def _fill(
    statement: str, petition: Petition, partnership: Partnership, text: ConsentText, first: int, last: int
) -> str:
    dialect = population._POSTGRES if connection.vendor == "postgresql" else population._SQLITE
    return statement.format(
        uuid=dialect.uuid,
        moment=dialect.moment,
        day=dialect.day,
        yes=dialect.yes,
        no=dialect.no,
        code=dialect.code,
        series=dialect.series.format(first=first, last=last),
        country=population._COUNTRY,
        language=population._LANGUAGE,
        email=population._EMAIL,
        petition=petition.pk,
        partnership=partnership.pk,
        consent=text.pk,
    )
