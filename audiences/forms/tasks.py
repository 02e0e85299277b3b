from typing import Any

from django import forms
from django.utils.translation import gettext as _

from accounts.models import User
from audiences.journey_querysets import WORKERS
from audiences.models import StaffTask
from campaigns.scoped_forms import OfCampaignForm


class StaffTaskForm(OfCampaignForm):
    """Something to be done. Whoever does it works for the organisation that asks."""

    class Meta:
        model = StaffTask
        fields = ["campaign", "organisation", "title", "due_date", "owner", "notes"]
        widgets = {
            "notes": forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
            "due_date": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["campaign"].required = True
        mine = self.for_user.memberships.values("organisation")
        field: Any = self.fields["owner"]
        field.queryset = (
            User.objects.filter(
                is_active=True, memberships__organisation__in=mine, memberships__role__in=WORKERS
            ).distinct()
            if not self.for_user.is_superuser
            else User.objects.filter(is_active=True, memberships__isnull=False).distinct()
        )
        field.empty_label = _("whoever comes first")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        owner, organisation = cleaned.get("owner"), cleaned.get("organisation") or self.instance.organisation_id
        if owner and organisation and not owner.memberships.filter(organisation=organisation).exists():
            self.add_error("owner", _("This person does not work for the organisation."))
        return cleaned
