"""Pictures people upload are drawn anew: what a camera or a trickster wrote beside the pixels does not come along."""

from io import BytesIO

from django import forms
from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageCms, ImageOps, ImageSequence

UNREADABLE = _("This picture cannot be read; save it anew and try again.")
_FAULTS = (OSError, ValueError, SyntaxError, Image.DecompressionBombError)


def redrawn(file: UploadedFile) -> UploadedFile:
    """Return the picture encoded anew in its own format, turned as its camera said. Raises ValidationError.

    Which colour is clear stays: it is part of the pixels. What a camera packs behind a JPEG (the same view again, a map
    of brightness) does not: of these several pictures the first is the one people see.
    """
    try:
        file.seek(0)
        with Image.open(file) as picture:
            if picture.format == "MPO":  # a JPEG with others packed behind it
                kind, frames = "JPEG", [picture.copy()]
            else:
                kind, frames = str(picture.format), [frame.copy() for frame in ImageSequence.Iterator(picture)]
            times = [frame.info.get("duration", 100) for frame in frames]
            frames = [_bare(frame) for frame in frames]
            content = BytesIO()
            if len(frames) > 1:
                frames[0].save(content, kind, save_all=True, append_images=frames[1:], loop=0, duration=times)
            else:
                frames[0].save(content, kind, **({"quality": 90} if kind in {"JPEG", "WEBP"} else {}))
    except _FAULTS as error:
        raise forms.ValidationError(UNREADABLE) from error
    clean = InMemoryUploadedFile(content, "file", file.name, file.content_type, content.tell(), None)
    clean.seek(0)
    return clean


def _bare(frame: Image.Image) -> Image.Image:
    """Return a picture the right way up, with nothing beside its pixels but which colour of its palette is clear."""
    bare = in_srgb(ImageOps.exif_transpose(frame))
    bare.info = {name: bare.info[name] for name in ("transparency",) if name in bare.info}
    return bare


def in_srgb(picture: Image.Image) -> Image.Image:
    """Return a picture in the colours everybody shows, as its own profile says; without a sound one, as it is.

    What is clear stays clear. Pictures of 16 bits of grey keep their numbers.
    """
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode in {"1", "I", "I;16", "F"}:
        return picture
    clear = picture.convert("RGBA").getchannel("A") if picture.has_transparency_data else None
    plain = picture.convert({"L": "L", "LA": "L", "CMYK": "CMYK"}.get(picture.mode, "RGB"))
    try:
        converted = ImageCms.profileToProfile(plain, BytesIO(profile), ImageCms.createProfile("sRGB"), outputMode="RGB")
    except ImageCms.PyCMSError:
        return picture
    if converted is None:
        return picture
    converted.info = {name: said for name, said in picture.info.items() if name not in {"icc_profile", "transparency"}}
    if clear is not None:
        converted.putalpha(clear)
    return converted


def refuse_huge(file: UploadedFile, most_pixels: int) -> None:
    """Refuse a picture that would fill the memory once unpacked, all its frames together. Raises ValidationError."""
    try:
        file.seek(0)
        with Image.open(file) as picture:
            pixels = picture.width * picture.height * getattr(picture, "n_frames", 1)
    except _FAULTS as error:
        raise forms.ValidationError(UNREADABLE) from error
    if pixels > most_pixels:
        said = _("This picture is larger than %(most)d million pixels. Make it smaller and try again.")
        raise forms.ValidationError(said, params={"most": most_pixels // 1_000_000})


def thumbnail(file: UploadedFile, side: int) -> bytes:
    """Return the first frame of a picture as a WebP of at most ``side`` pixels each way. Raises ValidationError."""
    try:
        file.seek(0)
        with Image.open(file) as picture:
            small = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
            small.thumbnail((side, side))
            small.info.clear()
            content = BytesIO()
            small.save(content, "WEBP", quality=80)
    except _FAULTS as error:
        raise forms.ValidationError(UNREADABLE) from error
    return content.getvalue()
