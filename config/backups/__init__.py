"""Backups: what is in one, how it is made, sealed, checked and put back. `manage.py backup` and `manage.py restore`."""


class BackupError(Exception):
    """It cannot be done; the message is one sentence for the person."""
