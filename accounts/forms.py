from typing import Any, ClassVar

from allauth.account.forms import RequestLoginCodeForm
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from accounts.enums import Role
from accounts.models import Membership, Organisation
from accounts.permissions import grantable_anywhere, grantable_roles, manageable_organisations
from places.models import Territory
from places.selectors import countries


class SignInForm(RequestLoginCodeForm):
    """The address a sign-in code goes to."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail address")
        self.fields["email"].validators.append(MaxLengthValidator(254))
        self.fields["email"].widget.attrs = {"autocomplete": "username webauthn", "dir": "ltr", "maxlength": 254}


class OrganisationForm(WagtailAdminModelForm):
    """What is known of an organisation; its country is chosen by name."""

    country = forms.ChoiceField(label=_("Country"), required=False)
    website = forms.URLField(label=_("Website"), required=False, assume_scheme="https")
    privacy_url = forms.URLField(
        label=_("Privacy notice"),
        required=False,
        assume_scheme="https",
        help_text=_("Linked beside every consent the organisation asks."),
    )

    class Meta:
        model = Organisation
        fields = ("name", "slug", "country", "website", "privacy_url", "contact_email", "postal_address")
        widgets: ClassVar = {"postal_address": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = [("", "—"), *countries(only_eu=False)]


class MembershipForm(WagtailAdminModelForm):
    """A role in an organisation: only organisations and roles the person at the keyboard may give are offered."""

    class Meta:
        model = Membership
        fields = ("organisation", "role", "territory")
        field_classes = {"organisation": forms.ModelChoiceField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = manageable_organisations(self.for_user)
        self.fields["territory"].queryset = Territory.objects.without_outlines()
        self.fields["role"].choices = [("", "—"), *[choice for choice in Role.choices if choice[0] in self._offered()]]
        if self.instance.pk:
            self.fields["organisation"].disabled = True

    def _offered(self) -> set[Role]:
        if self.instance.pk:
            return grantable_roles(self.for_user, self.instance.organisation)
        return grantable_anywhere(self.for_user)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        organisation, role = cleaned.get("organisation"), cleaned.get("role")
        if organisation and role and Role(role) not in grantable_roles(self.for_user, organisation):
            self.add_error("role", ValidationError(_("You cannot give this role in this organisation.")))
        return cleaned


class InvitationForm(MembershipForm):
    """Invite somebody by e-mail address into a role."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254, help_text=_("They sign in with this address."))
    first_name = forms.CharField(label=_("First name"), max_length=150, required=False)
    last_name = forms.CharField(label=_("Last name"), max_length=150, required=False)

    field_order = ("email", "first_name", "last_name", "organisation", "role", "territory")
