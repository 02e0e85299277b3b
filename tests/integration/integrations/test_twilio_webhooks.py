"""What Twilio reports: signed, repeated, out of order, forged, huge; and whole journeys through the ledger."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from integrations.twilio import webhooks
from integrations.twilio.signatures import is_signed
from messaging.actions.deliver import deliver_messages, settle_lost_messages
from messaging.actions.queue import Draft, queue_message
from messaging.enums import InboundStatus, MessageStatus
from messaging.models import InboundMessage, OutboundMessage, SenderBlock
from people.consent import ContactPurpose
from people.enums import Channel, Purpose, SuppressionReason
from people.models import Suppression
from tests.factories.people import make_contact_point, make_organisation
from tests.twilio_server import ACCOUNT, FORM, SERVICE, TOKEN, Trouble, TwilioServer, post_signed, report, sign, text_in

pytestmark = pytest.mark.django_db
PHONE = "+32470123456"
PUBLIC = "https://campaign.example"


@pytest.fixture
def server(settings: Any) -> Iterator[TwilioServer]:
    server = TwilioServer()
    settings.MESSAGE_SENDERS = {"sms": "integrations.twilio.sender.TwilioSender"}
    settings.TWILIO_API_URL = server.url
    settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN = ACCOUNT, TOKEN
    settings.TWILIO_MESSAGING_SERVICE_SID = SERVICE
    settings.PUBLIC_URL = PUBLIC
    settings.INBOUND_HANDLERS = []
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def inbound_url(server: TwilioServer) -> str:
    return PUBLIC + reverse("twilio_inbound")


def queue_text(at: datetime, words: str = "Hello", number: int = 1, **changes: Any) -> OutboundMessage:
    purpose = ContactPurpose(Purpose.SERVICE, Channel.SMS, changes.pop("organisation_id", None))
    draft = Draft(
        idempotency_key=f"inbox-answer:inbound:{number}:x", purpose=purpose, template="inbox_answer", address=PHONE,
        canonical=PHONE, language="en", not_before=at, expires_at=at + timedelta(hours=1), **changes,
    )  # fmt: skip
    message = queue_message(draft=draft, at=at)
    message.answer = words
    message.save(update_fields=["answer"])
    return message


def status_of(message: OutboundMessage) -> str:
    message.refresh_from_db()
    return message.status


def test_text_is_queued_sent_and_reported_delivered(server: TwilioServer, client: Client, at: datetime) -> None:
    message = queue_text(at, "C'est d'accord & <b>bien</b>")
    deliver_messages(at=at)
    (text,) = server.texts
    assert (text.form["Body"], text.form["To"]) == ("C'est d'accord & <b>bien</b>", PHONE)
    assert (status_of(message), message.provider_id) == (MessageStatus.SENT, text.sid)
    assert [report(client, text, status) for status in ("queued", "sent", "delivered")] == [204] * 3
    assert status_of(message) == MessageStatus.DELIVERED


def test_reports_out_of_order_and_repeated_never_move_a_status_downwards(
    server: TwilioServer, client: Client, at: datetime
) -> None:
    message = queue_text(at)
    deliver_messages(at=at)
    (text,) = server.texts
    for status in ("delivered", "sent", "queued", "sending", "delivered", "accepted", "read"):
        assert report(client, text, status) == 204
        assert status_of(message) == MessageStatus.DELIVERED


def test_report_settles_what_nobody_knew(server: TwilioServer, client: Client, at: datetime) -> None:
    message = queue_text(at)
    server.troubles = [Trouble(cut=True)]
    deliver_messages(at=at)
    assert (status_of(message), message.provider_id) == (MessageStatus.UNKNOWN, "")
    deliver_messages(at=at + timedelta(minutes=5))
    settle_lost_messages(at=at + timedelta(hours=1))
    (text,) = server.texts
    assert report(client, text, "queued") == 204
    assert (status_of(message), message.provider_id) == (MessageStatus.SENT, text.sid)
    report(client, text, "delivered")
    assert status_of(message) == MessageStatus.DELIVERED
    assert len(server.texts) == 1, "the machine sent it once"


def test_throttled_text_goes_back_without_an_attempt_and_leaves_later(server: TwilioServer, at: datetime) -> None:
    message = queue_text(at)
    server.troubles = [Trouble(429, 20429, {"Retry-After": "60"})]
    deliver_messages(at=at)
    assert (status_of(message), message.attempts, server.texts) == (MessageStatus.READY, 0, [])
    deliver_messages(at=at + timedelta(seconds=30))
    assert not server.texts, "the sender rests"
    deliver_messages(at=at + timedelta(seconds=61))
    assert status_of(message) == MessageStatus.SENT


def test_stopped_sender_is_not_asked_again(server: TwilioServer, at: datetime) -> None:
    first = queue_text(at)
    server.troubles = [Trouble(400, 21610)]
    deliver_messages(at=at)
    assert (status_of(first), SenderBlock.objects.count()) == (MessageStatus.FAILED, 1)
    assert not Suppression.objects.exists(), "the person stopped a sender, not everything"
    second = queue_text(at, number=2)
    deliver_messages(at=at)
    assert (status_of(second), server.requests) == (MessageStatus.SUPPRESSED, 1)


def test_start_lifts_the_block(server: TwilioServer, client: Client, inbound_url: str, at: datetime) -> None:
    queue_text(at)
    server.troubles = [Trouble(400, 21610)]
    deliver_messages(at=at)
    text_in(client, inbound_url, "START", OptOutType="START")
    again = queue_text(at, number=2)
    deliver_messages(at=at)
    assert status_of(again) == MessageStatus.SENT


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (30003, "Twilio 30003: the phone is off, out of reach or not in use"),
        (30006, "Twilio 30006: a landline, or a network that takes no texts"),
        (30007, "Twilio 30007: the network took it for spam"),
        (0, "failed"),
    ],
)
def test_failure_says_why(server: TwilioServer, client: Client, at: datetime, code: int, words: str) -> None:
    message = queue_text(at)
    deliver_messages(at=at)
    for _ in range(2):
        assert report(client, server.texts[0], "undelivered", code) == 204
    assert (status_of(message), message.reason) == (MessageStatus.FAILED, words)


def test_report_of_a_stop_blocks_the_sender(server: TwilioServer, client: Client, at: datetime) -> None:
    queue_text(at)
    deliver_messages(at=at)
    report(client, server.texts[0], "failed", 21610)
    assert SenderBlock.objects.get().lifted_at is None


def test_report_of_what_we_do_not_know_is_taken_and_changes_nothing(
    server: TwilioServer, client: Client, at: datetime
) -> None:
    message = queue_text(at)
    deliver_messages(at=at)
    (text,) = server.texts
    assert report(client, text, "teleported") == 204
    for reference in ("nonsense", "1-" + "0" * 20, "%00", "9" * 500):
        url = f"{PUBLIC}{reverse('twilio_status')}?r={reference}"
        form = {"MessageSid": text.sid, "MessageStatus": "failed"}
        assert post_signed(client, url, form).status_code == 204
    assert status_of(message) == MessageStatus.SENT


def test_every_way_to_forge_a_report_is_refused(server: TwilioServer, client: Client, at: datetime) -> None:
    message = queue_text(at)
    deliver_messages(at=at)
    url, form = server.texts[0].callback, {"MessageSid": server.texts[0].sid, "MessageStatus": "failed"}
    right = sign(url, form)
    forged = [
        post_signed(client, url, form, signature="nonsense"),
        post_signed(client, url, form, signature="é" * 28),
        post_signed(client, url, form, signature=sign(url, form, "another token")),
        post_signed(client, url, form, signature=sign(url, form, "")),
        post_signed(client, url, {**form, "MessageStatus": "delivered"}, signature=right),
        post_signed(client, url, {**form, "Extra": "1"}, signature=right),
        post_signed(client, url + "x", form, signature=right),
        post_signed(client, url, form, signature=sign(url.replace("campaign.example", "evil.example"), form)),
        client.post(url.removeprefix(PUBLIC), form),
        client.post(url.removeprefix(PUBLIC), form, headers={"X-Twilio-Signature": ""}),
        client.post(url.removeprefix(PUBLIC), '{"MessageStatus": "failed"}', content_type="application/json",
                    headers={"X-Twilio-Signature": right}),
        post_signed(client, url, form, signature=right, **{"X-Twilio-Webhooks-Signature-Settings": "algorithm=NONE"}),
    ]  # fmt: skip
    assert [answer.status_code for answer in forged] == [403] * len(forged)
    assert status_of(message) == MessageStatus.SENT


def test_without_a_token_nothing_is_believed(server: TwilioServer, client: Client, settings: Any) -> None:
    settings.TWILIO_AUTH_TOKEN = ""
    url = PUBLIC + reverse("twilio_inbound")
    assert post_signed(client, url, {"Body": "x"}, signature=sign(url, {"Body": "x"}, "")).status_code == 403


def test_former_token_is_believed_while_it_is_replaced(
    server: TwilioServer, client: Client, inbound_url: str, settings: Any
) -> None:
    settings.TWILIO_AUTH_TOKEN, settings.TWILIO_FORMER_AUTH_TOKEN = "the new one", TOKEN
    assert text_in(client, inbound_url, "hello").status_code == 200


@pytest.mark.parametrize("length", ["10485760", "65537", "9" * 30, "-1", "many"])
def test_huge_body_is_refused_before_a_byte_is_read(server: TwilioServer, length: str) -> None:
    class Untouchable:
        def read(self, *_: Any) -> bytes:
            raise AssertionError("the body was read")

    request = RequestFactory().post("/integrations/twilio/inbound")
    request.META["CONTENT_LENGTH"] = length
    request._stream = Untouchable()  # type: ignore[attr-defined]
    assert webhooks.inbound(request).status_code == 413


def test_huge_body_is_refused_by_the_site(server: TwilioServer, client: Client) -> None:
    body = "Body=" + "x" * (10 * 1024 * 1024)
    assert client.post(reverse("twilio_inbound"), body, content_type=FORM).status_code == 413


@pytest.mark.parametrize("method", ["get", "put", "delete", "head"])
def test_only_posts_are_taken(client: Client, method: str) -> None:
    assert getattr(client, method)(reverse("twilio_status")).status_code == 405


@given(body=st.binary(max_size=300), kind=st.sampled_from([FORM, "multipart/form-data; boundary=x", "text/xml", ""]))
def test_no_body_breaks_the_check_of_signatures(body: bytes, kind: str) -> None:
    request = RequestFactory().generic("POST", "/integrations/twilio/status", body, content_type=kind)
    assert webhooks.status(request).status_code in {400, 403}


def test_proxy_that_ends_tls_and_strange_hosts_play_no_part(server: TwilioServer, rf: RequestFactory) -> None:
    url, form = f"{PUBLIC}/integrations/twilio/status?r=5-a%20b", {"MessageStatus": "sent"}
    request = rf.post("/integrations/twilio/status?r=5-a%20b", form, headers={"X-Twilio-Signature": sign(url, form)})
    request.META.update(HTTP_HOST="10.0.0.7:8000", HTTP_X_FORWARDED_PROTO="http", HTTP_X_FORWARDED_HOST="evil.example")
    assert is_signed(request)


def test_inbound_is_kept_answered_with_nothing_and_replayed_without_harm(
    server: TwilioServer, client: Client, inbound_url: str
) -> None:
    for _ in range(3):
        answer = text_in(client, inbound_url, "Où est-ce ? 🎉")
        assert (answer.status_code, answer["Content-Type"]) == (200, "text/xml")
        assert answer.content == b'<?xml version="1.0" encoding="UTF-8"?><Response></Response>'
    row = InboundMessage.objects.get()
    assert (row.text, row.status, row.address) == ("Où est-ce ? 🎉", InboundStatus.FOR_A_HUMAN, PHONE)


@pytest.mark.parametrize("words", ["Stop", "ARRÊT", "stoppen", "أوقف", "Stop. Thank you"])
def test_stop_in_every_language_is_done_and_nothing_is_sent_back(
    server: TwilioServer, client: Client, inbound_url: str, at: datetime, words: str
) -> None:
    text_in(client, inbound_url, words)
    assert Suppression.objects.in_force().get().reason == SuppressionReason.STOP
    deliver_messages(at=at)
    assert not OutboundMessage.objects.exists()


def test_what_twilio_understood_is_done_and_not_answered_again(
    server: TwilioServer, client: Client, inbound_url: str
) -> None:
    text_in(client, inbound_url, "Zatrzymaj", OptOutType="STOP")
    assert Suppression.objects.in_force().count() == 1
    text_in(client, inbound_url, "Wznów", OptOutType="START")
    assert not Suppression.objects.in_force().exists()
    text_in(client, inbound_url, "POMOCY", OptOutType="HELP")
    assert set(InboundMessage.objects.values_list("handled_as", flat=True)) == {"stop", "start", "help"}
    assert not OutboundMessage.objects.exists()


def test_sentence_with_the_word_in_it_goes_to_a_human(server: TwilioServer, client: Client, inbound_url: str) -> None:
    text_in(client, inbound_url, "have got to STOP this bill", OptOutType="")
    assert InboundMessage.objects.get().status == InboundStatus.FOR_A_HUMAN
    assert not Suppression.objects.exists()


def test_help_is_answered_in_the_persons_language_once_an_hour(
    server: TwilioServer, client: Client, inbound_url: str, at: datetime
) -> None:
    house = make_organisation("Maison des <voix>")
    point = make_contact_point(PHONE, channel=Channel.SMS, verified_at=at, language="fr")
    queue_text(at, contact_point=point, organisation_id=house.pk)
    deliver_messages(at=at)
    text_in(client, inbound_url, "HELP")
    text_in(client, inbound_url, "Help please")
    deliver_messages(at=at)
    message = OutboundMessage.objects.get(template="inbox_help")
    assert (message.language, message.organisation, message.status) == ("fr", house, MessageStatus.SENT)
    assert "Maison des <voix>" in server.texts[-1].form["Body"]
    assert "STOP" in server.texts[-1].form["Body"]
    assert len(server.texts) == 2


def test_help_of_somebody_we_do_not_know_is_answered_in_the_words_language(
    server: TwilioServer, client: Client, inbound_url: str
) -> None:
    text_in(client, inbound_url, "hulp")
    assert OutboundMessage.objects.get().language == "nl"


def test_text_belongs_to_whose_number_it_was_sent_to(
    server: TwilioServer, client: Client, inbound_url: str, settings: Any
) -> None:
    house = make_organisation()
    settings.TWILIO_MESSAGING_SERVICES = [f"{house.slug}=MG777"]
    text_in(client, inbound_url, "hello", MessagingServiceSid="MG777")
    text_in(client, inbound_url, "hello you", MessagingServiceSid=SERVICE)
    assert list(InboundMessage.objects.order_by("pk").values_list("organisation", flat=True)) == [house.pk, None]


@pytest.mark.parametrize("sender", ["8811", "Proximus", "whatsapp:+32470123456", "", "+" + "3" * 4000, "\x00"])
def test_text_of_no_number_is_let_go(server: TwilioServer, client: Client, inbound_url: str, sender: str) -> None:
    assert text_in(client, inbound_url, "offer", sender=sender).status_code == 200
    assert not InboundMessage.objects.exists()


def test_pictures_are_named_and_not_fetched(server: TwilioServer, client: Client, inbound_url: str) -> None:
    text_in(client, inbound_url, "look", NumMedia="2", MediaUrl0="https://api.twilio.com/x")
    assert InboundMessage.objects.get().text == "look [+ 2 pictures, not kept]"


def test_longest_and_strangest_text_is_taken(server: TwilioServer, client: Client, inbound_url: str) -> None:
    assert text_in(client, inbound_url, "\x00<script>\r\n" + "🎉" * 3000).status_code == 200
    assert len(InboundMessage.objects.get().text) <= 1600
