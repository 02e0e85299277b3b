import pytest
from django.test import Client
from wagtail.models import Page, Site

from campaigns.models import Initiative, Petition
from cms.demo_pages import load_demo_pages
from cms.models import StandardPage
from tests.factories.cms import make_petition

pytestmark = pytest.mark.django_db


@pytest.fixture
def petition() -> Petition:
    Initiative.objects.create(
        registration_number="ECI(2024)000007", titles={"en": "Stop"}, registered_date="2024-06-19"
    )
    return make_petition(is_generated=True, minimum_shown=0)


def test_demo_pages_stand_in_four_languages_and_answer(client: Client, petition: Petition) -> None:
    load_demo_pages()
    pages = [page for page in Page.objects.filter(depth__gt=1).specific() if page.url]
    assert len(pages) == 20
    for page in pages:
        assert client.get(page.url).status_code == 200
    assert Site.objects.get().root_page.specific.url == "/en/"


def test_arabic_demo_page_reads_from_the_right(client: Client, petition: Petition) -> None:
    load_demo_pages()
    shown = client.get("/ar/ahlan/daouna-nousaed/").content.decode()
    assert '<html lang="ar" dir="rtl">' in shown
    assert "أضيفوا اسمكم" in shown


def test_demo_pages_loaded_twice_add_nothing_and_keep_what_editors_wrote(petition: Petition) -> None:
    load_demo_pages()
    page = StandardPage.objects.get(slug="privacy", locale__language_code="en")
    page.title = "Our own notice"
    page.save_revision().publish()
    before = Page.objects.count()
    load_demo_pages()
    assert Page.objects.count() == before
    assert StandardPage.objects.get(pk=page.pk).title == "Our own notice"


def test_demo_without_its_campaign_says_what_is_missing() -> None:
    with pytest.raises(Petition.DoesNotExist, match="campaign"):
        load_demo_pages()


def test_french_page_spaces_its_punctuation(client: Client, petition: Petition) -> None:
    load_demo_pages()
    shown = client.get("/fr/europe-accueillante/laissez-nous-aider/").content.decode()
    assert "aider\xa0: que personne" in shown
    assert "https\xa0:" not in shown
