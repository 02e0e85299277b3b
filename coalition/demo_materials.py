"""The demo campaign's materials: a flyer, a guide, a picture and texts in several languages, marked as made here."""

import io
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone
from PIL import Image, ImageDraw, ImageFont

from campaigns.demo import SLUG
from campaigns.enums import PartnerRole
from campaigns.models import Campaign, Partnership
from coalition.actions.material_downloads import count_download
from coalition.actions.materials import publish_file, publish_text
from coalition.material_enums import MaterialKind
from coalition.material_files import receive
from coalition.models import Material, MaterialVersion
from core.paper import draw_pdf

BY = "coalition.demo"
_PAGE = Path(__file__).parent / "paper" / "demo_flyer.typ"
_FONTS = settings.BASE_DIR / "static" / "vendor" / "fonts" / "paper"
_MARK = {
    "en": "Generated for the demo",
    "fr": "Généré pour la démo",
    "nl": "Gemaakt voor de demo",
    "ar": "أُنشئ لأغراض العرض",
}
_FLYER = {
    "en": ("Your city, your voice", "Sign today. It takes a minute, and every name counts.", "Your QR code goes here"),
    "fr": (
        "Votre ville, votre voix",
        "Signez aujourd’hui. Une minute suffit, et chaque nom compte.",
        "Votre code QR ici",
    ),
    "nl": ("Uw stad, uw stem", "Teken vandaag. Het duurt een minuut en elke naam telt.", "Hier komt uw QR-code"),
    "ar": ("مدينتك، صوتك", "وقّع اليوم. دقيقة واحدة تكفي، وكل اسم مهم.", "ضع رمز QR هنا"),
}
_GUIDE = {
    "en": ("At the stall", "Greet people, ask one question, listen, and hand over the code.", "Notes"),
    "fr": ("Au stand", "Saluez, posez une question, écoutez, puis montrez le code.", "Notes"),
}
_POST = {
    "en": "I have signed for a city where everybody has a voice. Will you? {link} #demo",
    "fr": "J’ai signé pour une ville où chacun a une voix. Et vous ? {link} #demo",
    "nl": "Ik heb getekend voor een stad waar iedereen een stem heeft. U ook? {link} #demo",
    "ar": "وقّعتُ من أجل مدينة لكل فرد فيها صوت. وأنت؟ {link} #demo",
}
_LETTER = {
    "en": "Dear members,\n\nour organisation takes part in this campaign. Sign and pass it on: {link}\n\nThank you!",
    "nl": "Beste leden,\n\nonze organisatie doet mee aan deze campagne. Teken en geef het door: {link}\n\nDank u!",
}


@transaction.atomic
def load_demo_materials(*, at: datetime | None = None) -> list[Material]:
    """Put up the demo campaign's materials and let its partners have taken some; a second call adds nothing.

    Load the campaign and its partners before; without them there is nothing to do.
    """
    at = at or timezone.now()
    campaign = Campaign.objects.filter(slug=SLUG, is_generated=True).first()
    if campaign is None or Material.objects.filter(campaign=campaign).exists():
        return []
    before = at - timedelta(days=20)
    guide = _material(
        campaign, "What to say at a stall", MaterialKind.GUIDE, "For mobilisers, to read before a shift.", 40
    )
    letter = _material(campaign, "Letter to your members", MaterialKind.TEXT, "For your newsletter.", 30)
    post = _material(campaign, "Short post", MaterialKind.TEXT, "For social media; your own link is in it.", 20)
    picture = _material(
        campaign, "Square picture", MaterialKind.PICTURE, "1080 × 1080 pixels, to post with a text.", 15
    )
    flyer = _material(campaign, "Flyer", MaterialKind.FLYER, "A5. Print your own QR code into the frame.", 10)
    for language, words in _FLYER.items():
        _put_up(flyer, language, f"flyer-{language}.pdf", _paper(language, *words), before)
    for language, words in _GUIDE.items():
        _put_up(guide, language, f"stall-{language}.pdf", _paper(language, *words), before)
    for language in ("en", "fr", "nl"):
        _put_up(picture, language, f"picture-{language}.png", _picture(_FLYER[language][0], _MARK[language]), before)
    for text, wordings in ((post, _POST), (letter, _LETTER)):
        for language, wording in wordings.items():
            publish_text(material=text, language=language, text=wording, by=BY, at=before)
    newer = _paper(
        "en", "Your city, your voice", "Sign today. It takes a minute. Every name counts.", "Your QR code here"
    )
    _put_up(flyer, "en", "flyer-en.pdf", newer, at - timedelta(days=3))
    _take_some(campaign, at)
    return [flyer, picture, post, letter, guide]


def _material(campaign: Campaign, title: str, kind: MaterialKind, description: str, position: int) -> Material:
    return Material.objects.create(
        campaign=campaign, title=title, kind=kind, description=description, position=position, is_generated=True
    )


def _put_up(material: Material, language: str, name: str, content: bytes, at: datetime) -> None:
    received = receive(SimpleUploadedFile(name, content))
    publish_file(material=material, language=language, received=received, by=BY, at=at)


def _paper(language: str, title: str, body: str, place: str) -> bytes:
    told: dict[str, Any] = {
        "language": language, "is_rtl": language == "ar", "mark": _MARK[language],
        "title": title, "body": body, "place": place,
    }  # fmt: skip
    return draw_pdf(_PAGE, told)


def _picture(title: str, mark: str) -> bytes:
    """Return a square to post: two shapes, the title and the mark."""
    square = Image.new("RGB", (1080, 1080), "#faf5ea")
    pen = ImageDraw.Draw(square)
    pen.ellipse((560, -180, 1260, 520), fill="#f2b705")
    pen.rectangle((0, 860, 1080, 1080), fill="#12162b")
    large, small = (ImageFont.truetype(_FONTS / "commissioner-latin-bold.ttf", size) for size in (110, 40))
    first, _comma, second = title.partition(", ")
    pen.text((80, 430), f"{first},\n{second}", font=large, fill="#a83a12", spacing=30)
    pen.text((80, 940), mark, font=small, fill="#faf5ea")
    out = io.BytesIO()
    square.save(out, "PNG")
    return out.getvalue()


def _take_some(campaign: Campaign, at: datetime) -> None:
    """Let partners have taken some, each another number, so that the tables show something."""
    partners = Partnership.objects.active().filter(campaign=campaign).exclude(role=PartnerRole.LEAD)
    versions = (
        MaterialVersion.objects.offered().filter(material__campaign=campaign).select_related("material__campaign")
    )
    for number, partnership in enumerate(partners.order_by("pk")):
        for place, version in enumerate(versions.order_by("pk")):
            for day in range((number * 3 + place * 2) % 5):
                count_download(version=version, partnership=partnership, at=at - timedelta(days=4 + day))
