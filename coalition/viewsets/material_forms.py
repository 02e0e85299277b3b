"""Forms of the materials' staff screens. They validate and return data; a file is looked into before it is taken."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import lazy
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from accounts.enums import Role
from campaigns.models import Campaign
from coalition.material_files import ENDINGS, ReceivedFile, receive
from coalition.models import Material
from core.lists import listed
from core.plain_text import refuse_line_breaks, refuse_unprintable
from places.country_names import country_choices
from places.languages import COMMON, NAMES, OTHER

_LINE = [refuse_unprintable, refuse_line_breaks]
LONGEST_TEXT = 5_000
_ROLES = [Role.PARTNER_MANAGER, Role.ORGANISER, Role.MOBILISER]


def language_choices() -> list[tuple[str, Any]]:
    """Return the site's languages, then the others, each under its own name."""
    rest = [code for code in (*COMMON, *OTHER) if code not in settings.LANGUAGE_NAMES]
    return [(code, NAMES[code]) for code in (*settings.LANGUAGE_NAMES, *rest)]


def _taken() -> str:
    return gettext("Taken are: %(endings)s, up to %(most)s MB. Pictures are drawn anew; documents hold no macros.") % {
        "endings": listed(ENDINGS),
        "most": settings.MATERIAL_MAX_MB,
    }


class MaterialForm(WagtailAdminModelForm):
    """What a material is and for whom it is meant. Its campaign stays; a text stays a text once it has a version."""

    for_countries = forms.MultipleChoiceField(
        label=_("For partners in"),
        required=False,
        choices=lambda: country_choices(get_language() or "en"),
        widget=forms.SelectMultiple(attrs={"size": 6}),
        help_text=_("Choose none for every country."),
    )
    for_roles = forms.MultipleChoiceField(
        label=_("For whom at a partner"),
        required=False,
        choices=[(role.value, role.label) for role in _ROLES],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Choose none for everybody. The lead's own people are offered everything."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        campaign: Any = self.fields["campaign"]
        campaign.queryset = Campaign.objects.changeable_by(self.for_user)
        for name in ("title", "description"):
            self.fields[name].validators += _LINE
        if self.instance.pk:
            campaign.disabled = True
            self.initial["for_countries"] = unlisted(self.instance.countries)
            self.initial["for_roles"] = unlisted(self.instance.roles)
        elif campaign.queryset.count() == 1:
            self.initial.setdefault("campaign", campaign.queryset.get().pk)

    def clean_kind(self) -> str:
        kind: str = self.cleaned_data["kind"]
        was_text = self.instance.pk and Material.objects.get(pk=self.instance.pk).is_text
        is_text = kind == "text"
        if self.instance.pk and was_text != is_text and self.instance.versions.exists():
            raise forms.ValidationError(
                gettext("A file cannot become a text to copy, nor a text a file. Add another material for that.")
            )
        return kind

    def save(self, commit: bool = True) -> Material:
        self.instance.countries = as_list(self.cleaned_data["for_countries"])
        self.instance.roles = as_list(self.cleaned_data["for_roles"])
        material: Material = super().save(commit)
        return material

    class Meta:
        model = Material
        fields = ["campaign", "title", "kind", "description", "position"]


def as_list(codes: list[str]) -> str:
    """Return codes as a material keeps them, ``,BE,FR,``; blank for none."""
    return f",{','.join(codes)}," if codes else ""


def unlisted(kept: str) -> list[str]:
    return [code for code in kept.split(",") if code]


class FileForm(forms.Form):
    """A file in one language."""

    language = forms.ChoiceField(label=_("Language"), choices=language_choices)
    file = forms.FileField(label=_("File"), help_text=lazy(_taken, str)())

    def clean_file(self) -> ReceivedFile:
        upload: UploadedFile = self.cleaned_data["file"]
        return receive(upload)


class TextForm(forms.Form):
    """A text to copy in one language."""

    language = forms.ChoiceField(label=_("Language"), choices=language_choices)
    text = forms.CharField(
        label=_("Text"),
        max_length=LONGEST_TEXT,
        validators=[refuse_unprintable],
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
        help_text=_("Where it says {link} each partner finds its own short link, so that it is credited."),
    )
