"""Wagtail's own widgets work although no script stands inside the page: dates, panels, choosers, blocks.

What the browser refuses, it says in its console, and that fails the test (tests/browser.py).
"""

from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils.timezone import localdate
from playwright.sync_api import Page, expect
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Workflow

from accounts.models import User
from tests.factories.cms import make_home
from tests.factories.staff import browse

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys"), pytest.mark.django_db(transaction=True)]


@pytest.fixture
def admin(desktop: Page, live_server: Any) -> Page:
    """The desktop of somebody who may do everything."""
    user = User.objects.create_superuser("root@example.org", "x")
    session = browse(user).cookies[settings.SESSION_COOKIE_NAME].value
    desktop.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    return desktop


def choose(page: Page, within: Any, button: str, title: str) -> None:
    within.get_by_role("button", name=button, exact=True).click()
    modal = page.locator(".modal-content")
    modal.locator("a.choose-page, a[data-chooser-modal-choice]").filter(has_text=title).first.click()
    expect(modal).to_have_count(0)


def test_page_is_edited_with_choosers_blocks_and_a_date(admin: Page) -> None:
    home, picture = make_home(), get_image_model()(title="Square", file=get_test_image_file())
    picture.save()
    admin.goto(f"/staff/pages/{home.pk}/edit/")
    choose(admin, admin.locator("#panel-child-content-button-section"), "Choose a page", "Home")
    expect(admin.locator("#id_action_page")).to_have_value(str(home.pk))
    body = admin.locator("#panel-child-content-body-section")
    body.locator(".c-sf-add-button").first.click()
    admin.get_by_role("option", name="Image", exact=True).click()
    choose(admin, body, "Choose an image", "Square")
    admin.get_by_role("tab", name="Promote").click()
    choose(admin, admin.locator("[id$=social_image-chooser]"), "Choose an image", "Square")
    expect(admin.locator("#id_social_image")).to_have_value(str(picture.pk))
    expect(admin.locator("[name=body-0-value-image]")).to_have_value(str(picture.pk))
    expect(admin.locator("[name=body-0-type]")).to_have_value("image")


def test_panels_add_forms_whose_choosers_work_and_dates_are_picked(admin: Page) -> None:
    Workflow.objects.all().delete()
    admin.goto("/staff/workflows/add/")
    admin.locator("#id_workflow_tasks-ADD").click()
    admin.locator("#id_workflow_tasks-FORMS").get_by_role("button", name="Choose a task").last.click()
    expect(admin.locator(".modal-content")).to_contain_text("Choose a task")
    admin.locator(".modal-content > button.close").click()
    expect(admin.locator(".modal-content")).to_have_count(0)
    admin.locator("#id_pages-ADD").click()
    admin.locator("#id_pages-FORMS").get_by_role("button", name="Choose a page").last.click()
    expect(admin.locator(".modal-content")).to_contain_text("Choose a page")
    admin.goto(reverse("staff_rights:write"))
    admin.get_by_label("Received on").click()
    admin.locator(".xdsoft_datetimepicker:visible .xdsoft_today").click()
    expect(admin.get_by_label("Received on")).to_have_value(str(localdate()))
