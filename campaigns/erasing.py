"""How this package lets go of a person (settings.SUPPORTER_ERASERS)."""

from datetime import datetime

from campaigns.models import Pledge, PledgeNote, Signature
from campaigns.pledge_enums import RemindMe
from people.models import Supporter

# Tables in which a person is let go of, by this eraser or with a row it deletes.
REACHES = frozenset(
    {
        "campaigns.Signature",
        "campaigns.Pledge",
        "campaigns.PledgeMove",
        "campaigns.PledgeNote",
    }
)
# Personal fields that speak of somebody else: whoever works here, and whoever is named for another reason.
OF_OTHERS = frozenset(
    {
        "campaigns.Sponsor.name",
        "campaigns.Sponsor.key",
        "campaigns.Contribution.note",
        "campaigns.Contribution.entered_by",
        "campaigns.Contribution.undone_by",
        "campaigns.UnpaidHelp.entered_by",
        "campaigns.UnpaidHelp.undone_by",
        "campaigns.Publication.by",
        "campaigns.Publication.undone_by",
        "campaigns.PledgeMove.by",
        "campaigns.PledgeNote.by",
        "campaigns.PledgeNote.owner",
        "campaigns.Invalidation.by",
        "campaigns.RegistrationImport.by",
        "campaigns.SetAside.by",
        "campaigns.Initiative.organisers",
        "campaigns.Initiative.sponsors",
    }
)


def erase(*, supporter: Supporter, at: datetime) -> dict[str, int]:
    """Leave a person's signatures and pledges as figures of nobody: they count as before, so no tally moves.

    The link to the person, the comment and what could tell the address are emptied; notes of the help desk go.
    """
    notes = PledgeNote.objects.filter(pledge__supporter=supporter).delete()[0]
    pledges = Pledge.objects.filter(supporter=supporter).update(
        supporter=None, submission_id=None, remind=RemindMe.NEVER, remind_date=None
    )
    signatures = Signature.objects.filter(supporter=supporter).update(
        supporter=None, submission_id=None, comment="", is_comment_public=False, email_domain="", address_hash=""
    )
    return {"campaigns.PledgeNote": notes, "campaigns.Pledge": pledges, "campaigns.Signature": signatures}
