"""Who asks: a partner's program, by the token it sends."""

from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.actions.api_tokens import note_use
from accounts.api_tokens import hash_of
from accounts.models import ApiToken
from campaigns.models import Partnership

if TYPE_CHECKING:
    from accounts.models import User


class TokenAuthentication(BaseAuthentication):
    """``Authorization: Bearer <token>``.

    No token, an unknown one, one that ended and one whose partner left cost the same lookups and get the same
    answer, so an answer tells nothing of whether a token ever was.
    """

    def authenticate(self, request: Request) -> "tuple[User, ApiToken]":
        at = timezone.now()
        tokens = ApiToken.objects.usable(at).filter(token_hash=hash_of(_sent(request)))
        active = Partnership.objects.active().values("organisation")
        token = tokens.filter(organisation__in=active).select_related("maker").first()
        takes_part = (partnerships_of(token) if token else Partnership.objects.filter(pk=0)).exists()
        if token is None or not takes_part:
            raise AuthenticationFailed
        note_use(token=token, at=at)
        return token.maker, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="Carillon API"'


def _sent(request: Request) -> str:
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def partnerships_of(token: ApiToken) -> "QuerySet[Partnership]":
    """Return the partnerships a token may read: those it was made for, while the organisation takes part."""
    own = Partnership.objects.active().filter(organisation=token.organisation_id)
    return own.filter(pk__in=[pk for pk in token.partnerships if isinstance(pk, int)])
