"""What the coalition lets packages below see (config/settings/registries.py names these functions)."""

from django.db.models import Exists, F, OuterRef, Q

from campaigns.enums import PartnerRole
from coalition.models import CoalitionSettings, PartnerAgreement


def agreed_partnerships() -> Q:
    """Return the condition on partnerships that their organisation may see people.

    Who leads is asked nothing, nor is anybody in a campaign that asks no agreement. Elsewhere an agreement of the kind
    asked, in a wording of the campaign's leading organisation, must be in force; any version of it will do.
    """
    asking = CoalitionSettings.objects.filter(campaign=OuterRef("campaign")).exclude(agreement_kind="")
    agreed = PartnerAgreement.objects.in_force().filter(
        partnership=OuterRef("pk"),
        text__organisation=F("partnership__campaign__organisation"),
        text__kind=F("partnership__campaign__coalition_settings__agreement_kind"),
    )
    return Q(role=PartnerRole.LEAD) | ~Exists(asking) | Exists(agreed)
