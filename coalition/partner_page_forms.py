"""The form of a partner's own page, and its answers. They validate and return what was said; they save nothing."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from coalition.actions.partner_pages import Content, Words
from coalition.logo_files import draw_logo
from coalition.models import PartnerProfile
from coalition.models.profile import LONGEST_SUMMARY, LONGEST_WORDS
from core.plain_text import refuse_line_breaks, refuse_unprintable

LANGUAGES = tuple(settings.WAGTAIL_CONTENT_LANGUAGES)


class PartnerPageForm(forms.Form):
    """Logo, website, figure, and per language a sentence and the words; ``begins_with`` is what stands there."""

    seal = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    logo = forms.FileField(
        label=_("Logo"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".png,.jpg,.jpeg,.webp"}),
        help_text=_("PNG, JPEG or WebP, at most 4 MB, best on a white or clear ground. Empty: the one there is stays."),
    )
    drops_logo = forms.BooleanField(label=_("Show no logo"), required=False)
    website = forms.CharField(
        label=_("Website"),
        required=False,
        max_length=200,
        validators=[URLValidator(schemes=["https"], message=_("Write an address that begins with https://."))],
        widget=forms.TextInput(attrs={"inputmode": "url", "placeholder": "https://"}),
    )
    shows_figure = forms.BooleanField(
        label=_("Show how many signatures and promises came through us"),
        required=False,
        help_text=_("In whole tens, from ten on, beside your own goal if you set one."),
    )

    def __init__(self, *args: Any, begins_with: PartnerProfile | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        said = {text.language: text for text in begins_with.texts.all()} if begins_with else {}
        for code, name in LANGUAGES:
            text = said.get(code)
            self.fields[f"summary_{code}"] = forms.CharField(
                label=_("In one sentence (%(language)s)") % {"language": name},
                required=False,
                max_length=LONGEST_SUMMARY,
                validators=[refuse_unprintable, refuse_line_breaks],
                widget=forms.TextInput(attrs={"lang": code, "dir": "auto"}),
                initial=text.summary if text else "",
            )
            self.fields[f"words_{code}"] = forms.CharField(
                label=_("In your own words (%(language)s)") % {"language": name},
                required=False,
                max_length=LONGEST_WORDS,
                validators=[refuse_unprintable],
                widget=forms.Textarea(attrs={"lang": code, "dir": "auto", "rows": 5}),
                help_text=_("Plain text; an empty line begins a paragraph."),
                initial=text.words if text else "",
            )
        if begins_with is not None:
            self.initial.update(website=begins_with.website, shows_figure=begins_with.shows_figure)
        if begins_with is None or begins_with.logo_id is None:
            del self.fields["drops_logo"]
        self.initial["seal"] = begins_with.seal if begins_with and begins_with.is_open else ""

    def by_language(self) -> Iterator[tuple[str, str, bool, list[Any]]]:
        """Yield code, name, whether something stands there, and the two fields of each language."""
        for code, name in LANGUAGES:
            fields = [self[f"summary_{code}"], self[f"words_{code}"]]
            is_open = any(field.value() or field.errors for field in fields)
            yield code, name, is_open, fields

    def clean_logo(self) -> Any:
        """Return the logo drawn anew; what the browser said of the file is not believed."""
        file = self.cleaned_data["logo"]
        return draw_logo(file) if file else None

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or self.cleaned_data
        if told.get("logo") and told.get("drops_logo"):
            self.add_error("drops_logo", _("Choose a logo or tick this, not both."))
        return told

    def content(self) -> Content:
        """Return what a valid form says."""
        told = self.cleaned_data
        texts = {
            code: Words(_clean(told[f"summary_{code}"]), _clean(told[f"words_{code}"])) for code, _name in LANGUAGES
        }
        return Content(
            website=told["website"],
            shows_figure=told["shows_figure"],
            texts=texts,
            logo=told["logo"],
            drops_logo=bool(told.get("drops_logo")),
        )


def _clean(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


class LookedAtForm(forms.Form):
    """An answer to the version that was looked at."""

    seal = forms.CharField(max_length=40, widget=forms.HiddenInput)


class ReturnForm(LookedAtForm):
    """Giving a page back; the reason stands in the letter."""

    reason = forms.CharField(
        label=_("What should change"),
        max_length=1000,
        validators=[refuse_unprintable],
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The letter to the partner tells it in these words."),
    )
