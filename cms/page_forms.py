"""What page editors may choose."""

from typing import Any

from wagtail.admin.forms import WagtailAdminPageForm

from campaigns.models import Campaign, Petition


class PetitionPageForm(WagtailAdminPageForm):
    """Offer and accept only petitions the editor sees, and the one the page shows already."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.for_user is not None and "petition" in self.fields:
            seen = Petition.objects.visible_to(self.for_user).values("pk")
            shown = Petition.objects.filter(pk__in=seen) | Petition.objects.filter(pk=self.instance.petition_id)
            self.fields["petition"].queryset = shown


class ForCampaignPageForm(WagtailAdminPageForm):
    """Offer and accept only campaigns the editor sees, and the one the page is for already."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.for_user is not None and "campaign" in self.fields:
            seen = Campaign.objects.visible_to(self.for_user).values("pk")
            shown = Campaign.objects.filter(pk__in=seen) | Campaign.objects.filter(pk=self.instance.campaign_id)
            self.fields["campaign"].queryset = shown
