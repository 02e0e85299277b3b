"""Pictures people upload are drawn anew: what a camera or a trickster wrote beside the pixels does not come along."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

from django import forms
from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, ImageSequence
from wagtail.images.forms import BaseImageForm

UNREADABLE = _("This picture cannot be read; save it anew and try again.")


class CleanImageForm(BaseImageForm):
    """Wagtail's form; the file it keeps holds the pixels and nothing else (no place, no camera, no second file)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "file" in self.fields:
            self.fields["file"].to_python = _careful(self.fields["file"].to_python)

    def clean_file(self) -> Any:
        file = self.cleaned_data.get("file")
        return redrawn(file) if isinstance(file, UploadedFile) else file


def _careful(to_python: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Refuse a picture that ends too soon; Wagtail's own reading of its size would break on it."""

    def read(value: Any) -> Any:
        try:
            return to_python(value)
        except (OSError, Image.DecompressionBombError) as error:
            raise forms.ValidationError(UNREADABLE) from error

    return read


def redrawn(file: UploadedFile) -> UploadedFile:
    """Return the picture encoded anew in its own format, turned as its camera said. Raises ValidationError."""
    try:
        file.seek(0)
        with Image.open(file) as picture:
            kind, content = str(picture.format), BytesIO()
            frames = [frame.copy() for frame in ImageSequence.Iterator(picture)]
            if len(frames) > 1:
                times = picture.info.get("duration", 100)
                frames[0].save(content, kind, save_all=True, append_images=frames[1:], loop=0, duration=times)
            else:
                still = ImageOps.exif_transpose(frames[0])
                still.info.clear()
                still.save(content, kind, **({"quality": 90} if kind in {"JPEG", "WEBP"} else {}))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise forms.ValidationError(UNREADABLE) from error
    clean = InMemoryUploadedFile(content, "file", file.name, file.content_type, content.tell(), None)
    clean.seek(0)
    return clean
