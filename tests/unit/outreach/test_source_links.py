"""A link for every mobiliser in one press: the very one their phone shows."""

import pytest

from campaigns.models import Partnership
from outreach.actions.handover import ensure_handover_links
from outreach.selectors.efforts import efforts_of, volunteers_of
from outreach.source_links import make_mobiliser_links
from tests.factories.fieldwork import STALL, make_effort, make_volunteer
from tests.factories.staff import World

pytestmark = pytest.mark.django_db


def test_every_mobiliser_gets_the_link_of_their_phone_once(ours: World, theirs: World) -> None:
    make_effort(ours, petition=ours.petition)
    cleo = make_volunteer(ours, "Cleo")
    make_volunteer(ours, "Dora", ours.partner)
    make_effort(theirs, petition=theirs.petition)
    make_volunteer(theirs, "Zoe")
    shown = ensure_handover_links(user=cleo.user, own=efforts_of(cleo.user, volunteers_of(cleo.user, STALL)))
    found, new = make_mobiliser_links(campaign=ours.campaign, organisation_ids=None, at=STALL)
    assert (len(found), new) == (2, 1)
    assert set(shown.values()) <= {source.code for source in found}
    assert ours.partnership in {source.partnership for source in found}
    assert len({source.label for source in found}) == 2
    assert make_mobiliser_links(campaign=ours.campaign, organisation_ids=None, at=STALL)[1] == 0


def test_partner_makes_links_of_its_own_mobilisers_only(ours: World) -> None:
    make_effort(ours, petition=ours.petition)
    make_volunteer(ours, "Cleo")
    make_volunteer(ours, "Dora", ours.partner)
    found, new = make_mobiliser_links(campaign=ours.campaign, organisation_ids={ours.partner.pk}, at=STALL)
    assert (new, [source.partnership for source in found]) == (1, [ours.partnership])


def test_mobilisers_of_a_partner_that_left_get_none(ours: World) -> None:
    make_effort(ours, petition=ours.petition)
    make_volunteer(ours, "Dora", ours.partner)
    Partnership.objects.update(left_at=STALL)
    assert make_mobiliser_links(campaign=ours.campaign, organisation_ids=None, at=STALL) == ([], 0)
