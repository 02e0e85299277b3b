from datetime import datetime

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.models import User
from campaigns.actions.comments import moderate_comment
from campaigns.actions.signatures import withdraw_signature
from campaigns.models import Petition
from core.ttl_cache import clear_ttl_caches
from tests.factories.campaigns import sign
from tests.factories.cms import make_petition, make_petition_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def petition() -> Petition:
    return make_petition(asks_comment=True)


def _page(petition: Petition) -> str:
    clear_ttl_caches()
    page = petition.pages.first() or make_petition_page(petition)
    return Client().get(page.get_url(), HTTP_CACHE_CONTROL="no-cache").content.decode()


def test_comment_shows_only_after_staff_let_it_stand_and_under_the_first_name(petition: Petition, at: datetime) -> None:
    signature = sign(petition, at=at, full_name="Inês Almeida", comment="Because <b>neighbours</b>.")
    assert "neighbours" not in _page(petition)
    ada = User.objects.create_user("ada@example.org")
    moderate_comment(signature=signature, is_public=True, by=ada, at=timezone.now())

    cache.clear()
    page = _page(petition)
    assert "Because &lt;b&gt;neighbours&lt;/b&gt;." in page
    assert "Inês" in page
    assert "Almeida" not in page


def test_comment_of_a_withdrawn_signature_is_gone(petition: Petition, at: datetime) -> None:
    signature = sign(petition, at=at, comment="Because.")
    ada = User.objects.create_user("ada@example.org")
    moderate_comment(signature=signature, is_public=True, by=ada, at=timezone.now())
    withdraw_signature(signature=signature, at=timezone.now())
    assert "Because." not in _page(petition)
