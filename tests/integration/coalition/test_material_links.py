"""Links of materials: made in one press, standing in texts, credited to the partner, counted by material and it."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Organisation
from campaigns.actions.source_links import count_visit
from campaigns.actions.tallies import count_signatures
from campaigns.enums import PartnerRole, SourceKind, VisitWay
from campaigns.models import Partnership, Signature, Source
from coalition.actions.leaving import leave_campaign
from coalition.actions.materials import retire_material
from coalition.models import Material
from core.models import AuditEntry
from tests.factories.materials import make_material, put_up
from tests.factories.staff import World, browse

pytestmark = pytest.mark.django_db


def toolkit(world: World) -> str:
    return reverse("staff_toolkit:partner", args=[world.partnership.pk])


def made(material: Material) -> Source:
    return Source.objects.get(made_for__startswith=f"material:{material.pk}:")


def make_all(client: Client, world: World) -> None:
    form = {"campaign": str(world.campaign.pk), "whose": "materials"}
    assert client.post(reverse("staff_sources:make"), form).status_code == 302


def other_partner(world: World, country: str) -> Partnership:
    organisation = Organisation.objects.create(name="Zebra", slug="zebra", country=country)
    return Partnership.objects.create(campaign=world.campaign, organisation=organisation, role=PartnerRole.PARTNER)


def test_links_for_all_materials_are_made_once_for_each_partner_they_are_meant_for(ours: World, theirs: World) -> None:
    flyer, french, hidden = make_material(ours), make_material(ours, countries=",FR,"), make_material(ours, "Hidden")
    for material in (flyer, french, make_material(theirs)):
        put_up(material)
    retired = put_up(make_material(ours, "Old")).material
    retire_material(material=retired, by="tests", at=timezone.now())
    zebra = other_partner(ours, "FR")
    for _ in range(2):
        make_all(browse(ours.coordinator), ours)
    found = set(Source.objects.exclude(made_for="").values_list("made_for", "partnership", "kind"))
    assert found == {
        (f"material:{flyer.pk}:{ours.partnership.pk}", ours.partnership.pk, SourceKind.MATERIAL),
        (f"material:{flyer.pk}:{zebra.pk}", zebra.pk, SourceKind.MATERIAL),
        (f"material:{french.pk}:{zebra.pk}", zebra.pk, SourceKind.MATERIAL),
    }
    assert AuditEntry.objects.filter(action="campaigns.sources.made").count() == 1
    assert not Source.objects.filter(made_for__startswith=f"material:{hidden.pk}:").exists()


def test_partner_manager_makes_links_of_the_own_organisation_alone(ours: World) -> None:
    put_up(make_material(ours))
    other_partner(ours, "FR")
    make_all(browse(ours.manager), ours)
    assert Source.objects.exclude(made_for="").get().partnership == ours.partnership


def test_text_holds_the_link_of_its_material_once_it_is_made(ours: World, settings: Settings) -> None:
    post, flyer = put_up(make_material(ours, "Post", kind="text")), put_up(make_material(ours))
    ben = browse(ours.manager)
    ben.get(toolkit(ours))
    assert not Source.objects.exclude(made_for="").exists()  # looking makes nothing
    for _ in range(2):
        ben.post(toolkit(ours), {"do": "link"})
    assert Source.objects.exclude(made_for="").count() == 3  # the partner's own, and one for each material
    url = f"{settings.PUBLIC_URL}/s/{made(post.material).code}"
    page = ben.get(toolkit(ours))
    cards = {card.material.title: card for card in page.context["toolkit"].cards}
    assert cards["Post"].text == f"Sign! {url} en"
    assert cards["Flyer"].own.url == f"{settings.PUBLIC_URL}/s/{made(flyer.material).code}"
    html = page.content.decode()
    assert reverse("staff_sources:code", args=[made(flyer.material).pk, "code.svg"]) in html
    assert "Make a link for each material" not in html
    file: Any = ben.get(reverse("toolkit_file", args=[post.public_id]))
    assert file.getvalue().decode("utf-8-sig") == f"Sign! {url} en"


def test_new_material_stands_with_the_partners_own_link_until_its_own_is_made(ours: World) -> None:
    ben = browse(ours.manager)
    ben.post(toolkit(ours), {"do": "link"})
    put_up(make_material(ours, "Post", kind="text"))
    page = ben.get(toolkit(ours))
    own = Source.objects.get(made_for=f"partner:{ours.partnership.pk}")
    assert page.context["toolkit"].cards[0].text.endswith(f"/s/{own.code} en")
    assert "Make a link for each material" in page.content.decode()


def test_links_of_one_partner_stand_in_no_other_partners_texts(ours: World) -> None:
    put_up(make_material(ours, "Post", kind="text"))
    zebra = other_partner(ours, "FR")
    browse(ours.manager).post(toolkit(ours), {"do": "link"})
    page = browse(ours.coordinator).get(reverse("staff_toolkit:partner", args=[zebra.pk]))
    assert page.context["toolkit"].cards[0].own is None


def test_material_page_says_what_its_links_brought_also_by_a_partner_that_left(ours: World, at: datetime) -> None:
    flyer, other = put_up(make_material(ours)).material, put_up(make_material(ours, "Other")).material
    zebra = other_partner(ours, "FR")
    make_all(browse(ours.coordinator), ours)
    link = Source.objects.get(made_for=f"material:{flyer.pk}:{ours.partnership.pk}")
    for name in ("Nina", "Omar"):
        Signature.objects.filter(pk=ours.sign(name).pk).update(source=link.code, partnership=ours.partnership)
    for _ in range(3):
        count_visit(source=link, way=VisitWay.LINK, at=timezone.now())
    count_signatures(at=timezone.now())
    leave_campaign(partnership=ours.partnership, by=ours.coordinator, at=at)

    def shown(user: Any, material: Material) -> list[tuple[str, int, str]]:
        page = browse(user).get(reverse("staff_materials:material", args=[material.pk]))
        return [(each.partner, each.visits, each.signatures_shown) for each in page.context["brought"]]

    assert shown(ours.coordinator, flyer) == [("ours partner", 3, "2"), (zebra.organisation.name, 0, "0")]
    assert shown(ours.coordinator, other) == [("ours partner", 0, "0"), (zebra.organisation.name, 0, "0")]
    assert shown(ours.analyst, flyer)[0] == ("ours partner", 3, "fewer than 10")


def test_material_without_links_says_nothing_of_them(ours: World) -> None:
    material = put_up(make_material(ours)).material
    page = browse(ours.coordinator).get(reverse("staff_materials:material", args=[material.pk]))
    assert page.context["brought"] == []
    assert "What its links brought" not in page.content.decode()
