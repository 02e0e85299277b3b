"""Composing a broadcast: to whom, with which texts, when."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin.forms.models import WagtailAdminModelForm

from accounts.models import Organisation
from audiences.actions.broadcasts import LABELS, BroadcastPlan
from audiences.broadcast_querysets import BroadcastQuerySet
from audiences.enums import Split
from audiences.models import Broadcast, Segment
from campaigns.models import Campaign
from campaigns.wall_clock import WallClockField, at_place
from campaigns.zones import zone_of
from core.lists import listed
from messaging.models import MessageText
from messaging.wordings import newest_wordings
from people.enums import Channel, Purpose

PURPOSES = [Purpose.CAMPAIGN_NEWS, Purpose.PARTNER_NEWS, Purpose.REMINDER]


class WallClockInput(forms.DateTimeInput):
    """The browser's own way of choosing day and hour."""

    def __init__(self) -> None:
        super().__init__(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class SegmentsField(forms.ModelMultipleChoiceField):
    """Segments to tick, each with how many people it last held."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        if obj.member_count is None:
            return str(obj.name)
        people = ngettext("%(count)s person", "%(count)s people", obj.member_count) % {"count": obj.member_count}
        return f"{obj.name} ({people})"


class TextField(forms.ModelChoiceField):
    """A text, with its channel and the languages it has words in."""

    languages: dict[int, list[str]]

    def label_from_instance(self, obj: Any) -> str:
        languages = self.languages.get(obj.pk, [])
        written = listed(code.upper() for code in languages) if languages else _("no words yet")
        return f"{obj.get_channel_display()}: {obj.name} ({written})"


class BroadcastForm(WagtailAdminModelForm):
    """What is to be sent. It validates; `plan()` is what the action takes."""

    for_user: Any

    included = SegmentsField(label=gettext_lazy("To everybody in one of these"), queryset=Segment.objects.none())
    excluded = SegmentsField(
        label=gettext_lazy("But to nobody in one of these"), queryset=Segment.objects.none(), required=False
    )
    text_a = TextField(label=gettext_lazy("Text"), queryset=MessageText.objects.none())
    text_b = TextField(
        label=gettext_lazy("Second text (B)"),
        queryset=MessageText.objects.none(),
        required=False,
        help_text=gettext_lazy("Only if you want to compare: another subject, another picture of the same matter."),
    )
    text_c = TextField(label=gettext_lazy("Third text (C)"), queryset=MessageText.objects.none(), required=False)
    scheduled_at = WallClockField(
        label=gettext_lazy("Send from"),
        required=False,
        widget=WallClockInput,
        help_text=gettext_lazy("Empty: as soon as it may be. A clock in the campaign’s time zone."),
    )
    expires_at = WallClockField(
        label=gettext_lazy("Useful until"),
        required=False,
        widget=WallClockInput,
        help_text=gettext_lazy("What has not left by then is not sent. Empty: three days after it began."),
    )

    class Meta:
        model = Broadcast
        fields = [
            "campaign", "organisation", "name", "purpose", "channel", "split", "test_percent", "decide_hours",
            "is_decided_alone",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        user = self.for_user
        fields["purpose"].choices = [(each.value, each.label) for each in PURPOSES]
        fields["campaign"].queryset = Campaign.objects.visible_to(user)
        fields["organisation"].queryset = _senders(user)
        segments = Segment.objects.changeable_by(user).select_related("organisation")
        texts = MessageText.objects.changeable_by(user).order_by("channel", "name")
        languages = {pk: list(found) for pk, found in newest_wordings(texts).items()}
        for name in ("included", "excluded"):
            fields[name].queryset = segments
        for name in self._text_names():
            fields[name].queryset, fields[name].languages = texts, languages
        self._fill_in()

    @staticmethod
    def _text_names() -> list[str]:
        return [f"text_{label.lower()}" for label in LABELS]

    def _fill_in(self) -> None:
        """Begin with what is stored, or with the only choice there is."""
        if self.instance.pk:
            variants = self.instance.variants.order_by("label")
            self.initial |= {f"text_{each.label.lower()}": each.text_id for each in variants}
            for name in ("included", "excluded"):
                self.initial[name] = list(getattr(self.instance, name).values_list("pk", flat=True))
            for name in ("scheduled_at", "expires_at"):
                moment = getattr(self.instance, name)
                self.initial[name] = moment and moment.astimezone(self.instance.zone)
            return
        for name in ("campaign", "organisation"):
            only = list(self.fields[name].queryset[:2])
            if len(only) == 1:
                self.initial[name] = only[0].pk
        self.initial.setdefault("purpose", Purpose.CAMPAIGN_NEWS)
        self.initial.setdefault("channel", Channel.EMAIL)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        campaign, organisation = cleaned.get("campaign"), cleaned.get("organisation")
        if campaign and organisation:
            self._check_sender(campaign, organisation, cleaned.get("purpose", ""))
        if organisation:
            self._check_owned(organisation, cleaned)
        self._check_texts(cleaned)
        if campaign:
            self._read_times(campaign, cleaned)
        return cleaned

    def _check_sender(self, campaign: Campaign, organisation: Organisation, purpose: str) -> None:
        is_leading = campaign.organisation_id == organisation.pk
        takes_part = campaign.partnerships.active().filter(organisation=organisation)
        if not is_leading and not takes_part.exists():
            self.add_error("organisation", _("This organisation takes no part in the campaign."))
        elif is_leading and purpose == Purpose.PARTNER_NEWS:
            self.add_error("purpose", _("Who leads the campaign sends its news, not a partner’s."))
        elif not is_leading and purpose == Purpose.CAMPAIGN_NEWS:
            self.add_error("purpose", _("A partner sends its own news, to those who agreed to them."))

    def _check_owned(self, organisation: Organisation, cleaned: dict[str, Any]) -> None:
        for name in ("included", "excluded", *self._text_names()):
            chosen: Any = cleaned.get(name)
            rows = list(chosen) if hasattr(chosen, "__iter__") else [chosen] if chosen else []
            if any(row.organisation_id != organisation.pk for row in rows):
                self.add_error(name, _("This is another organisation’s."))
        both = set(cleaned.get("included") or ()) & set(cleaned.get("excluded") or ())
        if both:
            self.add_error("excluded", _("You chose this segment above as well: nobody would be left."))

    def _check_texts(self, cleaned: dict[str, Any]) -> None:
        seen: set[int] = set()
        for name in self._text_names():
            text: MessageText | None = cleaned.get(name)
            if text is None:
                continue
            if text.channel != cleaned.get("channel"):
                self.add_error(name, _("This text is for %(channel)s.") % {"channel": text.get_channel_display()})
            elif text.pk in seen:
                self.add_error(name, _("This text is chosen above already: there is nothing to compare."))
            seen.add(text.pk)
        if cleaned.get("text_c") and not cleaned.get("text_b"):
            self.add_error("text_b", _("Choose the second text before a third."))
        if cleaned.get("text_b") and cleaned.get("split") == Split.NONE:
            self.add_error("split", _("You chose several texts: say how they are shared out."))
        if (
            not cleaned.get("text_b")
            and cleaned.get("split") in (Split.EVEN, Split.TEST)
            and "text_b" not in self.errors
        ):
            self.add_error("text_b", _("Choose a second text to compare with, or one text for everybody."))

    def _read_times(self, campaign: Campaign, cleaned: dict[str, Any]) -> None:
        for name in ("scheduled_at", "expires_at"):
            wall: datetime | None = cleaned.get(name)
            if wall is None:
                continue
            try:
                cleaned[name] = at_place(wall, zone_of(campaign))
            except forms.ValidationError as error:
                self.add_error(name, error)
        starts, ends = cleaned.get("scheduled_at"), cleaned.get("expires_at")
        if starts and ends and ends <= starts:
            self.add_error("expires_at", _("This is before it is sent."))

    def plan(self) -> BroadcastPlan:
        """Return what somebody means to send."""
        told = self.cleaned_data
        texts = [told[name] for name in self._text_names() if told.get(name)]
        names = (
            "campaign", "organisation", "name", "purpose", "channel", "split", "test_percent", "decide_hours",
            "is_decided_alone", "scheduled_at", "expires_at",
        )  # fmt: skip
        columns = {name: told[name] for name in names}
        return BroadcastPlan(**columns, included=list(told["included"]), excluded=list(told["excluded"]), texts=texts)


def _senders(user: Any) -> Any:
    """Return the organisations for which the user may write."""
    if user.is_superuser:
        return Organisation.objects.all()
    held = user.memberships.filter(role__in=BroadcastQuerySet.writers).values("organisation")
    return Organisation.objects.filter(pk__in=held)


class RejectForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("What has to change"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        help_text=gettext_lazy("The author reads this."),
    )
