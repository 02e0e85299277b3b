"""Which fields of this app hold personal data. It exists in the demo and in development only."""

from core.personal_data import Erasure, PersonalField


def _of_caught(purpose: str) -> PersonalField:
    return PersonalField(purpose, "until ./run demo --fresh; never in production", Erasure.ROW_DELETED)


PERSONAL = {
    "CaughtMessage.address": _of_caught("show to whom the message would have gone"),
    "CaughtMessage.subject": _of_caught("show the message"),
    "CaughtMessage.text": _of_caught("show the message"),
    "CaughtMessage.html": _of_caught("show the message"),
    "CaughtMessage.headers": _of_caught("show the message"),
    "CaughtMessage.idempotency_key": _of_caught("find the message of an occasion"),
}
IMPERSONAL = {"CaughtMessage.channel", "CaughtMessage.sender"}
