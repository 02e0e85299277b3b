import uuid

import pytest
from wagtail_localize.models import Translation, TranslationSource
from wagtail_localize.operations import translate_object

from cms.demo_pages import load_demo_pages
from cms.models import PetitionPage
from tests.factories.cms import make_home, make_petition, make_petition_page

pytestmark = pytest.mark.django_db
QUESTION = {"type": "item", "id": str(uuid.uuid4()), "value": {"question": "How?", "answer": "<p>So.</p>"}}


def test_page_with_every_kind_of_words_goes_through_the_translation_tool() -> None:
    petition = make_petition()
    body = [
        {"type": "text", "value": "<h2>Why</h2><p>Because.</p>"},
        {"type": "quote", "value": {"text": "Yes.", "person": "Mara", "role": "", "is_generated": True}},
        {"type": "progress", "value": {"heading": "So far", "petition": petition.pk}},
        {"type": "partners", "value": {"heading": "Together"}},
        {"type": "questions", "value": {"heading": "", "questions": [QUESTION]}},
    ]
    page = make_petition_page(petition, share_text="Sign too")
    page.body = page.body.stream_block.to_python(body)
    page.save_revision().publish()
    page = PetitionPage.objects.get(pk=page.pk)
    dutch = make_home("nl").locale

    source, _ = TranslationSource.update_or_create_from_instance(page)
    words = set(source.stringsegment_set.values_list("string__data", flat=True))
    assert {"Why", "Because.", "Yes.", "So far", "Together", "How?", "Sign too"} <= words

    translation = Translation.objects.create(source=source, target_locale=dutch)
    translation.save_target()
    translated = PetitionPage.objects.get(translation_key=page.translation_key, locale=dutch)
    assert translated.petition == petition
    assert [block.block_type for block in translated.body] == [block["type"] for block in body]
    assert translated.body[2].value["petition"] == petition


def test_demo_page_can_be_translated_to_its_last_question() -> None:
    make_petition(is_generated=True)
    load_demo_pages()
    page = PetitionPage.objects.get(locale__language_code="en")
    source, _ = TranslationSource.update_or_create_from_instance(page)
    words = set(source.stringsegment_set.values_list("string__data", flat=True))
    assert "Can I take my signature back?" in words


def test_page_sent_to_be_translated_is_not_public_before_it_is_published() -> None:
    page = make_petition_page(make_petition())
    french = make_home("fr").locale
    page = PetitionPage.objects.get(pk=page.pk)
    translate_object(page, [french])
    translated = PetitionPage.objects.get(translation_key=page.translation_key, locale=french)
    assert (page.live, translated.live) == (True, False)
