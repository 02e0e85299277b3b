"""Teams and skills: what staff set up beside the people."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column

from accounts.enums import Role
from accounts.models import Organisation
from campaigns.models import Campaign
from core.staff_views import ScopedViewSet
from volunteers.models import Skill, Team

_RUNNERS = (Role.COORDINATOR, Role.ORGANISER)


class TeamForm(WagtailAdminModelForm):
    """Offer and accept only campaigns and organisations the user runs volunteers of; a partner stays in its own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user = self.for_user
        self.fields["campaign"].queryset = Campaign.objects.visible_to(user)
        roles = [*(role.value for role in _RUNNERS), Role.PARTNER_MANAGER.value]
        self.fields["organisation"].queryset = Organisation.objects.all().reached_by(user, roles)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        campaign, organisation = cleaned.get("campaign"), cleaned.get("organisation")
        if campaign and organisation and not _takes_part(campaign, organisation):
            self.add_error("organisation", _("This organisation does not take part in the campaign."))
        return cleaned


def _takes_part(campaign: Campaign, organisation: Organisation) -> bool:
    if campaign.organisation_id == organisation.pk:
        return True
    return campaign.partnerships.active().filter(organisation=organisation).exists()


class TeamViewSet(ScopedViewSet):
    model = Team
    name = "teams"
    url_namespace = "staff_teams"
    icon = "group"
    related = ("campaign", "organisation")
    list_display = ["name", Column("campaign", label=_("Campaign")), Column("organisation", label=_("Organisation"))]
    search_fields = ["name", "campaign__title", "organisation__name"]
    empty_text = _("There is no team yet. People who go out together make one; areas and shifts are given to teams.")
    edit_handler = ObjectList(
        [FieldPanel("name"), FieldPanel("campaign"), FieldPanel("organisation")], base_form_class=TeamForm
    )


def _name_fields() -> dict[str, forms.Field]:
    return {
        f"label_{code}": forms.CharField(
            label=_("Name (%(language)s)") % {"language": name},
            max_length=80,
            required=code == settings.LANGUAGE_CODE,
            widget=forms.TextInput(attrs={"lang": code, "dir": "auto"}),
        )
        for code, name in settings.LANGUAGES
    }


class BaseSkillForm(WagtailAdminModelForm):
    """A skill's name in every language of the site; its key is made from the first."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, label in (self.instance.labels or {}).items():
            self.initial[f"label_{code}"] = label

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        first = cleaned.get(f"label_{settings.LANGUAGE_CODE}", "")
        if first and not self.instance.pk:
            key = slugify(first)[:30]
            if not key:
                self.add_error(f"label_{settings.LANGUAGE_CODE}", _("Write it with at least one Latin letter."))
            elif Skill.objects.filter(key=key).exists():
                self.add_error(f"label_{settings.LANGUAGE_CODE}", ValidationError(_("This skill is there already.")))
            self.instance.key = key
        self.instance.labels = {
            code: cleaned[f"label_{code}"] for code, _name in settings.LANGUAGES if cleaned.get(f"label_{code}")
        }
        return cleaned


SkillForm = type("SkillForm", (BaseSkillForm,), _name_fields())


class SkillViewSet(ScopedViewSet):
    model = Skill
    name = "skills"
    url_namespace = "staff_skills"
    icon = "tag"
    list_display = [
        Column("name", label=_("Name"), accessor=str),
        Column("key", label=_("Key")),
        BooleanColumn("is_offered", label=_("Offered in the sign-up form")),
    ]
    search_fields = ["key"]
    empty_text = _("There is no skill yet; the sign-up form then asks for none.")
    edit_handler = ObjectList(
        [*(FieldPanel(f"label_{code}") for code, _name in settings.LANGUAGES), FieldPanel("is_offered")],
        base_form_class=SkillForm,
    )
