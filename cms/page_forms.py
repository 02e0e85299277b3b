"""What page editors may choose."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm

from campaigns.models import Campaign, Petition, PledgeKind


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


class ForKindPageForm(WagtailAdminPageForm):
    """Offer and accept only kinds of pledges the editor sees, and the one the page shows already."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.for_user is not None and "pledge_kind" in self.fields:
            seen = PledgeKind.objects.visible_to(self.for_user).values("pk")
            shown = PledgeKind.objects.filter(pk__in=seen) | PledgeKind.objects.filter(pk=self.instance.pledge_kind_id)
            self.fields["pledge_kind"].queryset = shown.select_related("campaign")


class RegistrationPageForm(ForKindPageForm, ForCampaignPageForm):
    """The form of an eligibility check's page: its kind of pledge is one of its campaign."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        kind, campaign = cleaned.get("pledge_kind"), cleaned.get("campaign")
        if kind is not None and campaign is not None and kind.campaign_id != campaign.pk:
            self.add_error("pledge_kind", _("Choose a kind of pledge of this page's campaign."))
        return cleaned
