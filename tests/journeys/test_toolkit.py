"""A coordinator puts a flyer up in Polish; a partner finds it by its language and takes it; the coordinator sees 1."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.actions.groups import sync_roles
from accounts.enums import Role
from campaigns.models import Partnership
from coalition.actions.joining import give_link
from coalition.models import Material, MaterialDownload
from tests.browser import assert_accessible, assert_no_sideways_scroll
from tests.factories.accounts import make_member, make_organisation
from tests.factories.files import PDF
from tests.phone import Server, sign_in

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]


def put_up(page: Page, language: str, *, file: Path | None = None, text: str = "") -> None:
    page.locator("#id_language").select_option(language)
    if file:
        page.locator("#id_file").set_input_files(file)
    else:
        page.locator("#id_text").fill(text)
    page.get_by_role("button", name="Put it up").click()
    expect(page.get_by_text("It is offered to the partners from now on.")).to_be_visible()


def test_coordinator_puts_up_and_partner_finds_takes_and_copies(
    server: Server, open_page: Callable[..., Page], live_server: Any, tmp_path: Path
) -> None:
    sync_roles()
    partnership = Partnership.objects.create(campaign=server.campaign, organisation=make_organisation("ours"))
    give_link(partnership=partnership, by="tests")
    file = tmp_path / "ulotka.pdf"
    file.write_bytes(PDF)

    ada = open_page("desktop")
    sign_in(ada.context, make_member("ada", server.organisation, Role.COORDINATOR), live_server.url)
    for title, kind in (("Flyer", "flyer"), ("Post", "text")):
        ada.goto(reverse("staff_materials:add"))
        ada.get_by_label("Title").fill(title)
        ada.get_by_label("Kind").select_option(kind)
        ada.get_by_role("button", name="Create").click()
        expect(ada.get_by_text("put up in no language yet")).to_be_visible()
        assert_accessible(ada, within="main")
        put_up(ada, "pl", file=file if kind == "flyer" else None, text="Podpisz: {link}")
        if kind == "flyer":
            put_up(ada, "fr", file=file)

    cleo = open_page("phone", permissions=["clipboard-read", "clipboard-write"])
    sign_in(cleo.context, make_member("cleo", partnership.organisation, Role.MOBILISER), live_server.url)
    cleo.goto(reverse("account_home"))
    cleo.get_by_role("link", name="Flyers, pictures and texts to share").click()
    cleo.get_by_role("link", name="Polski").first.click()
    assert_accessible(cleo, within="main")
    assert_no_sideways_scroll(cleo)
    with cleo.expect_download() as waiting:
        cleo.get_by_role("link", name="Download Flyer").click()
    assert waiting.value.suggested_filename == "ulotka.pdf"
    assert Path(waiting.value.path()).read_bytes() == PDF
    with cleo.expect_response(lambda answer: answer.url.endswith(f"/copied/?partner={partnership.pk}")):
        cleo.get_by_role("button", name="Copy Post").click()
    expect(cleo.get_by_role("status").filter(has_text="Copied")).to_be_attached()
    copied = cleo.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("Podpisz: http")
    assert "/s/" in copied

    ada.goto(reverse("staff_materials:material", args=[Material.objects.get(title="Flyer").pk]))
    expect(ada.get_by_role("row", name="Polski").get_by_role("cell", name="1", exact=True)).to_have_count(2)
    expect(ada.get_by_text("Ours: 1")).to_be_visible()
    assert set(MaterialDownload.objects.values_list("partnership", "count")) == {(partnership.pk, 1)}
