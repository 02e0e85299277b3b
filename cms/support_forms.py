"""The one question before giving support. It validates and returns an answer; nothing is kept."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from campaigns.initiative_support import OTHER, STATELESS, member_states
from cms.forms import country_choices


class NationalityForm(forms.Form):
    """Which nationality somebody has: a member state's, another one, or none."""

    # Not "nationality": the form of the pledge on the same page may ask that one.
    citizen_of = forms.ChoiceField(
        label=_("Your nationality"),
        help_text=_("If you have two, choose one of them: everybody may give support once."),
        error_messages={
            "required": _("Choose your nationality."),
            "invalid_choice": _("Choose a nationality from the list."),
        },
    )

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "support_%s", **kwargs, "label_suffix": ""})
        members = set(member_states(on))
        named = [(code, name) for code, name in country_choices(get_language() or "en") if code in members]
        self.fields["citizen_of"].choices = [  # type: ignore[attr-defined]
            ("", _("Choose a nationality")),
            (_("Member states of the European Union"), named),
            (_("Others"), [(OTHER, _("Another nationality")), (STATELESS, _("None (stateless)"))]),
        ]
