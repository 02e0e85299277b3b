"""Uploaded images are served, and nothing else from the media folder is."""

from collections.abc import Iterator

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files() -> Iterator[None]:
    names = ["images/a.width-400.webp", "documents/private.pdf", "secret.txt"]
    for name in names:
        default_storage.save(name, ContentFile(b"content"))
    yield
    for name in names:
        default_storage.delete(name)


def test_image_is_served_and_may_be_kept(client: Client) -> None:
    response = client.get("/media/images/a.width-400.webp")
    assert (response.status_code, b"".join(response)) == (200, b"content")
    assert response["Cache-Control"] == "public, max-age=86400"
    assert response["Content-Type"] == "image/webp"
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    [
        "images/none.webp",
        "images/",
        "documents/private.pdf",
        "secret.txt",
        "images/../documents/private.pdf",
        "images/../../conftest.py",
        "images/%2e%2e/secret.txt",
        "images//etc/passwd",
    ],
)
def test_anything_else_is_not(client: Client, path: str) -> None:
    response = client.get(f"/media/{path}", follow=True)
    assert response.status_code in {400, 404}
