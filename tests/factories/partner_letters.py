"""One letter of each text about partners and about people who leave in files, the way each comes about."""

from datetime import datetime, timedelta

from accounts.actions.exports import ask_for_export, decide_export
from accounts.models import ReadingAlarm
from accounts.reading import watch_reading
from coalition.actions.applications import KIND, accept_application, refuse_application
from coalition.actions.standing_exports import set_up_standing_export
from coalition.export_enums import Delivery, Rhythm
from core import audit
from people.actions.submissions import Intake, accept_submission
from people.models import Submission
from tests.factories.coalition import make_application
from tests.factories.exports import asked_for
from tests.factories.partner_exports import FakeCaller, Keyring, consenting, give_key, make_file
from tests.factories.staff import World


def hand_in_partner_application(world: World, *, at: datetime) -> Submission:
    """Accept one organisation's application, as the web request does."""
    intake = Intake(
        kind=KIND,
        target_id=world.campaign.pk,
        target_title=world.campaign.title,
        email="nora@newcomers.example",
        phone="",
        locale="en",
        consents=[],
        payload={"organisation": "Newcomers", "country": "FR", "full_name": "Nora Example", "role": "partner"},
        source="",
    )
    return accept_submission(intake=intake, at=at)


def queue_partner_texts(world: World, at: datetime) -> None:
    """Queue what an applicant, a partner's managers and the staff who watch over exports are written."""
    accept_application(
        application=make_application(world, "Bridge", at=at), role="partner", by=world.coordinator, at=at
    )
    refuse_application(
        application=make_application(world, "Ghost", at=at), reason="Too late", by=world.coordinator, at=at
    )
    keyring, later = Keyring(), at + timedelta(days=2)
    give_key(world, keyring, at)
    consenting(world, "Nora Berg", at)
    make_file(world, later)
    set_up_standing_export(
        partnership=world.partnership, rhythm=Rhythm.WEEKLY, weekday=1, hour=8, delivery=Delivery.DOWNLOAD, url="",
        caller=FakeCaller(), by=world.manager, at=later,
    )  # fmt: skip
    request = ask_for_export(asked=asked_for(5_000), reason="For the printer", by=world.coordinator, at=at)
    decide_export(request=request, is_approved=False, by=world.dpo, at=at, note="Ask for less")
    audit.record("people.supporter.listed", by=world.coordinator, count=50_000)
    watch_reading(at=at)
    assert ReadingAlarm.objects.exists()
