"""The staff screens of a partner's own page: who may, what is kept, what is approved."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.enums import Role
from campaigns.models import Partnership
from coalition.actions.leaving import leave_campaign
from coalition.actions.partner_pages import Words, return_page, save_page, send_page
from coalition.models import PartnerLogo, PartnerProfile
from coalition.partner_panels import page_panel
from coalition.profile_enums import ProfileStatus
from tests.factories.partner_pages import (
    content,
    draft,
    further_partner,
    make_partners_page,
    picture,
    published,
    uploaded,
)
from tests.factories.staff import NOON, World, browse, make_user

pytestmark = pytest.mark.django_db


def address(partnership: Partnership) -> str:
    return reverse("staff_partners:public_page", args=[partnership.pk])


def typed(seal: str = "", do: str = "save", **told: Any) -> dict[str, Any]:
    return {"do": do, "seal": seal, "website": "https://partner.example/", "summary_en": "We help.", **told}


@pytest.fixture
def ben(ours: World) -> Client:
    return browse(ours.manager)


@pytest.fixture
def ada(ours: World) -> Client:
    return browse(ours.coordinator)


def test_partner_sends_and_the_coordinator_approves_side_by_side(ours: World, ben: Client, ada: Client) -> None:
    path = address(ours.partnership)
    published(ours.partnership, ours.coordinator)
    answer = ben.post(path, typed(do="send", summary_fr="Nous aidons.", logo=uploaded(picture((300, 300)))))
    assert answer.status_code == 302
    waiting = PartnerProfile.objects.open().get()
    assert (waiting.status, waiting.sent_by) == (ProfileStatus.WAITING, ours.manager)
    for client in (ben, ada):
        shown = client.get(path).content.decode()
        assert "What would change" in shown
        assert "We help. In short." in shown
        assert "Nous aidons." in shown
    assert "Approve: put it on the site" not in ben.get(path).content.decode()
    assert ben.post(path, {"do": "approve", "seal": waiting.seal}).status_code == 403
    assert ada.post(path, {"do": "approve", "seal": waiting.seal}).status_code == 302
    waiting.refresh_from_db()
    assert waiting.status == ProfileStatus.PUBLIC


def test_coordinator_gives_a_page_back_only_with_a_reason(ours: World, ben: Client, ada: Client) -> None:
    path = address(ours.partnership)
    ben.post(path, typed(do="send"))
    waiting = PartnerProfile.objects.get()
    refused = ada.post(path, {"do": "return", "seal": waiting.seal, "reason": ""})
    assert refused.status_code == 422
    assert PartnerProfile.objects.get().status == ProfileStatus.WAITING
    assert ada.post(path, {"do": "return", "seal": waiting.seal, "reason": "Shorter, please."}).status_code == 302
    assert "Shorter, please." in ben.get(path).content.decode()
    assert ben.post(path, typed(PartnerProfile.objects.get().seal, do="send", summary_en="Short.")).status_code == 302
    assert PartnerProfile.objects.get().status == ProfileStatus.WAITING


def test_coordinator_fills_in_for_a_partner_and_publishes_in_one_step(ours: World, ben: Client, ada: Client) -> None:
    path = address(ours.partnership)
    assert ben.post(path, typed(do="publish")).status_code == 403
    assert not PartnerProfile.objects.filter(status=ProfileStatus.PUBLIC).exists()
    PartnerProfile.objects.all().delete()
    assert ada.post(path, typed(do="publish", logo=uploaded())).status_code == 302
    assert PartnerProfile.objects.get().status == ProfileStatus.PUBLIC
    assert ben.post(path, {"do": "off"}).status_code == 302
    assert not PartnerProfile.objects.filter(status=ProfileStatus.PUBLIC).exists()
    shown = ben.get(path).content.decode()
    assert "We help." in shown  # what was taken off begins the next one
    assert ben.post(path, typed(do="send")).status_code == 302
    assert PartnerProfile.objects.open().get().logo_id == PartnerLogo.objects.get().pk


@pytest.mark.parametrize(
    ("told", "field", "said"),
    [
        ({"website": "http://partner.example/"}, "website", "begins with https://"),
        ({"website": "javascript:alert(1)"}, "website", "begins with https://"),
        ({"summary_en": "x" * 201}, "summary_en", "at most 200"),
        ({"words_fr": "hid\u202eden"}, "words_fr", "cannot be shown"),
        ({"logo": uploaded(b"<svg onload='alert(1)'/>", "logo.svg")}, "logo", "are not taken"),
        ({"logo": uploaded(b"GIF89a<script>", "logo.png")}, "logo", "another kind"),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_what_was_typed_kept(
    ours: World, ben: Client, told: dict[str, Any], field: str, said: str
) -> None:
    answer = ben.post(address(ours.partnership), typed(words_en="Typed words.", **told))
    assert answer.status_code == 422
    assert said in " ".join(answer.context["form"].errors[field])
    assert "Typed words." in answer.content.decode()
    assert not PartnerProfile.objects.exists()


def test_two_at_once_lose_nothing(ours: World, ben: Client) -> None:
    path = address(ours.partnership)
    assert ben.post(path, typed()).status_code == 302
    answer = ben.post(path, typed(summary_en="From the other tab."))
    assert answer.status_code == 422
    assert "Somebody changed this page" in answer.content.decode()
    assert "From the other tab." in answer.content.decode()
    assert PartnerProfile.objects.get().texts.get().summary == "We help."


def test_page_without_anything_to_show_can_be_filled_in_and_sent_after_the_refusal(ours: World, ben: Client) -> None:
    refused = ben.post(address(ours.partnership), typed(do="send", summary_en=""))
    assert refused.status_code == 422
    seal = refused.context["form"]["seal"].value()
    assert ben.post(address(ours.partnership), typed(seal, do="send")).status_code == 302
    assert PartnerProfile.objects.get().status == ProfileStatus.WAITING


def test_draft_is_previewed_by_its_own_people_with_its_logo(ours: World, ben: Client) -> None:
    profile = draft(ours.partnership, ours.manager, texts={"fr": Words("En bref.", "Nos mots.")})
    preview = reverse("staff_partners:page_preview", args=[ours.partnership.pk, profile.pk])
    assert ben.get(preview).status_code == 302  # there is no page of partners yet
    make_partners_page(ours.campaign)
    make_partners_page(ours.campaign, language="fr", title="Partenaires")
    answer = ben.get(preview, {"language": "fr"})
    shown = answer.content.decode()
    assert "Nos mots." in shown
    assert '<html lang="fr"' in shown
    assert "no-store" in answer.headers["Cache-Control"]
    logo = reverse("staff_partners:page_logo", args=[ours.partnership.pk, profile.pk])
    assert f'src="{logo}"' in shown
    kept = ben.get(logo)
    assert kept.headers["Content-Type"] == "image/webp"
    assert "no-store" in kept.headers["Cache-Control"]


def test_page_of_partners_that_is_not_published_is_shown_to_coordinators_alone(
    ours: World, ben: Client, ada: Client
) -> None:
    profile = draft(ours.partnership, ours.manager)
    preview = reverse("staff_partners:page_preview", args=[ours.partnership.pk, profile.pk])
    page = make_partners_page(ours.campaign)
    page.live = False
    page.save(update_fields=["live"])
    assert (ben.get(preview).status_code, ada.get(preview).status_code) == (302, 200)


def test_screen_does_no_work_for_who_may_not_see_it(ours: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coalition.viewsets.public_page.versions_of", lambda _partnership: pytest.fail("was read"))
    assert browse(ours.analyst).get(address(ours.partnership)).status_code == 403


def test_nobody_else_sees_a_partners_drafts(ours: World, theirs: World, ben: Client) -> None:
    sister = further_partner(ours.campaign, "Sister")
    profile = draft(sister, ours.coordinator)
    make_partners_page(ours.campaign)
    paths = [
        address(sister),
        reverse("staff_partners:page_preview", args=[sister.pk, profile.pk]),
        reverse("staff_partners:page_logo", args=[sister.pk, profile.pk]),
    ]
    others = [ben, browse(theirs.coordinator), browse(theirs.manager)]
    for path in paths:
        assert {client.get(path).status_code for client in others} == {404}
        assert {client.post(path, typed()).status_code for client in others} == {404}
        assert {browse(user).get(path).status_code for user in (ours.analyst, ours.dpo)} == {403}
        organiser = make_user("ours-eva", Role.ORGANISER, sister.organisation)
        assert browse(organiser).get(path).status_code in (403, 404)
        organiser.delete()
        assert browse(ours.coordinator).get(path).status_code == 200
    # another partner's version by one's own number
    own = ours.partnership.pk
    assert ben.get(reverse("staff_partners:page_preview", args=[own, profile.pk])).status_code == 404
    assert ben.get(reverse("staff_partners:page_logo", args=[own, profile.pk])).status_code == 404


def test_partner_that_left_changes_nothing_and_the_coordinator_reads(ours: World, ben: Client, ada: Client) -> None:
    draft(ours.partnership, ours.manager)
    leave_campaign(partnership=ours.partnership, by=ours.coordinator, at=NOON)
    path = address(ours.partnership)
    assert ben.get(path).status_code == 302  # signed out
    assert "has left the campaign" in ada.get(path).content.decode()
    assert ada.post(path, typed(PartnerProfile.objects.get().seal, summary_en="Later.")).status_code == 422


def test_coordinator_finds_what_waits_and_what_is_missing(ours: World, ada: Client) -> None:
    published(ours.partnership, ours.coordinator)
    waits, bare = further_partner(ours.campaign, "Waits"), further_partner(ours.campaign, "Bare")
    profile = draft(waits, ours.coordinator)
    send_page(partnership=waits, seal=profile.seal, by=ours.coordinator, at=NOON)
    save_page(partnership=bare, content=content(), seal="", by=ours.coordinator, at=NOON)

    def found(**asked: str) -> set[str]:
        shown = ada.get(reverse("staff_partners:index"), asked).content.decode()
        return set(re.findall(r"ours partner|Waits|Bare", shown.partition("<tbody>")[2]))

    assert found(page="waiting") == {"Waits"}
    assert found(page="draft") == {"Bare"}
    assert found(page="public") == {"ours partner"}
    assert found(page="no-logo") == {"Waits", "Bare"}
    assert found(page="none") == {"Waits", "Bare"}
    assert found(no_words="en") == {"Waits", "Bare"}
    assert found(no_words="fr") == {"ours partner", "Waits", "Bare"}


def test_dashboard_says_what_is_public_and_what_waits(ours: World) -> None:
    published(ours.partnership, ours.coordinator)
    later = save_page(partnership=ours.partnership, content=content("New."), seal="", by=ours.manager, at=NOON)
    send_page(partnership=ours.partnership, seal=later.seal, by=ours.manager, at=NOON)
    panel = page_panel(ours.partnership, ours.manager)
    assert panel is not None
    assert [row[0] for row in panel.rows] == ["public", "waits for approval"]
    assert page_panel(ours.partnership, ours.analyst) is None


def test_dashboard_says_since_when_a_returned_page_waits_again(ours: World) -> None:
    who: dict[str, Any] = {"partnership": ours.partnership, "by": ours.manager}
    first = save_page(content=content("First."), seal="", at=NOON, **who)
    send_page(seal=first.seal, at=NOON, **who)
    back = return_page(partnership=ours.partnership, seal=first.seal, reason="Shorter.", by=ours.coordinator, at=NOON)
    later = NOON + timedelta(days=3)

    second = save_page(content=content("Second."), seal=back.seal, at=later, **who)
    panel = page_panel(ours.partnership, ours.manager)
    assert panel is not None
    assert panel.rows == [["draft", later]]

    send_page(seal=second.seal, at=later + timedelta(hours=1), **who)
    panel = page_panel(ours.partnership, ours.manager)
    assert panel is not None
    assert panel.rows == [["waits for approval", later + timedelta(hours=1)]]


@pytest.mark.parametrize("number", [1, 3])
def test_screen_costs_the_same_whatever_the_versions(
    ours: World, ben: Client, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for each in range(number):
        published(ours.partnership, ours.coordinator, words=f"Version {each}.")
    ben.get(address(ours.partnership))
    with django_assert_num_queries(16):
        assert ben.get(address(ours.partnership)).status_code == 200
