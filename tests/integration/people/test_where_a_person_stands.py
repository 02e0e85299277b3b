"""One person met everywhere: their name, address and number stand where the register says, and nowhere else.

What erasure has to reach is exactly what is found here. Every table of the database is read, ours or not, and the cache
and the log with it.
"""

import logging
from datetime import datetime

import pytest
from django.apps import apps
from django.core.cache import caches

from core.encrypted_fields import encrypted_fields
from core.personal_data_register import our_apps, read_register
from messaging.enums import MessageStatus
from messaging.models import OutboundMessage
from tests.factories.one_person import MARKS, meet_everywhere, places_of
from tests.factories.outreach import Stall

pytestmark = pytest.mark.django_db

# Sign-in belongs to its own library; a login's address is cleaned up with the login.
ELSEWHERE = {"account_emailaddress.email"}


def classified() -> set[str]:
    """Return ``table.column`` of every field the registers call personal."""
    found = set()
    for app in our_apps():
        for name in read_register(app).personal:
            model, field = name.split(".")
            column = apps.get_model(app.label, model)._meta.get_field(field)
            found.add(f"{column.model._meta.db_table}.{column.column}")  # type: ignore[union-attr]
    return found


def test_a_person_stands_where_the_register_says_and_nowhere_else(
    stall: Stall, at: datetime, caplog: pytest.LogCaptureFixture, settings: object
) -> None:
    caplog.set_level(logging.INFO)
    meet_everywhere(stall, at)
    sent = set(OutboundMessage.objects.filter(status=MessageStatus.SENT).values_list("template", flat=True))
    assert {"training_invitation", "agenda_reminder"} <= sent
    found = set(places_of(MARKS))
    for expected in ("people_supporter.full_name", "people_contactpoint.canonical", "messaging_outboundmessage.address",
                     "audiences_stafftask.title"):  # fmt: skip
        assert expected in found
    encrypted = {f"{field.model._meta.db_table}.{field.column}" for field in encrypted_fields()}
    assert {"people_submission.payload", "volunteers_volunteernote.body", "audiences_stafftask.notes"} <= encrypted
    assert not found & encrypted
    assert found - classified() - ELSEWHERE == set()
    logged = [record.getMessage() for record in caplog.records if not record.name.startswith("django.db")]
    assert not [line for line in logged if any(mark in line.lower() for mark in MARKS)]
    kept = [str(getattr(each, "_cache", "")) for each in caches.all()]
    assert not [text for text in kept if any(mark in text.lower() for mark in MARKS)]
