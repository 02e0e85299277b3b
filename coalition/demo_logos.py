"""Logos of invented organisations: a shape, their initials, and the word "demo", so that nobody takes them for real."""

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw, ImageFont

from coalition.logo_files import DrawnLogo, draw_logo

INKS = ("#a83a12", "#1f6b3a", "#1f4fd1", "#7a5200", "#1b2140", "#a5123c")
_SIZES = ((760, 300), (420, 420), (900, 260))


def demo_logo(name: str, number: int) -> DrawnLogo:
    """Return the logo of the demo's organisation of that name; the same one every time."""
    width, height = _SIZES[number % len(_SIZES)]
    ink = INKS[number % len(INKS)]
    picture = Image.new("RGBA", (width, height), (255, 255, 255, 0))
    draw = ImageDraw.Draw(picture)
    mark = height - 60
    box = (30, 30, 30 + mark, 30 + mark)
    shapes = (
        lambda: draw.ellipse(box, outline=ink, width=26),
        lambda: draw.rounded_rectangle(box, radius=mark // 5, fill=ink),
        lambda: draw.regular_polygon((30 + mark // 2, 30 + mark // 2, mark // 2), 3 + number % 4, fill=ink),
    )
    shapes[number % len(shapes)]()
    initials = "".join(word[0] for word in name.split() if word[0].isupper())[:3]
    is_wide = width > height
    place = (60 + mark, height // 2 - 30) if is_wide else (30 + mark // 2, 30 + mark // 2)
    size = height // 2 if is_wide else mark // 3
    colour = ink if is_wide or number % len(shapes) == 0 else "white"
    draw.text(place, initials, fill=colour, font=ImageFont.load_default(size), anchor="lm" if is_wide else "mm")
    small = ImageFont.load_default(height // 8)
    where = (65 + mark, height - 35) if is_wide else (30 + mark // 2, 30 + mark * 3 // 4)
    draw.text(where, "demo", fill=colour, font=small, anchor="lm" if is_wide else "mm")
    content = BytesIO()
    picture.save(content, "PNG")
    return draw_logo(SimpleUploadedFile("logo.png", content.getvalue(), "image/png"))
