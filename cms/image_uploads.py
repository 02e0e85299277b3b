"""Pictures uploaded for pages hold the pixels and nothing else (core/pictures.py)."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from PIL import Image
from wagtail.images.forms import BaseImageForm

from core.pictures import UNREADABLE, redrawn
from core.uploads import checked_upload


class CleanImageForm(BaseImageForm):
    """Wagtail's form; the file it keeps holds the pixels and nothing else (no place, no camera, no second file)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "file" in self.fields:
            self.fields["file"].to_python = _careful(self.fields["file"].to_python)

    def clean_file(self) -> Any:
        file = self.cleaned_data.get("file")
        if not isinstance(file, UploadedFile):
            return file
        endings, most_bytes = settings.WAGTAILIMAGES_EXTENSIONS, settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE
        checked_upload(file, endings=endings, most_bytes=most_bytes)
        return redrawn(file)


def _careful(to_python: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Refuse a picture that ends too soon; Wagtail's own reading of its size would break on it."""

    def read(value: Any) -> Any:
        try:
            return to_python(value)
        except (OSError, Image.DecompressionBombError) as error:
            raise forms.ValidationError(UNREADABLE) from error

    return read
