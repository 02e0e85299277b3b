"""What `cms/includes/rsvp_form.html` needs, on whatever page it stands."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import override

from cms.rsvp_forms import RsvpForm
from cms.rsvp_spec import rsvp_spec
from events.actions.rsvps import why_closed
from events.models import Event


def rsvp_context(
    event: Event, *, locale: str, at: datetime, form: RsvpForm | None = None, source: str = ""
) -> dict[str, Any]:
    """Return the include's context: ``form`` (None where nobody can register now, ``closed`` says why) and ``spec``.

    ``source``: the code of the link that brought the visitor; pages kept by caches pass their placeholder.
    """
    spec = form.spec if form is not None else rsvp_spec(event, locale, source)
    closed = why_closed(event, at) or ("" if spec.slots else "over")
    with override(locale):
        action_url = reverse("event_register", args=[event.public_id])
    return {
        "form": form or (None if closed else RsvpForm(spec=spec, source=source)),
        "closed": closed,
        "spec": spec,
        "partner": spec.partnership,
        "privacy_url": spec.privacy_url,
        "action_url": action_url,
        "challenge_url": reverse("challenge"),
    }
