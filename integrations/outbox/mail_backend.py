from collections.abc import Sequence

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from integrations.outbox.models import CaughtMessage


class OutboxEmailBackend(BaseEmailBackend):
    """Catches the mail other packages send (sign-in codes, moderation notices) into the same local outbox."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for mail in email_messages:
            CaughtMessage.objects.create(
                channel="email",
                sender=mail.from_email or "",
                address=", ".join(mail.recipients())[:254],
                subject=str(mail.subject)[:255],
                text=str(mail.body),
                html=_html_of(mail),
            )
        return len(email_messages)


def _html_of(mail: EmailMessage) -> str:
    if isinstance(mail, EmailMultiAlternatives):
        for content, mimetype in mail.alternatives:
            if mimetype == "text/html":
                return str(content)
    return ""
