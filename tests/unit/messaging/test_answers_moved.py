"""The migration that moves staff's answers by text out of the plain context, there and back."""

from datetime import datetime
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from core.encryption import is_encrypted
from messaging.models import OutboundMessage
from tests.factories.messaging import make_sent

moving = import_module("messaging.migrations.0014_encrypted_answers")
WORDS = "Yes, Tuesday at ten."


def raw() -> tuple[str, str]:
    """Return the one message's context and answer as they stand in the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT context, answer FROM messaging_outboundmessage")
        context, answer = cursor.fetchone()
        return str(context), answer


@pytest.mark.django_db
def test_answers_move_out_of_the_plain_context_and_back(at: datetime) -> None:
    sent = make_sent(at, template="inbox_answer", context={"text": WORDS, "thread": 7})

    moving.encrypt_answers(apps, None)
    moved = OutboundMessage.objects.get(pk=sent.pk)
    assert (moved.answer, moved.context) == (WORDS, {"thread": 7})
    context, answer = raw()
    assert WORDS not in context
    assert is_encrypted(answer)

    moving.encrypt_answers(apps, None)
    assert OutboundMessage.objects.get(pk=sent.pk).answer == WORDS

    moving.show_answers(apps, None)
    assert OutboundMessage.objects.get(pk=sent.pk).context == {"thread": 7, "text": WORDS}


@pytest.mark.django_db
def test_other_messages_keep_their_context(at: datetime) -> None:
    other = make_sent(at, template="confirm_signature", context={"text": WORDS})
    moving.encrypt_answers(apps, None)
    kept = OutboundMessage.objects.get(pk=other.pk)
    assert (kept.context, kept.answer) == ({"text": WORDS}, "")
