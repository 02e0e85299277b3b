"""The form of a pledge: what it asks, what it refuses with which words, and what it hands on."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.http import QueryDict

from campaigns.models import PledgeKind
from campaigns.pledge_enums import RemindMe
from campaigns.pledge_opening import Opening
from cms.pledge_forms import PledgeForm, RemindForm, Reminding
from cms.pledge_spec import PledgeSpec, build_pledge_spec
from people.enums import Channel, Purpose
from people.models import ConsentText
from tests.factories.cms import make_petition, make_pledge_page
from tests.factories.elections import make_election
from tests.factories.people import make_consent_text
from tests.factories.pledges import make_kind

pytestmark = pytest.mark.django_db

LAST = date(2026, 7, 31)
GOOD = {"full_name": "Ada Lovelace", "email": "ada@example.org", "commune": "NIS 21009"}


@pytest.fixture
def kind(territories: None, at: datetime) -> PledgeKind:
    return make_kind(make_petition().campaign, election=make_election(), due_date=LAST)


def allow(kind: PledgeKind, channel: Channel = Channel.EMAIL) -> ConsentText:
    organisation = kind.campaign.organisation
    return make_consent_text(organisation, f"Remind me by {channel}.", purpose=Purpose.REMINDER, channel=channel)


def spec_of(kind: PledgeKind, language: str = "en") -> PledgeSpec:
    return build_pledge_spec(make_pledge_page(kind, language=language), None)


def fill_in(kind: PledgeKind, *ticked: ConsentText, **answers: Any) -> PledgeForm:
    posted = QueryDict(mutable=True)
    for name, value in {**GOOD, **answers}.items():
        if value is not None:
            posted[name] = value
    for text in ticked:
        posted[f"consent_{text.pk}"] = "on"
    return PledgeForm(posted, spec=spec_of(kind))


def test_form_asks_what_the_kind_asks(kind: PledgeKind) -> None:
    allow(kind)
    assert set(PledgeForm(spec=spec_of(kind)).fields) >= {"phone", "commune", "remind", "remind_date"}
    kind.asks_phone, kind.asks_commune, kind.asks_nationality = False, False, True
    kind.save()
    fields = set(PledgeForm(spec=spec_of(kind)).fields)
    assert "nationality" in fields
    assert not fields & {"phone", "commune"}


def test_communes_are_those_of_the_election_in_the_order_of_the_language(kind: PledgeKind) -> None:
    english, french = spec_of(kind).communes, spec_of(kind, "fr").communes
    assert len(english) == 19
    assert [name for _code, name in english] == sorted(name for _code, name in english)
    assert dict(english).keys() == dict(french).keys()


def test_communes_of_a_kind_without_election_are_where_the_campaign_is_at_home(territories: None) -> None:
    from campaigns.models import Partnership
    from places.models import Territory

    kind = make_kind(make_petition().campaign)
    assert spec_of(kind).communes == ()
    region = Territory.objects.get(code="BE-BRU")
    campaign = kind.campaign
    Partnership.objects.create(campaign=campaign, organisation=campaign.organisation, territory=region)
    assert len(spec_of(kind).communes) == 19


def test_form_hands_on_what_confirming_reads(kind: PledgeKind) -> None:
    text = allow(kind)
    form = fill_in(kind, text, remind="on_day", remind_date="2026-07-01", source="flyer")
    assert form.is_valid(), form.errors
    intake = form.intake(kind="pledge", address_hash="x")
    assert (intake.target_id, intake.target_title) == (kind.pk, "I will register to vote")
    assert intake.payload == {
        "campaign_name": kind.campaign.title,
        "organisation_name": kind.campaign.organisation.name,
        "page_id": form.spec.page_id,
        "full_name": "Ada Lovelace",
        "commune": "NIS 21009",
        "remind": "on_day",
        "remind_date": "2026-07-01",
    }
    assert intake.consents == [{"text": text.pk, "granted": True}]
    assert intake.source == "flyer"


def test_reminders_are_asked_only_where_a_wording_allows_them(kind: PledgeKind) -> None:
    form = fill_in(kind, remind="once")
    assert "remind" not in form.fields
    assert form.is_valid(), form.errors
    assert "remind" not in form.intake(kind="pledge", address_hash="").payload


def test_form_offers_only_reminders_the_kind_sends(kind: PledgeKind) -> None:
    allow(kind)
    offered = [value for value, _label in PledgeForm(spec=spec_of(kind)).fields["remind"].choices]
    assert offered == ["as_needed", "once", "on_day", "never"]
    kind.reminder_rules.update(is_active=False)
    form = PledgeForm(spec=spec_of(kind))
    assert [value for value, _label in form.fields["remind"].choices] == ["on_day", "never"]
    assert RemindForm(opening=form.opening, now=Reminding()).now_words == "no reminder is planned"


def test_reminder_wanted_without_a_yes_is_said_at_the_field(kind: PledgeKind) -> None:
    allow(kind)
    form = fill_in(kind, remind="as_needed")
    assert "we need your yes" in form.errors["remind"][0]
    assert fill_in(kind, remind="never").is_valid()


def test_text_messages_ticked_without_a_number_are_asked_for_it(kind: PledgeKind) -> None:
    by_sms = allow(kind, Channel.SMS)
    assert "Write your number" in fill_in(kind, by_sms, remind="once").errors["phone"][0]
    assert fill_in(kind, by_sms, remind="once", phone="+32 470 12 34 56").is_valid()


@pytest.mark.parametrize(
    ("remind", "day", "said"),
    [
        ("on_day", "", "Write the day"),
        ("on_day", "2026-03-02", "Choose a day from 3 March 2026 to 31 July 2026."),
        ("on_day", "2026-08-01", "Choose a day from 3 March 2026 to 31 July 2026."),
        ("on_day", "soon", "We cannot read this day."),
        ("as_needed", "2026-07-01", "You wrote a day."),
        ("never", "soon", ""),
        ("on_day", "2026-03-03", ""),
        ("on_day", "2026-07-31", ""),
    ],
)
def test_day_of_the_reminder_lies_between_tomorrow_and_the_last_day(
    kind: PledgeKind, remind: str, day: str, said: str
) -> None:
    form = fill_in(kind, allow(kind), remind=remind, remind_date=day)
    assert form.is_valid() is not bool(said)
    if said:
        assert said in form.errors["remind_date"][0]
        assert list(form.errors) == ["remind_date"]


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"full_name": "visit www.example.com"}, "full_name"),
        ({"full_name": "123"}, "full_name"),
        ({"email": "nowhere"}, "email"),
        ({"phone": "12"}, "phone"),
        ({"commune": "NIS 99999"}, "commune"),
        ({"commune": None}, "commune"),
    ],
)
def test_form_says_at_the_field_what_is_wrong(kind: PledgeKind, answers: dict[str, Any], field: str) -> None:
    assert list(fill_in(kind, **answers).errors) == [field]


def test_commune_answered_before_is_chosen_and_an_unknown_one_is_not(kind: PledgeKind) -> None:
    spec = spec_of(kind)
    assert PledgeForm(spec=spec, commune="NIS 21009")["commune"].value() == "NIS 21009"
    assert PledgeForm(spec=spec, commune="NIS 1")["commune"].value() is None


def test_reminders_can_be_changed_later_and_a_fault_is_said(at: datetime) -> None:
    opening, now = Opening(LAST - timedelta(days=60), LAST), Reminding(RemindMe.ON_DAY, LAST)
    assert RemindForm(opening=opening, now=now).now_words == "on 31 July 2026"
    assert RemindForm({"remind": "on_day"}, opening=opening, now=now).errors.keys() == {"remind_date"}
    changed = RemindForm({"remind": "never", "remind_date": ""}, opening=opening, now=now)
    assert changed.is_valid()
    assert changed.reminding == Reminding(RemindMe.NEVER, None)
