"""The list of people met whom the machine could not place."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.models import AuditEntry
from outreach.actions.matching import match_pending
from outreach.enums import MatchStatus
from outreach.models import ContactIdentity, OutreachContact
from people.enums import Channel
from people.models import Supporter
from tests.factories.outreach import MONDAY, Stall
from tests.factories.people import make_contact_point
from tests.factories.staff import World, browse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
INDEX = "staff_identities:index"


@pytest.fixture
def doubtful(stall: Stall) -> ContactIdentity:
    """Karim, who gave the number of Nora, a signer of ours."""
    signer = stall.world.sign(name="Nora Smit").supporter
    make_contact_point("+32470123456", channel=Channel.SMS, supporter=signer)
    stall.send(stall.record(1, person=stall.person("Karim Haddad", email="karim@example.org")))
    match_pending(at=MONDAY)
    return ContactIdentity.objects.get()


def decide(client: Client, identity: ContactIdentity, decision: Any) -> Any:
    return client.post(reverse("staff_identities:decide", args=[identity.pk]), {"decision": decision})


def test_list_shows_who_waits_and_is_audited(ours: World, doubtful: ContactIdentity) -> None:
    answer = browse(ours.coordinator).get(reverse(INDEX))
    assert [row.pk for row in answer.context["object_list"]] == [doubtful.pk]
    assert "Karim Haddad" in answer.content.decode()
    assert AuditEntry.objects.filter(action="outreach.contact_identity.listed").exists()


def test_coordinator_sees_both_sides_and_decides(ours: World, doubtful: ContactIdentity) -> None:
    client = browse(ours.coordinator)
    page = client.get(reverse("staff_identities:decide", args=[doubtful.pk])).content.decode()
    for words in ("Karim Haddad", "0470 12 34 56", "Nora Smit", "+32…56", "the same phone number", "30 days"):
        assert words in page
    assert AuditEntry.objects.filter(action="outreach.contact_identity.viewed").exists()
    nora = Supporter.objects.get(full_name="Nora Smit")
    assert decide(client, doubtful, nora.pk).status_code == 302
    doubtful.refresh_from_db()
    assert (doubtful.status, doubtful.supporter, doubtful.decided_by) == (MatchStatus.MATCHED, nora, ours.coordinator)
    assert decide(client, doubtful, nora.pk).status_code == 404


@pytest.mark.parametrize(("decision", "status"), [("new", MatchStatus.CREATED), ("discard", MatchStatus.DISCARDED)])
def test_other_decisions(ours: World, doubtful: ContactIdentity, decision: str, status: MatchStatus) -> None:
    assert decide(browse(ours.coordinator), doubtful, decision).status_code == 302
    doubtful.refresh_from_db()
    assert (doubtful.status, doubtful.full_name) == (status, "")


def test_partner_manager_sees_own_mobilisers_people_but_no_strangers_name(
    ours: World, doubtful: ContactIdentity
) -> None:
    client = browse(ours.manager)
    page = client.get(reverse("staff_identities:decide", args=[doubtful.pk])).content.decode()
    assert "Karim Haddad" in page
    assert "somebody you may not see" in page
    assert "Nora" not in page
    nora = Supporter.objects.get(full_name="Nora Smit")
    assert decide(client, doubtful, nora.pk).status_code == 422
    assert decide(client, doubtful, "new").status_code == 302


def test_others_see_and_decide_nothing(ours: World, theirs: World, stall: Stall, doubtful: ContactIdentity) -> None:
    url = reverse("staff_identities:decide", args=[doubtful.pk])
    assert browse(theirs.coordinator).get(url).status_code == 404
    assert not browse(theirs.coordinator).get(reverse(INDEX)).context["object_list"]
    assert browse(ours.dpo).get(url).status_code == 403
    for user in (ours.analyst, stall.cleo):
        assert browse(user).get(url).status_code in (302, 403, 404)
        assert "Karim" not in browse(user).get(reverse(INDEX)).content.decode()
    doubtful.refresh_from_db()
    assert doubtful.status == MatchStatus.AMBIGUOUS


def test_conversations_stand_on_the_supporters_page(ours: World, stall: Stall) -> None:
    stall.send(stall.record(1, person=stall.person()))
    match_pending(at=MONDAY)
    supporter = ContactIdentity.objects.get().supporter
    assert supporter is not None
    url = reverse("staff_supporters:inspect", args=[supporter.pk])
    page = browse(ours.coordinator).get(url).content.decode()
    assert "Conversations" in page
    assert "Market" in page
    assert browse(ours.manager).get(url).status_code == 404


def test_who_is_forgotten_first_stands_first(ours: World, stall: Stall, doubtful: ContactIdentity) -> None:
    stall.send(stall.record(2, person=stall.person("Other Person", email="other@example.org")))
    match_pending(at=MONDAY)
    late = ContactIdentity.objects.latest("pk")
    OutreachContact.objects.filter(identity=late).update(received_at=doubtful.contact.received_at - timedelta(days=20))
    listed = browse(ours.coordinator).get(reverse(INDEX)).context["object_list"]
    assert [row.pk for row in listed] == [late.pk, doubtful.pk]
