"""What makes materials, for tests."""

import io
from datetime import datetime

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from coalition.actions.materials import publish_file, publish_text
from coalition.material_enums import MaterialKind
from coalition.material_files import receive
from coalition.models import Material, MaterialVersion
from tests.factories.files import PDF
from tests.factories.staff import World


def picture(kind: str = "PNG", side: int = 8) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (side, side), "red").save(out, kind)
    return out.getvalue()


def upload(name: str = "flyer.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def make_material(world: World, title: str = "Flyer", kind: str = MaterialKind.FLYER, **columns: object) -> Material:
    return Material.objects.create(campaign=world.campaign, title=title, kind=kind, **columns)


def put_up(
    material: Material, language: str = "en", *, content: bytes = PDF, name: str = "", at: datetime | None = None
) -> MaterialVersion:
    """Offer a file, or for a text to copy a text, in one language."""
    at = at or timezone.now()
    if material.is_text:
        return publish_text(material=material, language=language, text=f"Sign! {{link}} {language}", by="tests", at=at)
    if not name:  # another content for every language
        name, content = f"flyer-{language}.pdf", content + f"% {language}\n%%EOF\n".encode()
    received = receive(upload(name, content))
    return publish_file(material=material, language=language, received=received, by="tests", at=at)
