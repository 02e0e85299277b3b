"""The screens of supporters, consent wordings and suppressions."""

from datetime import UTC
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime

from campaigns.enums import SignatureStatus
from campaigns.models import Signature
from core.models import AuditEntry
from people.actions.consents import suppress_address
from people.addresses import masked_address
from people.enums import Channel, SuppressionReason
from people.models import ConsentText, Supporter, Suppression
from tests.factories.staff import NOON, World, browse


@pytest.fixture
def ada(ours: World) -> Client:
    return browse(ours.coordinator)


@pytest.fixture
def gul(ours: World) -> Client:
    return browse(ours.dpo)


def found(client: Client, typed: str) -> list[str]:
    answer = client.get(reverse("staff_supporters:index"), {"q": typed})
    return sorted(row.full_name for row in answer.context["object_list"])


def test_supporters_are_found_by_name_and_by_exact_address(ours: World, theirs: World, gul: Client) -> None:
    ours.sign(name="Nina Alvarez", email="ninaalvarez@gmail.com")
    ours.sign(name="Omar Alvarez")
    theirs.sign(name="Zoe Alvarez")
    assert found(gul, "alvarez") == ["Nina Alvarez", "Omar Alvarez"]
    assert found(gul, "nina ALV") == found(gul, "Álvarez nin") == ["Nina Alvarez"]
    assert found(gul, "Nina.Alvarez+news@googlemail.com") == ["Nina Alvarez"]
    assert found(gul, "alvarez@gmail.com") == []


def test_search_is_audited_without_what_was_typed(ours: World, gul: Client) -> None:
    found(gul, "someone@example.org")
    entry = AuditEntry.objects.get(action="people.supporter.listed")
    assert entry.details == {"count": 0, "filters": ["q"]}


def test_supporter_page_shows_everything_and_is_audited(ours: World, gul: Client) -> None:
    signature = ours.sign(name="Nina Alvarez", email="nina@people.example", source="ours-link")
    event = ours.consent(signature, ours.lead)
    text = ours.wording(body="Yes, write to me about this.")
    type(event).objects.bulk_create(
        [
            type(event)(
                contact_point=event.contact_point, state="withdrawn", purpose=event.purpose, channel=event.channel,
                organisation=ours.lead, scope=text.scope, text=text, source="unsubscribe-link", at=timezone.now(),
            )
        ]
    )  # fmt: skip
    Supporter.objects.filter(pk=signature.supporter_id).update(language="fr")
    page = gul.get(reverse("staff_supporters:inspect", args=[signature.supporter_id])).content.decode()
    for words in (
        "Français",
        "nina@people.example",
        "ours petition",
        "ours-link",
        "Yes, write to me about this.",
        "withdrawn",
    ):
        assert words in page
    entry = AuditEntry.objects.get(action="people.supporter.viewed")
    assert entry.target == f"people.supporter:{signature.supporter_id}"


def test_partner_manager_may_read_but_not_merge(ours: World) -> None:
    signature = ours.sign(partnership=ours.partnership)
    ours.consent(signature, ours.partner)
    client = browse(ours.manager)
    page = client.get(reverse("staff_supporters:inspect", args=[signature.supporter_id]))
    assert page.status_code == 200
    assert "Merge with another record" not in page.content.decode()
    assert client.get(reverse("staff_supporters:merge", args=[signature.supporter_id])).status_code == 403


def test_merge_shows_what_moves_then_merges(ours: World, ada: Client) -> None:
    keep, absorb = ours.sign(name="Nina", email="nina@one.example"), ours.sign(name="Nina A", email="nina@two.example")
    url = reverse("staff_supporters:merge", args=[keep.supporter_id])
    form = {"other": "nina@two.example", "keeps": "this"}
    preview = ada.post(url, form)
    assert "nina@two.example" in preview.content.decode()
    assert not Supporter.objects.filter(merged_into__isnull=False).exists()
    assert ada.post(url, {**form, "step": "merge"}).status_code == 302
    assert Supporter.objects.get(pk=absorb.supporter_id).merged_into_id == keep.supporter_id
    assert Signature.objects.counting().count() == 1
    assert Signature.objects.get(status=SignatureStatus.INVALID).supporter_id == absorb.supporter_id
    assert ada.post(url, {**form, "step": "merge"}).status_code in (302, 422)
    assert AuditEntry.objects.filter(action="people.supporter.merged").count() == 1


@pytest.mark.parametrize("typed", ["theirs@one.example", "999999", "nobody", "self"])
def test_merge_with_whom_one_does_not_see_is_refused(ours: World, theirs: World, ada: Client, typed: str) -> None:
    mine = ours.sign()
    theirs.sign(email="theirs@one.example")
    other = str(mine.supporter_id) if typed == "self" else typed
    answer = ada.post(
        reverse("staff_supporters:merge", args=[mine.supporter_id]), {"other": other, "keeps": "this", "step": "merge"}
    )
    assert answer.status_code == 422
    assert not Supporter.objects.filter(merged_into__isnull=False).exists()


def wording_form(world: World, **changes: str) -> dict[str, str]:
    form = {
        "organisation": str(world.lead.pk), "purpose": "campaign_news", "channel": "email", "scope": "ours",
        "language": "en", "body": "Write to me, at most weekly.",
    }  # fmt: skip
    return {**form, **changes}


def test_wording_is_published_as_the_next_version(ours: World, gul: Client) -> None:
    first = ours.wording()
    form = gul.get(reverse("staff_consent_texts:publish"), {"from": first.pk}).context["form"]
    assert form.initial["body"] == first.body
    assert gul.post(reverse("staff_consent_texts:publish"), wording_form(ours)).status_code == 302
    second = ConsentText.objects.get(version=2)
    listed = gul.get(reverse("staff_consent_texts:index")).context["object_list"]
    assert [row.pk for row in listed] == [second.pk]
    everything = gul.get(reverse("staff_consent_texts:index"), {"all": "1"}).context["object_list"]
    assert {row.pk for row in everything} == {first.pk, second.pk}
    assert first.body in gul.get(reverse("staff_consent_texts:inspect", args=[first.pk])).content.decode()


def test_same_wording_again_makes_no_version(ours: World, gul: Client) -> None:
    url = reverse("staff_consent_texts:publish")
    gul.post(url, wording_form(ours))
    gul.post(url, wording_form(ours))
    assert ConsentText.objects.count() == 1
    assert AuditEntry.objects.filter(action="people.consent_text.published").count() == 1


def test_wording_for_another_organisation_is_refused(ours: World, theirs: World, gul: Client) -> None:
    url = reverse("staff_consent_texts:publish")
    assert gul.post(url, wording_form(ours, organisation=str(theirs.lead.pk))).status_code == 422
    assert gul.post(url, wording_form(ours, purpose="service")).status_code == 422
    foreign = theirs.wording()
    assert "body" not in gul.get(url, {"from": foreign.pk}).context["form"].initial
    assert not ConsentText.objects.filter(organisation=ours.lead).exists()


def test_address_is_stopped_by_its_hash_only(ours: World, ada: Client) -> None:
    url = reverse("staff_suppressions:stop")
    form = {"channel": "email", "address": "No.More+x@gmail.com", "reason": "stop"}
    assert ada.post(url, form).status_code == 302
    assert ada.post(url, form).status_code == 302
    suppression = Suppression.objects.get()
    assert "nomore" not in str(suppression.__dict__)
    page = ada.get(reverse("staff_suppressions:index")).content.decode()
    assert suppression.address_index[:8] in page
    assert ada.post(url, {**form, "channel": "sms"}).status_code == 422
    assert ada.post(url, {**form, "reason": "erased"}).status_code == 422


def test_suppression_is_lifted_by_the_dpo_with_a_reason(ours: World, ada: Client, gul: Client) -> None:
    stop = suppress_address(
        channel=Channel.EMAIL, canonical="a@b.org", reason=SuppressionReason.BOUNCE, by="tests", at=NOON
    )
    url = reverse("staff_suppressions:lift", args=[stop.pk])
    assert ada.post(url, {"reason": "mended"}).status_code == 403
    assert gul.post(url, {}).status_code == 422
    assert gul.post(url, {"reason": "mended"}).status_code == 302
    stop.refresh_from_db()
    first = stop.lifted_at
    assert first is not None
    gul.post(url, {"reason": "asked"})
    stop.refresh_from_db()
    assert stop.lifted_at == first
    entry = AuditEntry.objects.get(action="people.address.unsuppressed")
    assert entry.details == {"reason": "mended"}


@pytest.mark.parametrize(
    ("channel", "typed", "masked"),
    [
        ("email", "nina.alvarez@gmail.com", "n…@g….com"),
        ("email", "x@localhost", "x…@…"),
        ("email", "", ""),
        ("sms", "+32 470 12 34 56", "+32…56"),
        ("sms", "1234", "…"),
    ],
)
def test_masked_address(channel: str, typed: str, masked: str) -> None:
    assert masked_address(channel, typed) == masked


def test_suppression_list_costs_the_same_queries(ours: World, gul: Client) -> None:
    def stop(address: str) -> None:
        suppress_address(channel=Channel.EMAIL, canonical=address, reason=SuppressionReason.STOP, by="tests", at=NOON)

    def look() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as seen:
            answer: Any = gul.get(reverse("staff_suppressions:index"))
        return len(answer.context["object_list"]), len(seen)

    stop("a@x.org")
    look()
    one = look()
    stop("b@x.org")
    stop("c@x.org")
    three = look()
    assert (one[0], three[0]) == (1, 3)
    assert one[1] == three[1]


def test_wording_is_shown_in_words_in_its_direction_and_with_the_readers_hour(ours: World, ada: Client) -> None:
    text = ours.wording(body="نعم", language="ar")
    page = ada.get(reverse("staff_consent_texts:inspect", args=[text.pk])).content.decode()
    assert '<bdi lang="ar">نعم</bdi>' in page
    assert "العربية" in page
    assert text.purpose not in page
    assert date_format(localtime(text.created_at), "DATETIME_FORMAT") in page
    assert date_format(text.created_at.astimezone(UTC), "DATETIME_FORMAT") not in page
    assert '<bdi lang="ar">نعم</bdi>' in ada.get(reverse("staff_consent_texts:index")).content.decode()
