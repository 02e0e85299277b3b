"""What in a PDF acts when somebody reads it: names that stand open, escaped, or packed with other objects.

Readers forgive much, so nothing is trusted that a reader would not need: an object may name its kind or not, its
packing may break off or have a wrong sum, and words inside strings are no words. All work has an end.
"""

import re
import zlib
from collections.abc import Generator, Iterator

_MOST_OBJECTS = 100_000_000  # bytes, unpacked
_MOST_STREAMS = 20_000  # of packed objects; a writer puts a hundred objects or more into each
_MOST_READ = 5_000_000  # bytes of the dictionaries that may stand before packed objects
_ONE_READ = 100  # what beginning to read costs, in bytes
_PIECE = 1 << 12


def _named(*names: bytes) -> re.Pattern[bytes]:
    """Return a pattern of whole names, each sign written plainly or as ``#xx`` (ISO 32000-1 §7.3.5)."""
    written = [b"".join(b"(?:%c|(?i:#%02x))" % (sign, sign) for sign in name) for name in names]
    firsts = bytes({name[0] for name in names})
    return re.compile(b"/(?=[%s#])(?:%s)(?![A-Za-z]|#[0-9A-Fa-f]{2})" % (firsts, b"|".join(written)))


# Run a script, start a program, bring another file along.
_ACTION = _named(b"JavaScript", b"Launch", b"EmbeddedFile", b"EmbeddedFiles")
# The first is the kind, which some readers do not ask for; the other says where the objects begin, and all need it.
_PACKED = _named(b"ObjStm", b"First")
_TOKEN = re.compile(
    rb"%[^\r\n]*|/[^\0\t\n\f\r ()<>\[\]{}/%]*|<<|>>|<[^>]*>?|stream|[^\0\t\n\f\r ()<>\[\]{}/%]+|[()>\[\]{}]"
)
_IN_STRING = re.compile(rb"\\.|[()]", re.DOTALL)
_BEGINNING = re.compile(rb" *(?:\r\n|.)", re.DOTALL)
_LINE_END = re.compile(rb"\r\n?|\n")


class _TooMuchError(Exception):
    """More is packed than anybody writes."""


def acts(content: bytes) -> bool:
    """Whether a PDF holds something that acts, or more packed objects than anybody writes."""
    if _ACTION.search(content):
        return True
    try:
        return any(_ACTION.search(objects) for objects in _packed_objects(content))
    except _TooMuchError:
        return True


def _packed_objects(content: bytes) -> Iterator[bytearray]:
    left, seen = _MOST_OBJECTS, set[int]()
    for place in _packed_places(content):
        if place in seen:
            continue
        seen.add(place)
        objects = _inflated(content, place, left)
        left -= len(objects)
        if left <= 0 or len(seen) > _MOST_STREAMS:
            raise _TooMuchError
        yield objects


def _packed_places(content: bytes) -> Iterator[int]:
    """Yield where packed objects may begin. Each name is followed by itself: another may stand in a string."""
    left = _MOST_READ
    for name in _PACKED.finditer(content):
        start = name.end()
        end = yield from _streams_behind(content, start, start + left)
        left -= end - start + _ONE_READ
        if left <= 0:
            raise _TooMuchError


def _streams_behind(content: bytes, place: int, most: int) -> Generator[int, None, int]:
    """Yield where streams begin whose dictionary ``place`` is in; return how far was read, at most ``most``.

    The word ``stream`` counts behind the dictionary, and inside of it where a reader might take a broken one for ended;
    not in a string, a name or a remark. Some readers pass over what else stands in its line, some over one sign of it.
    """
    depth, strings, line = 1, 0, place
    while found := (_IN_STRING if strings else _TOKEN).search(content, place, most):
        place, token = found.end(), found[0]
        if token == b"(":
            strings += 1
        elif strings:
            strings -= token == b")"
        elif token == b"stream":
            if place > line:
                if begins := _BEGINNING.match(content, place, most):
                    yield begins.end()
                end = _LINE_END.search(content, place, most)
                line = end.end() if end else min(most, len(content))
                yield line
            if not depth:
                return max(place, line)
        elif not depth and not token.startswith(b"%"):
            return max(place, line)
        else:
            depth += (token == b"<<") - (token == b">>")
    return min(most, len(content))


def _inflated(content: bytes, place: int, most: int) -> bytearray:
    """Return what is packed from ``place`` on, up to its first fault; at most ``most`` bytes.

    Its two bytes of heading and its sum are not looked at, and a piece with a fault in it is read in ever smaller ones:
    readers show what comes before a fault.
    """
    inflater, unpacked, step = zlib.decompressobj(-zlib.MAX_WBITS), bytearray(), _PIECE
    place += 2
    while step and not inflater.eof and len(unpacked) < most and (piece := content[place : place + step]):
        before = inflater.copy()
        try:
            unpacked += inflater.decompress(piece, most - len(unpacked))
        except zlib.error:
            inflater, step = before, step // 2
        else:
            place += len(piece) - len(inflater.unconsumed_tail)
    return unpacked
