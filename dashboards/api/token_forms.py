from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.token_querysets import MAKERS
from campaigns.models import Partnership

if TYPE_CHECKING:
    from accounts.models import User

LONGEST_DAYS = 365
USUAL_DAYS = 180


def partnerships_for(user: "User") -> QuerySet[Partnership]:
    """Return the active partnerships the user may make a token for: those of organisations they work for."""
    own = user.memberships.filter(role__in=MAKERS).values("organisation")
    rows = Partnership.objects.active().filter(organisation__in=own).select_related("organisation", "campaign")
    return rows.order_by("organisation__name", "campaign__title", "pk")


class TokenForm(forms.Form):
    """What a token is called, what it reads, and until when."""

    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("What will use it, for example “map on our website”.")
    )
    partnerships = forms.ModelMultipleChoiceField(
        Partnership.objects.none(),
        label=_("Figures of"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one.")},
    )
    last_day = forms.DateField(
        label=_("Last day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("At most a year from now. Make a new token before then."),
    )

    def __init__(self, *args: Any, user: "User", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = partnerships_for(user)
        choices: Any = self.fields["partnerships"]
        choices.queryset = rows
        choices.label_from_instance = lambda row: f"{row.organisation.name}: {row.campaign.title}"
        self.initial.setdefault("last_day", timezone.localdate() + timedelta(days=USUAL_DAYS))
        found = list(rows[:2])
        if len(found) == 1:
            self.initial.setdefault("partnerships", found)

    def clean_last_day(self) -> date:
        day: date = self.cleaned_data["last_day"]
        today = timezone.localdate()
        if not today <= day <= today + timedelta(days=LONGEST_DAYS):
            raise ValidationError(gettext("Choose a day between today and a year from now."))
        return day

    def clean_partnerships(self) -> QuerySet[Partnership]:
        rows: QuerySet[Partnership] = self.cleaned_data["partnerships"]
        if len({row.organisation_id for row in rows}) > 1:
            raise ValidationError(gettext("A token belongs to one organisation. Make one for each."))
        return rows
