"""Ask a clamd whether a file holds a virus, where the operator has one (``CLAMD_ADDRESS``; docs/deployment.md).

Its INSTREAM command over TCP or a Unix socket (clamd(8)). Without an address nobody is asked. With one, a file goes
through only on its plain "OK": no answer, another answer and a file it finds too long are refusals.
"""

import logging
import socket
import struct
from typing import IO
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _

from core.file_types import FileRefused

logger = logging.getLogger(__name__)
_CHUNK = 1 << 16
_MOST_ANSWER = 4096


class ScannerAway(FileRefused):
    """The scanner did not judge the file: it is away, too slow, or will not take one so long."""


def refuse_viruses(file: IO[bytes]) -> None:
    """Let the file pass, rewound, when no scanner is set or the scanner finds nothing.

    Raises FileRefused when it finds something, and ScannerAway when it does not say.
    """
    if not settings.CLAMD_ADDRESS:
        return
    file.seek(0)
    try:
        answer = _ask(settings.CLAMD_ADDRESS, file)
    except OSError as error:
        logger.warning("The virus scanner did not answer: %s", type(error).__name__)
        raise ScannerAway(_away()) from error
    finally:
        file.seek(0)
    if answer.endswith(" FOUND"):
        logger.warning("The virus scanner refused a file: %s", answer)
        raise FileRefused(_("The virus scanner found something in this file; it was not kept."))
    if answer != "stream: OK":
        logger.warning("The virus scanner answered: %s", answer)
        raise ScannerAway(_away())


def scanner_place(address: str) -> str | tuple[str, int]:
    """Return the path or the host and port to connect to for ``tcp://host:3310`` or ``unix:///run/clamav/clamd.ctl``.

    Raises ImproperlyConfigured for anything else.
    """
    parts = urlsplit(address)
    try:
        if parts.scheme == "unix" and parts.path and not parts.netloc:
            return parts.path
        if parts.scheme == "tcp" and parts.hostname and parts.port:
            return parts.hostname, parts.port
    except ValueError as error:  # a port that is no number
        raise ImproperlyConfigured(_unreadable(address)) from error
    raise ImproperlyConfigured(_unreadable(address))


def _ask(address: str, file: IO[bytes]) -> str:
    """Send the file and return the one line of the answer. Raises OSError when the scanner hangs up or keeps silent."""
    with _connected(address) as line:
        try:
            line.sendall(b"zINSTREAM\0")
            while chunk := file.read(_CHUNK):
                line.sendall(struct.pack("!L", len(chunk)) + chunk)
            line.sendall(struct.pack("!L", 0))
        except (BrokenPipeError, ConnectionResetError):
            pass  # it has heard enough (its StreamMaxLength) and hangs up; what it says of that is read below
        return _answer(line)


def _connected(address: str) -> socket.socket:
    where = scanner_place(address)
    if isinstance(where, tuple):
        return socket.create_connection(where, timeout=settings.CLAMD_SECONDS)
    line = socket.socket(socket.AF_UNIX)
    try:
        line.settimeout(settings.CLAMD_SECONDS)
        line.connect(where)
    except OSError:
        line.close()
        raise
    return line


def _answer(line: socket.socket) -> str:
    said = b""
    while not said.endswith(b"\0") and len(said) < _MOST_ANSWER:
        heard = line.recv(_MOST_ANSWER)
        if not heard:
            break
        said += heard
    if not said:
        raise ConnectionError
    return said.rstrip(b"\0\n").decode("utf-8", "replace")


def _away() -> str:
    return _("The virus scanner did not look at this file, so it was not kept. Try again later, or tell your operator.")


def _unreadable(address: str) -> str:
    return f"CLAMD_ADDRESS={address!r} is no address; write tcp://host:3310 or unix:///run/clamav/clamd.ctl."
