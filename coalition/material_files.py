"""What is uploaded as a material: judged by its content, drawn anew where it is a picture, hashed and measured."""

import hashlib
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext

from core.file_types import FileType
from core.pictures import redrawn, refuse_huge, thumbnail
from core.plain_text import refuse_line_breaks, refuse_unprintable
from core.uploads import checked_upload

ENDINGS = ("pdf", "png", "jpg", "jpeg", "webp", "docx", "pptx", "xlsx", "odt", "odp", "ods", "zip", "txt", "mp4")
THUMBNAIL_SIDE = 320
LONGEST_NAME = 150


@dataclass(frozen=True)
class ReceivedFile:
    """A file that was looked at and may be handed on."""

    content: File
    name: str
    kind: FileType
    size: int
    sha256: str
    thumbnail: bytes = b""


def receive(upload: UploadedFile) -> ReceivedFile:
    """Return an upload as it may be handed on. Raises ValidationError with a sentence for the person."""
    name = upload.name or ""
    refuse_unprintable(name)
    refuse_line_breaks(name)
    if len(name) > LONGEST_NAME:
        raise ValidationError(gettext("The file's name is longer than %(most)d characters.") % {"most": LONGEST_NAME})
    kind = checked_upload(upload, endings=ENDINGS, most_bytes=settings.MATERIAL_MAX_MB * 1_000_000)
    small = b""
    if kind.is_picture:
        refuse_huge(upload, settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS)
        upload = redrawn(upload)
        small = thumbnail(upload, THUMBNAIL_SIDE)
    upload.seek(0)
    sha256 = hashlib.file_digest(upload, "sha256").hexdigest()
    upload.seek(0)
    return ReceivedFile(upload, PurePosixPath(name).name, kind, upload.size or 0, sha256, small)
