import smtplib
from email.utils import make_msgid

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from messaging.ports import DeliveryError, Letter

# RFC 5321 §4.2.1: 4xx replies are transient, 5xx permanent.
_PERMANENT_FROM = 500


class EmailSender:
    """Hands letters to Django's configured mail backend, one connection for many letters.

    SMTP by default; a provider's API through django-anymail by setting EMAIL_BACKEND.
    """

    def __init__(self) -> None:
        self._connection = get_connection(fail_silently=False)

    def send(self, letter: Letter) -> str:
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
        self._open()
        try:
            mail.send()
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()))[0]
            raise DeliveryError(f"refused ({code})", permanent=code >= _PERMANENT_FROM) from error
        except smtplib.SMTPResponseException as error:
            raise DeliveryError(f"SMTP {error.smtp_code}", permanent=error.smtp_code >= _PERMANENT_FROM) from error
        except (smtplib.SMTPException, OSError) as error:
            # The line broke somewhere between our first word and the server's last one.
            self.close()
            raise DeliveryError(type(error).__name__, uncertain=True) from error
        return str(mail.extra_headers["Message-ID"])

    def close(self) -> None:
        self._connection.close()

    def _open(self) -> None:
        """Connect before anything is handed over, so that a server that is away costs nothing but time."""
        try:
            self._connection.open()
        except (smtplib.SMTPException, OSError) as error:
            raise DeliveryError(type(error).__name__) from error


def _own_domain() -> str:
    return settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip("> ") or "localhost"
