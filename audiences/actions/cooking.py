"""Making a journey of one's own from a ready-made one."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import get_language

from accounts.models import Organisation, User
from audiences.actions.journeys import draw_up_journey, publish_steps
from audiences.models import Automation, Segment
from audiences.recipes import Recipe, recipe_texts
from campaigns.models import Campaign
from core import audit
from messaging.actions.wordings import save_wording
from messaging.models import MessageText
from people.enums import Channel, Purpose


class SegmentNeeded(ValueError):
    """This journey begins with a segment, and none was chosen."""


@transaction.atomic
def begin_with(
    *,
    recipe: Recipe,
    organisation: Organisation,
    campaign: Campaign,
    segment: Segment | None,
    by: User,
    at: datetime,
    name: str = "",
) -> Automation:
    """Copy a ready-made journey, with its texts in every language, as a draft of the organisation, and return it.

    A text of this recipe that the organisation has for the campaign already is used as it is. Raises SegmentNeeded.
    """
    if recipe.asks_segment and segment is None:
        raise SegmentNeeded
    trigger = {**recipe.trigger, **({"segment": segment.pk} if segment is not None and recipe.asks_segment else {})}
    texts = {key: _text(key, organisation, campaign, by, at) for key in recipe.texts}
    automation = draw_up_journey(
        organisation=organisation,
        campaign=campaign,
        name=name or str(recipe.name),
        trigger=trigger,
        by=by,
        recipe=recipe.key,
    )
    publish_steps(automation=automation, steps=_steps(recipe, texts, organisation, campaign), by=by)
    return automation


def _steps(
    recipe: Recipe, texts: dict[str, MessageText], organisation: Organisation, campaign: Campaign
) -> list[dict[str, Any]]:
    is_lead = campaign.organisation_id == organisation.pk
    news = (Purpose.CAMPAIGN_NEWS if is_lead else Purpose.PARTNER_NEWS).value
    made: list[dict[str, Any]] = []
    for step in recipe.steps:
        if step["kind"] == "send":
            purpose = news if step["purpose"] == Purpose.CAMPAIGN_NEWS else step["purpose"]
            made.append({**step, "text": texts[step["text"]].pk, "purpose": purpose})
        elif step["kind"] == "task":
            made.append({**step, "title": str(step["title"])})
        else:
            made.append(dict(step))
    return made


def _text(key: str, organisation: Organisation, campaign: Campaign, by: User, at: datetime) -> MessageText:
    words = recipe_texts()
    name = words.get(get_language() or "en", words["en"])[key]["name"]
    known = MessageText.objects.filter(organisation=organisation, scope=campaign.slug, channel=Channel.EMAIL)
    every_name = {each[key]["name"] for each in words.values()}
    if (found := known.filter(name__in=every_name).first()) is not None:
        return found
    text = MessageText.objects.create(
        organisation=organisation, scope=campaign.slug, channel=Channel.EMAIL, name=name, fallback_language="en"
    )
    audit.record("messaging.message_text.created", by=by, target=text)
    for language, texts in words.items():
        wording = {field: texts[key][field] for field in ("subject", "preheader", "body")}
        save_wording(text=text, language=language, by=by, at=at, **wording)
    return text
