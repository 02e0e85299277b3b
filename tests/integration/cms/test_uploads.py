"""What staff upload: judged by its content; pictures are drawn anew, documents are files to keep."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import UploadedFile

from tests.clamd import EICAR, Clamd
from tests.factories.files import PDF, office
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


@pytest.fixture
def _own_files(settings, tmp_path) -> None:
    backend = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": backend}


def add_document(
    client: Client, name: str, content: bytes, address: str = "/staff/documents/add/", prefix: str = ""
) -> str:
    """Upload a document and return what the answer says of its file; nothing when it was taken."""
    form = {"title": name, "file": SimpleUploadedFile(name, content), "collection": 1}
    ajax = {"X-Requested-With": "XMLHttpRequest"}
    answer = client.post(address, {f"{prefix}{field}": value for field, value in form.items()}, headers=ajax)
    return answer.text if not get_document_model().objects.exists() else ""


@pytest.mark.usefixtures("_own_files")
@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("page.html", b"<b>", "not allowed"),
        ("page.pdf", b"<b>", "the content is of another kind"),
        ("page.txt", b"<script>alert(1)</script>", "a web page"),
        ("a.docx", office(**{"word/vbaProject.bin": b"x"}), "macros"),
        ("a.txt", b"", "empty"),
    ],
)
@pytest.mark.parametrize(
    ("address", "prefix"),
    [
        ("/staff/documents/add/", ""),
        ("/staff/documents/multiple/add/", ""),
        ("/staff/documents/chooser/create/", "document-chooser-upload-"),
    ],
)
def test_what_is_no_document_is_refused_on_every_way(
    ada: Client, name: str, content: bytes, words: str, address: str, prefix: str
) -> None:
    if "multiple" in address:
        form = {"title": name, "files[]": SimpleUploadedFile(name, content)}
        said = ada.post(address, form, headers={"X-Requested-With": "XMLHttpRequest"}).text
    else:
        said = add_document(ada, name, content, address, prefix)
    assert words in said
    assert not get_document_model().objects.exists()
    assert not UploadedFile.objects.exists()


@pytest.mark.usefixtures("_own_files")
def test_document_is_larger_than_the_limit_and_is_refused(ada: Client, settings) -> None:
    settings.WAGTAILDOCS_MAX_UPLOAD_SIZE = 10
    assert "too big" in add_document(ada, "a.pdf", PDF)


@pytest.mark.usefixtures("_own_files")
def test_document_is_a_file_to_keep_that_runs_nothing(ada: Client) -> None:
    assert add_document(ada, "a.pdf", PDF) == ""
    answer = Client().get(get_document_model().objects.get().url)
    assert b"".join(answer) == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


@pytest.mark.usefixtures("_own_files")
def test_document_with_a_virus_is_not_kept_and_neither_is_one_nobody_looked_at(ada: Client, settings) -> None:
    clamd = Clamd()
    settings.CLAMD_ADDRESS = clamd.address
    assert "The virus scanner found something" in add_document(ada, "a.txt", b"I: " + EICAR)
    clamd.answer = "drop"
    assert "did not look at this file" in add_document(ada, "a.pdf", PDF)
    clamd.answer = ""
    assert add_document(ada, "a.pdf", PDF) == ""
    clamd.close()
