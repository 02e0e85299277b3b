"""What strangers can send to where providers and mail programs speak to us: a plain answer, and nothing comes of it."""

import base64
import json
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from integrations.email.providers import PROVIDERS
from messaging import wishes
from messaging.enums import MessageStatus
from messaging.models import DeliveryReport, InboundMessage, OutboundMessage, SenderBlock
from messaging.references import sign_reference
from people.consent import ContactPurpose
from people.enums import Channel, ConsentState, Purpose
from people.models import ConsentEvent, ConsentText, ContactPoint, Suppression
from tests.factories.messaging import make_sent
from tests.factories.people import (
    ADA,
    make_consent_text,
    make_contact_point,
    make_organisation,
    write_consent_event,
)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:django-anymail has dropped official support for SendGrid"),
]
FUZZ = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
PASSWORD = "carillon:long-secret"
FORM = "application/x-www-form-urlencoded"
TYPES = [
    FORM,
    "multipart/form-data; boundary=x",
    "multipart/form-data",
    "application/json",
    "text/plain",
    "",
    "\u00e9/x",
]
HUGE = 10 * 1024 * 1024
ODD = st.sampled_from(
    ["", "\x00", "a\x00b", "\ud800", "a\r\nBcc: x@example.org", "<script>", "9" * 400, ADA, "{first_name}", "%s", "-1"]
)
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), ODD, st.text(max_size=20)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=8,
)


def addresses() -> list[str]:
    """Return every address below /integrations/, with each provider we know and one we do not."""
    found = [path for path in _walk(get_resolver().url_patterns, "") if path.startswith("integrations/")]
    names = [*PROVIDERS, "nobody"]
    return sorted({"/" + path.replace("<slug:provider>", name) for path in found for name in names})


def _walk(patterns: list[Any], before: str) -> list[str]:
    found: list[str] = []
    for each in patterns:
        if isinstance(each, URLResolver):
            found += _walk(each.url_patterns, before + str(each.pattern))
        elif isinstance(each, URLPattern):
            found.append(before + str(each.pattern))
    return found


def everything_kept() -> list[int]:
    kept = (DeliveryReport, InboundMessage, SenderBlock, ConsentEvent, Suppression)
    return [model._default_manager.count() for model in kept]


@pytest.fixture(autouse=True)
def secrets(settings: Any) -> None:
    settings.TWILIO_AUTH_TOKEN, settings.PUBLIC_URL = "token", "https://campaign.example"
    settings.ANYMAIL = {
        "WEBHOOK_SECRET": PASSWORD, "MAILGUN_WEBHOOK_SIGNING_KEY": "key", "MAILERSEND_SIGNING_SECRET": "key",
    }  # fmt: skip


@pytest.fixture
def sent(at: datetime) -> OutboundMessage:
    return make_sent(at, MessageStatus.SENT, provider_id="known-1")


@pytest.fixture
def text() -> ConsentText:
    return make_consent_text(make_organisation())


@pytest.fixture
def point(text: ConsentText, at: datetime) -> ContactPoint:
    point = make_contact_point(verified_at=at - timedelta(days=2), full_name="Ada")
    write_consent_event(point, text, ConsentState.GRANTED, at - timedelta(days=1))
    return point


def test_addresses_of_integrations_are_found() -> None:
    assert {"/integrations/twilio/status", "/integrations/email/postmark/tracking"} <= set(addresses())


@pytest.mark.parametrize("address", addresses())
@FUZZ
@given(body=st.binary(max_size=400), kind=st.sampled_from(TYPES), method=st.sampled_from(["POST", "PUT", "GET"]))
def test_what_nobody_signed_is_refused_and_changes_nothing(
    address: str, sent: OutboundMessage, body: bytes, kind: str, method: str
) -> None:
    before = everything_kept()
    response = Client().generic(method, address, body, content_type=kind, headers={"X-Twilio-Signature": "AAAA"})
    assert 400 <= response.status_code < 500, response.status_code
    assert everything_kept() == before


@pytest.mark.parametrize("address", addresses())
def test_forged_report_of_a_message_of_ours_is_refused(address: str, sent: OutboundMessage) -> None:
    reference = sign_reference(sent.pk)
    told = {"RecordType": "SpamComplaint", "Email": ADA, "Metadata": {"reference": reference}, "event": "spam"}
    forms = [(json.dumps(told), "application/json"), (f"MessageSid=known-1&MessageStatus=failed&r={reference}", FORM)]
    for authorization in ("", "Basic " + base64.b64encode(b"carillon:guess").decode(), "Basic ///", "Bearer x"):
        for body, kind in forms:
            headers = {"Authorization": authorization, "X-Twilio-Signature": "c2lnbmF0dXJl"}
            response = Client().generic("POST", f"{address}?r={reference}", body, content_type=kind, headers=headers)
            assert response.status_code in (400, 403, 404), response.status_code
    assert OutboundMessage.objects.get(pk=sent.pk).status == MessageStatus.SENT
    assert everything_kept() == [0, 0, 0, 0, 0]


@pytest.mark.parametrize("address", addresses())
@pytest.mark.parametrize("kind", TYPES[:4])
def test_ten_megabytes_are_refused_plainly(address: str, kind: str) -> None:
    response = Client().generic("POST", address, b"x" * (HUGE + 1), content_type=kind)
    assert response.status_code in (400, 403, 404, 413), response.status_code


@pytest.mark.parametrize("address", addresses())
@pytest.mark.parametrize("length", ["", "-1", "many", "1e9", "9" * 40, "\u0661\u0662"])
def test_length_that_is_no_number_is_refused_plainly(address: str, length: str) -> None:
    response = Client().generic("POST", address, b"x=1", content_type=FORM, CONTENT_LENGTH=length)
    assert response.status_code in (400, 403, 404, 413), response.status_code


@pytest.mark.parametrize("provider", sorted(PROVIDERS))
@FUZZ
@given(body=JSON, field=ODD)
@example(body={"RecordType": "Delivery", "MessageID": "\x00", "Recipient": ADA}, field="")
@example(body={"RecordType": "Delivery", "MessageID": "x", "Recipient": "\x00"}, field="")
@example(body={"RecordType": "Delivery", "MessageID": "\ud800", "Recipient": "\ud800@\ud800"}, field="")
@example(body=[{"event": "delivered", "sg_message_id": "\x00", "smtp-id": "\ud800", "email": "\x00"}], field="")
@example(body={"event": "delivered", "message-id": "\x00", "email": "\ud800", "X-Mailin-custom": "{"}, field="")
@example(body=[{"event": "sent", "MessageID": "\x00", "email": "\x00"}], field="")
@example(body=[{"msys": {"message_event": {"type": "delivery", "message_id": "\x00", "rcpt_to": "\ud800"}}}], field="")
def test_nonsense_of_a_provider_that_proved_itself_is_answered_plainly(
    provider: str, sent: OutboundMessage, body: Any, field: str
) -> None:
    told = json.dumps(body if not field else {"RecordType": "Bounce", "event": "bounce", "MessageID": field, "x": body})
    authorization = "Basic " + base64.b64encode(PASSWORD.encode()).decode()
    path = f"/integrations/email/{provider}/tracking"
    response = Client().generic(
        "POST", path, told.encode(), content_type="application/json", headers={"Authorization": authorization}
    )
    assert response.status_code in (200, 400, 403), response.status_code
    assert OutboundMessage.objects.get(pk=sent.pk).status == MessageStatus.SENT


def one_click(point: ContactPoint, text: ConsentText) -> str:
    purpose = ContactPurpose(Purpose.CAMPAIGN_NEWS, Channel.EMAIL, text.organisation_id)
    return urlsplit(wishes.unsubscribe_url(point, purpose, "en")).path


@FUZZ
@given(body=st.binary(max_size=300), kind=st.sampled_from(TYPES))
@example(body=b"--x\r\nContent-Disposition: form-data; name=", kind=TYPES[1])
@example(body=b"--x", kind=TYPES[2])
@example(body=b"List-Unsubscribe=One-Click&" + b"a=1&" * 20_000, kind=FORM)
def test_garbled_one_click_stops_all_the_same(point: ContactPoint, text: ConsentText, body: bytes, kind: str) -> None:
    path = one_click(point, text)
    response = Client(enforce_csrf_checks=True).generic("POST", path, body, content_type=kind)
    assert response.status_code in (200, 303), response.status_code
    assert ConsentEvent.objects.order_by("-pk")[0].state == ConsentState.WITHDRAWN


def test_one_click_of_ten_megabytes_stops_all_the_same(point: ContactPoint, text: ConsentText) -> None:
    for kind in TYPES[:4]:
        body = b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\n" + b"x" * (HUGE + 1)
        assert Client().generic("POST", one_click(point, text), body, content_type=kind).status_code in (200, 303)
    assert ConsentEvent.objects.filter(state=ConsentState.WITHDRAWN).count() == 1


@FUZZ
@given(cut=st.integers(min_value=0, max_value=60), more=st.text(max_size=40), method=st.sampled_from(["post", "get"]))
def test_made_up_one_click_says_nothing_and_stops_nobody(
    point: ContactPoint, text: ConsentText, cut: int, more: str, method: str
) -> None:
    path = one_click(point, text).rstrip("/")
    forged = path[: len(path) - cut] + quote(more.encode("utf-8", "replace").decode(), safe="")
    if forged == path:
        return
    response = getattr(Client(), method)(forged + "/")
    assert response.status_code < 500
    assert "ada" not in response.content.decode().lower().replace("canada", "")
    assert not ConsentEvent.objects.filter(state=ConsentState.WITHDRAWN).exists()


@FUZZ
@given(do=st.one_of(ODD, st.text(max_size=40), st.builds("{}={}".format, st.sampled_from(
    ["stop", "start", "pause", "speak", "resume", "stop_all_x"]), ODD)), value=ODD)  # fmt: skip
def test_garbled_wish_on_the_own_page_changes_nothing(
    point: ContactPoint, text: ConsentText, do: str, value: str
) -> None:
    path = urlsplit(wishes.preferences_url(point, "en")).path
    told = {"do": do.encode("utf-8", "replace").decode(), "value": value.encode("utf-8", "replace").decode()}
    response = Client().post(path, told)
    assert response.status_code in (303, 400), response.status_code
    assert not ConsentEvent.objects.filter(state=ConsentState.WITHDRAWN).exists()
    point.refresh_from_db()
    assert point.paused_until is None
