"""Volunteers in the staff's world: two coalitions that must never see each other."""

from collections.abc import Iterator

import pytest

from tests.factories.staff import World
from tests.factories.volunteers import make_volunteer
from volunteers.models import Volunteer


@pytest.fixture
def nina(ours: World) -> Volunteer:
    """A volunteer of the leading organisation."""
    return make_volunteer(ours.campaign, "Nina Example", email="nina@example.org", languages=("fr", "ar"))


@pytest.fixture
def pia(ours: World) -> Iterator[Volunteer]:
    """A volunteer of the partner."""
    return make_volunteer(ours.campaign, "Pia Example", organisation=ours.partner)  # type: ignore[return-value]
