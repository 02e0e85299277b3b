"""The screens of partners: the list, a partner's page, applications, files, agreements, leaving."""

from datetime import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Organisation, User
from campaigns.models import Partnership
from coalition.actions.leaving import leave_campaign
from coalition.actions.profiles import Person, save_contact
from coalition.models import (
    CoalitionSettings,
    PartnerAgreement,
    PartnerAgreementText,
    PartnerApplication,
    PartnerContact,
    PartnerGoal,
    PartnerImport,
)
from core.models import AuditEntry
from tests.factories.coalition import accept, ask_agreement, make_application, refreshed, ten_partners
from tests.factories.staff import World, browse, make_user

pytestmark = pytest.mark.django_db


def page_of(world: World) -> str:
    return reverse("staff_partners:partner", args=[world.partnership.pk])


def contact_of(world: World) -> PartnerContact:
    person = Person(f"{world.name} Nora", "press", email=f"nora@{world.name}.example")
    return save_contact(partnership=world.partnership, person=person, by="tests")


def upload(world: World, content: bytes = b"", name: str = "partners.csv") -> PartnerImport:
    file = SimpleUploadedFile(name, content or ten_partners())
    browse(world.coordinator).post(reverse("staff_partner_files:index"), {"campaign": world.campaign.pk, "file": file})
    return PartnerImport.objects.latest("pk")


def test_list_is_narrowed_by_country_role_and_agreement(ours: World, theirs: World, at: datetime) -> None:
    Organisation.objects.filter(pk=ours.partner.pk).update(country="BE")
    french = Organisation.objects.create(name="French", slug="french", country="FR")
    Partnership.objects.create(campaign=ours.campaign, organisation=french, role="supporter")
    accept(ours, ask_agreement(ours), at=at)
    client = browse(ours.coordinator)

    def found(**filters: str) -> set[str]:
        answer = client.get(reverse("staff_partners:index"), filters)
        return {row.organisation.name for row in answer.context["object_list"]}

    assert found() == {"ours partner", "French"}
    assert found(country="FR") == {"French"}
    assert found(role="partner") == {"ours partner"}
    assert found(agreement="missing") == {"French"}
    assert found(agreement="accepted") == {"ours partner"}
    assert found(part="no") == set()
    page = client.get(reverse("staff_partners:index")).content.decode()
    assert "not accepted" in page
    assert "accepted on" in page


def test_manager_accepts_the_agreement_whose_text_is_shown(ours: World) -> None:
    text = ask_agreement(ours)
    ben = browse(ours.manager)
    assert "We agree." in ben.get(page_of(ours)).content.decode()
    told = {"do": "accept", "accept-text": text.pk, "accept-name": "Ben Example", "accept-function": "Director"}
    refused = ben.post(page_of(ours), told)
    assert refused.status_code == 422
    assert "Ben Example" in refused.content.decode()
    assert not PartnerAgreement.objects.exists()
    assert ben.post(page_of(ours), {**told, "accept-is_read": "on"}).status_code == 302
    accepted = PartnerAgreement.objects.get()
    assert (accepted.accepted_by, accepted.signatory_function) == (ours.manager, "Director")
    assert "By Ben Example (Director)" in ben.get(page_of(ours)).content.decode()


def test_coordinator_cannot_accept_in_the_partners_place(ours: World) -> None:
    text = ask_agreement(ours)
    told = {"accept-text": text.pk, "accept-name": "A", "accept-function": "B", "accept-is_read": "on"}
    browse(ours.coordinator).post(page_of(ours), {"do": "accept", **told})
    assert not PartnerAgreement.objects.exists()


def test_manager_adds_changes_and_removes_a_contact(ours: World) -> None:
    ben = browse(ours.manager)
    told = {"do": "contact", "contact-name": "Nora", "contact-topic": "press", "contact-email": "", "contact-phone": ""}
    refused = ben.post(page_of(ours), told)
    assert refused.status_code == 422
    assert "Give an e-mail address or a phone number." in refused.content.decode()
    ben.post(page_of(ours), {**told, "contact-email": "nora@example.org"})
    contact = PartnerContact.objects.get()
    ben.post(page_of(ours), {**told, "contact-name": "Zoe", "contact-email": "z@example.org", "entry": contact.pk})
    assert PartnerContact.objects.get().name == "Zoe"
    again = ben.post(page_of(ours), {**told, "contact-name": "Twin", "contact-email": "z@example.org"})
    assert again.status_code == 422
    ben.post(page_of(ours), {"do": "remove", "entry": contact.pk})
    assert not PartnerContact.objects.exists()


def test_goals_are_set_by_the_manager_and_by_the_coordinator(ours: World) -> None:
    told = {"do": "goals", "goals-target_signatures": "300", "goals-due_signatures": "2026-12-31"}
    assert browse(ours.manager).post(page_of(ours), told).status_code == 302
    assert PartnerGoal.objects.get().target == 300
    wrong = {"do": "goals", "goals-due_events": "2026-12-31"}
    assert browse(ours.coordinator).post(page_of(ours), wrong).status_code == 422
    assert browse(ours.coordinator).post(page_of(ours), {"do": "goals"}).status_code == 302
    assert not PartnerGoal.objects.exists()


def test_contacts_are_hidden_from_who_only_reads_figures(ours: World) -> None:
    contact_of(ours)
    assert "ours Nora" in browse(ours.coordinator).get(page_of(ours)).content.decode()
    page = browse(ours.analyst).get(page_of(ours))
    assert page.status_code == 200
    assert "ours Nora" not in page.content.decode()
    assert browse(ours.analyst).post(page_of(ours), {"do": "goals"}).status_code == 403


def test_nothing_of_another_coalition_is_reachable_by_its_number(ours: World, theirs: World, at: datetime) -> None:
    application, foreign = make_application(theirs, at=at), contact_of(theirs)
    file, text = upload(theirs), ask_agreement(theirs)
    rules = CoalitionSettings.objects.get(campaign=theirs.campaign)
    client = browse(ours.coordinator)
    addresses = [
        page_of(theirs),
        reverse("staff_partners:leave", args=[theirs.partnership.pk]),
        reverse("staff_partner_applications:application", args=[application.pk]),
        reverse("staff_partner_files:file", args=[file.pk]),
        reverse("staff_partner_agreements:inspect", args=[text.pk]),
        reverse("staff_partner_rules:edit", args=[rules.pk]),
        reverse("staff_partner_rules:history", args=[rules.pk]),
    ]
    for address in addresses:
        assert client.get(address).status_code == 404, address
        assert client.post(address, {"do": "accept", "kind": "apply"}).status_code in (404, 405), address
    back = reverse("staff_partners:return", args=[theirs.partnership.pk])
    assert client.post(back).status_code == 404
    assert client.post(page_of(ours), {"do": "remove", "entry": foreign.pk}).status_code == 404
    assert PartnerContact.objects.filter(pk=foreign.pk).exists()
    for space in ("staff_partner_applications", "staff_partner_agreements", "staff_partner_rules"):
        assert not client.get(reverse(f"{space}:index")).context["object_list"]
    answer = client.post(reverse("staff_partner_files:index"), {"campaign": theirs.campaign.pk})
    assert answer.status_code == 422


def test_roles_without_the_right_are_refused(ours: World, at: datetime) -> None:
    application = make_application(ours, at=at)
    organiser = make_user("eva", Role.ORGANISER, ours.partner)
    for user in (ours.manager, ours.analyst, organiser):
        client = browse(user)
        assert client.get(reverse("staff_partner_files:index")).status_code == 403
        assert client.get(reverse("staff_partner_files:template")).status_code == 403
        assert client.get(reverse("staff_partner_applications:index")).status_code == 403
        assert client.get(reverse("staff_partner_rules:index")).status_code == 403
    assert browse(organiser).get(page_of(ours)).status_code == 403
    dpo = browse(ours.dpo)
    address = reverse("staff_partner_applications:application", args=[application.pk])
    assert dpo.get(address).status_code == 200
    assert dpo.post(address, {"do": "refuse", "reason": "x"}).status_code == 403


def test_application_is_read_and_taken_in(ours: World, at: datetime) -> None:
    application = make_application(ours, at=at)
    ada = browse(ours.coordinator)
    address = reverse("staff_partner_applications:application", args=[application.pk])
    page = ada.get(address).content.decode()
    assert "Nora Example" in page
    assert "We care." in page
    assert AuditEntry.objects.filter(action="coalition.application.viewed").count() == 1
    assert ada.post(address, {"do": "accept", "role": "lead"}).status_code == 422
    assert ada.post(address, {"do": "accept", "role": "supporter"}).status_code == 302
    assert Partnership.objects.get(organisation__name="Newcomers").role == "supporter"
    ada.post(address, {"do": "refuse", "reason": "Too late"})
    assert PartnerApplication.objects.get().status == "accepted"


def test_known_organisation_is_offered_and_never_made_twice_unasked(ours: World, at: datetime) -> None:
    application = make_application(ours, "Ours partner", at=at, contact_email="x@partner.example")
    address = reverse("staff_partner_applications:application", args=[application.pk])
    ada = browse(ours.coordinator)
    assert f'<option value="{ours.partner.pk}" selected>' in ada.get(address).content.decode()
    told = {"do": "accept", "role": "partner", "organisation": ""}
    assert ada.post(address, told).status_code == 422
    assert ada.post(address, {**told, "organisation": ours.partner.pk, "is_another": "on"}).status_code == 422
    assert Organisation.objects.filter(name__iexact="ours partner").count() == 1
    assert ada.post(address, {**told, "is_another": "on"}).status_code == 302
    assert Organisation.objects.filter(name__iexact="ours partner").count() == 2


def test_refusing_needs_a_reason(ours: World, at: datetime) -> None:
    application = make_application(ours, at=at)
    address = reverse("staff_partner_applications:application", args=[application.pk])
    assert browse(ours.coordinator).post(address, {"do": "refuse", "reason": " "}).status_code == 422
    browse(ours.coordinator).post(address, {"do": "refuse", "reason": "No."})
    assert PartnerApplication.objects.get().status == "refused"


def test_coordinator_takes_ten_partners_in_from_a_file_and_undoes_it(ours: World) -> None:
    ada, found = browse(ours.coordinator), upload(ours)
    address = reverse("staff_partner_files:file", args=[found.pk])
    look = ada.get(address)
    page = look.content.decode()
    assert "person10@partner.example" in page
    assert "Take them in and invite" in page
    assert Partnership.objects.count() == 1
    ada.post(address, {"kind": "apply", "seen": look.context["seen"]})
    assert Partnership.objects.count() == 11
    assert "Undo this import" in ada.get(address).content.decode()
    ada.post(address, {"kind": "undo"})
    assert Partnership.objects.count() == 1
    assert not User.objects.filter(email__endswith="@partner.example").exists()


def test_file_with_faults_says_each_with_line_and_column(ours: World) -> None:
    ada = browse(ours.coordinator)
    found = upload(ours, b"organisation,country,contact_email\nOne,Atlantis,a@example.org\n=1+1,BE,b@example.org\n")
    address = reverse("staff_partner_files:file", args=[found.pk])
    page = ada.get(address).content.decode()
    assert "Line 2, column 2 (country)" in page
    assert "Line 3, column 1 (organisation)" in page
    assert "Take them in and invite" not in page
    ada.post(address, {"kind": "apply", "seen": ada.get(address).context["seen"]})
    assert Partnership.objects.count() == 1
    file = SimpleUploadedFile("x.csv", "é".encode("utf-16"))
    answer = ada.post(reverse("staff_partner_files:index"), {"campaign": ours.campaign.pk, "file": file})
    assert answer.status_code == 422
    assert "UTF-16" in answer.content.decode()


def test_columns_are_mapped_by_hand(ours: World) -> None:
    ada = browse(ours.coordinator)
    found = upload(ours, b"who,where,mail\nOne,BE,a@example.org\n")
    address = reverse("staff_partner_files:file", args=[found.pk])
    assert "No column is mapped" in ada.get(address).content.decode()
    assert ada.post(address, {"kind": "map", "column-organisation": "0"}).status_code == 422
    told = {"column-organisation": "0", "column-country": "1", "column-contact_email": "2"}
    before = ada.get(address).context["seen"]
    ada.post(address, {"kind": "map", **told})
    refused = ada.post(address, {"kind": "apply", "seen": before}, follow=True)
    assert "Somebody chose other columns for this file meanwhile." in refused.content.decode()
    assert Partnership.objects.count() == 1
    ada.post(address, {"kind": "apply", "seen": refused.context["seen"]})
    assert Partnership.objects.filter(organisation__name="One").exists()


def test_file_to_begin_with_is_handed_out(ours: World) -> None:
    answer = browse(ours.coordinator).get(reverse("staff_partner_files:template"))
    assert answer.content.decode("utf-8-sig").startswith("organisation,short_name,country")


def test_manager_leaves_and_only_the_coordinator_takes_back(ours: World) -> None:
    ben, ada = browse(ours.manager), browse(ours.coordinator)
    address = reverse("staff_partners:leave", args=[ours.partnership.pk])
    assert "1 person has no other role" in ben.get(address).content.decode()
    assert ben.post(address, {"reason": "Enough"}).status_code == 302
    assert refreshed(ours.partnership).left_at is not None
    assert ben.get(page_of(ours)).status_code == 302  # to the sign-in page
    page = ada.get(page_of(ours)).content.decode()
    assert "left the campaign" in page
    back = reverse("staff_partners:return", args=[ours.partnership.pk])
    assert browse(ours.analyst).post(back).status_code == 403
    assert ada.post(back).status_code == 302
    assert refreshed(ours.partnership).left_at is None


def test_own_page_is_the_one_of_who_manages_one(ours: World, theirs: World, at: datetime) -> None:
    ben = browse(ours.manager)
    assert ben.get(reverse("staff_partners:own")).headers["Location"] == page_of(ours)
    Partnership.objects.create(campaign=theirs.campaign, organisation=ours.partner)
    assert "theirs campaign" in ben.get(reverse("staff_partners:own")).content.decode()
    assert "You manage no organisation" in browse(ours.coordinator).get(reverse("staff_partners:own")).content.decode()


def test_wording_is_published_only_without_the_line_that_says_template(ours: World) -> None:
    ada, address = browse(ours.coordinator), reverse("staff_partner_agreements:publish")
    form = ada.get(f"{address}?language=fr").context["form"]
    assert form.initial["body"].startswith("[MODÈLE")
    told = {"organisation": ours.lead.pk, "kind": "joint", "language": "fr", "body": form.initial["body"]}
    assert ada.post(address, told).status_code == 422
    assert ada.post(address, {**told, "body": "Accord."}).status_code == 302
    assert PartnerAgreementText.objects.get().body == "Accord."
    assert browse(ours.manager).get(address).status_code == 403


def test_rules_of_a_campaign_are_set(ours: World, theirs: World) -> None:
    ada, address = browse(ours.coordinator), reverse("staff_partner_rules:add")
    told = {"campaign": ours.campaign.pk, "agreement_kind": "joint", "takes_applications": "on"}
    assert ada.post(address, {**told, "campaign": theirs.campaign.pk}).status_code == 200
    assert ada.post(address, told).status_code == 302
    rules = CoalitionSettings.objects.get()
    assert rules.campaign == ours.campaign
    ada.post(reverse("staff_partner_rules:edit", args=[rules.pk]), {"agreement_kind": ""})
    rules.refresh_from_db()
    assert (rules.agreement_kind, rules.takes_applications) == ("", False)
    assert AuditEntry.objects.filter(action="coalition.rules.changed").count() == 2


@pytest.mark.parametrize("space", ["staff_partner_applications", "staff_partner_agreements", "staff_partner_rules"])
def test_lists_cost_the_same_for_one_and_three_rows(ours: World, at: datetime, space: str) -> None:
    client, address = browse(ours.coordinator), reverse(f"{space}:index")
    ask_agreement(ours)
    make_application(ours, "One", at=at)
    client.get(address)

    def cost(rows: int) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert len(client.get(address).context["object_list"]) == rows
        return len(asked)

    one = cost(1)
    for name in ("Two", "Three"):
        make_application(ours, name, at=at)
        text = PartnerAgreementText.objects.get(language="en")
        PartnerAgreementText.objects.create(
            organisation=ours.lead, kind=text.kind, language=name[:2], version=1, body=name
        )
        campaign = type(ours.campaign).objects.create(title=name, slug=name.lower(), organisation=ours.lead)
        CoalitionSettings.objects.create(campaign=campaign)
    assert cost(3) == one


def test_partner_page_costs_the_same_for_one_and_three_contacts(ours: World) -> None:
    client = browse(ours.coordinator)
    contact_of(ours)
    client.get(page_of(ours))

    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(page_of(ours)).status_code == 200
        return len(asked)

    one = cost()
    for topic in ("campaign", "privacy"):
        save_contact(partnership=ours.partnership, person=Person("Zoe", topic, email="z@example.org"), by="tests")
    assert cost() == one


def test_page_of_a_partner_that_left_offers_its_return_and_nothing_else(ours: World, at: datetime) -> None:
    leave_campaign(partnership=ours.partnership, by=ours.coordinator, at=at)
    page = browse(ours.coordinator).get(page_of(ours)).content.decode()
    assert "Take it back in" in page
    assert "Save the goals" not in page


def test_screens_of_a_partner_lead_to_each_other(ours: World) -> None:
    ben = browse(ours.manager)
    page, pk = page_of(ours), ours.partnership.pk
    exports, figures = reverse("staff_partner_exports:show", args=[pk]), reverse("dashboards_partner", args=[pk])
    for here in (page, exports, figures):
        shown = ben.get(here).content.decode()
        for other in {page, exports, figures, f"{page}#agreement", f"{page}#links"} - {here}:
            assert f'href="{other}"' in shown, (here, other)


def test_partner_without_a_link_is_given_one_by_a_button(ours: World) -> None:
    ours.partnership.sources.all().delete()
    ben = browse(ours.manager)
    assert 'value="links"' in ben.get(page_of(ours)).content.decode()
    for _press in range(2):
        ben.post(page_of(ours), {"do": "links"})
    assert ours.partnership.sources.get().made_for == f"partner:{ours.partnership.pk}"
    assert 'value="links"' not in ben.get(page_of(ours)).content.decode()


def test_dashboard_tells_who_looks_after_a_partner_of_agreement_and_files(ours: World, at: datetime) -> None:
    text = ask_agreement(ours)
    address = reverse("dashboards_partner", args=[ours.partnership.pk])
    ben = browse(ours.manager)
    shown = ben.get(address).content.decode()
    assert "Not accepted yet." in shown
    assert "Encrypted files" in shown
    accept(ours, text, at=at)
    assert "in force" in ben.get(address).content.decode()
    analyst = make_user("partner-analyst", Role.ANALYST, ours.partner)
    seen_less = browse(analyst).get(address)
    assert seen_less.status_code == 200
    assert "Encrypted files" not in seen_less.content.decode()
