"""One letter of each text about partners and about people who leave in files, the way each comes about."""

from datetime import datetime, timedelta

from accounts.actions.exports import ask_for_export, decide_export
from accounts.models import ReadingAlarm
from accounts.reading import watch_reading
from coalition.actions.applications import KIND, accept_application, refuse_application
from coalition.actions.partner_pages import Words, approve_page, return_page, send_page, take_off_page
from coalition.actions.standing_exports import set_up_standing_export
from coalition.export_enums import Delivery, Rhythm
from core import audit
from people.actions.submissions import Intake, accept_submission
from people.models import Submission
from tests.factories.coalition import announce, make_application
from tests.factories.exports import asked_for
from tests.factories.partner_exports import FakeCaller, Keyring, consenting, give_key, make_file
from tests.factories.partner_pages import draft
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
    announce(world, at=at)
    keyring, later = Keyring(), at + timedelta(days=2)
    give_key(world, keyring, at)
    consenting(world, "Nora Berg", at)
    make_file(world, later)
    set_up_standing_export(
        partnership=world.partnership, rhythm=Rhythm.WEEKLY, weekday=1, hour=8, delivery=Delivery.DOWNLOAD, url="",
        caller=FakeCaller(), by=world.manager, at=later,
    )  # fmt: skip
    page = draft(world.partnership, world.manager, at, texts={"en": Words("In short.", "In our words.")})
    looked_at = {"partnership": world.partnership, "seal": page.seal, "at": at}
    send_page(by=world.manager, **looked_at)
    returned = return_page(reason="Shorter, please.", by=world.coordinator, **looked_at)
    sent = send_page(by=world.manager, **{**looked_at, "seal": returned.seal})
    approve_page(by=world.coordinator, **{**looked_at, "seal": sent.seal})
    take_off_page(partnership=world.partnership, by=world.manager, at=at)
    request = ask_for_export(asked=asked_for(5_000), reason="For the printer", by=world.coordinator, at=at)
    decide_export(request=request, is_approved=False, by=world.dpo, at=at, note="Ask for less")
    audit.record("people.supporter.listed", by=world.coordinator, count=50_000)
    watch_reading(at=at)
    assert ReadingAlarm.objects.exists()
