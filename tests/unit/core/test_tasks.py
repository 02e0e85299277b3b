from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone
from wagtail.models import Page, Site

from core.models import Heartbeat
from core.tasks import beat_heart, publish_scheduled


@pytest.mark.django_db
def test_beat_heart_keeps_one_row_with_the_latest_moment(clock: time_machine.Traveller) -> None:
    beat_heart(unknown_argument="from a newer sender")
    clock.shift(30)
    beat_heart()
    assert list(Heartbeat.objects.values_list("name", "at")) == [("worker", timezone.now())]


@pytest.mark.django_db
def test_publish_scheduled_publishes_when_the_moment_has_come(clock: time_machine.Traveller, at: datetime) -> None:
    home = Site.objects.get(is_default_site=True).root_page
    page = home.add_child(instance=Page(title="Later", slug="later", live=False))
    page.go_live_at = at + timedelta(minutes=10)
    page.save_revision().publish()
    publish_scheduled()
    assert not Page.objects.get(pk=page.pk).live
    clock.shift(601)
    publish_scheduled()
    assert Page.objects.get(pk=page.pk).live
