"""Secrets of a demo or development machine, made once and kept in ``var/``, never in the repository."""

import base64
import hashlib
import os
import secrets
from pathlib import Path


def local_secret(folder: Path, name: str) -> str:
    """Return the secret kept in ``folder/name``, making it on the first call.

    Safe when several processes start at once: the first one to create the file wins.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    temporary = folder / f".{name}.{os.getpid()}"
    if not path.exists():
        temporary.write_text(secrets.token_urlsafe(50))
        temporary.chmod(0o600)
        try:
            os.link(temporary, path)
        except FileExistsError:
            pass  # another process was quicker; its secret is the one
        finally:
            temporary.unlink()
    return path.read_text()


def local_key(folder: Path, name: str) -> str:
    """Return a key of 32 bytes, as base64, made of the secret kept in ``folder/name``."""
    return base64.b64encode(hashlib.sha256(local_secret(folder, name).encode()).digest()).decode()
