"""Matching people by their contact points, and merging two that are one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import models, transaction
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from core import audit
from core.audit import Actor
from core.inserts import NewRows
from core.locks import write_with_retries
from core.statements import compiled_select
from people.actions.contact_conflicts import note_conflict, settle_conflicts_of_merged
from people.canonical import canonical_email, canonical_phone
from people.enums import Channel
from people.models import ContactPoint, Submission, Supporter


@dataclass(frozen=True)
class Introduction:
    """What a person told about themselves in one form; blank means not asked or not said."""

    email: str
    full_name: str = ""
    phone: str = ""
    language: str = ""
    nationality: str = ""
    residence_country: str = ""
    postcode: str = ""
    is_generated: bool = False


_FILLED_WHEN_BLANK = ("full_name", "nationality", "residence_country", "postcode")


@dataclass(frozen=True)
class Match:
    """A supporter and the contact points one form spoke of, by channel."""

    supporter: Supporter
    points: dict[str, ContactPoint]
    is_new: bool = False


def match_or_create_supporter(
    *, introduction: Introduction, verified: bool, at: datetime, later: NewRows | None = None
) -> Match:
    """Return the one supporter with this e-mail address, making them if there is none.

    ``verified``: the person has just proved to read this address. Then blanks we have are filled in and the language
    follows their latest choice; what they told us earlier is never overwritten by a form. What came with an address
    nobody had proved may be a stranger's, so the first proof replaces it. Without proof nothing known is touched, so
    nobody can write into somebody else's record by typing their address. Call inside a transaction;
    a race with another form of the same person raises IntegrityError, and a second try finds the first one's result.
    With ``later`` the caller inserts the new rows; the race shows then.
    """
    canonical = canonical_email(introduction.email)
    found = _points(channel=str(Channel.EMAIL), canonical=canonical)
    known = found[0] if found else None
    is_new = known is None
    if known is None:
        rows = NewRows() if later is None else later
        known = _create(introduction, canonical, at if verified else None, rows)
        if later is None or introduction.phone:
            rows.insert()
    elif verified:
        _update(known, introduction, at)
    points: dict[str, ContactPoint] = {Channel.EMAIL: known}
    if verified and introduction.phone:
        phone = add_phone(supporter=known.supporter, typed=introduction.phone, country=introduction.residence_country)
        if phone is not None:
            points[Channel.SMS] = phone
    return Match(known.supporter, points, is_new)


@compiled_select
def _points(*, channel: str, canonical: str) -> QuerySet[ContactPoint]:
    return ContactPoint.objects.filter(channel=channel, canonical=canonical)


def _create(introduction: Introduction, canonical: str, verified_at: datetime | None, rows: NewRows) -> ContactPoint:
    supporter = Supporter(
        full_name=introduction.full_name,
        language=introduction.language,
        nationality=introduction.nationality,
        residence_country=introduction.residence_country,
        postcode=introduction.postcode,
        is_generated=introduction.is_generated,
    )
    point = ContactPoint(
        supporter=rows.add(supporter),
        channel=Channel.EMAIL,
        canonical=canonical,
        as_typed=introduction.email,
        verified_at=verified_at,
    )
    return rows.add(point)


def _update(known: ContactPoint, introduction: Introduction, at: datetime) -> None:
    supporter = known.supporter
    is_proved = known.verified_at is not None or _has_proved_another(supporter, known)
    if known.verified_at is None:
        known.verified_at = at
        known.save(update_fields=["verified_at"])
    changed = [
        name
        for name in _FILLED_WHEN_BLANK
        if getattr(introduction, name) and not (is_proved and getattr(supporter, name))
    ]
    for name in changed:
        setattr(supporter, name, getattr(introduction, name))
    if introduction.language and supporter.language != introduction.language:
        supporter.language = introduction.language
        changed.append("language")
    if changed:
        supporter.save(update_fields=changed)


def _has_proved_another(supporter: Supporter, point: ContactPoint) -> bool:
    return supporter.contact_points.filter(verified_at__isnull=False).exclude(pk=point.pk).exists()


def add_phone(*, supporter: Supporter, typed: str, country: str = "") -> ContactPoint | None:
    """Return the supporter's contact point for this number, unverified if it is new.

    A number that belongs to somebody else stays theirs: staff are asked to decide (`ContactConflict`), and None is
    returned. Raises UnreadableAddress.
    """
    canonical = canonical_phone(typed, country)
    point, _ = ContactPoint.objects.get_or_create(
        channel=Channel.SMS, canonical=canonical, defaults={"supporter": supporter, "as_typed": typed}
    )
    if point.supporter_id != supporter.pk:
        note_conflict(point=point, supporter=supporter)
        return None
    return point


def hold_supporter(pk: int) -> Supporter | None:
    """Hold a person's row against everybody who would write something of theirs; None where it is gone."""
    return Supporter.objects.select_for_update(of=("self",)).filter(pk=pk).first()


def remove_bare_supporter(*, supporter: Supporter, by: Actor) -> bool:
    """Remove somebody of whom we know but addresses nobody proved, and return whether that was so.

    Whatever of any package names them keeps them, and so does a consent or a conflict of one of their addresses; of
    messages only the person is forgotten. Call inside the transaction that holds the row (`hold_supporter`). Safe to
    call twice.
    """
    points = list(ContactPoint.objects.filter(supporter=supporter))
    if any(point.verified_at for point in points) or any(_rows_naming(supporter, without=ContactPoint)):
        return False
    if any(any(_rows_naming(point, links_count=False)) for point in points):
        return False
    removed = Supporter.objects.filter(pk=supporter.pk).delete()[1].get("people.Supporter", 0)
    if removed:
        audit.record("people.supporter.removed", by=by, target=f"people.supporter:{supporter.pk}")
    return bool(removed)


def _rows_naming(
    row: models.Model, *, without: type[models.Model] | None = None, links_count: bool = True
) -> Iterator[bool]:
    """Tell of each table that can name ``row``, whatever package it belongs to, whether it does.

    ``links_count``: also what would stay without it, were it deleted.
    """
    for relation in row._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ForeignObjectRel) or relation.related_model is without:
            continue
        if links_count or relation.on_delete is not models.SET_NULL:
            yield relation.field.model._base_manager.filter(**{relation.field.name: row}).exists()


class CannotMerge(ValueError):
    """The two records cannot become one."""


# Somebody is erased, or confirms a form, at the same moment: the database may ask one of the two to begin again.
ATTEMPTS = 3


def merge_supporters(*, keep: Supporter, absorb: Supporter, by: Actor) -> Supporter:
    """Make two records of one human one, keeping everything, and return the kept one.

    Contact points (with their consents and messages), submissions and whatever else names the absorbed supporter
    move to the kept one; blanks are filled. Where both have the same thing once (a signature under one petition), the
    older stays and the younger is left with the absorbed record as evidence, out of the count: the packages above
    `people` move what they hold in the functions settings.SUPPORTER_MERGERS names. Safe to call twice.
    Raises CannotMerge for a record merged elsewhere or into itself, or gone meanwhile.
    """
    return write_with_retries(lambda: _merge_once(keep.pk, absorb.pk, by), attempts=ATTEMPTS)


@transaction.atomic
def _merge_once(keep_pk: int, absorb_pk: int, by: Actor) -> Supporter:
    rows = _hold_both({keep_pk, absorb_pk})
    if len(rows) != 2:
        raise CannotMerge("a supporter cannot be merged into itself, nor with one that is gone")
    keep, absorb = rows[keep_pk], rows[absorb_pk]
    if absorb.merged_into_id == keep.pk:
        return keep
    if keep.merged_into_id or absorb.merged_into_id:
        raise CannotMerge("one of the two was merged before")
    ContactPoint.objects.filter(supporter=absorb).update(supporter=keep)
    Submission.objects.filter(supporter=absorb).update(supporter=keep)
    Supporter.objects.filter(merged_into=absorb).update(merged_into=keep)
    settle_conflicts_of_merged(keep=keep, absorb=absorb, by=by)
    _fill_blanks(keep, absorb)
    absorb.merged_into = keep
    absorb.save(update_fields=["merged_into"])
    for path in settings.SUPPORTER_MERGERS:
        import_string(path)(keep=keep, absorb=absorb)
    audit.record("people.supporter.merged", by=by, target=keep, absorbed=absorb.pk)
    return keep


def _hold_both(pks: set[int]) -> dict[int, Supporter]:
    """Hold two records in the order in which whoever confirms a form or erases a person holds them, and return them.

    Forms, then people, then addresses, each by their keys: nobody then waits for somebody who waits for them. What is
    written for an address meanwhile moves with it, so whoever does that is not kept waiting: they may hold what the
    packages above move.
    """
    forms = Submission.objects.filter(supporter__in=pks).order_by("pk")
    list(forms.select_for_update(of=("self",)).values_list("pk"))
    rows = {row.pk: row for row in map(hold_supporter, sorted(pks)) if row is not None}
    points = ContactPoint.objects.filter(supporter__in=pks).order_by("pk")
    list(points.select_for_update(of=("self",), no_key=True).values_list("pk"))
    return rows


def _fill_blanks(keep: Supporter, absorb: Supporter) -> None:
    names = [name for name in (*_FILLED_WHEN_BLANK, "language") if not getattr(keep, name) and getattr(absorb, name)]
    for name in names:
        setattr(keep, name, getattr(absorb, name))
    # Whoever asked that one record be used for nothing meant the person.
    if keep.restricted_at is None and absorb.restricted_at is not None:
        keep.restricted_at = absorb.restricted_at
        names.append("restricted_at")
    if names:
        keep.save(update_fields=names)
