"""Deciding which comments of signers are shown."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from campaigns.models import Signature
from core import audit

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def moderate_comment(*, signature: Signature, is_public: bool, by: "User", at: datetime) -> Signature:
    """Show a comment or keep it hidden, and return the signature. A later decision replaces an earlier one.

    A comment whose author withdrew, or whose signature does not count, is never shown: approving it changes nothing.
    The same decision twice is audited once.
    """
    undecided = Signature.objects.filter(pk=signature.pk).exclude(
        comment_read_at__isnull=False, is_comment_public=is_public
    )
    rows = undecided.counting() if is_public else undecided
    changed = rows.exclude(comment="").update(is_comment_public=is_public, comment_read_at=at)
    if changed:
        verb = "shown" if is_public else "hidden"
        audit.record(f"campaigns.comment.{verb}", by=by, target=signature)
    signature.refresh_from_db(fields=["is_comment_public", "comment_read_at"])
    return signature
