from integrations.outbox.models import CaughtMessage
from messaging.ports import Letter


class OutboxSender:
    """Keeps letters on this machine instead of sending them."""

    def send(self, letter: Letter) -> str:
        caught = CaughtMessage.objects.create(
            idempotency_key=letter.idempotency_key,
            channel=letter.channel,
            address=letter.address,
            subject=letter.subject[:255],
            text=letter.text,
            html=letter.html,
            headers=letter.headers,
        )
        return f"outbox-{caught.pk}"

    def close(self) -> None:
        """Nothing is held open."""
