"""Tokens with which partners' programs read their own figures."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.api_tokens import hash_of, new_token
from accounts.models import ApiToken, Membership, Organisation, User
from accounts.token_querysets import MAKERS
from core import audit

LONGEST = timedelta(days=366)
MOST_TOKENS = 20


class TokenError(ValueError):
    """The token cannot be made or revoked."""


class NotTheirTokenError(TokenError):
    """The actor has no role in this organisation, or above it, that may."""


class TokenNameTakenError(TokenError):
    """A token of this name is there and not revoked."""


class TooManyTokensError(TokenError):
    """The organisation has as many tokens as one can look after."""


class TokenTimeError(TokenError):
    """A token ends within a year, and not in the past."""


@transaction.atomic
def make_api_token(
    *,
    organisation: Organisation,
    name: str,
    partnerships: Iterable[int],
    expires_at: datetime,
    by: User,
    at: datetime,
) -> tuple[ApiToken, str]:
    """Make a token and return it with its text, which is kept nowhere and cannot be had again.

    ``partnerships``: the ids it may read; ids of other organisations give nothing. A second call with the same name
    is refused (TokenNameTakenError), so a form sent twice makes one token. Raises NotTheirTokenError unless ``by`` is a
    coordinator or partner manager of that very organisation, TokenTimeError and TooManyTokensError.
    """
    current = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if not Membership.objects.filter(user=by, organisation=current, role__in=MAKERS).exists():
        raise NotTheirTokenError
    if not at < expires_at <= at + LONGEST:
        raise TokenTimeError
    standing = ApiToken.objects.standing().filter(organisation=current)
    if standing.filter(name=name.strip()).exists():
        raise TokenNameTakenError
    if standing.count() >= MOST_TOKENS:
        raise TooManyTokensError
    text = new_token()
    token = ApiToken.objects.create(
        organisation=current,
        maker=by,
        name=name.strip(),
        token_hash=hash_of(text),
        partnerships=sorted(set(partnerships)),
        created_at=at,
        expires_at=expires_at,
    )
    audit.record(
        "accounts.api_token.made",
        by=by,
        target=token,
        organisation=current.pk,
        partnerships=token.partnerships,
        expires=expires_at.date().isoformat(),
    )
    return token, text


@transaction.atomic
def revoke_api_token(*, token: ApiToken, by: User, at: datetime) -> ApiToken:
    """End a token at once and return it; a second call changes nothing. Raises NotTheirTokenError."""
    if not ApiToken.objects.changeable_by(by).filter(pk=token.pk).exists():
        raise NotTheirTokenError
    _revoke([token.pk], by=by, at=at)
    token.refresh_from_db()
    return token


@transaction.atomic
def end_tokens_of_partnership(*, organisation_id: int, partnership_id: int, by: audit.Actor, at: datetime) -> int:
    """End every token that reads a partnership that is over, also for when it begins anew; return how many."""
    rows = ApiToken.objects.standing().filter(organisation=organisation_id)
    return _revoke([row.pk for row in rows if partnership_id in row.partnerships], by=by, at=at)


@transaction.atomic
def end_tokens_of_maker(*, user: User, organisation_id: int, by: audit.Actor) -> int:
    """End the tokens somebody made for an organisation they hold no role in any more that may; return how many."""
    held = Membership.objects.filter(user=user, organisation=organisation_id, role__in=MAKERS)
    if held.exists():
        return 0
    rows = ApiToken.objects.standing().filter(maker=user, organisation=organisation_id)
    return _revoke(list(rows.values_list("pk", flat=True)), by=by, at=timezone.now())


def note_use(*, token: ApiToken, at: datetime) -> None:
    """Write down the day a token was last used: one write a day."""
    today = timezone.localdate(at)
    if token.last_used_date != today:
        older = Q(last_used_date__isnull=True) | Q(last_used_date__lt=today)
        ApiToken.objects.filter(older, pk=token.pk).update(last_used_date=today)


def _revoke(ids: list[int], *, by: audit.Actor, at: datetime) -> int:
    ended = 0
    for pk in ids:
        if ApiToken.objects.standing().filter(pk=pk).update(revoked_at=at):
            audit.record("accounts.api_token.revoked", by=by, target=f"accounts.apitoken:{pk}")
            ended += 1
    return ended
