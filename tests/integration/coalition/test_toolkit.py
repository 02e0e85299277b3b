"""The toolkit: who is offered what, in which language first, and every file counted once when it is handed out."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.storage import storages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from accounts.enums import Role
from accounts.models import Organisation
from campaigns.models import Partnership, Source
from coalition.actions.joining import give_link
from coalition.actions.leaving import leave_campaign
from coalition.actions.materials import retire_material, take_back
from coalition.models import Material, MaterialDownload, MaterialVersion
from coalition.selectors import toolkit as selectors
from tests.factories.coalition import ask_agreement
from tests.factories.files import PDF
from tests.factories.materials import make_material, picture, put_up
from tests.factories.staff import World, browse, make_user

pytestmark = pytest.mark.django_db


def toolkit(world: World) -> str:
    return reverse("staff_toolkit:partner", args=[world.partnership.pk])


def address(version: MaterialVersion) -> str:
    return reverse("toolkit_file", args=[version.public_id])


def cards(client: Client, url: str, **asked: str) -> list[tuple[str, str]]:
    """Return title and language of what is offered, in order."""
    shown = client.get(url, asked).context["toolkit"].cards
    return [(card.material.title, card.version.language) for card in shown]


def taken() -> int:
    return sum(MaterialDownload.objects.values_list("count", flat=True))


def everybody(world: World) -> dict[str, Client]:
    """Return who works for the partner, and who looks after it for the lead."""
    organiser = make_user(f"{world.name}-eva", Role.ORGANISER, world.partner)
    mobiliser = make_user(f"{world.name}-cleo", Role.MOBILISER, world.partner)
    people = [world.manager, organiser, mobiliser, world.coordinator, world.analyst, world.dpo]
    return {user.email: browse(user) for user in people}


def test_everybody_who_takes_part_is_offered_it_and_may_take_it(ours: World) -> None:
    ask_agreement(ours)  # nobody has accepted it: materials hold no people
    version = put_up(make_material(ours))
    for email, client in everybody(ours).items():
        page = client.get(reverse("toolkit_partner", args=[ours.partnership.pk])).content.decode()
        assert "Flyer" in page, email
        assert client.get(address(version)).getvalue().startswith(b"%PDF"), email  # type: ignore[attr-defined]


def test_another_coalition_finds_nothing_of_ours(ours: World, theirs: World) -> None:
    version, post = put_up(make_material(ours)), put_up(make_material(ours, kind="text"))
    logo = put_up(make_material(ours, kind="logo"), content=picture(), name="logo.png")
    for email, client in everybody(theirs).items():
        for url in (
            reverse("toolkit_partner", args=[ours.partnership.pk]),
            reverse("toolkit_campaign", args=[ours.campaign.pk]),
            address(version),
            address(post),
            reverse("toolkit_picture", args=[logo.public_id]),
        ):
            assert client.get(url).status_code == 404, (email, url)
        assert client.post(reverse("toolkit_copied", args=[post.public_id])).status_code == 404
    assert taken() == 0


def test_who_left_finds_nothing_and_who_is_not_signed_in_is_asked_to(ours: World, at: datetime) -> None:
    version = put_up(make_material(ours), at=at)
    elsewhere = World("elsewhere")
    Partnership.objects.create(campaign=elsewhere.campaign, organisation=ours.partner)  # so that its people stay
    leave_campaign(partnership=ours.partnership, by=ours.coordinator, at=at)
    ben = browse(ours.manager)
    assert ben.get(toolkit(ours)).status_code == 404
    assert ben.get(address(version)).status_code == 404
    assert browse(ours.coordinator).get(address(version)).status_code == 200
    assert "login" in Client().get(address(version))["Location"]


def test_lead_has_a_toolkit_without_a_partner(ours: World) -> None:
    version = put_up(make_material(ours, countries=",BE,"))
    eva = browse(make_user("eva", Role.ORGANISER, ours.lead))
    assert cards(eva, reverse("staff_toolkit:campaign", args=[ours.campaign.pk])) == [("Flyer", "en")]
    assert eva.get(toolkit(ours)).status_code == 404, "it is not hers"
    eva.get(address(version))
    assert MaterialDownload.objects.get().partnership is None
    assert browse(ours.manager).get(reverse("staff_toolkit:campaign", args=[ours.campaign.pk])).status_code == 404


def test_material_is_offered_to_those_it_is_meant_for(ours: World) -> None:
    Organisation.objects.filter(pk=ours.partner.pk).update(country="BE")
    here, elsewhere = make_material(ours, "Here", countries=",FR,BE,"), make_material(ours, "There", countries=",FR,")
    managers = make_material(ours, "Managers", roles=",partner_manager,")
    for material in (here, elsewhere, managers):
        put_up(material)
    manager = browse(ours.manager)
    eva = browse(make_user("eva", Role.ORGANISER, ours.partner))
    assert cards(manager, toolkit(ours)) == [("Managers", "en"), ("Here", "en")]
    assert cards(eva, toolkit(ours)) == [("Here", "en")]
    assert eva.get(address(managers.versions.get())).status_code == 404
    assert manager.get(address(elsewhere.versions.get())).status_code == 404
    # Who looks after the partner sees what it sees, and every file all the same.
    assert ("There", "en") not in cards(browse(ours.coordinator), toolkit(ours))
    assert browse(ours.coordinator).get(address(elsewhere.versions.get())).status_code == 200


def test_retired_and_older_versions_are_for_who_looks_after_them_alone(ours: World, at: datetime) -> None:
    flyer = make_material(ours)
    older = put_up(flyer, at=at)
    newer = put_up(flyer, content=PDF + b"% newer\n", at=at)
    ben, ada = browse(ours.manager), browse(ours.coordinator)
    assert [ben.get(address(each)).status_code for each in (older, newer)] == [404, 200]
    retire_material(material=flyer, by=ours.coordinator, at=at)
    assert cards(ben, toolkit(ours)) == []
    assert [ben.get(address(each)).status_code for each in (older, newer)] == [404, 404]
    assert [ada.get(address(each)).status_code for each in (older, newer)] == [200, 200]


def test_own_language_stands_first_and_is_remembered(ours: World) -> None:
    both, french, polish = make_material(ours, "Both"), make_material(ours, "French"), make_material(ours, "Polish")
    for material, language in ((both, "fr"), (both, "pl"), (french, "fr"), (polish, "pl")):
        put_up(material, language)
    ben = browse(ours.manager)
    assert cards(ben, toolkit(ours), language="pl") == [("Polish", "pl"), ("Both", "pl")]
    assert cards(ben, toolkit(ours)) == [("Polish", "pl"), ("Both", "pl"), ("French", "fr")]
    assert cards(ben, toolkit(ours), language="de") == []
    assert cards(ben, toolkit(ours), kind="poster") == []


def test_pages_go_on_where_the_one_before_ended(ours: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coalition.selectors.toolkit.PER_PAGE", 2)
    for number, (language, position) in enumerate([("en", 1), ("en", 1), ("fr", 1), ("en", 9), ("fr", 3)]):
        put_up(make_material(ours, f"{number}", position=position), language)
    ben, seen, after = browse(ours.manager), "", ""
    for _page in range(3):
        shown = ben.get(toolkit(ours), {"after": after}).context["toolkit"]
        seen, after = seen + "".join(card.material.title for card in shown.cards), shown.next
    assert (seen, after) == ("10324", "")


@pytest.mark.parametrize("frame", ["staff_toolkit:partner", "toolkit_partner"])
def test_queries_do_not_grow_with_what_is_offered(ours: World, frame: str) -> None:
    ben, url, counts = browse(ours.manager), reverse(frame, args=[ours.partnership.pk]), []
    for number in (1, 3):
        while Material.objects.count() < number:
            for material in (make_material(ours), make_material(ours, kind="text")):
                put_up(material)
                put_up(material, "fr")
        ben.get(url)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            ben.get(url)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_text_is_filled_with_the_partners_own_link(ours: World, settings: Settings) -> None:
    post = put_up(make_material(ours, "Post", kind="text"))
    ben = browse(ours.manager)
    page = ben.get(toolkit(ours))
    assert "no link of its own yet" in page.content.decode()
    assert page.context["toolkit"].cards[0].text == f"Sign! {settings.PUBLIC_URL}/ en"
    give_link(partnership=ours.partnership, by="tests")
    code = Source.objects.get(partnership=ours.partnership, kind="partner").code
    card = ben.get(toolkit(ours)).context["toolkit"].cards[0]
    assert card.text == f"Sign! {settings.PUBLIC_URL}/s/{code} en"
    assert card.length == len(card.text)
    file: Any = ben.get(address(post))
    assert file.getvalue().decode("utf-8-sig") == card.text
    assert file["Content-Disposition"] == 'attachment; filename="post-en.txt"'


def test_link_is_made_by_who_looks_after_the_partner_alone(ours: World) -> None:
    eva = browse(make_user("eva", Role.ORGANISER, ours.partner))
    assert eva.post(toolkit(ours), {"do": "link"}).status_code == 403
    assert browse(ours.analyst).post(toolkit(ours), {"do": "link"}).status_code == 403
    assert not Source.objects.filter(kind="partner").exists()


def test_file_is_counted_when_it_is_handed_out_and_then_alone(ours: World) -> None:
    version = put_up(make_material(ours))
    ben, url = browse(ours.manager), address(version)
    got: Any = ben.get(url)
    whole = got.getvalue()
    assert taken() == 1
    assert ben.head(url)["Content-Length"] == str(len(whole))
    for mark in (got["ETag"], f"W/{got['ETag']}", f'"another", W/{got["ETag"]}', "*"):
        assert ben.get(url, headers={"if-none-match": mark}).status_code == 304
    assert ben.get(url, headers={"sec-purpose": "prefetch"}).status_code == 200
    later: Any = ben.get(url, headers={"range": "bytes=10-"})
    assert (later.status_code, later.getvalue()) == (206, whole[10:])
    assert later["Content-Range"] == f"bytes 10-{len(whole) - 1}/{len(whole)}"
    assert ben.get(url, headers={"range": f"bytes={len(whole)}-"}).status_code == 416
    assert taken() == 1
    first: Any = ben.get(url, headers={"range": "bytes=0-3"})
    assert (first.status_code, first.getvalue()) == (206, b"%PDF")
    assert taken() == 1, "a look whether pieces can be had"
    stale: Any = ben.get(url, headers={"range": "bytes=10-", "if-range": '"another"'})
    assert (stale.status_code, stale.getvalue()) == (200, whole)
    assert taken() == 2
    row = MaterialDownload.objects.get()
    assert (row.partnership, row.version, row.count) == (ours.partnership, version, 2)


def test_copied_text_is_counted_and_a_file_is_not_copied(ours: World) -> None:
    post, flyer = put_up(make_material(ours, kind="text")), put_up(make_material(ours))
    ben = browse(ours.manager)
    assert ben.post(reverse("toolkit_copied", args=[post.public_id])).status_code == 204
    assert ben.get(reverse("toolkit_copied", args=[post.public_id])).status_code == 405
    assert ben.post(reverse("toolkit_copied", args=[flyer.public_id])).status_code == 404
    assert MaterialDownload.objects.get().version == post


def test_download_is_counted_for_the_partner_it_is_taken_for(ours: World) -> None:
    second = Organisation.objects.create(name="Second", slug="second")
    other = Partnership.objects.create(campaign=ours.campaign, organisation=second)
    stranger = Organisation.objects.create(name="Stranger", slug="stranger")
    strange = Partnership.objects.create(campaign=ours.campaign, organisation=stranger)
    user = make_user("zoe", Role.ORGANISER, second)
    user.memberships.create(organisation=ours.partner, role=Role.ORGANISER)
    zoe, version = browse(user), put_up(make_material(ours))
    for told in ({"partner": str(other.pk)}, {}):
        zoe.get(address(version), told)
    for wanted in (str(strange.pk), "nonsense", "9" * 30):
        assert zoe.get(address(version), {"partner": wanted}).status_code == 404
    counts = dict(MaterialDownload.objects.values_list("partnership", "count"))
    assert counts == {other.pk: 1, ours.partnership.pk: 1}, "nobody else's; unnamed, the first of one's own"


def test_text_taken_from_a_partners_toolkit_holds_its_link_and_counts_for_who_took_it(
    ours: World, at: datetime
) -> None:
    give_link(partnership=ours.partnership, by="tests")
    post, ada = put_up(make_material(ours, "Post", kind="text")), browse(ours.coordinator)
    card = ada.get(toolkit(ours)).context["toolkit"].cards[0]
    assert Source.objects.get(partnership=ours.partnership, kind="partner").code in card.text
    file: Any = ada.get(address(post), {"partner": ours.partnership.pk})
    assert file.getvalue().decode("utf-8-sig") == card.text
    assert MaterialDownload.objects.get().partnership is None, "the lead took it"
    second = Organisation.objects.create(name="Second", slug="second")
    Partnership.objects.create(campaign=ours.campaign, organisation=second)
    user = make_user("zoe", Role.ORGANISER, second)
    user.memberships.create(organisation=ours.partner, role=Role.ORGANISER)
    leave_campaign(partnership=ours.partnership, by=ours.coordinator, at=at)
    assert browse(user).get(address(post), {"partner": ours.partnership.pk}).status_code == 404
    assert taken() == 1


def test_file_is_handed_over_so_that_no_browser_runs_it(ours: World) -> None:
    version = put_up(make_material(ours), name='fl"yer ünï.pdf')
    answer = browse(ours.manager).get(address(version))
    assert answer["Content-Disposition"] == "attachment; filename*=utf-8''fl%22yer%20%C3%BCn%C3%AF.pdf"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["Cache-Control"].startswith("private")
    assert answer["Content-Type"] == "application/pdf"


def test_picture_has_a_small_one_that_counts_for_nothing(ours: World) -> None:
    logo = put_up(make_material(ours, kind="logo"), content=picture(side=640), name="logo.png")
    url = reverse("toolkit_picture", args=[logo.public_id])
    ben = browse(ours.manager)
    assert url in ben.get(toolkit(ours)).content.decode()
    small: Any = ben.get(url)
    assert (small["Content-Type"], small.getvalue()[8:12]) == ("image/webp", b"WEBP")
    assert small["Content-Disposition"].startswith("inline")
    assert taken() == 0
    flyer = put_up(make_material(ours))
    assert ben.get(reverse("toolkit_picture", args=[flyer.public_id])).status_code == 404


def test_lost_file_is_not_there_and_counts_for_nothing(ours: World) -> None:
    version = put_up(make_material(ours))
    storages["private"].delete(version.file)
    assert browse(ours.manager).get(address(version)).status_code == 404
    assert taken() == 0


def test_what_came_since_the_last_download_is_new(ours: World, at: datetime) -> None:
    older = put_up(make_material(ours, "Older"), at=at - timedelta(days=9))
    MaterialDownload.objects.create(
        version=older, partnership=ours.partnership, day=(at - timedelta(days=5)).date(), count=1
    )
    put_up(make_material(ours, "Newer"), at=at - timedelta(days=1))
    shown = browse(ours.manager).get(toolkit(ours)).context["toolkit"].cards
    assert [(card.material.title, card.is_new) for card in shown] == [("Newer", True), ("Older", False)]


def test_first_page_leads_to_the_only_toolkit_and_lists_several(ours: World) -> None:
    ben = browse(ours.manager)
    assert ben.get(reverse("staff_toolkit:index"))["Location"] == toolkit(ours)
    assert ben.get(reverse("toolkit"))["Location"] == reverse("toolkit_partner", args=[ours.partnership.pk])
    second = World("second")
    Partnership.objects.create(campaign=second.campaign, organisation=ours.partner)
    for name in ("staff_toolkit:index", "toolkit"):
        page = ben.get(reverse(name)).content.decode()
        assert "second campaign" in page
        assert "ours campaign" in page


def test_panel_stands_on_the_partners_dashboard_and_among_its_screens(ours: World) -> None:
    give_link(partnership=ours.partnership, by="tests")
    put_up(make_material(ours))
    page = browse(ours.manager).get(reverse("dashboards_partner", args=[ours.partnership.pk])).content.decode()
    assert "Newest materials" in page
    assert "Flyer" in page
    assert (
        toolkit(ours)
        in browse(ours.manager).get(reverse("staff_partners:partner", args=[ours.partnership.pk])).content.decode()
    )


def test_material_that_is_taken_back_while_the_page_is_read_is_left_out(
    ours: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_up(make_material(ours, "Poster"))
    gone = put_up(make_material(ours, "Flyer"))
    page = selectors._page

    def slowly(*told: Any) -> Any:
        found = page(*told)
        take_back(version=gone, by=ours.coordinator, at=timezone.now())
        return found

    monkeypatch.setattr(selectors, "_page", slowly)
    assert cards(browse(ours.manager), toolkit(ours)) == [("Poster", "en")]
