"""Pictures drawn anew: what is seen stays, what stands beside it goes."""

import struct
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageSequence

from core.pictures import redrawn
from tests.factories.files import swapped_profile

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


def near(seen: Image.Image, colour: tuple[int, ...]) -> bool:
    found = seen.getpixel((5, 5))
    assert isinstance(found, tuple)
    return len(found) == len(colour) and all(abs(one - other) < 12 for one, other in zip(found, colour, strict=True))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_picture_with_a_colour_profile_looks_as_it_did(kind: str) -> None:
    content = BytesIO()
    Image.new("RGB", (40, 40), (200, 40, 90)).save(content, kind, icc_profile=swapped_profile(), quality=95)

    seen = drawn(content, "photo")

    assert near(seen.convert("RGB"), (40, 200, 90))
    assert "icc_profile" not in seen.info


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_picture_with_a_colour_profile_stays_as_clear_as_it_was(kind: str) -> None:
    content = BytesIO()
    picture = Image.new("RGBA", (40, 40), (200, 40, 90, 120))
    picture.save(content, kind, icc_profile=swapped_profile(), lossless=True)

    assert near(drawn(content, "logo"), (40, 200, 90, 120))


@pytest.mark.parametrize("is_clear", [True, False])
def test_palette_with_a_colour_profile_is_converted(is_clear: bool) -> None:
    content = BytesIO()
    picture = Image.new("P", (40, 40), 1)
    picture.putpalette([0, 0, 0, 200, 40, 90])
    picture.save(content, "PNG", icc_profile=swapped_profile(), **({"transparency": 1} if is_clear else {}))

    assert near(drawn(content, "logo.png").convert("RGBA"), (40, 200, 90, 0 if is_clear else 255))


def test_moving_picture_with_a_colour_profile_is_converted_and_keeps_its_times() -> None:
    first, second = (Image.new("RGB", (20, 20), colour) for colour in ((200, 40, 90), (40, 40, 200)))
    content = BytesIO()
    profile = swapped_profile()
    first.save(content, "PNG", save_all=True, append_images=[second], duration=[500, 100], icc_profile=profile)

    moving = drawn(content, "moving.png")

    frames = [(frame.info["duration"], frame.convert("RGB")) for frame in ImageSequence.Iterator(moving)]
    assert [time for time, _frame in frames] == [500, 100]
    assert near(frames[0][1], (40, 200, 90))


def profile_of(space: bytes, *tags: tuple[bytes, bytes]) -> bytes:
    """Return a colour profile of a printer or a scanner with these tags (ICC.1:2001 §6)."""
    head, body = b"", b""
    for name, said in tags:
        head += struct.pack(">4sII", name, 128 + 4 + 12 * len(tags) + len(body), len(said))
        body += said
    pcs, light = (b"Lab " if space == b"CMYK" else b"XYZ "), struct.pack(">3I", 0xF6D6, 0x10000, 0xD32D)
    start = struct.pack(">4xI4s4s4s12x4s28x12s48x", 0x02400000, b"prtr", space, pcs, b"acsp", light)
    content = start + struct.pack(">I", len(tags)) + head + body
    return struct.pack(">I", len(content) + 4) + content


def red_ink_profile() -> bytes:
    """Return a profile of four inks in which the first is red, the last black, and the others are nothing."""
    straight, white, red, black = bytes(range(256)), b"\xff\x80\x80", b"\x88\xd0\xc3", b"\0\x80\x80"
    unit = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x10000)
    table = b"mft1" + bytes((0, 0, 0, 0, 4, 3, 2, 0)) + unit + straight * 4 + (white + black) * 4
    table += (red + black) * 4 + straight * 3
    return profile_of(b"CMYK", (b"A2B0", table))


def linear_grey_profile() -> bytes:
    """Return a profile of greys whose numbers are amounts of light."""
    white = b"XYZ " + bytes(4) + struct.pack(">3I", 0xF6D6, 0x10000, 0xD32D)
    return profile_of(b"GRAY", (b"wtpt", white), (b"kTRC", b"curv" + bytes(8)))


def test_picture_of_inks_is_shown_in_the_colours_of_its_inks() -> None:
    content = BytesIO()
    Image.new("CMYK", (40, 40), (255, 0, 0, 0)).save(content, "JPEG", icc_profile=red_ink_profile(), quality=95)

    seen = drawn(content, "photo.jpg")

    assert (seen.format, seen.mode) == ("JPEG", "RGB")
    assert near(seen, (255, 0, 0))


@pytest.mark.parametrize(("mode", "colour", "light"), [("L", 100, (168,) * 3), ("LA", (100, 90), (168, 168, 168, 90))])
def test_grey_picture_keeps_its_light(mode: str, colour: int | tuple[int, int], light: tuple[int, ...]) -> None:
    content = BytesIO()
    Image.new(mode, (40, 40), colour).save(content, "PNG", icc_profile=linear_grey_profile())

    assert near(drawn(content, "photo.png"), light)


def test_profile_of_other_colours_than_the_pictures_changes_nothing() -> None:
    content = BytesIO()
    Image.new("L", (40, 40), 100).save(content, "PNG", icc_profile=swapped_profile())

    assert drawn(content, "photo.png").getpixel((5, 5)) == 100


@pytest.mark.parametrize("profile", [b"no profile", swapped_profile()[:300], b"\0" * 200])
def test_broken_colour_profile_changes_nothing(profile: bytes) -> None:
    content = BytesIO()
    Image.new("RGB", (40, 40), (200, 40, 90)).save(content, "PNG", icc_profile=profile)

    seen = drawn(content, "photo.png")

    assert seen.getpixel((5, 5)) == (200, 40, 90)
    assert "icc_profile" not in seen.info
