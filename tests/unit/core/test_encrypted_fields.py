"""What people wrote is plain in Python and encrypted in the database, however it is written and read."""

import base64
import uuid
from datetime import datetime

import pytest
from django.core.exceptions import FieldError
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F, Value
from django.db.models.functions import Upper
from pytest_django.fixtures import Settings

from campaigns.enums import SignatureStatus
from campaigns.models import Petition, Signature
from core.encrypted_fields import encrypted_fields
from core.encryption import UnreadableSecret
from core.inserts import insert_row
from core.reencryption import BATCH, reencrypt
from people.models import Submission
from tests.factories.cms import make_petition

pytestmark = pytest.mark.django_db
WORDS = "I was told to leave, and I stayed."
NEW_KEY = "new=" + base64.b64encode(b"n" * 32).decode()


def kept(table: str, column: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT "{column}" FROM "{table}" ORDER BY id')  # noqa: S608 - names of this file
        return [row[0] for row in cursor.fetchall()]


def kept_comments() -> list[str]:
    return kept("campaigns_signature", "comment")


def unsaved(petition: Petition, at: datetime, comment: str = "") -> Signature:
    return Signature(
        petition=petition, share_code=uuid.uuid4().hex[:12], status=SignatureStatus.CONFIRMED, territory_code="BE",
        locale="en", day=at.date(), confirmed_at=at, comment=comment,
    )  # fmt: skip


@pytest.fixture
def signature(at: datetime) -> Signature:
    signature = unsaved(make_petition(), at, WORDS)
    signature.save()
    return signature


def make_submission(at: datetime, **fields: object) -> Submission:
    return Submission(kind="petition-signature", target_id=1, locale="en", subject_index="x", created_at=at, **fields)


def test_text_is_plain_in_python_and_not_in_the_database(signature: Signature) -> None:
    assert Signature.objects.get().comment == WORDS
    assert Signature.objects.values_list("comment", flat=True).get() == WORDS
    assert kept_comments()[0].startswith("enc:1:tests:")


def test_every_way_of_writing_encrypts(signature: Signature, at: datetime) -> None:
    ways = []
    Signature.objects.update(comment="by update")
    ways += kept_comments()
    signature.comment = "by save"
    signature.save(update_fields=["comment"])
    ways += kept_comments()
    Signature.objects.bulk_create([unsaved(signature.petition, at, "by bulk_create")])
    ways += kept_comments()[1:]
    assert list(Signature.objects.order_by("pk").values_list("comment", flat=True)) == ["by save", "by bulk_create"]
    assert all(each.startswith("enc:1:tests:") for each in ways)
    assert len(set(ways)) == 3


def test_bulk_update_which_writes_expressions_is_refused(signature: Signature) -> None:
    with pytest.raises(FieldError, match="write a value"):
        Signature.objects.bulk_update([signature], ["comment"])


def test_rows_of_composed_statements_are_encrypted_too(at: datetime) -> None:
    insert_row(make_submission(at, payload={"nationality": "SY", "comment": WORDS}))
    assert kept("people_submission", "payload")[0].startswith("enc:1:tests:")
    assert Submission.objects.get().payload == {"nationality": "SY", "comment": WORDS}


def test_json_that_says_nothing_is_kept_empty_and_comes_back_as_it_was(at: datetime) -> None:
    make_submission(at).save()
    assert kept("people_submission", "payload") == [""]
    assert Submission.objects.get().payload == {}


def test_words_from_before_are_read_as_they_stand(signature: Signature, at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE campaigns_signature SET comment = 'written before'")
    assert Signature.objects.get().comment == "written before"
    make_submission(at, payload={"a": 1}).save()
    with connection.cursor() as cursor:
        cursor.execute("""UPDATE people_submission SET payload = '{"b": 2}'""")
    assert Submission.objects.get().payload == {"b": 2}


def test_whether_there_is_anything_can_be_asked(signature: Signature, at: datetime) -> None:
    unsaved(signature.petition, at).save()
    assert [each.comment for each in Signature.objects.filter(comment__gt="")] == [WORDS]
    assert Signature.objects.filter(comment="").count() == 1
    assert Signature.objects.exclude(comment="").count() == 1


@pytest.mark.parametrize("lookup", ["comment", "comment__gt", "comment__icontains", "comment__in", "comment__regex"])
def test_what_the_words_are_cannot_be_asked_of_the_database(signature: Signature, lookup: str) -> None:
    with pytest.raises(FieldError, match="is encrypted"):
        list(Signature.objects.filter(**{lookup: WORDS}))


@pytest.mark.parametrize("expression", [F("locale"), Upper(Value("x"))])
def test_expressions_cannot_be_written_past_the_encryption(signature: Signature, expression: object) -> None:
    with pytest.raises(FieldError, match="write a value"):
        Signature.objects.update(comment=expression)


def test_words_moved_to_another_field_cannot_be_read(signature: Signature, at: datetime) -> None:
    make_submission(at, payload={"a": 1}).save()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE people_submission SET payload = (SELECT comment FROM campaigns_signature)")
    with pytest.raises(UnreadableSecret):
        Submission.objects.get()


def test_rotating_writes_everything_with_the_new_key_and_the_old_may_go(
    signature: Signature, at: datetime, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    unsaved(signature.petition, at, "another").save()
    with connection.cursor() as cursor:  # from before it was encrypted at all
        cursor.execute("UPDATE campaigns_signature SET comment = 'plain' WHERE id = %s", [signature.pk])
    settings.DATA_KEYS = [NEW_KEY, *settings.DATA_KEYS]
    call_command("rotate_data_keys", "--dry-run")
    assert "campaigns.Signature.comment: 2 to write" in capsys.readouterr().out
    call_command("rotate_data_keys")
    assert "campaigns.Signature.comment: 2 written, 0 left" in capsys.readouterr().out
    assert all(each.startswith("enc:1:new:") for each in kept_comments())
    settings.DATA_KEYS = [NEW_KEY]
    assert list(Signature.objects.order_by("pk").values_list("comment", flat=True)) == ["plain", "another"]


def test_rotating_without_the_old_key_loses_nothing_and_says_so(
    signature: Signature, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    before, old = kept_comments(), settings.DATA_KEYS
    settings.DATA_KEYS = [NEW_KEY]
    with pytest.raises(CommandError, match="1 rows are left"):
        call_command("rotate_data_keys")
    assert "1 could not be read, 1 left" in capsys.readouterr().out
    assert kept_comments() == before
    settings.DATA_KEYS = [NEW_KEY, *old]
    assert Signature.objects.get().comment == WORDS


def test_rotating_stopped_half_way_goes_on_where_it_stood(
    signature: Signature, at: datetime, settings: Settings
) -> None:
    Signature.objects.bulk_create(unsaved(signature.petition, at, f"number {number}") for number in range(BATCH + 3))
    settings.DATA_KEYS = [NEW_KEY, *settings.DATA_KEYS]
    done = {each.field: each for each in reencrypt(most_rows=BATCH + 1)}["campaigns.Signature.comment"]
    assert (done.written, done.left) == (BATCH + 1, 3)
    again = {each.field: each for each in reencrypt()}["campaigns.Signature.comment"]
    assert (again.written, again.left) == (3, 0)


def test_what_people_write_is_encrypted() -> None:
    assert {field.field_name() for field in encrypted_fields()} >= {
        "people.Submission.payload",
        "campaigns.Signature.comment",
        "campaigns.PledgeNote.text",
        "events.Rsvp.answers",
        "outreach.OutreachContact.answers",
        "events.Feedback.words",
        "volunteers.VolunteerNote.body",
        "messaging.InboundMessage.text",
        "messaging.OutboundMessage.answer",
    }
