"""What happens to volunteers when two supporters become one (settings.SUPPORTER_MERGERS)."""

from collections.abc import Iterator

from django.db import IntegrityError, models, transaction

from core import audit
from people.models import Supporter
from volunteers.actions.profile import Profile, set_profile
from volunteers.enums import Stage
from volunteers.models import AgreementAcceptance, Availability, StageChange, Volunteer, VolunteerLanguage

_ORDER = {
    stage: number
    for number, stage in enumerate((Stage.RESTING, Stage.APPLIED, Stage.CONTACTED, Stage.TRAINED, Stage.ACTIVE))
}
_TOLD_AGAIN = (VolunteerLanguage, Availability)  # united by what they say, not by their rows
_NEVER_CHANGED = (AgreementAcceptance, StageChange)  # the database refuses updates: they are written again


def move_volunteers(*, keep: Supporter, absorb: Supporter) -> None:
    """Hand the absorbed supporter's volunteering to the kept one, in the transaction that merges them.

    Where both volunteer for the same campaign and organisation, the one that came further stays (one with a login
    before one without) and takes everything of the other: history, notes, hours, certificates, shifts, what packages
    above hold. A thing both have once, a place in the same shift for instance, stays once.
    """
    mine = {(row.campaign_id, row.organisation_id): row for row in Volunteer.objects.filter(supporter=keep)}
    for theirs in Volunteer.objects.filter(supporter=absorb).order_by("pk"):
        own = mine.get((theirs.campaign_id, theirs.organisation_id))
        if own is not None:
            stays, goes = (theirs, own) if _standing(theirs) > _standing(own) else (own, theirs)
            _unite(stays=stays, goes=goes)
            theirs = stays
        Volunteer.objects.filter(pk=theirs.pk).update(supporter=keep)


def _standing(row: Volunteer) -> tuple[bool, int]:
    return row.user_id is not None, _ORDER[Stage(row.stage)]


def _unite(*, stays: Volunteer, goes: Volunteer) -> None:
    both = (stays, goes)
    profile = Profile(
        languages=tuple(row.language for each in both for row in each.languages.all()),
        communes=tuple({*stays.communes.all(), *goes.communes.all()}),
        skills=tuple({*stays.skills.all(), *goes.skills.all()}),
        availability=tuple((row.weekday, row.part) for each in both for row in each.availabilities.all()),
    )
    for model, name in _links_to(Volunteer):
        if model in _TOLD_AGAIN:
            continue
        for row in model._base_manager.filter(**{name: goes}).order_by("pk"):
            _write_again(row, stays) if model in _NEVER_CHANGED else _hand_over(row, name, stays)
    last = max(stays.last_touch_at, goes.last_touch_at)
    Volunteer.objects.filter(pk=stays.pk).update(last_touch_at=last)
    audit.record("volunteers.volunteer.united", target=stays, absorbed=goes.pk)
    goes.delete()
    set_profile(volunteer=stays, profile=profile)


def _links_to(model: type[models.Model]) -> Iterator[tuple[type[models.Model], str]]:
    """Yield every table that points at ``model`` with the name of its column, those of packages above too."""
    for each in model._meta.get_fields(include_hidden=True):
        if each.auto_created and not each.concrete and (each.one_to_many or each.one_to_one):
            yield each.related_model, each.field.name  # type: ignore[union-attr,misc]


def _hand_over(row: models.Model, name: str, heir: models.Model) -> None:
    try:
        with transaction.atomic():
            type(row)._base_manager.filter(pk=row.pk).update(**{name: heir})
    except IntegrityError:
        return  # they have the same thing once: it goes with the row that goes


def _write_again(row: models.Model, stays: Volunteer) -> None:
    copy = type(row)(
        **{each.attname: getattr(row, each.attname) for each in row._meta.concrete_fields if not each.primary_key}
    )
    copy.volunteer_id = stays.pk  # type: ignore[attr-defined]
    type(row)._base_manager.bulk_create([copy], ignore_conflicts=True)
    if isinstance(row, AgreementAcceptance):  # what rests on it, a batch of paper for instance, rests on the copy now
        heir = AgreementAcceptance.objects.get(volunteer=stays, text=row.text_id)
        for model, name in _links_to(AgreementAcceptance):
            model._base_manager.filter(**{name: row}).update(**{name: heir})
