"""The local outbox: catches mail of both ways, shows it, and cannot exist in production."""

import pytest
from django.core.mail import EmailMultiAlternatives
from django.test import Client

from integrations.outbox.models import CaughtMessage
from integrations.outbox.sender import OutboxSender
from messaging.ports import Letter

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def caught() -> CaughtMessage:
    one = Letter(
        "a:b:1:c", "email", "ada@example.org", "en", f"Hello {HOSTILE}", f"Text {HOSTILE}", f"<p>{HOSTILE}</p>"
    )
    identity = OutboxSender().send(one)
    message = CaughtMessage.objects.get()
    assert identity == f"outbox-{message.pk}"
    return message


def test_outbox_lists_and_shows_what_was_caught_without_running_it(client: Client, caught: CaughtMessage) -> None:
    for path in ("/outbox/", f"/outbox/{caught.pk}/"):
        page = client.get(path).content.decode()
        assert "ada@example.org" in page
        assert HOSTILE not in page
        assert "&lt;script&gt;" in page


def test_outbox_shows_html_in_a_frame_where_scripts_do_not_run(client: Client, caught: CaughtMessage) -> None:
    response = client.get(f"/outbox/{caught.pk}/html/")
    assert HOSTILE in response.content.decode()
    assert "script-src 'none'" in response["Content-Security-Policy"]
    assert "default-src 'none'" in response["Content-Security-Policy"]


def test_outbox_without_the_message_answers_404(client: Client) -> None:
    assert client.get("/outbox/1/").status_code == 404


def test_outbox_catches_the_mail_of_other_packages(settings) -> None:
    settings.EMAIL_BACKEND = "integrations.outbox.mail_backend.OutboxEmailBackend"
    mail = EmailMultiAlternatives("Your code", "123", "a@example.org", ["ada@example.org", "ben@example.org"])
    mail.attach_alternative("<b>123</b>", "text/html")
    assert mail.send() == 1
    caught = CaughtMessage.objects.get()
    assert (caught.subject, caught.text, caught.html) == ("Your code", "123", "<b>123</b>")
    assert caught.address == "ada@example.org, ben@example.org"


def test_outbox_lets_the_demo_text_back_to_an_sms(client: Client) -> None:
    OutboxSender().send(Letter("a:b:1:c", "sms", "+32470123456", "en", "", "Coming? Reply YES or NO"))
    caught = CaughtMessage.objects.get()
    url = f"/outbox/{caught.pk}/reply/"
    assert url in client.get(f"/outbox/{caught.pk}/").content.decode()
    assert client.post(url, {"text": "STOP"}).status_code == 302
    assert "was understood: stop" in client.get(f"/outbox/{caught.pk}/").content.decode()
    client.post(url, {"text": "where is it?"})
    assert "waits for somebody of the staff" in client.get(f"/outbox/{caught.pk}/").content.decode()
    assert client.post(url, {"text": "STOP"}, headers={"Origin": "https://elsewhere.example.org"}).status_code == 403
    assert client.get(url).status_code == 405


def test_outbox_has_no_reply_to_a_mail(client: Client, caught: CaughtMessage) -> None:
    assert client.post(f"/outbox/{caught.pk}/reply/", {"text": "STOP"}).status_code == 404
