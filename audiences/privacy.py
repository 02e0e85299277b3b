"""Which fields of this app hold personal data, why, for how long, and what erasure does to them.

No field of a segment does: a rule names petitions, places and languages, never a person.
"""

from core.personal_data import Erasure, PersonalField

_TOLD = "as long as the broadcast, which stays told; erased with the person"
_AS_LONG_AS_KNOWN = "as long as the person is known"


def _of_run(purpose: str) -> PersonalField:
    return PersonalField(purpose, _AS_LONG_AS_KNOWN, Erasure.ROW_DELETED)


def _of_task(purpose: str) -> PersonalField:
    return PersonalField(purpose, _AS_LONG_AS_KNOWN, Erasure.ROW_DELETED)


def _staff(purpose: str) -> PersonalField:
    return PersonalField(purpose, "as long as the broadcast", Erasure.UNLINKED)


PERSONAL: dict[str, PersonalField] = {
    "Broadcast.author": _staff("ask a second person, who is another one"),
    "Broadcast.submitted_by": _staff("ask a second person, who is another one"),
    "Broadcast.approved_by": _staff("know who answers for it"),
    "Broadcast.answer": PersonalField("tell the author what has to change", "as long as the broadcast", Erasure.KEPT),
    "BroadcastRecipient.supporter": PersonalField("write to a person once", _TOLD, Erasure.UNLINKED),
    "BroadcastRecipient.contact_point": PersonalField("write to an address once", _TOLD, Erasure.UNLINKED),
    "BroadcastRecipient.language": PersonalField("choose the wording", _TOLD, Erasure.KEPT),
    "AutomationRun.supporter": _of_run("lead the person through a journey"),
    "AutomationRun.occasion": _of_run("take nobody in twice for one occasion"),
    "AutomationStep.run": _of_run("show the person's path"),
    "WebhookCall.payload": PersonalField("tell another system, by public ids", _AS_LONG_AS_KNOWN, Erasure.BLANKED),
    "WebhookCall.run": PersonalField("know what was told", _AS_LONG_AS_KNOWN, Erasure.UNLINKED),
    "StaffTask.supporter": _of_task("know whom it is about"),
    "StaffTask.title": _of_task("know what is to be done"),
    "StaffTask.notes": _of_task("know what is to be done"),
    "StaffTask.owner": PersonalField("know who of the staff does it", "as long as the task", Erasure.KEPT),
    "StaffTask.created_by": PersonalField("know who of the staff asked for it", "as long as the task", Erasure.KEPT),
    "StaffTask.settled_by": PersonalField("know who of the staff did it", "as long as the task", Erasure.KEPT),
    "AutomationVersion.by": PersonalField("know who of the staff wrote it", "as long as the journey", Erasure.KEPT),
}
IMPERSONAL = {
    "Broadcast.name",
    "Broadcast.fingerprint",
    "BroadcastRecipient.reason",
    "BroadcastVariant.label",
    "BroadcastVariant.wordings",
    "Segment.name",
    "Segment.rule",
    "Segment.reach",
    "Automation.name",
    "Automation.recipe",
    "Automation.trigger",
    "AutomationVersion.steps",
    "AutomationStep.key",
    "AutomationStep.kind",
    "WebhookCall.key",
    "WebhookCall.url",
    "WebhookCall.reason",
    "StaffTask.origin",
}
