from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import RequestFactory
from wagtail.blocks import StreamBlockValidationError
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file

from accounts.models import Organisation
from campaigns.enums import PartnerRole
from campaigns.models import Partnership
from cms.blocks import BodyBlock, CallToActionBlock, ImageBlock, PartnersBlock, ProgressBlock
from tests.factories.cms import make_home, make_petition, make_petition_page

pytestmark = pytest.mark.django_db


def draw(block: Any, value: Any, **context: Any) -> str:
    parent = {"request": RequestFactory().get("/en/"), **context}
    return str(block.render(block.to_python(value), context=parent))


@pytest.fixture
def image() -> Image:
    return Image.objects.create(title="Bells", file=get_test_image_file())


def test_image_without_words_for_it_is_refused(image: Image) -> None:
    block = ImageBlock()
    with pytest.raises(ValidationError) as refusal:
        block.clean(block.to_python({"image": image.pk, "alt": " "}))
    assert "alt" in refusal.value.block_errors


def test_image_says_what_it_shows(image: Image) -> None:
    drawn = draw(ImageBlock(), {"image": image.pk, "alt": "Three <bells>", "caption": "", "credit": ""})
    assert 'alt="Three &lt;bells&gt;"' in drawn
    assert "style=" not in drawn


@pytest.mark.parametrize("both", [True, False])
def test_call_to_action_needs_exactly_one_target(both: bool) -> None:
    block, page = CallToActionBlock(), make_home()
    value = {"heading": "Act", "button": "Go", "page": page.pk if both else None, "url": "https://a.example" * both}
    with pytest.raises(ValidationError) as refusal:
        block.clean(block.to_python(value))
    assert "page" in refusal.value.block_errors


def test_call_to_action_leads_to_the_page_in_the_language_of_now() -> None:
    page, french = make_home("en"), make_home("fr")
    from django.utils.translation import override

    with override("fr"):
        drawn = draw(CallToActionBlock(), {"heading": "Act", "button": "Go", "page": page.pk})
    assert f'href="{french.get_url()}"' in drawn


def test_progress_without_petition_or_initiative_is_refused() -> None:
    block = ProgressBlock()
    with pytest.raises(ValidationError) as refusal:
        block.clean(block.to_python({"heading": ""}))
    assert "petition" in refusal.value.block_errors


def test_progress_below_the_minimum_hides_the_number() -> None:
    petition = make_petition(minimum_shown=100, goal_steps=[500])
    drawn = draw(ProgressBlock(), {"petition": petition.pk})
    assert "Be among the first" in drawn
    assert "<progress" not in drawn


def test_progress_shows_count_and_goal_of_the_petition() -> None:
    petition = make_petition(minimum_shown=0, goal_steps=[2500])
    drawn = draw(ProgressBlock(), {"petition": petition.pk})
    assert 'max="2500"' in drawn
    assert 'value="0"' in drawn
    assert "2,500" in drawn


def test_partners_are_those_active_now_with_the_lead_first() -> None:
    petition = make_petition()
    for name, role in (("Amsel", PartnerRole.PARTNER), ("Zeisig", PartnerRole.LEAD)):
        organisation = Organisation.objects.create(name=name, slug=name.lower(), country="DE", is_generated=True)
        Partnership.objects.create(campaign=petition.campaign, organisation=organisation, role=role)
    gone = Organisation.objects.create(name="Gone", slug="gone")
    Partnership.objects.create(campaign=petition.campaign, organisation=gone, left_at="2026-01-01T00:00Z")
    drawn = draw(PartnersBlock(), {}, page=make_petition_page(petition))
    assert "Gone" not in drawn
    assert drawn.index("Zeisig") < drawn.index("Amsel")
    assert drawn.count("made up for the demo") == 2
    assert "Germany" in drawn


def test_body_takes_one_list_of_partners_only() -> None:
    block = BodyBlock()
    twice = [{"type": "partners", "value": {}}, {"type": "partners", "value": {}}]
    with pytest.raises(StreamBlockValidationError):
        block.clean(block.to_python(twice))
