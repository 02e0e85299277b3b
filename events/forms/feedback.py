"""What a guest says of an event afterwards. It validates and returns data; it saves nothing."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.plain_text import refuse_unprintable
from events.enums import Rating

MOST_WORDS = 2000


class FeedbackForm(forms.Form):
    """One tap, and words for who has them."""

    rating = forms.TypedChoiceField(
        label=_("How was it for you?"), coerce=lambda value: Rating(int(value)), choices=Rating.choices,
        widget=forms.RadioSelect, error_messages={"required": _("Please choose one.")},
    )  # fmt: skip
    words = forms.CharField(
        label=_("What should we keep, what should we do better?"), required=False, max_length=MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}), validators=[refuse_unprintable],
    )  # fmt: skip
