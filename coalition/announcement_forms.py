"""The form an announcement is written in: for whom, how, and one text per language."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.forms.boundfield import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.enums import PartnerRole
from campaigns.models import Campaign, Partnership
from coalition.actions.announcements import draft_of, seal_of
from coalition.announcement_enums import ADDRESSED, AnnouncementStatus
from coalition.announcement_letters import direction_of
from coalition.announcement_rules import LONGEST_BODY, LONGEST_SUBJECT, Draft, Said, mistakes_of
from coalition.models import Announcement
from places.country_names import country_name

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True)
class TextFields:
    """The two fields of one language."""

    language: str
    name: str
    subject: BoundField
    body: BoundField
    is_open: bool


class AnnouncementForm(forms.Form):
    """A draft, or with ``announcement`` published its texts alone: for whom it was cannot be changed any more.

    ``was`` says which of the two was looked at, ``seal`` what it said then.
    """

    campaign = forms.ModelChoiceField(label=_("Campaign"), queryset=Campaign.objects.none())
    to_roles = forms.MultipleChoiceField(
        label=_("Roles"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(role.value, role.label) for role in ADDRESSED],
        help_text=_("None ticked: all of them."),
    )
    to_countries = forms.MultipleChoiceField(
        label=_("Countries"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: all of them."),
    )
    sends_letter = forms.BooleanField(
        label=_("Also send it by e-mail"),
        required=False,
        initial=True,
        help_text=_("One letter to each person who manages such a partner, in their language where you wrote it."),
    )
    is_pinned = forms.BooleanField(
        label=_("Keep it at the top of partners' lists"),
        required=False,
        help_text=_("Partners that join later see it too, however old it is; they get no letter."),
    )
    fallback = forms.ChoiceField(
        label=_("Text for those in whose language there is none"), choices=settings.LANGUAGES, initial="en"
    )
    was = forms.CharField(widget=forms.HiddenInput, required=False)
    seal = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, user: "User", announcement: Announcement | None = None) -> None:
        super().__init__(data, initial=_initial(announcement))
        self.is_published = announcement is not None and announcement.status == AnnouncementStatus.PUBLISHED
        self.there = frozenset(draft_of(announcement).texts) if announcement else frozenset()
        led = Campaign.objects.changeable_by(user)
        for code, _name in settings.LANGUAGES:
            look = {"lang": code, "dir": direction_of(code)}
            self.fields[f"subject_{code}"] = forms.CharField(
                label=_("Subject"), required=False, max_length=LONGEST_SUBJECT, widget=forms.TextInput(attrs=look)
            )
            self.fields[f"body_{code}"] = forms.CharField(
                label=_("Text"),
                required=False,
                max_length=LONGEST_BODY,
                widget=forms.Textarea(attrs={**look, "rows": 8}),
                help_text=_(
                    "An empty line begins a paragraph. **bold**, lines with - are a list, [words](https://…) a link."
                ),
            )
        if self.is_published:
            for name in ("campaign", "to_roles", "to_countries", "sends_letter", "fallback"):
                del self.fields[name]
            return
        campaigns: Any = self.fields["campaign"]
        campaigns.queryset = led
        places: Any = self.fields["to_countries"]
        partners = Partnership.objects.active().filter(campaign__in=led.values("pk"), role__in=ADDRESSED)
        codes = {*partners.order_by().values_list("organisation__country", flat=True).distinct()}
        codes |= set(announcement.to_countries if announcement else ())
        places.choices = sorted(((c, country_name(c)) for c in codes if c), key=lambda pair: pair[1])

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or self.cleaned_data
        for code, said in self.texts().items():
            for mistake in mistakes_of(said):
                self.add_error(f"{mistake.where}_{code}", mistake.message)
        names = dict(settings.LANGUAGES)
        if not self.texts() and not self.errors:
            self.add_error(None, gettext("Write it in at least one language."))
        for code in sorted(self.there - set(self.texts())) if self.is_published else ():
            refusal = gettext("%(language)s is published, and cannot be emptied. Withdraw the announcement instead.")
            self.add_error(f"body_{code}", refusal % {"language": names[code]})
        if "fallback" in told and self.texts() and told["fallback"] not in self.texts():
            self.add_error("fallback", gettext("There is no text in this language."))
        return told

    def texts(self) -> dict[str, Said]:
        """Return what was written, by language; a language left empty is not there."""
        told = self.cleaned_data
        found = {
            code: Said(told.get(f"subject_{code}", ""), told.get(f"body_{code}", "").replace("\r\n", "\n"))
            for code, _name in settings.LANGUAGES
        }
        return {code: said for code, said in found.items() if said.subject or said.body}

    def draft(self) -> Draft:
        told = self.cleaned_data
        return Draft(
            texts=self.texts(),
            fallback=told["fallback"],
            roles=tuple(PartnerRole(role).value for role in told["to_roles"]),
            countries=tuple(told["to_countries"]),
            sends_letter=told["sends_letter"],
            is_pinned=told["is_pinned"],
        )

    def look_again(self, announcement: Announcement) -> None:
        """Say that it was changed meanwhile; saving once more puts what was typed in its place, knowingly."""
        typed: Any = self.data
        typed = typed.copy()
        typed["seal"] = seal_of(announcement)
        self.data = typed
        said = gettext(
            "Somebody else changed this announcement meanwhile. What you typed is still here and not saved yet. Look "
            "at theirs in another window; save again to put yours in its place."
        )
        self.add_error(None, said)

    def text_fields(self) -> list[TextFields]:
        """Return the fields of each language; those open in which something stands, or the first of all."""
        found = []
        for number, (code, name) in enumerate(settings.LANGUAGES):
            subject, body = self[f"subject_{code}"], self[f"body_{code}"]
            is_used = bool(subject.value() or body.value() or subject.errors or body.errors)
            found.append(TextFields(code, name, subject, body, is_used or (not number and not self.there)))
        return found

    def plain_fields(self) -> list[BoundField]:
        names = ("campaign", "to_roles", "to_countries", "sends_letter", "is_pinned", "fallback")
        return [self[name] for name in names if name in self.fields]


def _initial(announcement: Announcement | None) -> dict[str, Any]:
    if announcement is None:
        return {"was": AnnouncementStatus.DRAFT.value}
    draft = draft_of(announcement)
    texts = {f"subject_{code}": said.subject for code, said in draft.texts.items()}
    texts |= {f"body_{code}": said.body for code, said in draft.texts.items()}
    return {
        **texts,
        "campaign": announcement.campaign_id,
        "to_roles": list(draft.roles),
        "to_countries": list(draft.countries),
        "sends_letter": draft.sends_letter,
        "is_pinned": draft.is_pinned,
        "fallback": draft.fallback,
        "was": announcement.status,
        "seal": draft.seal_in(announcement.campaign_id),
    }
