"""Bytes to an age file, piece by piece: what is plain is never longer in memory than a piece, and never on a disk."""

import hashlib
from collections.abc import Iterable
from typing import IO


class _Reader:
    """What was made so far, as a file to read from."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._left = b""

    def read(self, size: int = -1) -> bytes:
        while not self._left:
            piece = next(self._pieces, None)
            if piece is None:
                return b""
            self._left = piece
        taken = self._left if size < 0 else self._left[:size]
        self._left = self._left[len(taken) :]
        return taken


class _Writer:
    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest = hashlib.sha256()
        self.size = 0

    def write(self, piece: bytes) -> int:
        self._file.write(piece)
        self.digest.update(piece)
        self.size += len(piece)
        return len(piece)

    def flush(self) -> None:
        self._file.flush()


def encrypt_to(recipient: str, pieces: Iterable[bytes], file: IO[bytes]) -> tuple[int, str]:
    """Write ``pieces`` to ``file``, encrypted to an age recipient; return the file's size and SHA-256 in hex."""
    from pyrage import encrypt_io, x25519

    writer = _Writer(file)
    encrypt_io(_Reader(pieces), writer, [x25519.Recipient.from_str(recipient)])
    return writer.size, writer.digest.hexdigest()
