import smtplib
from email.utils import make_msgid

from anymail.exceptions import AnymailAPIError, AnymailError
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from messaging.ports import DeliveryError, Letter

# RFC 5321 §4.2.1: 4xx replies are transient, 5xx permanent; §3.8: after 421 the server closes the line.
_PERMANENT_FROM = 500
_CLOSING = 421
# RFC 9110 §15.5.9, §15.6.4 and RFC 6585 §4: the provider asks to come back later.
_COME_BACK_LATER = {408, 429, 503}


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
            raise self._refused(next(iter(error.recipients.values()))[0]) from error
        except smtplib.SMTPResponseException as error:
            raise self._refused(error.smtp_code) from error
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
            headers={**letter.headers, "Message-ID": make_msgid(domain=_own_domain())},
            connection=self._connection,
        )
        if letter.html:
            mail.attach_alternative(letter.html, "text/html")
        return mail

    def _open(self) -> None:
        """Connect before anything is handed over, so that a server that is away costs nothing but time."""
        try:
            is_new = self._connection.open()
        except (smtplib.SMTPException, OSError) as error:
            raise DeliveryError(type(error).__name__) from error
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

    def _refused(self, code: int) -> DeliveryError:
        if code == _CLOSING:
            self.close()
        return DeliveryError(f"SMTP {code}", permanent=code >= _PERMANENT_FROM)


def _provider_error(error: AnymailError) -> DeliveryError:
    """Say what a provider's answer means; one that never came leaves the letter's fate open."""
    code, name = error.status_code, type(error).__name__
    if code is None:
        is_api = isinstance(error, AnymailAPIError)
        return DeliveryError(name, permanent=not is_api, uncertain=is_api)
    if code in _COME_BACK_LATER:
        return DeliveryError(f"{name} {code}")
    return DeliveryError(f"{name} {code}", permanent=code < _PERMANENT_FROM, uncertain=code >= _PERMANENT_FROM)


def _own_domain() -> str:
    return settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip("> ") or "localhost"
