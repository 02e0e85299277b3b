"""Links made and counted by several at the same moment."""

from datetime import datetime

import pytest
from django.db import IntegrityError

from campaigns.actions.source_links import WantedLink, count_visit, make_links
from campaigns.enums import SourceKind, VisitWay
from campaigns.models import Source, SourceVisit
from tests.factories.cms import make_petition
from tests.threads import run_at_once


@pytest.mark.django_db(transaction=True)
def test_first_visits_at_once_are_all_counted(at: datetime) -> None:
    source = Source.objects.create(campaign=make_petition().campaign, code="poster", label="Poster")

    def visit() -> None:
        for _ in range(5):
            count_visit(source=source, way=VisitWay.LINK, at=at)

    assert run_at_once(*[visit] * 4) == [None] * 4
    assert SourceVisit.objects.get().visits == 20


@pytest.mark.django_db(transaction=True)
def test_links_made_at_once_are_made_once() -> None:
    campaign = make_petition().campaign
    wanted = [WantedLink(f"material:{number}", f"Poster {number}", SourceKind.MATERIAL) for number in range(20)]
    results = run_at_once(*[lambda: make_links(campaign=campaign, wanted=wanted)] * 3)
    assert sum(new for _found, new in results) == 20
    assert Source.objects.filter(campaign=campaign).count() == 20
    assert {len(found) for found, _new in results} == {20}


@pytest.mark.django_db
def test_database_refuses_a_second_link_for_the_same_thing() -> None:
    campaign = make_petition().campaign
    Source.objects.create(campaign=campaign, code="a", label="A", made_for="event:1")
    Source.objects.create(campaign=campaign, code="b", label="B")
    Source.objects.create(campaign=campaign, code="c", label="C")
    with pytest.raises(IntegrityError):
        Source.objects.create(campaign=campaign, code="d", label="D", made_for="event:1")


@pytest.mark.django_db
def test_visit_after_midnight_in_the_campaigns_zone_is_of_the_new_day(at: datetime) -> None:
    campaign = make_petition().campaign
    campaign.time_zone = "Pacific/Auckland"
    campaign.save(update_fields=["time_zone"])
    source = Source.objects.create(campaign=campaign, code="far", label="Far")
    late = at.replace(hour=23)
    count_visit(source=source, way=VisitWay.LINK, at=late)
    assert (SourceVisit.objects.get().day - late.date()).days == 1
