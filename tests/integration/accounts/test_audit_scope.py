"""A data-protection officer reads what their own coalition's people did, also those who left; nothing of another's."""

import pytest

from accounts.models import Membership, User
from core import audit
from tests.factories.staff import World, browse

pytestmark = pytest.mark.django_db


def note(user: User | str) -> None:
    audit.record("core.test.noted", by=user, target=f"noted:{user}")


def test_officer_reads_the_own_coalition_and_jobs_and_nothing_of_another(ours: World, theirs: World) -> None:
    for each in (ours.coordinator, ours.manager, theirs.coordinator, "nightly job"):
        note(each)
    page = browse(ours.dpo).get("/staff/audit/").content.decode()
    for each in (ours.coordinator, ours.manager, "nightly job"):
        assert f"noted:{each}" in page
    assert f"noted:{theirs.coordinator}" not in page
    assert theirs.coordinator.email not in page, "nor is the login offered to filter by"
    hidden = browse(ours.dpo).get("/staff/audit/", {"actor": theirs.coordinator.pk}).content.decode()
    assert f"noted:{theirs.coordinator}" not in hidden
    table = b"".join(browse(ours.dpo).get("/staff/audit/", {"export": "csv"}).streaming_content).decode()  # type: ignore[attr-defined]
    assert f"noted:{theirs.coordinator}" not in table
    assert f"noted:{ours.manager}" in table


def test_whoever_left_stays_in_the_trail(ours: World) -> None:
    gone = ours.coordinator
    membership = Membership.objects.get(user=gone)
    audit.record(
        "accounts.membership.granted", by=ours.manager, target=membership,
        user=gone.pk, organisation=membership.organisation_id,
    )  # fmt: skip
    note(gone)
    membership.delete()
    assert f"noted:{gone}" in browse(ours.dpo).get("/staff/audit/").content.decode()
