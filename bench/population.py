"""Signatures by the million, made by the database itself: people, addresses, consents, forms and signatures."""

from dataclasses import dataclass

from django.db import connection, transaction

from bench.world import World

CHUNK = 100_000


@dataclass(frozen=True)
class Dialect:
    """How one database writes a series, a random UUID and a past moment."""

    series: str
    uuid: str
    moment: str
    day: str
    yes: str
    no: str
    code: str


_POSTGRES = Dialect(
    series="generate_series({first}, {last}) AS s(n)",
    uuid="gen_random_uuid()",
    moment="now() - (n % 2000000) * interval '1 second'",
    day="(now() - (n % 2000000) * interval '1 second')::date",
    yes="true",
    no="false",
    code="'g' || lpad(to_hex((n::bigint * 2654435761) % 4294967296), 8, '0')",
)
_SQLITE = Dialect(
    series="(WITH RECURSIVE s(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM s WHERE n < {last}) SELECT n FROM s)",
    uuid="lower(hex(randomblob(16)))",
    moment="strftime('%Y-%m-%d %H:%M:%S.000000', 'now', '-' || (n % 2000000) || ' seconds')",
    day="date('now', '-' || (n % 2000000) || ' seconds')",
    yes="1",
    no="0",
    code="'g' || printf('%08x', (n * 2654435761) % 4294967296)",
)
_COUNTRY = "substr('BEDEFRITESNLPLSEGRATPTIEDKFIHUBGLURO', 1 + 2 * (n % 18), 2)"
_LANGUAGE = "substr('enfrnlar', 1 + 2 * (n % 4), 2)"
_EMAIL = "'generated.' || n || '@mail-' || (n % 97) || '.example.org'"

_STATEMENTS = (
    """INSERT INTO people_supporter (id, public_id, full_name, language, nationality, residence_country, postcode,
       is_generated, created_at)
       SELECT n, {uuid}, 'Generated ' || n, {language}, {country}, {country}, '1050', {yes}, {moment} FROM {series}""",
    """INSERT INTO people_contactpoint (id, supporter_id, channel, canonical, as_typed, verified_at, created_at)
       SELECT n, n, 'email', {email}, {email}, {moment}, {moment} FROM {series}""",
    """INSERT INTO people_consentevent (contact_point_id, state, purpose, channel, organisation_id, scope, text_id,
       source, at)
       SELECT n, 'granted', t.purpose, t.channel, t.organisation_id, t.scope, t.id, 'submission:' || n, {moment}
       FROM {series}, people_consenttext t WHERE t.id = {consent} AND n % 2 = 0""",
    """INSERT INTO people_submission (id, public_id, kind, target_id, target_title, status, email, phone,
       subject_index, payload, consents, locale, source, bucket, address_hash, needs_confirmation, is_generated,
       created_at, queued_at, confirmed_at, reminders_sent, resends, supporter_id)
       SELECT n, {uuid}, 'petition-signature', {petition}, 'Decriminalise solidarity', 'confirmed', {email}, '',
       {code} || {code} || '0123456789abcd', '{{}}', '[]', 'en', 'bench-partner', '', '', {yes}, {yes},
       {moment}, {moment}, {moment}, 0, 0, n FROM {series}""",
    """INSERT INTO campaigns_signature (id, petition_id, supporter_id, public_id, share_code, status, territory_code,
       partnership_id, source, bucket, locale, comment, is_comment_public, email_domain, address_hash, day,
       confirmed_at, is_counted, is_generated)
       SELECT n, {petition}, n, {uuid}, {code}, 'confirmed', {country},
       CASE WHEN n % 3 = 0 THEN {partnership} END, CASE WHEN n % 3 = 0 THEN 'bench-partner' ELSE '' END, '', 'en', '',
       {no}, 'mail-' || (n % 97) || '.example.org', '', {day}, {moment}, {no}, {yes} FROM {series}""",
)
_TABLES = ("people_supporter", "people_contactpoint", "people_submission", "campaigns_signature")


def generate_signatures(world: World, count: int) -> None:
    """Add ``count`` confirmed signatures that the tallies do not hold yet, with all the rows real ones leave."""
    dialect = _POSTGRES if connection.vendor == "postgresql" else _SQLITE
    first = _highest_id() + 1
    for start in range(first, first + count, CHUNK):
        last = min(start + CHUNK, first + count) - 1
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in _STATEMENTS:
                cursor.execute(_fill(statement, dialect, world, start, last))
    _go_on_after_generated()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _fill(statement: str, dialect: Dialect, world: World, first: int, last: int) -> str:
    return statement.format(
        uuid=dialect.uuid,
        moment=dialect.moment,
        day=dialect.day,
        yes=dialect.yes,
        no=dialect.no,
        code=dialect.code,
        series=dialect.series.format(first=first, last=last),
        country=_COUNTRY,
        language=_LANGUAGE,
        email=_EMAIL,
        petition=world.petition_id,
        partnership=world.partnership_id,
        consent=world.consents[0],
    )


def _highest_id() -> int:
    with connection.cursor() as cursor:
        highest = 0
        for table in _TABLES:
            cursor.execute(f"SELECT COALESCE(MAX(id), 0) FROM {table}")  # noqa: S608 - our own table names
            highest = max(highest, cursor.fetchone()[0])
    return highest


def _go_on_after_generated() -> None:
    """Let PostgreSQL's sequences go on after the ids written by hand; SQLite looks at the table by itself."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for table in _TABLES:
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), MAX(id)) FROM {table}")  # noqa: S608
