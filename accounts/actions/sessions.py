"""End what somebody is signed in to, on every device at once."""

from django.db import transaction

from accounts.models import User
from core import audit


@transaction.atomic
def sign_out_everywhere(*, user: User, by: audit.Actor) -> None:
    """End all sessions of ``user``: every device has to sign in anew. A second call ends those begun since.

    A session holds a hash of the account's password; nobody has one here, so what stands in its place is drawn anew.
    """
    user.set_unusable_password()
    user.save(update_fields=["password"])
    audit.record("accounts.user.signed_out_everywhere", by=by, target=user)
