"""Wagtail's page screens that ask nobody for a right: what they say to staff who edit no page."""

import pytest
from django.urls import reverse
from wagtail.models import Locale

from accounts.actions.groups import sync_roles
from accounts.models import Organisation, Role, User
from campaigns.models import Campaign
from cms.models import PetitionPage
from tests.factories.cms import make_petition, make_petition_page
from tests.factories.staff import browse, make_user

pytestmark = pytest.mark.django_db
SECRET = "Unannounced plan"


@pytest.fixture
def draft(organisation: Organisation) -> PetitionPage:
    campaign = Campaign.objects.create(title="Green", slug="green", organisation=organisation)
    page = make_petition_page(make_petition(campaign=campaign), title=SECRET)
    page.live = False
    page.save()
    return page


@pytest.fixture
def organisation() -> Organisation:
    sync_roles()
    return Organisation.objects.create(name="Green House", slug="green-house")


@pytest.fixture
def ben(organisation: Organisation) -> User:
    return make_user("Ben", Role.PARTNER_MANAGER, organisation)


@pytest.fixture
def ada(organisation: Organisation) -> User:
    return make_user("Ada", Role.COORDINATOR, organisation)


def test_move_of_a_page_is_refused_before_the_page_is_named(draft: PetitionPage, ben: User) -> None:
    home = draft.get_parent()
    address = reverse("wagtailadmin_pages:move_confirm", args=[draft.pk, home.get_parent().pk])
    for answer in (browse(ben).get(address, follow=True), browse(ben).post(address, follow=True)):
        assert SECRET not in answer.content.decode()
    draft.refresh_from_db()
    assert draft.get_parent().pk == home.pk


def test_move_of_a_page_is_asked_of_who_edits_pages(draft: PetitionPage, ada: User) -> None:
    other = make_petition_page(make_petition(), title="Other").get_parent()
    answer = browse(ada).get(reverse("wagtailadmin_pages:move_confirm", args=[draft.pk, other.pk]))
    assert SECRET in answer.content.decode()


def test_page_chooser_lists_drafts_to_editors_only(draft: PetitionPage, ben: User, ada: User) -> None:
    parent = reverse("wagtailadmin_choose_page_child", args=[draft.get_parent().pk])
    assert SECRET in browse(ada).get(parent).content.decode()
    for address in (
        parent,
        reverse("wagtailadmin_choose_page_child", args=[draft.pk]),
        reverse("wagtailadmin_choose_page_search") + "?q=Unannounced",
    ):
        assert SECRET not in browse(ben).get(address, follow=True).content.decode()


def test_translation_of_a_page_is_open_to_coordinators_only(draft: PetitionPage, ada: User, ben: User) -> None:
    address = reverse("wagtail_localize:submit_page_translation", args=[draft.pk])
    french, _made = Locale.objects.get_or_create(language_code="fr")
    assert browse(ada).get(address).status_code == 200
    browse(ada).post(address, {"locales": [french.pk], "include_subtree": ""})
    assert draft.has_translation(french)
    assert browse(ben).get(address).status_code in {302, 403}
