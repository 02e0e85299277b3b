"""What staff upload: pictures are judged by their content and drawn anew, documents are handed over as files."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from tests.factories.staff import World, browse

pytestmark = pytest.mark.django_db
GPS = 0x8825


def photo(size: tuple[int, int] = (40, 20)) -> bytes:
    content, exif = BytesIO(), Image.Exif()
    exif[0x010F], exif[0x0112] = "SecretCamera", 6  # turned by a quarter
    exif.get_ifd(GPS)[1] = "N"
    exif.get_ifd(GPS)[2] = (50.0, 50.0, 48.0)
    Image.new("RGB", size, "red").save(content, "JPEG", exif=exif)
    return content.getvalue()


def upload(client: Client, name: str, content: bytes, kind: str = "image/jpeg") -> int:
    root = {"title": name, "file": SimpleUploadedFile(name, content, kind), "collection": 1}
    return client.post("/staff/images/add/", root).status_code


@pytest.fixture
def ada(ours: World) -> Client:
    return browse(ours.coordinator)


def test_photograph_loses_its_place_its_camera_and_what_hangs_on_it(ada: Client) -> None:
    assert b"SecretCamera" in photo()
    upload(ada, "photo.jpg", photo() + b"<script>alert(1)</script>PK\x03\x04")
    image = get_image_model().objects.get()
    with image.file.open() as kept:
        content = kept.read()
    assert not any(secret in content for secret in (b"SecretCamera", b"<script>", b"PK\x03\x04", b"Exif"))
    assert (image.width, image.height) == (20, 40)  # turned as the camera said


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("drawing.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
        ("page.jpg", b"<html><script>alert(1)</script></html>"),
        ("half.jpg", photo()[:200]),
        ("script.html", photo()),
    ],
)
def test_what_is_no_picture_is_refused_whatever_its_name(ada: Client, name: str, content: bytes) -> None:
    assert upload(ada, name, content) == 200
    assert not get_image_model().objects.exists()


def test_picture_of_too_many_pixels_is_refused(ada: Client, settings) -> None:
    settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS = 100
    assert upload(ada, "wide.jpg", photo()) == 200
    assert not get_image_model().objects.exists()


def test_page_is_no_document_and_a_document_is_a_file_to_keep(ada: Client, settings, tmp_path) -> None:
    backend = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": backend}
    for name in ("page.html", "drawing.svg", "run.exe"):
        ada.post("/staff/documents/add/", {"title": name, "file": SimpleUploadedFile(name, b"<b>"), "collection": 1})
    assert not get_document_model().objects.exists()
    ada.post("/staff/documents/add/", {"title": "a", "file": SimpleUploadedFile("a.pdf", b"%PDF-1.4"), "collection": 1})
    answer = Client().get(get_document_model().objects.get().url)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
