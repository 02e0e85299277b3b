"""Forms of texts. They validate; the views save."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms.models import WagtailAdminModelForm

from accounts.enums import Role
from accounts.models import Organisation
from messaging.models import MessageText

WRITERS = (Role.COORDINATOR, Role.PARTNER_MANAGER)


class MessageTextForm(WagtailAdminModelForm):
    """The frame of a text: for whom, about what, on which channel. Organisation and channel stay once it is made."""

    for_user: Any
    scope = forms.ChoiceField(
        label=gettext_lazy("Campaign"),
        required=False,
        help_text=gettext_lazy("What consent to news of this campaign covers; without one, news of the organisation."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = import_string(settings.SCOPE_CHOICES)(self.for_user)
        self.fields["scope"].choices = [("", _("none in particular")), *known]
        self.own = organisations_written_for(self.for_user)
        if self.instance.pk:
            for name in ("organisation", "channel"):
                self.fields[name].disabled = True
        elif len(own := list(self.own[:2])) == 1:
            self.fields["organisation"].initial = own[0].pk

    def clean_organisation(self) -> Organisation | None:
        organisation: Organisation | None = self.cleaned_data.get("organisation")
        if organisation and self.instance.pk is None and not self.own.filter(pk=organisation.pk).exists():
            raise forms.ValidationError(_("You write for your own organisation alone."))
        return organisation

    class Meta:
        model = MessageText
        fields: list[str] = []


def organisations_written_for(user: Any) -> Any:
    """Return the organisations somebody may write texts for."""
    if user.is_superuser:
        return Organisation.objects.all()
    return Organisation.objects.filter(pk__in=user.memberships.filter(role__in=WRITERS).values("organisation"))
