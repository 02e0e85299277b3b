"""Keeping an organisation's record of processing: what only people know, and the number a taken-out state bears."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import TypedDict

from django.db import transaction

from accounts.models import Organisation
from core import audit
from core.audit import Actor
from core.locks import hold_lock
from rights.models import RecordDetails, RecordProvider, RecordVersion
from rights.record import Record, fingerprint_of, look_up, record_of, state_of
from rights.record_enums import ProviderKind


class ChangedMeanwhileError(ValueError):
    """Somebody else completed the record since the form was opened."""


class ProviderTold(TypedDict):
    """What somebody says of one provider; a blank name says that there is none."""

    name: str
    country: str
    safeguard: str
    agreed_date: date | None


@transaction.atomic
def save_details(
    *,
    organisation: Organisation,
    told: Mapping[str, str],
    providers: Mapping[ProviderKind, ProviderTold],
    seen: str,
    by: Actor,
    at: datetime,
) -> RecordDetails:
    """Keep what the program cannot know of an organisation's processing, and return it.

    ``seen``: the state its form was opened on (`record.state_of`). Raises ChangedMeanwhileError for an older one.
    ``told``: the columns of `RecordDetails`. A provider without a name is taken out of the record; kinds that are not
    named stay as they are. Saying the same again changes nothing but the moment.
    """
    _hold(organisation)
    if state_of(organisation) != seen:
        raise ChangedMeanwhileError
    details, _made = RecordDetails.objects.update_or_create(
        organisation=organisation, defaults={**told, "changed_at": at}
    )
    for kind, row in providers.items():
        if row["name"]:
            RecordProvider.objects.update_or_create(organisation=organisation, kind=kind, defaults=dict(row))
        else:
            RecordProvider.objects.filter(organisation=organisation, kind=kind).delete()
    audit.record("rights.record.changed", by=by, target=organisation)
    return details


def _hold(organisation: Organisation) -> None:
    hold_lock(f"record-of-processing:{organisation.pk}")


@transaction.atomic
def take_record(*, organisation: Organisation, by: Actor, at: datetime) -> tuple[Record, RecordVersion]:
    """Return the record in the language in force and the version under which it leaves: a new one where it is new.

    Whether it is new is asked of the very rows that leave, looked up once.
    """
    _hold(organisation)
    known = look_up(organisation)
    fingerprint = fingerprint_of(organisation, known)
    last = RecordVersion.objects.filter(organisation=organisation).order_by("-number").first()
    if last is None or last.fingerprint != fingerprint:
        last = RecordVersion.objects.create(
            organisation=organisation, number=last.number + 1 if last else 1, fingerprint=fingerprint, dated_at=at
        )
    audit.record("rights.record.taken", by=by, target=organisation, version=last.number)
    return record_of(organisation, known), last
