"""A manager of one partner with the numbers of another one of the same campaign, read and sent by every address."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Organisation, User
from campaigns.models import Partnership
from coalition.actions.leaving import leave_campaign
from coalition.actions.profiles import Person, save_contact
from coalition.export_enums import Delivery, PartnerExportStatus, Rhythm
from coalition.models import (
    PartnerAgreement,
    PartnerAgreementText,
    PartnerApplication,
    PartnerContact,
    PartnerExport,
    PartnerGoal,
    PartnerImport,
    PartnerKey,
    PartnerLogo,
    PartnerProfile,
    PartnerProfileText,
    StandingExport,
)
from tests.factories.coalition import ask_agreement, make_application, ten_partners
from tests.factories.partner_exports import Keyring, give_key, make_file
from tests.factories.partner_pages import draft
from tests.factories.staff import World, browse, make_user

pytestmark = pytest.mark.django_db
MODELS = (
    PartnerAgreement, PartnerApplication, PartnerContact, PartnerExport, PartnerGoal, PartnerImport, PartnerKey,
    PartnerLogo, PartnerProfile, PartnerProfileText, StandingExport,
)  # fmt: skip


@dataclass
class Sister:
    """Another partner of our campaign, with one row of everything a partner has."""

    partnership: Partnership
    manager: User
    contact: PartnerContact
    key: PartnerKey
    standing: StandingExport
    export: PartnerExport
    page: PartnerProfile
    application: PartnerApplication
    file: PartnerImport


@pytest.fixture
def sister(ours: World) -> Sister:
    now = timezone.now()
    organisation = Organisation.objects.create(name="Sister", slug="sister", country="MT")
    organisation.led_by.add(ours.lead)
    partnership = Partnership.objects.create(campaign=ours.campaign, organisation=organisation)
    manager = make_user("sister-ben", Role.PARTNER_MANAGER, organisation)
    person = Person("Sister Nora", "press", email="nora@sister.example")
    recipient = Keyring().public
    key = PartnerKey.objects.create(
        partnership=partnership, recipient=recipient, fingerprint="5157 e200", added_by=manager, added_at=now,
        usable_at=now + timedelta(hours=24),
    )  # fmt: skip
    return Sister(
        partnership=partnership,
        manager=manager,
        contact=save_contact(partnership=partnership, person=person, by="tests"),
        key=key,
        standing=StandingExport.objects.create(
            partnership=partnership, rhythm=Rhythm.WEEKLY, delivery=Delivery.DOWNLOAD, set_up_by=manager, set_up_at=now
        ),
        export=PartnerExport.objects.create(
            partnership=partnership, key=key, status=PartnerExportStatus.READY, asked_at=now, file="partner-exports/x",
            expires_at=now + timedelta(days=1),
        ),
        page=draft(partnership, manager, now),
        application=make_application(ours, "Newcomers", at=now, partnership=partnership),
        file=PartnerImport.objects.create(
            campaign=ours.campaign, file_name="p.csv", content=ten_partners(), columns={"name": 0}
        ),
    )  # fmt: skip


def everything() -> list[Any]:
    return [list(model.objects.order_by("pk").values()) for model in MODELS]


@pytest.fixture
def text(ours: World) -> PartnerAgreementText:
    return ask_agreement(ours)


def told(sister: Sister, text: PartnerAgreementText) -> list[dict[str, Any]]:
    """Return what every button of a partner's page and of its exports would send, with the sister's numbers."""
    contact = {"contact-name": "Changed", "contact-topic": "press", "contact-email": "changed@example.org"}
    signed = {"accept-text": text.pk, "accept-name": "Ben", "accept-function": "Boss", "accept-is_read": "on"}
    return [
        {"do": "remove", "entry": sister.contact.pk},
        {"do": "contact", "entry": sister.contact.pk, **contact},
        {"do": "contact", **contact},
        {"do": "goals", "goals-target_signatures": "7"},
        {"do": "accept", **signed},
        {"do": "key", "key": Keyring().public},
        {"do": "confirm_key", "row": sister.key.pk},
        {"do": "retire_key", "row": sister.key.pk},
        {"do": "standing", "rhythm": "daily", "weekday": "1", "hour": "1", "delivery": "download"},
        {"do": "confirm_standing", "row": sister.standing.pk},
        {"do": "stop_standing", "row": sister.standing.pk},
        {"do": "refuse", "reason": "no"},
        {"do": "accept", "role": "partner"},
        {"do": "save", "seal": sister.page.seal, "summary_en": "Taken over", "website": "https://a.example/"},
        *({"do": button, "seal": sister.page.seal} for button in ("approve", "take_back", "discard", "off")),
        {"kind": "apply"},
        {"kind": "discard"},
        {"decision": "approve", "reason": "because we want it"},
    ]


def addresses(sister: Sister) -> list[str]:
    of_partner = [
        "staff_partners:partner", "staff_partners:leave", "staff_partners:return", "staff_partners:edit",
        "staff_partners:delete", "staff_partners:history", "staff_partners:public_page", "staff_partner_exports:show",
        "staff_partner_exports:export", "dashboards_partner",
    ]  # fmt: skip
    return [
        *(reverse(name, args=[sister.partnership.pk]) for name in of_partner),
        reverse("dashboards_partner_table", args=[sister.partnership.pk, "figures"]),
        reverse("staff_partner_exports:file", args=[sister.export.public_id]),
        reverse("staff_partners:page_preview", args=[sister.partnership.pk, sister.page.pk]),
        reverse("staff_partners:page_logo", args=[sister.partnership.pk, sister.page.pk]),
        reverse("staff_partner_applications:application", args=[sister.application.pk]),
        reverse("staff_partner_files:file", args=[sister.file.pk]),
    ]


@pytest.mark.parametrize("who", ["partner", "other"])
def test_nothing_of_another_partner_is_read_or_changed_by_its_own_addresses(
    ours: World, theirs: World, sister: Sister, text: PartnerAgreementText, who: str
) -> None:
    client, before = browse(ours.manager if who == "partner" else theirs.manager), everything()
    for address in addresses(sister):
        assert client.get(address).status_code in (403, 404, 405), address
        for sent in told(sister, text):
            assert client.post(address, sent).status_code in (403, 404, 405), (address, sent)
    assert everything() == before
    assert Partnership.objects.get(pk=sister.partnership.pk).left_at is None


def test_nothing_of_another_partner_is_changed_through_ones_own_pages(ours: World, sister: Sister) -> None:
    client, before = browse(ours.manager), everything()
    page = reverse("staff_partners:partner", args=[ours.partnership.pk])
    for name in ("remove", "contact"):
        sent = {"do": name, "entry": sister.contact.pk, "contact-name": "x", "contact-email": "x@example.org"}
        assert client.post(page, sent).status_code == 404
    assert "Sister Nora" not in client.get(f"{page}?contact={sister.contact.pk}").content.decode()
    exports = reverse("staff_partner_exports:show", args=[ours.partnership.pk])
    rows = {"key": sister.key.pk, "standing": sister.standing.pk}
    for name in ("confirm_key", "retire_key", "confirm_standing", "stop_standing"):
        sent = {"do": name, "row": rows[name.rpartition("_")[2]]}
        assert client.post(exports, sent).status_code == 404, name
    shown = client.get(exports).content.decode()
    assert sister.key.fingerprint not in shown
    assert str(sister.export.public_id) not in shown
    assert everything() == before


def test_agreement_of_another_coalition_is_not_accepted_through_ones_own_page(ours: World, theirs: World) -> None:
    ask_agreement(ours)
    foreign = ask_agreement(theirs)
    sent = {"do": "accept", "accept-text": foreign.pk, "accept-name": "Ben", "accept-function": "Boss"}
    page = reverse("staff_partners:partner", args=[ours.partnership.pk])
    assert browse(ours.manager).post(page, {**sent, "accept-is_read": "on"}).status_code == 422
    assert not PartnerAgreement.objects.exists()


def test_partner_that_left_reads_and_sends_nothing_more(ours: World) -> None:
    now = timezone.now()
    key = give_key(ours, Keyring(), now)
    export = make_file(ours, now)
    # A second campaign of ours keeps the manager's role, so that only this campaign's door is shut.
    elsewhere = World("elsewhere")
    Partnership.objects.create(campaign=elsewhere.campaign, organisation=ours.partner)
    leave_campaign(partnership=ours.partnership, by="tests", at=now)
    client, before = browse(User.objects.get(pk=ours.manager.pk)), everything()
    show = reverse("staff_partner_exports:show", args=[ours.partnership.pk])
    gone = [
        show,
        reverse("staff_partner_exports:export", args=[ours.partnership.pk]),
        reverse("staff_partner_exports:file", args=[export.public_id]),
        reverse("staff_partners:partner", args=[ours.partnership.pk]),
        reverse("dashboards_partner", args=[ours.partnership.pk]),
    ]
    assert client.get(reverse("staff_partners:own")).status_code == 302, "the other campaign is still theirs"
    for address in gone:
        assert client.get(address).status_code == 404, address
    for sent in ({"do": "key", "key": Keyring().public}, {"do": "retire_key", "row": key.pk}):
        assert client.post(show, sent).status_code == 404
    assert everything() == before


def test_filters_name_no_country_and_no_campaign_of_others(ours: World, theirs: World, sister: Sister) -> None:
    Organisation.objects.filter(pk=ours.partner.pk).update(country="BE")
    Organisation.objects.filter(pk=theirs.partner.pk).update(country="PT")
    partners = reverse("staff_partners:index")
    assert [code for code, _name in _choices(ours.coordinator, partners, "country") if code] == ["BE", "MT"]
    assert [code for code, _name in _choices(ours.manager, partners, "country") if code] == ["BE"]
    applications = reverse("staff_partner_applications:index")
    for user in (ours.coordinator, ours.dpo):
        names = [str(name) for code, name in _choices(user, applications, "campaign") if code]
        assert names == [str(ours.campaign)]
    narrowed = browse(ours.coordinator).get(partners, {"country": "MT"}).context["object_list"]
    assert [row.pk for row in narrowed] == [sister.partnership.pk]


def _choices(user: User, address: str, name: str) -> list[Any]:
    return list(browse(user).get(address).context["filters"].form.fields[name].choices)
