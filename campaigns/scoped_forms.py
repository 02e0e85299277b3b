"""What every form of a campaign's field work asks: which campaign, answered for by which organisation."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from wagtail.admin.forms.models import WagtailAdminModelForm

from accounts.enums import Role
from accounts.models import Organisation
from campaigns.models import Campaign, Partnership
from campaigns.scoped import CampaignScopedQuerySet


def organisations_run_by(user: Any, campaign: Campaign) -> QuerySet[Organisation]:
    """Return the organisations of a campaign whose field work the user runs: all for the lead, else the own."""
    taking_part = Partnership.objects.active().filter(campaign=campaign).values("organisation")
    of_campaign = Organisation.objects.filter(pk__in=taking_part) | Organisation.objects.filter(
        pk=campaign.organisation_id
    )
    if Campaign.objects.led_by(user, *CampaignScopedQuerySet.leading_changers).filter(pk=campaign.pk).exists():
        return of_campaign
    own = user.memberships.filter(role__in=CampaignScopedQuerySet.own_roles).values("organisation")
    return of_campaign.filter(pk__in=own)


class OfCampaignForm(WagtailAdminModelForm):
    """A row of a campaign and of the organisation answerable for it; neither changes once it is made."""

    for_user: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            for name in ("campaign", "organisation"):
                self.fields[name].disabled = True
            return
        campaigns = Campaign.objects.visible_to(self.for_user)
        if campaigns.count() == 1:
            campaign = campaigns.get()
            self.fields["campaign"].initial = campaign.pk
            own = self.for_user.memberships.filter(role__in=[Role.COORDINATOR, *CampaignScopedQuerySet.own_roles])
            mine = organisations_run_by(self.for_user, campaign).filter(pk__in=own.values("organisation"))
            self.fields["organisation"].initial = next(iter(mine.values_list("pk", flat=True)), None)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        campaign, organisation = cleaned.get("campaign"), cleaned.get("organisation")
        if self.instance.pk is None and campaign and organisation:
            run = organisations_run_by(self.for_user, campaign)
            if not run.filter(pk=organisation.pk).exists():
                self.add_error(
                    "organisation", _("This organisation takes no part in the campaign, or you do not work for it.")
                )
        return cleaned


def refuse_other_campaigns(form: forms.ModelForm, campaign: Campaign | None, *names: str) -> None:
    """Add an error to each field of ``names`` whose choice belongs to another campaign."""
    if campaign is None:
        return
    for name in names:
        chosen: Any = form.cleaned_data.get(name)
        rows = list(chosen) if hasattr(chosen, "__iter__") else [chosen] if chosen else []
        if any(row.campaign_id != campaign.pk for row in rows):
            form.add_error(name, _("This belongs to another campaign."))
