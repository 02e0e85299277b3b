"""Which boxes a form shows: reminders are asked by whoever sends them, news by the lead and the partner of the link."""

import pytest

from accounts.models import Organisation
from campaigns.models import Partnership
from cms.form_spec import consent_choices
from people.enums import Channel, Purpose
from tests.factories.cms import make_petition
from tests.factories.people import make_consent_text, make_organisation

pytestmark = pytest.mark.django_db


def asked(petition: object, partnership: Partnership | None, reminded_by: int | None) -> set[str]:
    campaign = petition.campaign  # type: ignore[attr-defined]
    choices = consent_choices(campaign, partnership, locale="en", channels=("email", "sms"), reminded_by=reminded_by)
    return {choice.body for choice in choices}


def test_reminders_are_asked_by_the_host_alone_and_its_news_only_through_its_link() -> None:
    petition = make_petition()
    lead, host = petition.campaign.organisation, make_organisation("Host")
    for organisation, name in ((lead, "lead"), (host, "host")):
        make_consent_text(organisation, f"news of the {name}", purpose=_news(organisation, lead))
        make_consent_text(organisation, f"reminders by the {name}", purpose=Purpose.REMINDER, channel=Channel.SMS)
    partnership = Partnership.objects.create(campaign=petition.campaign, organisation=host)
    assert asked(petition, None, None) == {"news of the lead"}
    assert asked(petition, None, lead.pk) == {"news of the lead", "reminders by the lead"}
    assert asked(petition, None, host.pk) == {"news of the lead", "reminders by the host"}
    assert asked(petition, partnership, host.pk) == {"news of the lead", "news of the host", "reminders by the host"}


def _news(organisation: Organisation, lead: Organisation) -> Purpose:
    return Purpose.CAMPAIGN_NEWS if organisation == lead else Purpose.PARTNER_NEWS
