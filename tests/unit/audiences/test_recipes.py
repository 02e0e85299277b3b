"""Ready-made journeys: whole in every language, copied once, led on from the first to the last step."""

from datetime import timedelta

import pytest
from django.conf import settings

from audiences.actions.cooking import begin_with
from audiences.actions.journeys import start_journey
from audiences.actions.leading_on import lead_people_on
from audiences.actions.taking_in import take_people_in
from audiences.journey_enums import JourneyStatus
from audiences.models import AutomationStep, Segment
from audiences.recipes import RECIPES, Recipe, recipe, recipe_texts
from campaigns.models import PledgeKind
from messaging.models import MessageText, OutboundMessage, Wording
from messaging.rendering import render_message
from tests.factories.pledges import make_kind
from tests.factories.staff import NOON, World

SOON = NOON + timedelta(minutes=1)


def test_every_text_of_every_recipe_is_written_in_every_language() -> None:
    keys = {key for each in RECIPES for key in each.texts}
    assert set(recipe_texts()) == {code for code, _name in settings.LANGUAGES}
    assert {code: set(texts) for code, texts in recipe_texts().items()} == dict.fromkeys(recipe_texts(), keys)


def cook(world: World, of: Recipe, segment: Segment | None = None):  # type: ignore[no-untyped-def]
    kind = PledgeKind.objects.filter(campaign=world.campaign).first() if of.asks_pledge_kind else None
    return begin_with(
        recipe=of, organisation=world.lead, campaign=world.campaign, segment=segment, by=world.coordinator, at=NOON,
        pledge_kind=kind,
    )  # fmt: skip


@pytest.mark.parametrize("key", [each.key for each in RECIPES])
def test_recipe_becomes_a_draft_with_its_texts_and_a_second_one_shares_them(ours: World, key: str) -> None:
    found = recipe(key)
    assert found is not None
    segment = Segment.objects.create(organisation=ours.lead, name="Quiet") if found.asks_segment else None
    if found.asks_pledge_kind:
        make_kind(ours.campaign)
    journey = cook(ours, found, segment)
    assert (journey.status, journey.recipe) == (JourneyStatus.DRAFT, key)
    texts = MessageText.objects.count()
    assert texts == len(set(found.texts))
    assert Wording.objects.count() == texts * len(settings.LANGUAGES)
    cook(ours, found, segment)
    assert MessageText.objects.count() == texts


def test_recipe_for_the_quiet_makes_its_segment_once_and_takes_in_who_did_nothing_for_long(ours: World) -> None:
    quiet = recipe("quiet")
    assert quiet is not None
    journey = cook(ours, quiet)
    segment = Segment.objects.get()
    assert (segment.organisation, segment.name) == (ours.lead, "Did nothing for half a year")
    assert journey.trigger == {"kind": "segment", "segment": segment.pk}
    assert cook(ours, quiet).trigger == journey.trigger
    Segment.objects.filter(pk=segment.pk).update(name="Quiet")
    assert cook(ours, quiet).trigger == journey.trigger
    ours.sign("Nina", confirmed_at=NOON - timedelta(days=181))
    ours.sign("Omar", confirmed_at=NOON - timedelta(days=170))
    start_journey(automation=journey, by=ours.coordinator, at=NOON)
    take_people_in(at=SOON)
    assert [run.supporter.full_name for run in journey.runs.select_related("supporter")] == ["Nina"]


def test_recipe_for_the_quiet_names_its_segment_by_a_free_name(ours: World) -> None:
    quiet = recipe("quiet")
    assert quiet is not None
    Segment.objects.create(organisation=ours.lead, name="Did nothing for half a year", rule={"is": "signed"})
    made = cook(ours, quiet).trigger["segment"]
    assert Segment.objects.get(pk=made).name == "Did nothing for half a year (2)"


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_welcome_is_sent_in_the_persons_language(ours: World, language: str) -> None:
    welcome = recipe("welcome")
    assert welcome is not None
    start_journey(automation=cook(ours, welcome), by=ours.coordinator, at=NOON - timedelta(minutes=1))
    signature = ours.sign("Nina Example")
    assert signature.supporter is not None
    signature.supporter.language = language
    signature.supporter.save()
    ours.consent(signature, ours.lead)
    take_people_in(at=SOON)
    lead_people_on(at=SOON)
    letter = render_message(OutboundMessage.objects.get())
    assert letter.language == language
    assert "Nina" in letter.text
    assert "List-Unsubscribe" in letter.headers
    assert "/messages/" in letter.text
    lead_people_on(at=SOON + timedelta(days=4))
    assert list(AutomationStep.objects.values_list("key", "outcome")) == [
        ("thanks", "queued"), ("three-days", "passed"), ("friends", "queued"),
    ]  # fmt: skip
