"""Comments staff have read and let stand, for the petition's page."""

from dataclasses import dataclass

from django.db.models import Case, When

from campaigns.comments import shown_name
from campaigns.models import Signature
from core.ttl_cache import ttl_cache
from people.models import Supporter

SHOWN = 6


@dataclass(frozen=True)
class PublicComment:
    """Why somebody signed, under their first name; ``name`` may be empty."""

    name: str
    text: str
    language: str
    is_generated: bool


@ttl_cache(30)
def public_comments(petition_id: int, language: str) -> tuple[PublicComment, ...]:
    """Return the latest comments of counting signatures that staff have let stand, the reader's language first."""
    rows = list(
        Signature.objects.counting()
        .filter(petition=petition_id, is_comment_public=True)
        .order_by(Case(When(locale=language, then=0), default=1), "-id")
        .values_list("supporter_id", "comment", "locale", "is_generated")[:SHOWN]
    )
    # Not joined: weighing a join of the two largest tables takes PostgreSQL longer than reading six rows.
    writers = {supporter_id for supporter_id, *_ in rows if supporter_id is not None}
    names = dict(Supporter.objects.filter(pk__in=writers).values_list("pk", "full_name")) if writers else {}
    return tuple(
        PublicComment(shown_name(names.get(supporter_id, "")), text, language, made)
        for supporter_id, text, language, made in rows
    )
