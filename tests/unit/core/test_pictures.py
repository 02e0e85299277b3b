"""Pictures drawn anew: what is seen stays, what stands beside it goes."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageSequence

from core.pictures import redrawn

CLEAR = (0, 0, 0, 0)


def drawn(content: BytesIO, name: str) -> Image.Image:
    return Image.open(redrawn(SimpleUploadedFile(name, content.getvalue(), "image/png")))


@pytest.mark.parametrize("kind", ["PNG", "GIF"])
def test_clear_ground_of_a_palette_stays_clear(kind: str) -> None:
    logo = Image.new("RGBA", (40, 40), CLEAR)
    logo.paste((0, 0, 255, 255), (0, 0, 20, 40))
    content = BytesIO()
    (logo.quantize(8) if kind == "PNG" else logo).save(content, kind)
    assert Image.open(BytesIO(content.getvalue())).mode == "P"

    seen = drawn(content, f"logo.{kind.lower()}").convert("RGBA")

    assert seen.getpixel((35, 5))[3] == 0  # type: ignore[index]
    assert seen.getpixel((5, 5)) == (0, 0, 255, 255)


@pytest.mark.parametrize(("mode", "colour"), [("L", 255), ("RGB", (255, 255, 255))])
def test_one_clear_colour_stays_clear(mode: str, colour: int | tuple[int, int, int]) -> None:
    content = BytesIO()
    Image.new(mode, (40, 40), colour).save(content, "PNG", transparency=colour)

    assert drawn(content, "logo.png").convert("RGBA").getpixel((5, 5))[3] == 0  # type: ignore[index]


def test_picture_with_others_behind_it_is_turned_and_tells_nothing() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright
    content = BytesIO()
    Image.new("RGB", (80, 40), "red").save(
        content, "MPO", save_all=True, append_images=[Image.new("RGB", (80, 40))], exif=exif, comment=b"at home"
    )
    assert Image.open(BytesIO(content.getvalue())).format == "MPO"

    file = redrawn(SimpleUploadedFile("photo.jpg", content.getvalue(), "image/jpeg"))

    seen = Image.open(file)
    assert (seen.format, seen.size) == ("JPEG", (40, 80))
    file.seek(0)
    assert b"at home" not in file.read()


def test_moving_picture_keeps_its_times_and_no_remarks() -> None:
    first, *others = (Image.new("RGB", (20, 20), colour) for colour in ("red", "green", "blue"))
    content = BytesIO()
    first.save(content, "GIF", save_all=True, append_images=others, duration=[5000, 100, 200], comment=b"at home")

    file = redrawn(SimpleUploadedFile("moving.gif", content.getvalue(), "image/gif"))

    moving = Image.open(BytesIO(file.read()))
    assert [frame.info["duration"] for frame in ImageSequence.Iterator(moving)] == [5000, 100, 200]
    file.seek(0)
    assert b"at home" not in file.read()
