"""Files handed to people to keep: never shown as a page of ours, resumed where a download broke off."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseNotModified, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header, parse_etags

CHUNK = 1 << 16
_RANGE = re.compile(r"bytes=(\d{1,18})-(\d{0,18})\Z")


# Should a browser show a file all the same, it is a page of nobody's: no script, no form, no cookie of ours.
_SANDBOX = "default-src 'none'; sandbox"


@dataclass(frozen=True)
class KeptFile:
    """A file to hand over; ``mark`` is another one for every other content."""

    name: str
    content_type: str
    size: int
    mark: str
    is_shown: bool = False

    @property
    def etag(self) -> str:
        return f'"{self.mark}"'


def hand_over(request: HttpRequest, kept: KeptFile, content: IO[bytes]) -> tuple[HttpResponseBase, bool]:
    """Return the answer, and whether it hands the file over: neither HEAD, nor 304, nor a later or a tiny piece does.

    One range of bytes is answered with 206 (RFC 9110, 14.2); several, or one that cannot be read, with the whole file.
    """
    if _has_it(request, kept):
        content.close()
        return _with_headers(HttpResponseNotModified(), kept), False
    first, last = _asked(request, kept)
    if first is None:
        content.close()
        refused = HttpResponse(status=416, headers={"Content-Range": f"bytes */{kept.size}"})
        return _with_headers(refused, kept), False
    response: HttpResponseBase
    is_whole = (first, last) == (0, kept.size - 1)
    if is_whole:
        response = FileResponse(content)
    else:
        response = StreamingHttpResponse(_Piece(content, first, last - first + 1), status=206)
        response["Content-Range"] = f"bytes {first}-{last}/{kept.size}"
    response["Content-Length"] = str(last - first + 1)
    # Players and download managers ask for a byte or two first, to see whether pieces can be had.
    begins = is_whole or (first == 0 and last >= CHUNK)
    return _with_headers(response, kept), request.method == "GET" and begins and not _is_ahead_of_time(request)


def _has_it(request: HttpRequest, kept: KeptFile) -> bool:
    """Whether the asker has this very file: weak marks are as good as strong ones, and ``*`` is any (RFC 9110)."""
    told = parse_etags(request.headers.get("If-None-Match", ""))
    return "*" in told or kept.etag in {mark.removeprefix("W/") for mark in told}


def _asked(request: HttpRequest, kept: KeptFile) -> tuple[int | None, int]:
    """Return the first and the last byte asked for; the first is None where the file has no such bytes."""
    found = _RANGE.match(request.headers.get("Range", ""))
    is_stale = request.headers.get("If-Range", kept.etag) != kept.etag
    if found is None or is_stale or request.method != "GET":
        return 0, kept.size - 1
    first = int(found[1])
    last = min(int(found[2]), kept.size - 1) if found[2] else kept.size - 1
    if found[2] and int(found[2]) < first:
        return 0, kept.size - 1
    return (first if first < kept.size else None), last


def _is_ahead_of_time(request: HttpRequest) -> bool:
    """Whether a browser fetches what its reader has not asked for yet."""
    return "prefetch" in request.headers.get("Sec-Purpose", "")


class _Piece:
    """A piece of a file; the answer closes it, also where nobody reads it."""

    def __init__(self, content: IO[bytes], first: int, length: int) -> None:
        self.content, self.first, self.length = content, first, length

    def __iter__(self) -> Iterator[bytes]:
        self.content.seek(self.first)
        left = self.length
        while left and (piece := self.content.read(min(CHUNK, left))):
            left -= len(piece)
            yield piece

    def close(self) -> None:
        self.content.close()


def _with_headers(response: HttpResponseBase, kept: KeptFile) -> HttpResponseBase:
    response["Content-Type"] = kept.content_type
    response["Content-Disposition"] = content_disposition_header(not kept.is_shown, kept.name) or "attachment"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-cache"
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = kept.etag
    return sandboxed(response)


def sandboxed(response: HttpResponseBase) -> HttpResponseBase:
    """Add what keeps a browser from running a file somebody uploaded as a page of this site."""
    response["Content-Security-Policy"] = _SANDBOX
    response["X-Content-Type-Options"] = "nosniff"
    return response
