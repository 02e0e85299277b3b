"""How this package lets go of a person (settings.SUPPORTER_ERASERS)."""

from collections import Counter
from datetime import datetime

from campaigns.models import Source
from outreach.actions.identities import OPEN_STATUSES
from outreach.actions.matching import addresses_of
from outreach.models import ContactIdentity, HandoverLink, OutreachContact
from people.models import ContactPoint, Supporter
from volunteers.erasing import logins_to_let_go_of

# Tables in which a person is let go of, by this eraser or with a row it deletes.
REACHES = frozenset(
    {
        "outreach.ContactIdentity",
        "outreach.HandoverLink",
        "outreach.OutreachContact",
        "outreach.Revocation",
        "outreach.PaperBatch",
        "campaigns.Source",
    }
)
# Personal fields that speak of somebody else: whoever works here, and whoever is named for another reason.
OF_OTHERS = frozenset(
    {
        "outreach.ContactIdentity.decided_by",
        "outreach.Revocation.by",
        "outreach.PaperBatch.destruction_witness",
    }
)


def erase(*, supporter: Supporter, at: datetime) -> dict[str, int]:
    """Delete who a person was said to be in conversations, what they answered, and the links they handed over.

    Return the rows per table. The conversations stay as figures, without the answers; so does what their links brought,
    under a name without theirs.
    """
    gone: Counter[str] = Counter()
    ids = [*ContactIdentity.objects.filter(supporter=supporter).values_list("pk", flat=True), *_told_of(supporter)]
    said = ContactIdentity.objects.filter(pk__in=ids).values_list("contact__root_id", flat=True)
    gone["outreach.OutreachContact"] = OutreachContact.objects.filter(root_id__in=list(said)).update(answers={})
    gone.update(ContactIdentity.objects.filter(pk__in=ids).delete()[1])
    gone["outreach.HandoverLink"] += _forget_links(supporter)
    return {label: count for label, count in gone.items() if count}


def _told_of(supporter: Supporter) -> list[int]:
    """Return the identities not settled yet in which an address of the person was told, whoever it turns out to be."""
    theirs = set(ContactPoint.objects.filter(supporter=supporter).values_list("channel", "canonical"))
    waiting = ContactIdentity.objects.filter(status__in=OPEN_STATUSES).select_related("contact__effort__campaign")
    return [
        identity.pk
        for identity in waiting
        if theirs & {(str(each.channel), each.canonical) for each in addresses_of(identity)}
    ]


def _forget_links(supporter: Supporter) -> int:
    links = HandoverLink.objects.filter(user__in=logins_to_let_go_of(supporter)).select_related("source")
    for link in links:
        where, _dot, _who = link.source.label.rpartition(" · ")
        Source.objects.filter(pk=link.source_id).update(label=where or link.source.code)
    return links.delete()[1].get("outreach.HandoverLink", 0)
