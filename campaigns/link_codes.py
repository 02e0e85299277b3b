"""QR codes of links: drawn to be printed, with the quiet zone and the reserve scanners need (ISO/IEC 18004)."""

import io

import segno

QUIET_ZONE = 4  # modules on every side, as the standard asks
# "q" reads with a quarter of it dirty or torn, as posters get; our short links still fit into a coarse code.
CORRECTION = "q"
SIZES = (300, 600, 1200)  # pixels; 1200 prints ten centimetres sharply


def qr_svg(url: str) -> bytes:
    """Return the code as an SVG file that grows to any size."""
    out = io.BytesIO()
    _code(url).save(out, kind="svg", border=QUIET_ZONE, dark="#000", light="#fff", omitsize=True, title=url)
    return out.getvalue()


def qr_png(url: str, pixels: int) -> bytes:
    """Return the code as a PNG of at least ``pixels`` a side: whole pixels per module, so that its edges stay sharp."""
    code = _code(url)
    modules = code.symbol_size(border=QUIET_ZONE)[0]
    out = io.BytesIO()
    code.save(out, kind="png", border=QUIET_ZONE, scale=-(-pixels // modules), dark="#000", light="#fff")
    return out.getvalue()


def _code(url: str) -> segno.QRCode:
    return segno.make(url, error=CORRECTION, micro=False, boost_error=False)
