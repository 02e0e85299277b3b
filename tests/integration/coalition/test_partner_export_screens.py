"""Staff screens of partners' files: who sees which, every button, and no file of another partner by any address."""

from datetime import datetime
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from pyrage import x25519
from pytest_django import Settings

from campaigns.models import Partnership
from coalition.actions.partner_exports import prepare_exports
from coalition.models import PartnerExport, PartnerKey, StandingExport
from people.enums import ConsentState
from tests.factories.partner_exports import Keyring, collected_file, consenting, give_key, make_file
from tests.factories.staff import World, browse

pytestmark = pytest.mark.django_db


def show(world: World) -> str:
    return reverse("staff_partner_exports:show", args=[world.partnership.pk])


def test_from_key_to_opened_file(ours: World) -> None:
    ring, ben, ada = Keyring(), browse(ours.manager), browse(ours.coordinator)
    consenting(ours, "Agrees", timezone.now())
    assert ben.get(reverse("staff_partner_exports:index"))["Location"] == show(ours)
    page = ben.get(show(ours)).content.decode()
    assert "No key has been added yet" in page
    assert "age-keygen" in page
    ben.post(show(ours), {"do": "key", "key": ring.public})
    key = PartnerKey.objects.get()
    assert key.fingerprint in ada.get(show(ours)).content.decode()
    ben.post(show(ours), {"do": "confirm_key", "row": key.pk})
    assert PartnerKey.objects.get().confirmed_at is None
    ada.post(show(ours), {"do": "confirm_key", "row": key.pk})
    ask = reverse("staff_partner_exports:export", args=[ours.partnership.pk])
    assert "Make the file" in ben.get(ask).content.decode()
    assert not PartnerExport.objects.exists(), "following a link makes nothing"
    ben.post(ask)
    prepare_exports(at=timezone.now())
    export = PartnerExport.objects.get()
    url = reverse("staff_partner_exports:file", args=[export.public_id])
    assert url in ben.get(show(ours)).content.decode()
    assert url not in ada.get(show(ours)).content.decode()
    got: Any = ben.get(url)
    assert got["Content-Disposition"].endswith('.csv.age"')
    assert got.getvalue().startswith(b"age-encryption.org/v1")
    assert [line["name"] for line in ring.open(export)] == ["Agrees"]


@pytest.mark.parametrize("who", ["theirs.manager", "theirs.coordinator", "theirs.dpo", "ours.analyst"])
def test_partner_of_others_is_not_there(ours: World, theirs: World, who: str) -> None:
    give_key(ours, Keyring(), timezone.now())
    export = make_file(ours, timezone.now())
    world, _dot, name = who.partition(".")
    client = browse(getattr({"ours": ours, "theirs": theirs}[world], name))
    for url in (
        show(ours),
        reverse("staff_partner_exports:export", args=[ours.partnership.pk]),
        reverse("staff_partner_exports:file", args=[export.public_id]),
    ):
        assert client.get(url).status_code == 404, url
    assert client.post(show(ours), {"do": "stop_standing"}).status_code == 404


def test_lead_sees_the_evidence_and_downloads_nothing(ours: World) -> None:
    give_key(ours, Keyring(), timezone.now())
    export = collected_file(ours, timezone.now())
    for user in (ours.coordinator, ours.dpo):
        client = browse(user)
        assert export.key.fingerprint in client.get(show(ours)).content.decode()
        assert client.get(reverse("staff_partner_exports:file", args=[export.public_id])).status_code == 404
        assert client.get(reverse("staff_partner_exports:export", args=[ours.partnership.pk])).status_code == 403
    assert browse(ours.dpo).post(show(ours), {"do": "key", "key": Keyring().public}).status_code == 403


def test_row_of_another_partner_is_not_changed_through_ones_own(ours: World, theirs: World) -> None:
    key = give_key(theirs, Keyring(), timezone.now())
    ben = browse(ours.manager)
    for row in (str(key.pk), "x", "9" * 40, ""):
        assert ben.post(show(ours), {"do": "retire_key", "row": row}).status_code == 404
    key.refresh_from_db()
    assert key.retired_at is None


def test_wrong_key_is_said_beside_the_field_and_a_secret_one_is_not_shown_again(ours: World) -> None:
    ben = browse(ours.manager)
    wrong = ben.post(show(ours), {"do": "key", "key": "age1nonsense"})
    assert wrong.status_code == 422
    assert "This is no public age key" in wrong.content.decode()
    secret = str(x25519.Identity.generate())
    told = ben.post(show(ours), {"do": "key", "key": secret})
    assert "This is your secret key" in told.content.decode()
    assert secret not in told.content.decode()
    assert not PartnerKey.objects.exists()


def test_every_button_and_file_asks_for_a_fresh_proof(ours: World, settings: Settings) -> None:
    give_key(ours, Keyring(), timezone.now())
    export = make_file(ours, timezone.now())
    settings.REAUTHENTICATION_SECONDS = 900
    ben, confirm = browse(ours.manager), reverse("account_confirm")
    asked = [
        ben.post(show(ours), {"do": "key", "key": Keyring().public}),
        ben.get(reverse("staff_partner_exports:export", args=[ours.partnership.pk])),
        ben.post(reverse("staff_partner_exports:export", args=[ours.partnership.pk])),
        ben.get(reverse("staff_partner_exports:file", args=[export.public_id])),
    ]
    assert all(each["Location"].startswith(confirm) for each in asked)
    assert PartnerKey.objects.count() == 1
    assert PartnerExport.objects.count() == 1


def test_large_file_needs_a_second_person(ours: World, settings: Settings) -> None:
    settings.EXPORT_APPROVAL_ROWS = 1
    give_key(ours, Keyring(), timezone.now())
    for number in range(2):
        consenting(ours, f"P{number}", timezone.now())
    ben, ask = browse(ours.manager), reverse("staff_partner_exports:export", args=[ours.partnership.pk])
    assert "This export needs a second person" in ben.post(ask).content.decode()
    assert ben.post(ask, {"reason": "too short"}).status_code == 422
    assert "/exports/" in ben.post(ask, {"reason": "For our letter to all of them"})["Location"]
    assert not PartnerExport.objects.exists()


def test_file_with_somebody_who_left_is_not_downloaded_and_made_anew(ours: World) -> None:
    give_key(ours, Keyring(), timezone.now())
    signature = consenting(ours, "Leaves", timezone.now())
    export = make_file(ours, timezone.now())
    ours.consent(signature, ours.partner, state=ConsentState.WITHDRAWN, at=timezone.now())
    page = browse(ours.manager).get(reverse("staff_partner_exports:file", args=[export.public_id]), follow=True)
    assert "It is made anew" in page.content.decode()
    assert PartnerExport.objects.under_way().count() == 1


def test_file_of_a_partner_that_left_or_whose_time_is_over_is_gone(ours: World) -> None:
    give_key(ours, Keyring(), timezone.now())
    export = make_file(ours, timezone.now())
    url = reverse("staff_partner_exports:file", args=[export.public_id])
    PartnerExport.objects.update(expires_at=timezone.now())
    assert browse(ours.manager).get(url)["Location"] == show(ours)
    Partnership.objects.filter(pk=ours.partnership.pk).update(left_at=timezone.now())
    assert browse(ours.manager).get(url).status_code == 404


def test_standing_export_is_set_up_agreed_to_and_stopped(ours: World) -> None:
    give_key(ours, Keyring(), timezone.now())
    ben, ada = browse(ours.manager), browse(ours.coordinator)
    told = {
        "do": "standing",
        "rhythm": "weekly",
        "weekday": "2",
        "hour": "6",
        "delivery": "webhook",
        "url": "http://x/",
    }
    refused = ben.post(show(ours), told)
    assert refused.status_code == 422
    assert 'value="http://x/"' in refused.content.decode()
    ben.post(show(ours), {**told, "url": "https://partner.example/in"})
    standing = StandingExport.objects.get()
    assert "waits for a second person" in ben.get(show(ours)).content.decode()
    ada.post(show(ours), {"do": "confirm_standing", "row": standing.pk})
    standing.refresh_from_db()
    assert isinstance(standing.next_at, datetime)
    assert "Secret to check signatures" in ben.get(show(ours)).content.decode()
    assert "Secret to check signatures" not in ada.get(show(ours)).content.decode()
    ada.post(show(ours), {"do": "stop_standing", "row": standing.pk})
    assert not StandingExport.objects.standing().exists()


def test_many_partners_stand_on_several_pages_and_none_is_left_out(
    ours: World, theirs: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = Partnership.objects.create(campaign=ours.campaign, organisation=theirs.partner)
    monkeypatch.setattr("coalition.viewsets.partner_exports.SHOWN", 1)
    ada, index = browse(ours.coordinator), reverse("staff_partner_exports:index")
    pages = [ada.get(index, {"p": number}).content.decode() for number in (1, 2)]
    ways = [reverse("staff_partner_exports:show", args=[each.pk]) for each in (ours.partnership, second)]
    assert sorted([way in page for way in ways] for page in pages) == [[False, True], [True, False]]
