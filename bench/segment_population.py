"""What people did besides signing, by the hundred thousand: came to events, volunteered, were written to."""

from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from bench.population import _POSTGRES, _SQLITE
from bench.world import World
from events.enums import EventKind, EventStatus
from events.models import Event, EventType, Rsvp, Timeslot

_STATEMENTS = (
    # Every tenth person registered for the event.
    """INSERT INTO events_rsvp (public_id, event_id, timeslot_id, supporter_id, status, party_size, full_name, answers,
       language, source, is_proved, decided_at, lapses, created_at, is_generated)
       SELECT {uuid}, {event}, {slot}, id, 'coming', 1, '', '{{}}', 'en', '', {yes}, created_at, 0, created_at, {yes}
       FROM people_supporter WHERE id % 10 = 0""",
    # Every fiftieth volunteers.
    """INSERT INTO volunteers_volunteer (public_id, supporter_id, campaign_id, organisation_id, stage, stage_since_at,
       last_touch_at, next_action, heard_through, source, calendar_key, shows_on_leaderboard, is_generated, created_at)
       SELECT {uuid}, id, {campaign}, {lead}, 'active', created_at, created_at, '', '', '', 'bench-' || id, {no}, {yes},
       created_at FROM people_supporter WHERE id % 50 = 0""",
    # Every third was sent news in the last twenty-three days.
    """INSERT INTO messaging_outboundmessage (idempotency_key, channel, purpose, template, context, address,
       address_index, language, contact_point_id, organisation_id, scope, status, reason, attempts, not_before,
       expires_at, claim, provider_id, created_at, sent_at)
       SELECT 'bench-segment:' || id, 'email', 'campaign_news', 'written', '{{}}', canonical, '', 'en', id, {lead},
       'bench', 'delivered', '', 1, created_at, created_at, '', '', created_at, created_at
       FROM people_contactpoint WHERE id % 3 = 0 AND channel = 'email'""",
)


def populate_deeds(world: World) -> int:
    """Give the people of a populated world deeds besides their signatures; return the event's id. Once per database."""
    at = timezone.now() - timedelta(days=40)
    kind = EventType.objects.create(campaign_id=world.campaign_id, kind=EventKind.WORKSHOP, name="Bench workshop")
    event = Event.objects.create(
        campaign_id=world.campaign_id,
        organisation_id=kind.campaign.organisation_id,
        event_type=kind,
        title="Bench workshop",
        status=EventStatus.REPORTED,
        starts_at=at,
        ends_at=at + timedelta(hours=2),
        published_at=at,
    )
    slot = Timeslot.objects.create(event=event, starts_at=at, ends_at=at + timedelta(hours=2))
    dialect = _POSTGRES if connection.vendor == "postgresql" else _SQLITE
    for statement in _STATEMENTS:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                statement.format(
                    uuid=dialect.uuid,
                    yes=dialect.yes,
                    no=dialect.no,
                    event=event.pk,
                    slot=slot.pk,
                    campaign=world.campaign_id,
                    lead=kind.campaign.organisation_id,
                )
            )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    if not Rsvp.objects.exists():
        raise AssertionError("nobody registered: the world was empty")
    return event.pk
