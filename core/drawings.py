"""Whether a drawing (SVG) does anything but be seen: asked of what it says, not of how that is spelled."""

from xml.parsers import expat

# Whatever namespace they are in, and however it is called in the file.
_ACTING = frozenset({"script", "foreignobject", "handler", "listener", "iframe", "embed", "object"})


class _Acts(Exception):
    """Something in the drawing acts."""


def is_active_drawing(content: bytes) -> bool:
    """Whether a script, a page or another program stands in the drawing; one that is no XML is nobody's to trust."""
    parser = expat.ParserCreate()
    parser.StartElementHandler = _look_at
    parser.EntityDeclHandler = _refuse  # what it stands for could be anything
    parser.ProcessingInstructionHandler = _refuse_style_sheet
    try:
        parser.Parse(content, True)
    except (_Acts, expat.ExpatError, LookupError, ValueError):
        return True
    return False


def _look_at(name: str, attributes: dict[str, str]) -> None:
    if _plain(name) in _ACTING:
        raise _Acts
    for attribute, value in attributes.items():
        # Browsers leave blanks and control signs out of an address before they read it.
        address = "".join(sign for sign in value.casefold() if sign > " ")
        if attribute.casefold().startswith("on") or "javascript:" in address or "data:text/" in address:
            raise _Acts


def _plain(name: str) -> str:
    return name.rpartition(":")[2].casefold()


def _refuse(*_told: object) -> None:
    raise _Acts


def _refuse_style_sheet(target: str, _data: str) -> None:
    """Refuse a style sheet from elsewhere: one of the kind XSLT writes a page in the drawing's place."""
    if target == "xml-stylesheet":
        raise _Acts
