"""What coordinators and partner managers do on the screens of campaigns."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Organisation
from campaigns.enums import SignatureStatus
from campaigns.models import Campaign, Goal, Invalidation, LiveSwitches, Petition, Signature, Source
from core.models import AuditEntry
from tests.factories.cms import make_petition_page
from tests.factories.staff import World, browse


def campaign_form(world: World, **changes: str) -> dict[str, str]:
    form = {
        "title": "Second campaign", "slug": "second", "organisation": str(world.lead.pk),
        "time_zone": "Europe/Brussels", "starts_date": "2026-01-01", "ends_date": "2026-12-31",
        "goal_signatures": "1000", "due_signatures": "2026-12-31",
    }  # fmt: skip
    return {**form, **changes}


def petition_form(world: World, **changes: str) -> dict[str, str]:
    form = {
        "campaign": str(world.campaign.pk), "title": "Second petition", "counted_by": "residence",
        "goal_steps": "1 000\n5.000\n10000", "minimum_shown": "100", "requires_confirmation": "on",
    }  # fmt: skip
    return {**form, **changes}


def errors(answer: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = answer.context["form"].errors
    return found


@pytest.fixture
def ada(ours: World) -> Client:
    return browse(ours.coordinator)


@pytest.fixture
def ben(ours: World) -> Client:
    return browse(ours.manager)


def test_campaign_is_made_with_its_goal_and_audited(ours: World, ada: Client) -> None:
    answer = ada.post(reverse("staff_campaigns:add"), campaign_form(ours))
    assert answer.status_code == 302, errors(answer)
    campaign = Campaign.objects.get(slug="second")
    assert Goal.objects.get(campaign=campaign).target == 1000
    entry = AuditEntry.objects.get(action="campaigns.campaign.created")
    assert (entry.target, entry.actor) == (f"campaigns.campaign:{campaign.pk}", f"user:{ours.coordinator.pk}")


def test_campaign_of_another_organisation_is_refused(ours: World, theirs: World, ada: Client) -> None:
    answer = ada.post(reverse("staff_campaigns:add"), campaign_form(ours, organisation=str(theirs.lead.pk)))
    assert list(errors(answer)) == ["organisation"]
    assert not AuditEntry.objects.filter(action__startswith="campaigns.").exists()


def test_campaign_goal_taken_away(ours: World, ada: Client) -> None:
    Goal.objects.create(campaign=ours.campaign, metric="signatures", target=5)
    form = campaign_form(ours, title="ours", slug="ours", goal_signatures="", due_signatures="")
    assert ada.post(reverse("staff_campaigns:edit", args=[ours.campaign.pk]), form).status_code == 302
    assert not ours.campaign.goals.exists()
    assert AuditEntry.objects.filter(action="campaigns.goals.changed").count() == 1


def test_petition_goals_are_one_number_per_line(ours: World, ada: Client) -> None:
    answer = ada.post(reverse("staff_petitions:add"), petition_form(ours))
    assert answer.status_code == 302, errors(answer)
    petition = Petition.objects.get(title="Second petition")
    assert petition.goal_steps == [1000, 5000, 10000]
    page = ada.get(reverse("staff_petitions:edit", args=[petition.pk])).content.decode()
    assert "1000\n5000\n10000" in page
    assert "Europe/Brussels" in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("100\nmany\n300", "many"),
        ("1.5", "1.5"),
        ("500\n100", "100"),
        ("0", "between 1"),
        ("", "required"),
        ("100\n100", "100"),
    ],
)
def test_petition_goals_unreadable_are_named(ours: World, ada: Client, typed: str, said: str) -> None:
    answer = ada.post(reverse("staff_petitions:add"), petition_form(ours, goal_steps=typed))
    assert said in " ".join(errors(answer)["goal_steps"])


def test_petition_in_another_campaign_is_refused(ours: World, theirs: World, ada: Client) -> None:
    answer = ada.post(reverse("staff_petitions:add"), petition_form(ours, campaign=str(theirs.campaign.pk)))
    assert list(errors(answer)) == ["campaign"]


def test_petition_that_closes_before_it_opens_is_refused(ours: World, ada: Client) -> None:
    times = {"opens_at": "2026-03-02 10:00", "closes_at": "2026-03-01 10:00"}
    assert errors(ada.post(reverse("staff_petitions:add"), petition_form(ours, **times)))


def test_petition_screen_links_to_the_pages_that_show_it(ours: World, ada: Client) -> None:
    page = make_petition_page(ours.petition, title="Open the doors")
    edit = ada.get(reverse("staff_petitions:edit", args=[ours.petition.pk])).content.decode()
    assert "Open the doors" in edit
    assert page.get_url() in edit
    assert page.get_url() in ada.get(reverse("staff_petitions:index")).content.decode()


def test_petition_with_signatures_is_not_deleted(ours: World, ada: Client) -> None:
    ours.sign()
    answer = ada.post(reverse("staff_petitions:delete", args=[ours.petition.pk]), follow=True)
    assert "still needed by signatures" in answer.content.decode()
    assert Petition.objects.filter(pk=ours.petition.pk).exists()
    assert not AuditEntry.objects.filter(action="campaigns.petition.deleted").exists()


def test_source_is_deleted_and_audited(ours: World, ada: Client) -> None:
    assert ada.post(reverse("staff_sources:delete", args=[ours.source.pk])).status_code == 302
    assert not Source.objects.filter(pk=ours.source.pk).exists()
    assert AuditEntry.objects.get(action="campaigns.source.deleted").target == f"campaigns.source:{ours.source.pk}"


def test_source_screen_gives_ready_links(ours: World, ada: Client) -> None:
    page = make_petition_page(ours.petition)
    for url in (reverse("staff_sources:index"), reverse("staff_sources:edit", args=[ours.source.pk])):
        assert f"{page.get_url()}?s=ours-link" in ada.get(url).content.decode()


def test_source_code_is_suggested_and_different_each_time(ada: Client) -> None:
    codes = {ada.get(reverse("staff_sources:add")).context["form"]["code"].value() for _ in range(3)}
    assert len(codes) == 3
    assert all(len(code) == 8 for code in codes)


def test_partner_manager_adds_a_link_for_the_own_partnership(ours: World, ben: Client) -> None:
    form = {"label": "Our poster", "code": "our-poster", "kind": "material", "partnership": str(ours.partnership.pk)}
    answer = ben.post(reverse("staff_sources:add"), form)
    assert answer.status_code == 302, errors(answer)
    source = Source.objects.get(code="our-poster")
    assert (source.campaign, source.partnership) == (ours.campaign, ours.partnership)


def test_partner_manager_adds_no_link_for_anybody_else(ours: World, theirs: World, ben: Client) -> None:
    form = {"label": "x", "code": "abc", "kind": "link", "partnership": str(theirs.partnership.pk)}
    assert "partnership" in errors(ben.post(reverse("staff_sources:add"), form))
    form = {"label": "x", "code": "abc", "kind": "link", "campaign": str(ours.campaign.pk)}
    assert "partnership" in errors(ben.post(reverse("staff_sources:add"), form))
    lone = Source.objects.create(campaign=ours.campaign, code="lone", label="the lead's")
    assert ben.get(reverse("staff_sources:edit", args=[lone.pk])).status_code == 404


def test_partnership_offers_own_organisations_only(ours: World, theirs: World, ada: Client) -> None:
    form = ada.get(reverse("staff_partners:add")).context["form"]
    assert set(form.fields["organisation"].queryset) == {ours.lead, ours.partner}
    stranger = Organisation.objects.create(name="Stranger", slug="stranger")
    sent = {"campaign": str(ours.campaign.pk), "organisation": str(stranger.pk), "role": "partner"}
    assert "organisation" in errors(ada.post(reverse("staff_partners:add"), sent))


def test_history_is_the_audit_trail_of_the_row(ours: World, ada: Client) -> None:
    form = petition_form(ours, title="renamed")
    assert ada.post(reverse("staff_petitions:edit", args=[ours.petition.pk]), form).status_code == 302
    page = ada.get(reverse("staff_petitions:history", args=[ours.petition.pk])).content.decode()
    assert "Petition: changed" in page
    assert "title" in page
    assert "ours-Ada" in page or "ours-ada" in page


def test_live_switches_name_the_line_that_is_no_network(ours: World, ada: Client) -> None:
    url = reverse("wagtailsettings:edit", args=["campaigns", "liveswitches"])
    url = ada.get(url, follow=True).request["PATH_INFO"]
    answer = ada.post(url, {"allowed_networks": "203.0.113.0/24\n300.1.1.1\n10.0.0.0/8"})
    assert "300.1.1.1" in " ".join(answer.context["form"].errors["allowed_networks"])
    assert "203.0.113.0/24." in " ".join(answer.context["form"].errors["allowed_networks"])
    assert ada.post(url, {"allowed_networks": "203.0.113.0/24"}).status_code == 302
    assert LiveSwitches.load().allowed_networks == "203.0.113.0/24"


def test_signatures_pages_walk_there_and_back(ours: World, ada: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.staff_views.KeysetIndexView.per_page", 2)
    made = [ours.sign().pk for _ in range(5)]
    url = reverse("staff_signatures:index")

    def page(**query: object) -> tuple[list[int], int | None, int | None]:
        context = ada.get(url, query).context
        return [row.pk for row in context["object_list"]], context["newer"], context["older"]

    newest, newer, older = page()
    assert (newest, newer) == (made[:2:-1], None)
    middle, newer, older2 = page(before=older)
    assert middle == [made[2], made[1]]
    last, newer_of_last, oldest = page(before=older2)
    assert (last, oldest) == ([made[0]], None)
    assert page(after=newer_of_last)[0] == middle
    assert page(after=newer) == (newest, None, newest[-1])
    assert page(end=1) == ([made[1], made[0]], made[1], None)
    assert page(before="x", after="9" * 40)[0] == newest


def test_signatures_list_asks_no_count(ours: World, ada: Client) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    ours.sign()
    with CaptureQueriesContext(connection) as seen:
        ada.get(reverse("staff_signatures:index"))
    assert not [query["sql"] for query in seen if "COUNT(" in query["sql"]]


def test_signatures_filters(ours: World, ada: Client) -> None:
    said = ours.sign(comment="Because", territory_code="FR", source="ours-link", partnership=ours.partnership)
    ours.sign(status=SignatureStatus.WITHDRAWN)
    url = reverse("staff_signatures:index")
    for query in (
        {"has_comment": "true"},
        {"source": "ours-link"},
        {"partnership": ours.partnership.pk},
        {"status": "confirmed"},
    ):
        assert [row.pk for row in ada.get(url, query).context["object_list"]] == [said.pk], query
    assert not ada.get(url, {"day_from": "2031-01-01"}).context["object_list"]
    entry = AuditEntry.objects.filter(action="campaigns.signature.listed").first()
    assert entry is not None
    assert entry.details == {"count": 0, "filters": ["day_from"]}


def test_partner_reads_names_only_with_consent(ours: World, ben: Client) -> None:
    ours.sign(name="Hidden Person", partnership=ours.partnership)
    ours.consent(ours.sign(name="Open Person", partnership=ours.partnership), ours.partner)
    page = ben.get(reverse("staff_signatures:index")).content.decode()
    assert "Open Person" in page
    assert "Hidden Person" not in page
    assert "no consent to you" in page


def test_comments_are_read_shown_and_hidden(ours: World, ada: Client) -> None:
    first = ours.sign(name="Nina Secret", comment="First words")
    second = ours.sign(name="Omar Secret", comment="Second words")
    queue = ada.get(reverse("staff_signatures:comments"))
    assert [row.pk for row in queue.context["rows"]] == [first.pk, second.pk]
    text = queue.content.decode()
    assert "Nina" in text
    assert "Secret" not in text
    for row, decision in ((first, "show"), (second, "hide")):
        url = reverse("staff_signatures:decide_comment", args=[row.pk])
        assert ada.post(url, {"decision": decision}).status_code == 302
        assert ada.post(url, {"decision": decision}).status_code == 302
    assert dict(Signature.objects.values_list("pk", "is_comment_public")) == {first.pk: True, second.pk: False}
    assert not ada.get(reverse("staff_signatures:comments")).context["rows"]
    for shelf, row in (("shown", first), ("hidden", second)):
        rows = ada.get(reverse("staff_signatures:comments"), {"shelf": shelf}).context["rows"]
        assert [each.pk for each in rows] == [row.pk]
    assert AuditEntry.objects.filter(action__startswith="campaigns.comment.").count() == 2


def test_who_reads_comments_is_audited_and_each_new_person_counted_once(ours: World, ada: Client) -> None:
    rows = [ours.sign(name=f"Nina {number}", comment="Words") for number in range(3)]
    ada.get(reverse("staff_signatures:comments"))
    url = reverse("staff_signatures:decide_comment", args=[rows[0].pk])
    ada.post(url, {"decision": "show"}, follow=True)
    ada.get(reverse("staff_signatures:comments"), {"shelf": "shown"})
    told = AuditEntry.objects.filter(action="campaigns.signature.listed").order_by("pk")
    assert [(each.details["comments"], each.details["count"]) for each in told] == [
        ("unread", 3), ("unread", 1), ("shown", 1),
    ]  # fmt: skip


def test_comment_of_a_withdrawn_signature_is_never_shown(ours: World, ada: Client) -> None:
    gone = ours.sign(comment="Old words", status=SignatureStatus.WITHDRAWN)
    ada.post(reverse("staff_signatures:decide_comment", args=[gone.pk]), {"decision": "show"})
    gone.refresh_from_db()
    assert not gone.is_comment_public


def test_partner_manager_decides_on_no_comment(ours: World, ben: Client) -> None:
    row = ours.sign(comment="Words", partnership=ours.partnership)
    assert ben.post(reverse("staff_signatures:decide_comment", args=[row.pk])).status_code == 403
    assert ben.get(reverse("staff_signatures:comments")).status_code == 403


ROBOT = "cd" * 16


def test_invalidation_is_previewed_applied_and_undone(ours: World, ada: Client) -> None:
    robots = [ours.sign(address_hash=ROBOT) for _ in range(2)]
    ours.sign()
    url = reverse("staff_invalidations:new")
    form = {"petition": str(ours.petition.pk), "address_hash": ROBOT, "reason": "a robot"}
    preview = ada.post(url, form)
    assert preview.context["preview"].count == 2
    assert Signature.objects.counting().count() == 3
    until = preview.context["until"].isoformat()
    late = ours.sign(address_hash=ROBOT, confirmed_at=preview.context["until"])
    done = ada.post(url, {**form, "step": "apply", "until": until})
    assert done.status_code == 302
    assert set(Signature.objects.counting().values_list("address_hash", flat=True)) == {"", ROBOT}
    late.refresh_from_db()
    assert late.status == SignatureStatus.CONFIRMED
    again = ada.post(url, {**form, "step": "apply", "until": until}, follow=True)
    assert "any more" in again.content.decode()
    invalidation = Invalidation.objects.get()
    undo = reverse("staff_invalidations:undo", args=[invalidation.pk])
    assert "2 signatures get" in ada.get(undo).content.decode()
    assert ada.post(undo).status_code == 302
    assert Signature.objects.counting().count() == 4
    assert all(Signature.objects.get(pk=robot.pk).status == "confirmed" for robot in robots)


def test_invalidation_without_a_condition_is_refused(ours: World, ada: Client) -> None:
    ours.sign()
    form = {"petition": str(ours.petition.pk), "reason": "all"}
    answer = ada.post(
        reverse("staff_invalidations:new"), {**form, "step": "apply", "until": "2026-03-02T12:00:00+00:00"}
    )
    assert answer.status_code == 422
    assert Signature.objects.counting().count() == 1


def test_invalidation_of_another_coalitions_petition_is_refused(ours: World, theirs: World, ada: Client) -> None:
    theirs.sign(address_hash=ROBOT)
    url = reverse("staff_invalidations:new")
    form = {"petition": str(theirs.petition.pk), "address_hash": ROBOT, "reason": "x"}
    assert ada.post(url, form).status_code == 422
    assert ada.get(url, {"petition": theirs.petition.pk}).status_code == 404


def test_dpo_reads_invalidations_but_undoes_none(ours: World, ada: Client) -> None:
    ours.sign(address_hash=ROBOT)
    row = Invalidation.objects.create(petition=ours.petition, conditions={"address_hash": ROBOT}, reason="x", count=1)
    client = browse(ours.dpo)
    assert client.get(reverse("staff_invalidations:index")).status_code == 200
    assert client.post(reverse("staff_invalidations:undo", args=[row.pk])).status_code == 403
    assert client.get(reverse("staff_invalidations:new")).status_code == 403


def test_page_editor_offers_no_petition_of_another_coalition(ours: World, theirs: World, ada: Client) -> None:
    page = make_petition_page(ours.petition)
    answer = ada.get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
    assert set(answer.context["form"].fields["petition"].queryset) == {ours.petition}
