"""The demo's texts: a mail in four languages, one that waits for its Arabic, a text message. All of them generated."""

import json
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from accounts.demo import LEAD
from accounts.models import Organisation
from messaging.actions.wordings import save_wording
from messaging.demo_texts import DEADLINE, HALFWAY, SHORT
from messaging.models import MessageText
from people.enums import Channel

BY = "job:load_demo"
PETITION, VOTE = "welcoming-europe-demo", "your-commune-demo"


def load_demo_texts(*, at: datetime | None = None) -> None:
    """Make the texts with a wording per language; a second call adds nothing. Load the campaigns before."""
    at = at or timezone.now()
    mails = (("Halfway (generated)", PETITION, HALFWAY), ("The register closes (generated)", VOTE, DEADLINE))
    for name, scope, words in mails:
        for language, (subject, preheader, body) in words.items():
            _save(_text(name, scope, Channel.EMAIL), language, subject=subject, preheader=preheader, body=body, at=at)
    for language, said in SHORT.items():
        text = _text("Register until Friday (generated)", VOTE, Channel.SMS)
        _save(text, language, body=[{"kind": "sms", "value": said}], at=at)


def _text(name: str, scope: str, channel: Channel) -> MessageText:
    lead = Organisation.objects.get(slug=LEAD)
    text, _new = MessageText.objects.get_or_create(
        organisation=lead, name=name, channel=channel, defaults={"scope": scope, "is_generated": True}
    )
    return text


def _save(text: MessageText, language: str, *, body: list[dict[str, Any]], **words: Any) -> None:
    if not text.wordings.filter(language=language).exists():
        filled = json.loads(json.dumps(body).replace("{site}", settings.PUBLIC_URL))
        save_wording(text=text, language=language, body=filled, by=BY, **words)
