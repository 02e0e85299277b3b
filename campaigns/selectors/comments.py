"""Comments staff have read and let stand, for the petition's page."""

from dataclasses import dataclass

from campaigns.comments import shown_name
from campaigns.models import Signature
from core.ttl_cache import ttl_cache

SHOWN = 6


@dataclass(frozen=True)
class PublicComment:
    """Why somebody signed, under their first name; ``name`` may be empty."""

    name: str
    text: str
    language: str
    is_generated: bool


@ttl_cache(30)
def public_comments(petition_id: int) -> tuple[PublicComment, ...]:
    """Return the latest comments of counting signatures that staff have let stand, in one lookup."""
    rows = (
        Signature.objects.counting()
        .filter(petition=petition_id, is_comment_public=True)
        .order_by("-id")
        .values_list("supporter__full_name", "comment", "locale", "is_generated")[:SHOWN]
    )
    return tuple(PublicComment(shown_name(name or ""), text, language, made) for name, text, language, made in rows)
