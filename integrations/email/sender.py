import smtplib
from email.utils import make_msgid
from typing import Any

from anymail.exceptions import AnymailAPIError, AnymailError
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.utils import timezone

from integrations.email.back_pressure import LOGIN_PAUSE, PAUSE, pause_after_answer, pause_after_reply
from integrations.email.bounce_addresses import bounce_address
from messaging.ports import DeliveryError, Letter

# RFC 5321 §4.2.1: 4xx replies are transient, 5xx permanent; §3.8: after 421 the server closes the line.
_PERMANENT_FROM = 500
_CLOSING = 421
# RFC 9110 §15.5.9: our own request was too slow, so it was not taken.
_TOOK_TOO_LONG = 408
# What django-anymail can tell which provider; the others refuse a message that asks for it.
_SWITCH_TRACKING = {"MailerSend", "Mailgun", "Mailjet", "Mandrill", "Postmark", "SendGrid", "SparkPost"}
_TAKE_NO_METADATA = {"MailerSend"}


class EmailSender:
    """Hands letters to Django's configured mail backend, one connection for many letters.

    SMTP by default; a provider's API through django-anymail by setting EMAIL_BACKEND.
    """

    def __init__(self) -> None:
        self._connection = get_connection(fail_silently=False)
        self._may_have_been_taken = False

    def send(self, letter: Letter) -> str:
        mail = self._compose(letter)
        self._open()
        try:
            mail.send()
        except AnymailError as error:
            raise _provider_error(error) from error
        except smtplib.SMTPRecipientsRefused as error:
            code, text = next(iter(error.recipients.values()))
            raise self._refused(code, text, names_recipient=True) from error
        except smtplib.SMTPResponseException as error:
            names_recipient = not isinstance(error, smtplib.SMTPSenderRefused)
            raise self._refused(error.smtp_code, error.smtp_error, names_recipient=names_recipient) from error
        except (smtplib.SMTPNotSupportedError, ValueError) as error:
            # The address cannot be written in the protocol's terms; nothing was handed over.
            raise DeliveryError(type(error).__name__, permanent=True) from error
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise DeliveryError(type(error).__name__, uncertain=self._may_have_been_taken) from error
        status = getattr(mail, "anymail_status", None)
        return str(getattr(status, "message_id", None) or mail.extra_headers["Message-ID"])

    def close(self) -> None:
        self._connection.close()

    def _compose(self, letter: Letter) -> EmailMultiAlternatives:
        mail = EmailMultiAlternatives(
            subject=letter.subject,
            body=letter.text,
            from_email=settings.DEFAULT_FROM_EMAIL,
            to=[letter.address],
            headers={**letter.headers, "Message-ID": _message_id(letter)},
            connection=self._connection,
        )
        if letter.html:
            mail.attach_alternative(letter.html, "text/html")
        provider = getattr(self._connection, "esp_name", "")
        if provider:
            _tell_provider(mail, provider, letter)
        elif settings.MAIL_BOUNCE_ADDRESS and letter.reference:
            # The envelope's sender names the message, so that whoever cannot deliver it says which it was (VERP).
            mail.from_email = bounce_address(letter.reference)
            mail.extra_headers["From"] = settings.DEFAULT_FROM_EMAIL
        return mail

    def _open(self) -> None:
        """Connect before anything is handed over, so that a server that is away costs nothing but time."""
        try:
            is_new = self._connection.open()
        except smtplib.SMTPAuthenticationError as error:
            raise DeliveryError(f"SMTP {error.smtp_code}: not let in", retry_after=LOGIN_PAUSE) from error
        except (smtplib.SMTPException, OSError) as error:
            raise DeliveryError(type(error).__name__, retry_after=PAUSE) from error
        smtp = getattr(self._connection, "connection", None)
        self._may_have_been_taken = not isinstance(smtp, smtplib.SMTP)
        if is_new and isinstance(smtp, smtplib.SMTP):
            self._note_when_text_leaves(smtp)

    def _note_when_text_leaves(self, smtp: smtplib.SMTP) -> None:
        """A line that breaks before DATA has carried addresses only: the letter may be sent again."""
        hand_over = smtp.data

        def noted(text: object) -> object:
            self._may_have_been_taken = True
            return hand_over(text)  # type: ignore[arg-type]

        smtp.data = noted  # type: ignore[assignment, method-assign]

    def _refused(self, code: int, text: bytes | str, *, names_recipient: bool) -> DeliveryError:
        if code == _CLOSING:
            self.close()
        pause = pause_after_reply(code, text, names_recipient=names_recipient)
        return DeliveryError(f"SMTP {code}", permanent=code >= _PERMANENT_FROM, retry_after=pause)


def _message_id(letter: Letter) -> str:
    """Return the letter's own Message-ID: the same if it is handed over again, and one from which its row is known."""
    return f"<{letter.reference}@{_own_domain()}>" if letter.reference else make_msgid(domain=_own_domain())


def _tell_provider(mail: Any, provider: str, letter: Letter) -> None:
    """Give the provider the message's reference, and forbid it pixels and rewritten links where it can be told."""
    if letter.reference and provider not in _TAKE_NO_METADATA:
        mail.metadata = {"reference": letter.reference}
    if provider in _SWITCH_TRACKING:
        mail.track_opens = mail.track_clicks = False


def _provider_error(error: AnymailError) -> DeliveryError:
    """Say what a provider's answer means; one that never came leaves the letter's fate open."""
    code, name = error.status_code, type(error).__name__
    if code is None:
        is_api = isinstance(error, AnymailAPIError)
        return DeliveryError(name, permanent=not is_api, uncertain=is_api)
    if pause := pause_after_answer(code, getattr(error.response, "headers", {}), timezone.now()):
        return DeliveryError(f"{name} {code}", retry_after=pause)
    if code == _TOOK_TOO_LONG:
        return DeliveryError(f"{name} {code}")
    return DeliveryError(f"{name} {code}", permanent=code < _PERMANENT_FROM, uncertain=code >= _PERMANENT_FROM)


def _own_domain() -> str:
    return settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip("> ") or "localhost"
