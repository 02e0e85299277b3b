"""The factories make rows the database accepts, again and again."""

from datetime import datetime

import pytest

from messaging.enums import MessageStatus
from tests.factories.campaigns import make_partnership, make_petition, make_source
from tests.factories.messaging import make_message
from tests.factories.people import make_consent, make_consent_text, make_contact_point


@pytest.mark.django_db
def test_factories_make_two_of_everything(at: datetime) -> None:
    for _ in range(2):
        petition = make_petition()
        partnership = make_partnership(petition.campaign)
        source = make_source(petition.campaign, partnership=partnership)
        point = make_contact_point()
        consent = make_consent(point, make_consent_text(partnership.organisation))
        message = make_message(at=at, contact_point=point)
        assert petition.is_open(at)
        assert source.partnership == partnership
        assert consent.organisation == partnership.organisation
        assert (message.status, message.not_before) == (MessageStatus.READY, at)
