"""Logos are drawn anew from their pixels; what is no picture, or a trap, is refused with words."""

import struct
import zlib
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from PIL import Image

from coalition.logo_files import CARD, draw_logo, small_size
from tests.factories.files import swapped_profile
from tests.factories.partner_pages import picture, uploaded


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_logo_is_drawn_in_three_sizes_that_fit(kind: str) -> None:
    drawn = draw_logo(uploaded(picture((1500, 500), kind), f"logo.{kind}"))
    small, large, card = opened(drawn.small), opened(drawn.large), opened(drawn.card)
    assert [each.format for each in (small, large, card)] == ["WEBP", "WEBP", "JPEG"]
    assert (large.size, small.size, card.size) == ((640, 213), (320, 107), CARD)
    assert (drawn.width, drawn.height) == large.size
    assert small_size(*large.size) == (160, 53)


def test_small_logo_is_not_blown_up() -> None:
    drawn = draw_logo(uploaded(picture((80, 40))))
    assert opened(drawn.large).size == opened(drawn.small).size == (80, 40)
    assert small_size(80, 40) == (40, 20)


def test_clear_ground_stays_clear_and_is_white_on_the_card() -> None:
    content = BytesIO()
    Image.new("RGBA", (200, 100), (255, 0, 0, 0)).save(content, "PNG")
    drawn = draw_logo(uploaded(content.getvalue()))
    assert opened(drawn.large).convert("RGBA").getpixel((5, 5))[3] == 0  # type: ignore[index]
    assert opened(drawn.card).getpixel((600, 315)) == (255, 255, 255)


def test_logo_with_a_colour_profile_looks_as_it_did() -> None:
    content = BytesIO()
    Image.new("RGB", (200, 100), (200, 40, 90)).save(content, "PNG", icc_profile=swapped_profile())
    red, green, blue = opened(draw_logo(uploaded(content.getvalue())).card).getpixel((600, 315))  # type: ignore[misc]
    assert (abs(red - 40) < 12, abs(green - 200) < 12, abs(blue - 90) < 12) == (True, True, True)


def test_nothing_but_pixels_is_kept() -> None:
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    trick = picture((200, 100), "JPEG", exif=exif, comment=b"<script>alert(1)</script>")
    assert b"SecretCamera" in trick
    drawn = draw_logo(uploaded(trick + b"<html><script>alert(2)</script>PK\x03\x04", "logo.jpg"))
    kept = drawn.small + drawn.large + drawn.card
    assert not any(secret in kept for secret in (b"SecretCamera", b"<script>", b"<html>", b"PK\x03\x04", b"Exif"))


def test_of_moving_pictures_the_first_is_taken() -> None:
    frames, content = [Image.new("RGB", (100, 50), colour) for colour in ("red", "blue")], BytesIO()
    frames[0].save(content, "WEBP", save_all=True, append_images=frames[1:])
    drawn = opened(draw_logo(uploaded(content.getvalue(), "logo.webp")).large)
    assert getattr(drawn, "n_frames", 1) == 1
    assert drawn.convert("RGB").getpixel((5, 5))[0] > 200  # type: ignore[index]


def bomb(width: int, height: int) -> bytes:
    """Return a small PNG that says it is very large."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = b"IDAT" + zlib.compress(b"\0" * 1000)
    chunks = [struct.pack(">I", len(part) - 4) + part + struct.pack(">I", zlib.crc32(part)) for part in (head, body)]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "another kind"),
        (b"<html><script>alert(1)</script></html>", "another kind"),
        (b"", "empty"),
        (picture()[:60], "cannot be read"),
        (picture(kind="GIF"), "another kind"),
        (picture(kind="TIFF"), "another kind"),
        (b"%PDF-1.7\n" + picture(), "another kind"),
        (bomb(60_000, 60_000), "cannot be read"),
        (bomb(5_000, 5_000), "million pixels"),
        (picture((300, 20)), "less than 32 pixels"),
        (picture() + b"\0" * 4_000_000, "larger than 4 MB"),
    ],
    ids=["svg", "html", "empty", "cut", "gif", "tiff", "pdf", "bomb", "large", "thin", "heavy"],
)
def test_what_is_no_logo_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        draw_logo(uploaded(content))
    assert said in refusal.value.messages[0]
