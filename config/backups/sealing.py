"""A backup in one file that only the holder of an age key can open."""

import os
import tarfile
import threading
from pathlib import Path
from typing import Any

from pyrage import DecryptError, IdentityError, RecipientError, decrypt_io, encrypt_io, x25519

from config.backups import BackupError

NAME = "backup.tar.age"


def read_recipient(text: str) -> Any:
    """Return the key to seal for. Raises BackupError for anything but a public age key."""
    try:
        return x25519.Recipient.from_str(text.strip())
    except RecipientError:
        raise BackupError("That is not a public age key: it begins with age1 (make one with age-keygen).") from None


def read_identity(path: Path) -> Any:
    """Return the private key in ``path``, as age-keygen writes it. Raises BackupError."""
    try:
        lines = path.read_text().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BackupError(f"The key file {path} cannot be read.") from error
    for line in lines:
        if line.startswith("AGE-SECRET-KEY-"):
            try:
                return x25519.Identity.from_str(line.strip())
            except IdentityError:
                break
    raise BackupError(f"{path} holds no private age key (a line AGE-SECRET-KEY-…).")


def seal(folder: Path, target: Path, recipient: Any) -> None:
    """Write everything in ``folder`` into ``target``, sealed; nothing of it lies open there at any moment."""
    read, write = os.pipe()
    failed: list[BaseException] = []

    def pack() -> None:
        try:
            with os.fdopen(write, "wb") as line, tarfile.open(fileobj=line, mode="w|") as archive:
                archive.add(folder, arcname=".")
        except BaseException as error:  # noqa: BLE001 - told by the thread that waits
            failed.append(error)

    packer = threading.Thread(target=pack)
    packer.start()
    try:
        with os.fdopen(read, "rb") as line, target.open("wb") as file:
            encrypt_io(line, file, [recipient])
            file.flush()
            os.fsync(file.fileno())
    finally:
        packer.join()
    if failed:
        raise failed[0]


def unseal(file: Path, folder: Path, identity: Any) -> None:
    """Open a sealed backup into ``folder``. Raises BackupError when the key is not the one, or the file is damaged."""
    packed = folder / "backup.tar"
    try:
        with file.open("rb") as read, packed.open("wb") as write:
            decrypt_io(read, write, [identity])
        with tarfile.open(packed) as archive:
            archive.extractall(folder, filter="data")
    except DecryptError as error:
        raise BackupError(f"The backup does not open with this key, or it is damaged: {error}.") from error
    except tarfile.TarError as error:
        raise BackupError(f"The backup is damaged: {error}.") from error
    finally:
        packed.unlink(missing_ok=True)
