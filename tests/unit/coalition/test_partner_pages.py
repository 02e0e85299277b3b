"""A partner's own page: one public and one open version, decided by coordinators, gone with the partner."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from campaigns.enums import SourceKind
from campaigns.models import Source
from coalition.actions import partner_pages
from coalition.actions.joining import give_link
from coalition.actions.leaving import come_back, leave_campaign
from coalition.actions.partner_pages import (
    ChangedMeanwhileError,
    Content,
    EmptyPageError,
    MayNotDecideError,
    NoPageError,
    WaitsError,
    Words,
    approve_page,
    discard_page,
    publish_page,
    return_page,
    save_page,
    send_page,
    take_back_page,
    take_off_page,
)
from coalition.models import PartnerLogo, PartnerProfile
from coalition.profile_enums import ProfileStatus
from coalition.selectors.public_partners import own_code, public_partner, public_partners
from coalition.selectors.toolkit import Place, link_of
from core.models import AuditEntry
from messaging.models import OutboundMessage
from tests.factories.coalition import accept, ask_agreement
from tests.factories.partner_pages import content, draft, drawn, further_partner, published
from tests.factories.staff import NOON, World

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)


def said(world: World) -> list[str]:
    entries = AuditEntry.objects.filter(action__startswith="coalition.partner_page.").order_by("pk")
    return [entry.action.rpartition(".")[2] for entry in entries]


def letters(what: str) -> list[str]:
    rows = OutboundMessage.objects.filter(template="partner_page", idempotency_key__contains=f":{what}")
    return sorted(rows.values_list("idempotency_key", flat=True))


def test_page_is_written_sent_and_approved_and_only_then_public(ours: World) -> None:
    profile = draft(ours.partnership, ours.manager)
    assert public_partner(ours.campaign.pk, ours.partnership.pk) is None
    sent = send_page(partnership=ours.partnership, seal=profile.seal, by=ours.manager, at=NOON)
    assert send_page(partnership=ours.partnership, seal=profile.seal, by=ours.manager, at=LATER) == sent
    assert public_partner(ours.campaign.pk, ours.partnership.pk) is None
    told: dict[str, Any] = {"partnership": ours.partnership, "seal": profile.seal, "at": LATER}
    with pytest.raises(MayNotDecideError):
        approve_page(by=ours.manager, **told)
    assert approve_page(by=ours.coordinator, **told) == approve_page(by=ours.coordinator, **told) == sent
    shown = public_partner(ours.campaign.pk, ours.partnership.pk)
    assert shown is not None
    assert (shown.website, shown.texts) == (
        "https://partner.example/",
        (("en", Words("We help. In short.", "We help.")),),
    )
    assert said(ours) == ["saved", "sent", "approved"]
    assert len(letters("waiting")) == len(letters("public")) == 1


def test_approved_page_stays_while_a_new_one_waits_and_is_replaced_by_it(ours: World) -> None:
    first = published(ours.partnership, ours.coordinator)
    second = save_page(partnership=ours.partnership, content=content("New words."), seal="", by=ours.manager, at=LATER)
    assert (second.logo_id, second.status) == (first.logo_id, ProfileStatus.DRAFT)
    send_page(partnership=ours.partnership, seal=second.seal, by=ours.manager, at=LATER)
    shown = public_partner(ours.campaign.pk, ours.partnership.pk)
    assert shown is not None
    assert shown.texts[0][1].words == "We help."
    approve_page(partnership=ours.partnership, seal=second.seal, by=ours.coordinator, at=LATER)
    first.refresh_from_db()
    assert (first.status, first.ended_at) == (ProfileStatus.REPLACED, LATER)
    shown = public_partner(ours.campaign.pk, ours.partnership.pk)
    assert shown is not None
    assert shown.texts[0][1].words == "New words."


def test_what_was_looked_at_is_what_is_approved(ours: World) -> None:
    profile = draft(ours.partnership, ours.manager)
    send_page(partnership=ours.partnership, seal=profile.seal, by=ours.manager, at=NOON)
    told: dict[str, Any] = {"partnership": ours.partnership, "by": ours.manager, "at": LATER}
    with pytest.raises(WaitsError):
        save_page(content=content("Other."), seal=profile.seal, **told)
    taken_back = take_back_page(partnership=ours.partnership, by=ours.manager)
    changed = save_page(content=content("Other."), seal=taken_back.seal, **told)
    assert changed.seal != taken_back.seal != profile.seal
    with pytest.raises(ChangedMeanwhileError):
        save_page(content=content("Of the other tab."), seal=profile.seal, **told)
    send_page(seal=changed.seal, **told)
    with pytest.raises(ChangedMeanwhileError):
        approve_page(partnership=ours.partnership, seal=profile.seal, by=ours.coordinator, at=LATER)


@pytest.mark.parametrize("then", ["stays a draft", "is sent"])
def test_approval_of_one_version_makes_no_other_one_public(ours: World, then: str) -> None:
    told: dict[str, Any] = {"partnership": ours.partnership, "by": ours.manager, "at": NOON}
    first = send_page(seal=draft(ours.partnership, ours.manager).seal, **told)
    if then == "stays a draft":  # another coordinator approved it; the partner begins the next one
        approve_page(partnership=ours.partnership, seal=first.seal, by=ours.coordinator, at=NOON)
        second = save_page(content=content("Unfinished."), seal="", **told)
    else:
        discard_page(partnership=ours.partnership, by=ours.manager)
        second = save_page(content=content("Unfinished."), seal="", **told)
        send_page(seal=second.seal, **told)
        late: dict[str, Any] = {
            "partnership": ours.partnership,
            "seal": first.seal,
            "by": ours.coordinator,
            "at": LATER,
        }
        with pytest.raises(ChangedMeanwhileError):
            approve_page(**late)
        with pytest.raises(ChangedMeanwhileError):
            return_page(reason="Too long.", **late)
        with pytest.raises(ChangedMeanwhileError):
            save_page(content=content("Of an old tab."), **{**late, "by": ours.manager})
    assert second.revision == first.revision
    if then == "stays a draft":
        late = {"partnership": ours.partnership, "by": ours.coordinator, "at": LATER}
        assert approve_page(seal=first.seal, **late) == first
        with pytest.raises(ChangedMeanwhileError):
            approve_page(seal=second.seal, **late)
    second.refresh_from_db()
    assert second.status != ProfileStatus.PUBLIC


def test_what_was_taken_back_is_not_approved_by_an_old_press(ours: World) -> None:
    told: dict[str, Any] = {"partnership": ours.partnership, "at": NOON}
    waiting = send_page(seal=draft(ours.partnership, ours.manager).seal, by=ours.manager, **told)
    old = waiting.seal
    taken_back = take_back_page(partnership=ours.partnership, by=ours.manager)
    send_page(seal=taken_back.seal, by=ours.manager, **told)
    with pytest.raises(ChangedMeanwhileError):
        approve_page(seal=old, by=ours.coordinator, **told)
    assert PartnerProfile.objects.get().status == ProfileStatus.WAITING


def test_same_words_again_write_nothing(ours: World) -> None:
    profile = draft(ours.partnership, ours.manager)
    again = save_page(partnership=ours.partnership, content=content(), seal=profile.seal, by=ours.manager, at=LATER)
    assert (again, again.saved_at) == (profile, NOON)
    told: dict[str, Any] = {"partnership": ours.partnership, "content": content(), "at": LATER}
    publish_page(seal=again.seal, by=ours.coordinator, **told)
    publish_page(seal="", by=ours.coordinator, **told)
    save_page(seal="", by=ours.manager, **told)
    assert PartnerProfile.objects.count() == 1


def test_returned_page_comes_with_the_reason_and_can_be_sent_again(ours: World) -> None:
    profile = draft(ours.partnership, ours.manager)
    told: dict[str, Any] = {"partnership": ours.partnership, "at": LATER}
    send_page(seal=profile.seal, by=ours.manager, **told)
    asked: dict[str, Any] = {**told, "seal": profile.seal, "reason": "Too long.", "by": ours.coordinator}
    returned = return_page(**asked)
    assert return_page(**asked) == returned
    assert (returned.status, returned.reason) == (ProfileStatus.RETURNED, "Too long.")
    letter = OutboundMessage.objects.get(idempotency_key__contains=":returned")
    assert letter.address == ours.manager.email
    with pytest.raises(MayNotDecideError):
        return_page(**{**asked, "by": ours.manager})
    sent = send_page(seal=returned.seal, by=ours.manager, **told)
    assert (sent.status, sent.reason) == (ProfileStatus.WAITING, "")


def test_coordinators_get_one_letter_a_day_however_many_pages_wait(ours: World) -> None:
    for partnership in (ours.partnership, further_partner(ours.campaign, "Second")):
        profile = draft(partnership, ours.coordinator)
        send_page(partnership=partnership, seal=profile.seal, by=ours.coordinator, at=NOON)
    assert len(letters("waiting")) == 1


def test_nothing_to_show_is_not_sent(ours: World) -> None:
    told: dict[str, Any] = {"partnership": ours.partnership, "at": NOON}
    empty = save_page(content=Content(website="https://a.example/"), seal="", by=ours.manager, **told)
    with pytest.raises(EmptyPageError):
        send_page(seal=empty.seal, by=ours.manager, **told)
    with pytest.raises(EmptyPageError):
        publish_page(content=Content(), seal=empty.seal, by=ours.coordinator, **told)
    with pytest.raises(MayNotDecideError):
        publish_page(content=content(), seal=empty.seal, by=ours.manager, **told)


def test_leaving_takes_page_and_logo_off_at_once_and_coming_back_asks_anew(
    ours: World, drawn_anew: list[str], django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    published(ours.partnership, ours.coordinator)
    waiting = save_page(partnership=ours.partnership, content=content("Newer."), seal="", by=ours.manager, at=LATER)
    send_page(partnership=ours.partnership, seal=waiting.seal, by=ours.manager, at=LATER)
    assert PartnerLogo.objects.public().count() == 1
    with django_capture_on_commit_callbacks(execute=True):
        leave_campaign(partnership=ours.partnership, by=ours.manager, at=LATER)
    assert drawn_anew
    assert public_partners(ours.campaign) == []
    assert not PartnerLogo.objects.public().exists()
    ours.partnership.refresh_from_db()
    with pytest.raises(NoPageError):
        send_page(partnership=ours.partnership, seal=waiting.seal, by=ours.manager, at=LATER)

    come_back(partnership=ours.partnership, by=ours.coordinator, at=LATER)
    shown = public_partners(ours.campaign)
    assert [(each.has_page, each.logo) for each in shown] == [(False, None)]
    waiting.refresh_from_db()
    assert waiting.status == ProfileStatus.DRAFT
    send_page(partnership=ours.partnership, seal=waiting.seal, by=ours.manager, at=LATER)
    approve_page(partnership=ours.partnership, seal=waiting.seal, by=ours.coordinator, at=LATER)
    assert public_partners(ours.campaign)[0].has_page


@pytest.fixture
def drawn_anew(settings: Any) -> list[str]:
    """Every time the public pages were to be forgotten."""
    called: list[str] = []
    settings.PUBLIC_PAGES_CHANGED = f"{__name__}._noted"
    globals()["_noted"] = lambda: called.append("anew")
    return called


def test_page_can_be_taken_off_by_the_partner_and_stays_on_record(
    ours: World, drawn_anew: list[str], django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    profile = published(ours.partnership, ours.coordinator)
    with django_capture_on_commit_callbacks(execute=True):
        take_off_page(partnership=ours.partnership, by=ours.manager, at=LATER)
        take_off_page(partnership=ours.partnership, by=ours.manager, at=LATER)
    assert drawn_anew
    profile.refresh_from_db()
    assert (profile.status, profile.ended_at) == (ProfileStatus.TAKEN_OFF, LATER)
    assert not public_partners(ours.campaign)[0].has_page
    assert said(ours) == ["saved", "approved", "taken_off"]


def test_partner_is_not_even_named_without_the_agreement_it_owes(
    ours: World, drawn_anew: list[str], django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    published(ours.partnership, ours.coordinator)
    with django_capture_on_commit_callbacks(execute=True):
        text = ask_agreement(ours)
    assert len(drawn_anew) == 1
    assert public_partners(ours.campaign) == []
    assert not PartnerLogo.objects.public().exists()
    with django_capture_on_commit_callbacks(execute=True):
        accept(ours, text, at=NOON)
    assert len(drawn_anew) == 2
    assert [each.has_page for each in public_partners(ours.campaign)] == [True]


def test_draft_is_thrown_away_with_its_logo_and_the_public_one_stays(ours: World) -> None:
    published(ours.partnership, ours.coordinator)
    save_page(partnership=ours.partnership, content=content(logo=drawn()), seal="", by=ours.manager, at=LATER)
    assert PartnerLogo.objects.count() == 2
    discard_page(partnership=ours.partnership, by=ours.manager)
    discard_page(partnership=ours.partnership, by=ours.manager)
    assert PartnerLogo.objects.count() == 1
    assert public_partners(ours.campaign)[0].logo is not None


def test_replaced_logo_of_a_draft_is_deleted(ours: World) -> None:
    profile = draft(ours.partnership, ours.manager)
    told: dict[str, Any] = {"partnership": ours.partnership, "by": ours.manager, "at": LATER}
    save_page(content=content(logo=drawn()), seal=profile.seal, **told)
    assert PartnerLogo.objects.count() == 1
    gone = save_page(content=content(drops_logo=True), seal=PartnerProfile.objects.get().seal, **told)
    assert gone.logo_id is None
    assert not PartnerLogo.objects.exists()


def test_approval_gives_the_partner_a_link_of_its_own_once(ours: World) -> None:
    further = further_partner(ours.campaign, "Second")
    published(further, ours.coordinator)
    code = own_code(further)
    assert re.fullmatch(r"[a-z0-9]{5,}", code)
    assert further.sources.count() == 1
    assert own_code(ours.partnership) == ""  # a leaflet's link is not the partner's own


def test_partners_own_link_is_the_same_one_everywhere(ours: World) -> None:
    told: dict[str, Any] = {"campaign": ours.campaign, "partnership": ours.partnership, "label": "Link"}
    Source.objects.create(code="by-staff", kind=SourceKind.PARTNER, **told)
    place = Place(ours.campaign, ours.partnership)
    give_link(partnership=ours.partnership, by="tests")  # it has one
    for code in ("by-staff", "made-for-it"):
        source = link_of(place, "en").source
        assert source is not None
        assert source.code == own_code(ours.partnership) == code
        Source.objects.get_or_create(code="made-for-it", made_for=f"partner:{ours.partnership.pk}", **told)


def test_database_holds_one_public_and_one_open_version(ours: World) -> None:
    profile = published(ours.partnership, ours.coordinator)
    told: dict[str, Any] = {"partnership": ours.partnership, "saved_at": NOON, "decided_at": NOON}
    with pytest.raises(IntegrityError), transaction.atomic():
        PartnerProfile.objects.create(status=ProfileStatus.PUBLIC, **told)
    PartnerProfile.objects.create(status=ProfileStatus.DRAFT, **told)
    with pytest.raises(IntegrityError), transaction.atomic():
        PartnerProfile.objects.create(status=ProfileStatus.WAITING, **told)
    with pytest.raises(IntegrityError), transaction.atomic():
        PartnerProfile.objects.filter(pk=profile.pk).update(decided_at=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        PartnerProfile.objects.filter(status=ProfileStatus.DRAFT).update(status=ProfileStatus.RETURNED, reason="")


def test_refused_approval_leaves_no_letter(ours: World, monkeypatch: pytest.MonkeyPatch) -> None:
    profile = draft(ours.partnership, ours.manager)
    send_page(partnership=ours.partnership, seal=profile.seal, by=ours.manager, at=NOON)

    def break_down() -> None:
        raise RuntimeError

    monkeypatch.setattr(partner_pages, "draw_pages_anew", break_down)
    with pytest.raises(RuntimeError):
        approve_page(partnership=ours.partnership, seal=profile.seal, by=ours.coordinator, at=LATER)
    assert (letters("public"), mail.outbox) == ([], [])
    assert PartnerProfile.objects.get().status == ProfileStatus.WAITING


@pytest.mark.parametrize("number", [1, 3])
def test_wall_costs_three_queries_whatever_its_size(
    ours: World, number: int, django_assert_num_queries: Callable[..., Any]
) -> None:
    for each in range(number):
        published(further_partner(ours.campaign, f"Partner {each}"), ours.coordinator)
    with django_assert_num_queries(3):
        assert sum(each.logo is not None for each in public_partners(ours.campaign)) == number
