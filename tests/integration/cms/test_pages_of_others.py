"""Pages of a campaign concern those who coordinate it; Wagtail would show and change them for every editor."""

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.log_actions import log

from cms.models import PetitionPage
from tests.factories.cms import make_home, make_petition_page
from tests.factories.staff import World, browse

SECRET = "Unannounced plan of theirs"
BY_PAGE = (
    "edit", "view_draft", "delete", "unpublish", "move", "copy", "history", "usage", "set_privacy", "workflow_history",
    "preview_on_edit", "add_subpage", "lock", "revisions_index", "confirm_workflow_cancellation",
)  # fmt: skip


@pytest.fixture
def draft(theirs: World) -> PetitionPage:
    page = make_petition_page(theirs.petition, title=SECRET)
    page.live = False
    page.save()
    page.save_revision()
    return page


@pytest.fixture
def ada(ours: World) -> Client:
    return browse(ours.coordinator)


@pytest.mark.parametrize("screen", BY_PAGE)
def test_page_of_another_coalition_has_no_screen(draft: PetitionPage, ada: Client, screen: str) -> None:
    url = reverse(f"wagtailadmin_pages:{screen}", args=[draft.pk])
    for answer in (ada.get(url, follow=True), ada.post(url, follow=True)):
        assert SECRET not in answer.content.decode()
    draft.refresh_from_db()
    assert (draft.title, draft.live, draft.locked) == (SECRET, False, False)


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("wagtailadmin_explore_results", ""),
        ("wagtailadmin_pages:search_results", "?q=Unannounced"),
        ("wagtailadmin_choose_page_child", ""),
        ("wagtailadmin_choose_page_search", "?q=Unannounced"),
        ("wagtailadmin_choose_page_chosen_multiple", "?id={pk}"),
        ("wagtailadmin_api:pages:listing", "?limit=50"),
        ("wagtailadmin_api:pages:listing", "?child_of={home}&for_explorer=1"),
        ("wagtailadmin_api:pages:detail", ""),
        ("wagtailadmin_reports:site_history", ""),
        ("wagtailadmin_reports:aging_pages", ""),
        ("wagtailadmin_home", ""),
    ],
)
def test_page_of_another_coalition_is_in_no_list(draft: PetitionPage, ada: Client, name: str, query: str) -> None:
    home = make_home()
    given = {"wagtailadmin_api:pages:detail": [draft.pk]}
    by_home = name in {"wagtailadmin_explore_results", "wagtailadmin_choose_page_child"}
    url = reverse(name, args=[home.pk] if by_home else given.get(name, []))
    log(draft, "wagtail.edit", title=SECRET)
    answer = ada.get(url + query.format(pk=draft.pk, home=home.pk))
    assert SECRET not in answer.content.decode()


def test_own_pages_stay_within_reach(draft: PetitionPage, ours: World, ada: Client) -> None:
    own = make_petition_page(ours.petition, title="Our own plan")
    assert ada.get(reverse("wagtailadmin_pages:edit", args=[own.pk])).status_code == 200
    listed = ada.get(reverse("wagtailadmin_explore_results", args=[own.get_parent().pk])).content.decode()
    assert "Our own plan" in listed
    assert "Our own plan" in ada.get(reverse("wagtailadmin_pages:search_results") + "?q=plan").content.decode()
    assert ada.get(reverse("wagtailadmin_pages:edit", args=[make_home().pk])).status_code == 200


def test_bulk_action_leaves_pages_of_others(draft: PetitionPage, ada: Client) -> None:
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"]) + f"?id={draft.pk}&next=/staff/"
    ada.get(url)
    ada.post(url)
    assert PetitionPage.objects.filter(pk=draft.pk).exists()


def test_campaigns_of_others_are_no_choice_for_a_page(ours: World, theirs: World, ada: Client) -> None:
    url = reverse("wagtailadmin_pages:add", args=["cms", "campaignpage", make_home().pk])
    content = ada.get(url).content.decode()
    assert "ours campaign" in content
    assert "theirs campaign" not in content


@pytest.mark.parametrize("report", ["site_history", "aging_pages", "locked_pages", "workflow", "page_types_usage"])
def test_who_did_what_in_the_whole_house_is_for_administrators(ours: World, theirs: World, report: str) -> None:
    """The menu hides these reports; whoever knew the address read titles and colleagues' addresses of everybody."""
    image = get_image_model().objects.create(title=SECRET, file=get_test_image_file())
    log(image, "wagtail.create", user=theirs.coordinator)
    url = reverse(f"wagtailadmin_reports:{report}")
    for user in (ours.manager, ours.coordinator, ours.dpo, ours.analyst):
        answer = browse(user).get(url)
        assert answer.status_code in {302, 403}
        assert theirs.coordinator.email not in answer.content.decode()


def test_documents_are_listed_to_whoever_may_choose_one(ours: World) -> None:
    document = get_document_model().objects.create(title=SECRET, file=ContentFile(b"%PDF-1.4", "plan.pdf"))
    for name, args in (
        ("wagtailadmin_api:documents:listing", []),
        ("wagtailadmin_api:documents:detail", [document.pk]),
        ("wagtaildocs_chooser:choose_results", []),
        ("wagtaildocs_chooser:chosen", [document.pk]),
        ("wagtaildocs_chooser:chosen_multiple", []),
    ):
        url = reverse(name, args=args) + (f"?id={document.pk}" if name.endswith("multiple") else "")
        assert SECRET in browse(ours.coordinator).get(url).content.decode(), name
        for user in (ours.manager, ours.analyst, ours.dpo):
            assert SECRET not in browse(user).get(url, follow=True).content.decode(), name
