"""Writing texts: each change a version, nothing overwritten unseen, nothing bad saved."""

from datetime import datetime

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from core.models import AuditEntry
from messaging.actions.wordings import BadWording, ChangedMeanwhile, save_wording, take_up_again
from messaging.models import MessageText, Wording
from tests.factories.people import make_organisation
from tests.factories.wordings import BODY, make_text, make_wording

pytestmark = pytest.mark.django_db


@pytest.fixture
def text() -> MessageText:
    return make_text(make_organisation())


@pytest.fixture
def ada() -> User:
    return User.objects.create_user("ada@example.org")


def test_each_change_is_a_version_with_its_writer_and_an_audit_entry(
    text: MessageText, ada: User, at: datetime
) -> None:
    first = save_wording(text=text, language="en", subject="One", body=BODY, by=ada, at=at)
    second = save_wording(text=text, language="en", subject="Two", body=BODY, by=ada, at=at)
    other = save_wording(text=text, language="fr", subject="Deux", body=BODY, by=ada, at=at)
    assert [(row.version, row.subject, row.by) for row in (first, second, other)] == [
        (1, "One", ada), (2, "Two", ada), (1, "Deux", ada),
    ]  # fmt: skip
    entry = AuditEntry.objects.filter(action="messaging.wording.saved").order_by("pk")[1]
    assert (entry.details["language"], entry.details["version"]) == ("en", 2)
    assert "Two" not in str(entry.details)


def test_same_words_again_are_no_new_version(text: MessageText, at: datetime) -> None:
    assert make_wording(text, at=at) == make_wording(text, at=at)
    assert text.wordings.count() == 1


def test_version_saved_by_somebody_else_meanwhile_is_not_overwritten(text: MessageText, at: datetime) -> None:
    seen = make_wording(text, at=at, subject="One")
    theirs = make_wording(text, at=at, subject="Theirs", seen_version=seen.version)
    with pytest.raises(ChangedMeanwhile) as refusal:
        make_wording(text, at=at, subject="Mine", seen_version=seen.version)
    assert refusal.value.newest == theirs
    assert make_wording(text, at=at, subject="Mine", seen_version=theirs.version).version == 3


def test_bad_wording_is_not_saved_and_says_why(text: MessageText, at: datetime) -> None:
    with pytest.raises(BadWording) as refusal:
        make_wording(text, at=at, subject="Dear {password}")
    assert [mistake.where for mistake in refusal.value.mistakes] == ["subject"]
    assert not Wording.objects.exists()
    assert not AuditEntry.objects.filter(action="messaging.wording.saved").exists()


def test_campaigns_title_is_refused_where_the_text_has_no_campaign(text: MessageText, at: datetime) -> None:
    with pytest.raises(BadWording):
        make_wording(text, at=at, subject="News of {campaign}")


def test_older_version_is_taken_up_again_once(text: MessageText, ada: User, at: datetime) -> None:
    old = make_wording(text, at=at, subject="One")
    make_wording(text, at=at, subject="Two")
    again = take_up_again(wording=old, by=ada, at=at)
    assert (again.version, again.subject) == (3, "One")
    assert take_up_again(wording=old, by=ada, at=at) == again


def test_rolled_back_saving_leaves_neither_version_nor_audit(text: MessageText, at: datetime) -> None:
    with transaction.atomic():
        make_wording(text, at=at)
        transaction.set_rollback(True)
    assert not Wording.objects.exists()
    assert not AuditEntry.objects.filter(action="messaging.wording.saved").exists()


def test_database_keeps_a_version_once(text: MessageText, at: datetime) -> None:
    make_wording(text, at=at)
    with pytest.raises(IntegrityError), transaction.atomic():
        Wording.objects.create(text=text, language="en", version=1)
