"""Which fields of this app hold personal data, why, for how long, and what erasure does to them."""

from core.personal_data import Erasure, PersonalField

PERSONAL = {
    "AuditEntry.actor": PersonalField(
        "who on the staff did it, as a number that means nothing once the account is gone", "without end", Erasure.KEPT
    ),
    "AuditEntry.target": PersonalField(
        "what it was done to, as a number that means nothing once the row is gone", "without end", Erasure.KEPT
    ),
}
IMPERSONAL = {"AuditEntry.action", "AuditEntry.details", "Heartbeat.name", "NamedLock.name"}
