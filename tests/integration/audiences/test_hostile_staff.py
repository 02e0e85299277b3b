"""What staff must not get by pressing at the wrong moment, posting what no form offers, or holding a second office."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.actions.groups import sync_user_groups
from accounts.enums import Role
from accounts.models import Membership, Organisation, User
from audiences.actions.broadcasts import submit_broadcast, take_back_broadcast
from audiences.actions.holding import pause_broadcast, resume_broadcast
from audiences.actions.segments import SegmentInUse, change_segment, count_segment
from audiences.actions.snapshots import start_broadcast, take_snapshot
from audiences.enums import BroadcastStatus
from audiences.models import Broadcast, Segment
from campaigns.models import Petition, Signature
from messaging.models import OutboundMessage, Wording
from people.enums import Channel, ConsentState, Purpose
from people.models import ConsentEvent, ContactPoint
from tests.factories.broadcasts import Newsroom, draft_broadcast
from tests.factories.staff import World, browse, make_user

pytestmark = pytest.mark.django_db


class Desk(Newsroom):
    def __init__(self, name: str = "ours") -> None:
        super().__init__(timezone.now(), name)
        self.ada = make_user(f"{name}-coordinator", Role.COORDINATOR, self.lead)
        self.ben = make_user(f"{name}-second", Role.COORDINATOR, self.lead)
        self.finn = make_user(f"{name}-analyst", Role.ANALYST, self.lead)


@pytest.fixture
def desk(roles: None) -> Desk:
    return Desk()


def with_second_office(user: User) -> User:
    """Return the user, who coordinates another organisation besides."""
    other = Organisation.objects.create(name="Elsewhere", slug="elsewhere")
    Membership.objects.create(user=user, organisation=other, role=Role.COORDINATOR)
    sync_user_groups(user=user)
    return User.objects.get(pk=user.pk)


def show(user: User, broadcast: Broadcast) -> Any:
    return browse(user).get(reverse("staff_broadcasts:show", args=[broadcast.pk]))


def test_approval_is_of_what_was_looked_at(desk: Desk, settings: Any) -> None:
    settings.BROADCAST_APPROVAL_ABOVE = 1
    desk.person()
    text = desk.text()
    broadcast = submit_broadcast(broadcast=desk.draft(text), by=desk.ada, at=desk.at)
    seen = show(desk.ben, broadcast).context["broadcast"].fingerprint
    take_back_broadcast(broadcast=broadcast, by=desk.ada)
    desk.word(text, "en", "Something nobody looked at")
    submit_broadcast(broadcast=broadcast, by=desk.ada, at=desk.at)
    client, url = browse(desk.ben), reverse("staff_broadcasts:approve", args=[broadcast.pk])
    for typed in ({"seen": seen}, {}):
        answer = client.post(url, typed, follow=True)
        broadcast.refresh_from_db()
        assert (broadcast.status, broadcast.approved_by) == (BroadcastStatus.WAITING_FOR_APPROVAL, None)
        assert "handed in again since you looked at it" in answer.content.decode()
    assert f'name="seen" value="{broadcast.fingerprint}"' in answer.content.decode()
    client.post(url, {"seen": broadcast.fingerprint})
    broadcast.refresh_from_db()
    assert broadcast.approved_by == desk.ben


def test_what_a_colleague_changed_meanwhile_is_not_handed_in_unseen(desk: Desk) -> None:
    desk.person()
    text = desk.text()
    broadcast = desk.draft(text)
    client, url = browse(desk.ada), reverse("staff_broadcasts:submit", args=[broadcast.pk])
    seen = show(desk.ada, broadcast).context["seen"]
    desk.word(text, "en", "Something she did not look at")
    answer = client.post(url, {"seen": seen}, follow=True)
    broadcast.refresh_from_db()
    assert broadcast.status == BroadcastStatus.DRAFT
    assert "changed since you looked at it" in answer.content.decode()
    assert f'name="seen" value="{answer.context["seen"]}"' in answer.content.decode()
    client.post(url, {"seen": answer.context["seen"]})
    broadcast.refresh_from_db()
    assert broadcast.status == BroadcastStatus.SCHEDULED


def test_segment_stays_as_approved_until_the_audience_is_written_down(desk: Desk) -> None:
    meant, others = desk.person(language="fr"), desk.person(language="nl")
    inner = desk.segment("French", {"is": "speaks", "languages": ["fr"]})
    outer = desk.segment("Outer", {"is": "segment", "segment": inner.pk})
    outer.uses.add(inner)
    broadcast = submit_broadcast(broadcast=desk.draft(included=[outer]), by=desk.ada, at=desk.at)
    assert start_broadcast(broadcast_id=broadcast.pk, at=desk.at)
    pause_broadcast(broadcast=broadcast, by=desk.ada, at=desk.at)
    changed: dict[str, Any] = {"campaign": None, "rule": {"all": []}, "by": desk.ada, "at": desk.at}
    for segment in (inner, outer):
        with pytest.raises(SegmentInUse, match="News of May"):
            change_segment(segment=segment, name=segment.name, **changed)
    resume_broadcast(broadcast=broadcast, by=desk.ada)
    assert take_snapshot(broadcast_id=broadcast.pk, at=desk.at)
    assert list(broadcast.recipients.values_list("contact_point", flat=True)) == [meant.pk]
    assert others.pk
    assert change_segment(segment=inner, name=inner.name, **changed).rule == {"all": []}


def test_editor_says_that_a_segment_is_being_read(desk: Desk) -> None:
    desk.person()
    broadcast = submit_broadcast(broadcast=desk.draft(), by=desk.ada, at=desk.at)
    assert start_broadcast(broadcast_id=broadcast.pk, at=desk.at)
    typed = {"name": "Everybody", "organisation": desk.lead.pk, "node": ["n1"], "in-n1": "n0", "is-n1": "proved",
             "v-n1-channel": "email", "do": "save"}  # fmt: skip
    answer = browse(desk.ada).post(reverse("staff_segments:edit", args=[desk.everybody.pk]), typed)
    assert answer.status_code == 422
    assert "News of May" in answer.content.decode()


def test_second_office_opens_no_figures_of_few_people(desk: Desk) -> None:
    desk.people(3)
    count_segment(segment=desk.everybody, at=desk.at)
    finn = with_second_office(desk.finn)
    for name, args in (("index", []), ("inspect", [desk.everybody.pk])):
        content = browse(finn).get(reverse(f"staff_segments:{name}", args=args)).content.decode()
        assert "fewer than 10" in content, name
    assert show(finn, desk.draft()).context["sheet"] is None


def test_second_office_shows_nobody_since_it_began(desk: Desk) -> None:
    desk.person()
    broadcast = submit_broadcast(broadcast=desk.draft(), by=desk.ada, at=desk.at)
    assert start_broadcast(broadcast_id=broadcast.pk, at=desk.at)
    url = reverse("staff_broadcasts:since", args=[broadcast.pk])
    assert browse(with_second_office(desk.finn)).get(url).status_code == 403
    assert browse(desk.ada).get(url).status_code == 200


def test_history_tells_an_analyst_no_reach(desk: Desk) -> None:
    desk.person()
    broadcast = submit_broadcast(broadcast=desk.draft(), by=desk.ada, at=desk.at)
    for name in ("history", "history_results"):
        url = reverse(f"staff_broadcasts:{name}", args=[broadcast.pk])
        assert browse(desk.ada).get(url).status_code == 200
        assert browse(desk.finn).get(url).status_code == 403
    url = reverse("staff_segments:history", args=[desk.everybody.pk])
    assert browse(desk.ada).get(url).status_code == 200
    assert browse(desk.finn).get(url).status_code == 403


@pytest.mark.parametrize("do", ["save", "count"])
def test_more_choices_than_a_rule_holds_are_told(desk: Desk, do: str) -> None:
    Petition.objects.bulk_create(Petition(campaign=desk.campaign, title=f"No. {number}") for number in range(101))
    many = list(Petition.objects.values_list("pk", flat=True))
    typed = {"name": "Far away", "organisation": desk.lead.pk, "node": ["n1"], "in-n1": "n0", "is-n1": "signed",
             "v-n1-petitions": many, "do": do}  # fmt: skip
    client = browse(desk.ada)
    answer = client.post(reverse("staff_segments:add"), typed)
    assert answer.status_code in (200, 422)
    assert "These are too many choices." in answer.content.decode()
    for part in ("preview", "reach", "sample"):
        assert client.post(reverse(f"staff_segments:{part}"), typed).status_code == 200


def test_counting_a_rule_that_is_too_long_with_its_segments_is_told(desk: Desk) -> None:
    many = {"any": [{"is": "proved", "channel": "email"}] * 50}
    segments = [desk.segment(f"Long {number}", many) for number in range(7)]
    typed: dict[str, Any] = {"name": "All", "organisation": desk.lead.pk, "do": "count", "node": []}
    for number, segment in enumerate(segments, start=1):
        key = f"n{number}"
        typed["node"].append(key)
        typed |= {f"in-{key}": "n0", f"is-{key}": "segment", f"v-{key}-segment": segment.pk}
    answer = browse(desk.ada).post(reverse("staff_segments:add"), typed)
    assert answer.status_code in (200, 422)
    assert "this rule is too long" in answer.content.decode()


def test_trial_texts_are_for_few_numbers(desk: Desk) -> None:
    broadcast = desk.draft(desk.text(channel=Channel.SMS), channel=Channel.SMS)
    client, url = browse(desk.ada), reverse("staff_broadcasts:try", args=[broadcast.pk])
    for number in range(30):
        answer = client.post(url, {"phone": f"+324701234{number:02}"}, follow=True)
    assert OutboundMessage.objects.count() == 10
    assert "often enough" in answer.content.decode()


def test_partner_reads_no_name_of_who_took_the_consent_back(ours: World) -> None:
    at = timezone.now()
    signed = [ours.sign(f"{name} Example", email=f"{name}@example.org") for name in ("stays", "leaves")]
    stays, leaves = (signature.supporter for signature in signed)
    for supporter in (stays, leaves):
        point = supporter.contact_points.get()
        say_to(ours.partner, point, ConsentState.GRANTED, at - timedelta(days=1))
    broadcast = draft_broadcast(ours, "News", ours.partner)
    Signature.objects.update(partnership=ours.partnership)
    Wording.objects.update(body=[{"kind": "paragraph", "value": "Hello"}])
    submit_broadcast(broadcast=broadcast, by=ours.manager, at=at)
    assert start_broadcast(broadcast_id=broadcast.pk, at=at)
    take_snapshot(broadcast_id=broadcast.pk, at=at)
    assert broadcast.recipients.count() == 2
    say_to(ours.partner, leaves.contact_points.get(), ConsentState.WITHDRAWN, at)
    url = f"{reverse('staff_recipients:index')}?broadcast={broadcast.pk}"
    content = browse(ours.manager).get(url).content.decode()
    assert stays.full_name in content
    assert leaves.full_name not in content


def say_to(organisation: Organisation, point: ContactPoint, state: ConsentState, at: datetime) -> None:
    ConsentEvent.objects.create(
        contact_point=point, state=state, purpose=Purpose.PARTNER_NEWS, channel=point.channel,
        organisation=organisation, source="tests", at=at,
    )  # fmt: skip


def test_old_count_is_not_kept_for_a_new_rule(desk: Desk) -> None:
    desk.people(2)
    stale = Segment.objects.get(pk=desk.everybody.pk)
    change_segment(segment=desk.everybody, campaign=None, name="Everybody", by=desk.ada, at=desk.at,
                   rule={"is": "speaks", "languages": ["nl"]})  # fmt: skip
    count_segment(segment=stale, at=desk.at)
    assert Segment.objects.get(pk=stale.pk).member_count is None


def test_counting_of_links_is_part_of_what_was_approved(desk: Desk) -> None:
    desk.person()
    text = desk.text()
    broadcast = submit_broadcast(broadcast=desk.draft(text), by=desk.ada, at=desk.at)
    type(text).objects.filter(pk=text.pk).update(counts_clicks=True)
    assert not start_broadcast(broadcast_id=broadcast.pk, at=desk.at + timedelta(minutes=1))
