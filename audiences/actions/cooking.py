"""Making a journey of one's own from a ready-made one."""

from datetime import datetime
from itertools import count
from typing import Any

from django.db import transaction
from django.utils.translation import get_language

from accounts.models import Organisation, User
from audiences.actions.journeys import draw_up_journey, publish_steps
from audiences.actions.segments import create_segment
from audiences.criteria.base import known_parameters
from audiences.models import Automation, Segment
from audiences.recipes import Recipe, recipe_texts
from audiences.segment_rules import parse_rule, write_rule
from campaigns.models import Campaign, PledgeKind
from core import audit
from messaging.actions.wordings import save_wording
from messaging.models import MessageText
from people.enums import Channel, Purpose


class PledgeKindNeeded(ValueError):
    """This journey is about one kind of pledge of its campaign, and none was chosen."""


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
    pledge_kind: PledgeKind | None = None,
) -> Automation:
    """Copy a ready-made journey, with its texts in every language, as a draft of the organisation, and return it.

    A text of this recipe that the organisation has for the campaign already is used as it is, and so is a segment of
    the recipe's rule. Where the recipe begins with a segment and none is given, it is that one. Raises
    PledgeKindNeeded.
    """
    if recipe.asks_pledge_kind and (pledge_kind is None or pledge_kind.campaign_id != campaign.pk):
        raise PledgeKindNeeded
    trigger = dict(recipe.trigger)
    if recipe.asks_segment:
        name_of_it, rule = str(recipe.begin_name), recipe.begin_rule
        trigger["segment"] = (segment or _segment(name_of_it, rule, organisation, campaign, by, at)).pk
    if pledge_kind is not None and recipe.asks_pledge_kind:
        trigger["kinds"] = [pledge_kind.pk]
    texts = {key: _text(key, organisation, campaign, by, at) for key in recipe.texts}
    automation = draw_up_journey(
        organisation=organisation,
        campaign=campaign,
        name=name or str(recipe.name),
        trigger=trigger,
        by=by,
        recipe=recipe.key,
        leave_segment=_leave_segment(recipe, organisation, campaign, trigger, by, at),
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


def _leave_segment(
    recipe: Recipe,
    organisation: Organisation,
    campaign: Campaign,
    trigger: dict[str, Any],
    by: User,
    at: datetime,
) -> Segment | None:
    """Return the organisation's segment of those who leave, of the kind the journey is about."""
    if not recipe.leave_rule:
        return None
    asked = {**recipe.leave_rule["not"], "kinds": trigger["kinds"]}
    return _segment(f"{recipe.leave_name}: {campaign.title}"[:110], {"not": asked}, organisation, campaign, by, at)


def _segment(
    name: str, told: dict[str, Any], organisation: Organisation, campaign: Campaign, by: User, at: datetime
) -> Segment:
    """Return the organisation's segment of a rule: one it has, else a new one by the first name that is free."""
    rule = write_rule(parse_rule(told, known_parameters()), known_parameters())
    own = list(Segment.objects.filter(organisation=organisation))
    if (found := next((each for each in own if each.rule == rule), None)) is not None:
        return found
    names = {each.name for each in own}
    free = next(each for number in count(1) if (each := name if number == 1 else f"{name} ({number})") not in names)
    return create_segment(organisation=organisation, campaign=campaign, name=free, rule=rule, by=by, at=at)


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
