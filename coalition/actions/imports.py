"""What takes a file of partners in and out again: looked at first, then applied as a whole, undone as a whole."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from accounts.actions.groups import sync_user_groups
from accounts.enums import Role
from accounts.models import Membership, Organisation, User
from campaigns.enums import SourceKind
from campaigns.models import Campaign, Partnership, Source
from coalition.actions.joining import Newcomer, take_in
from coalition.actions.leaving import untie
from coalition.actions.profiles import Aim, Person, save_contact, set_goals
from coalition.enums import ContactTopic, PartnerImportStatus
from coalition.models import PartnerContact, PartnerGoal, PartnerImport
from coalition.partner_rows import FIELDS, PartnerRow, read_partners
from core import audit
from core.import_words import gone, mapped_anew
from core.row_faults import RowFaults
from core.table_columns import guess_columns, plain, unread_columns
from core.table_files import TableError, read_table

FORGOTTEN_AFTER = timedelta(days=1)
JOB = "coalition.imports"


class PartnerImportError(ValueError):
    """An import that cannot be done or undone; the message is a sentence for the person."""


@dataclass(frozen=True)
class Outcome:
    """What a row would do. ``missing`` names what would be made; nothing: the partner is here as the file says."""

    row: PartnerRow
    known: Organisation | None
    missing: tuple[str, ...]


@dataclass
class Plan:
    """What a file would do, worked out and not yet done."""

    columns: Mapping[str, int]
    header: tuple[str, ...]
    outcomes: list[Outcome] = field(default_factory=list)

    @property
    def created(self) -> list[Outcome]:
        return [each for each in self.outcomes if "partnership" in each.missing]

    @property
    def completed(self) -> list[Outcome]:
        return [each for each in self.outcomes if each.missing and "partnership" not in each.missing]

    @property
    def known(self) -> list[Outcome]:
        return [each for each in self.outcomes if not each.missing]

    @property
    def changes_something(self) -> bool:
        return any(each.missing for each in self.outcomes)

    @property
    def ignored(self) -> list[str]:
        """The names of the columns that are not read."""
        return unread_columns(self.header, self.columns)


def upload_file(*, campaign: Campaign, content: bytes, file_name: str, by: audit.Actor, at: datetime) -> PartnerImport:
    """Keep a file that can be read as a table, to be mapped and looked at; return it. Raises TableError.

    Files somebody looked at and left are forgotten after a day.
    """
    table = read_table(content)
    PartnerImport.objects.forgotten(at - FORGOTTEN_AFTER).delete()
    return PartnerImport.objects.create(
        campaign=campaign,
        file_name=file_name.replace("\x00", "")[:200],
        content=content,
        columns=guess_columns(table.header, FIELDS),
        by=by if isinstance(by, User) else None,
    )


def map_columns(*, partner_import: PartnerImport, columns: Mapping[str, int]) -> None:
    """Say which column of a file that waits holds which field. A file applied meanwhile stays as it is."""
    waiting = PartnerImport.objects.filter(pk=partner_import.pk, status=PartnerImportStatus.UPLOADED)
    if waiting.update(columns=dict(columns)):
        partner_import.columns = dict(columns)


def discard_upload(*, partner_import: PartnerImport) -> None:
    """Forget a file that was looked at and not applied; nothing happens to one that was."""
    PartnerImport.objects.filter(pk=partner_import.pk, status=PartnerImportStatus.UPLOADED).delete()


def plan_import(*, campaign: Campaign, content: bytes, columns: Mapping[str, int], by: User) -> Plan:
    """Return what a file would do for ``by``; nothing is stored, and a handful of queries whatever its length.

    An organisation is known by its short name, or by name and country, among those ``by`` sees. Raises TableError with
    every fault, and then nothing of the file is taken.
    """
    table = read_table(content)
    faults = RowFaults(table, columns)
    rows = read_partners(table, columns, faults)
    here = _Here(campaign, rows, by)
    plan = Plan(dict(columns), table.header)
    for row in rows:
        fault = here.fault_of(row)
        if fault is not None:
            faults.add(row.line, *fault)
            continue
        plan.outcomes.append(here.outcome_of(row))
    faults.refuse()
    return plan


class _Here:
    """What is here already of what a file speaks of."""

    def __init__(self, campaign: Campaign, rows: list[PartnerRow], by: User) -> None:
        seen = list(Organisation.objects.visible_to(by))
        self.by_slug = {each.slug: each for each in seen}
        self.by_name = {(plain(each.name), each.country): each for each in seen}
        self.taken = set(
            Organisation.objects.filter(slug__in=[row.short_name for row in rows if row.short_name]).values_list(
                "slug", flat=True
            )
        ) - set(self.by_slug)
        self.lead = campaign.organisation_id
        partnerships = list(Partnership.objects.filter(campaign=campaign))
        self.partnerships = {each.organisation_id: each for each in partnerships}
        of_these = [each.pk for each in partnerships]
        self.linked = set(
            Source.objects.filter(partnership__in=of_these, kind=SourceKind.PARTNER).values_list(
                "partnership", flat=True
            )
        )
        self.managers = set(
            Membership.objects.filter(
                role=Role.PARTNER_MANAGER, user__email__in=[row.contact_email for row in rows]
            ).values_list("organisation", "user__email")
        )
        self.contacts = set(
            PartnerContact.objects.filter(partnership__in=of_these, topic=ContactTopic.CAMPAIGN).values_list(
                "partnership", "email"
            )
        )
        self.goals = set(PartnerGoal.objects.filter(partnership__in=of_these).values_list("partnership", "metric"))

    def known(self, row: PartnerRow) -> Organisation | None:
        if row.short_name:
            return self.by_slug.get(row.short_name)
        return self.by_name.get((plain(row.organisation), row.country))

    def fault_of(self, row: PartnerRow) -> tuple[str, str] | None:
        """Return the column and the sentence of what stands against a row."""
        if row.short_name in self.taken:
            return "short_name", _("This short name is another organisation's. Choose another one, or leave it empty.")
        known = self.known(row)
        if known is None:
            return None
        if plain(known.name) != plain(row.organisation):
            said = _("This short name is that of “%(name)s”. Choose another one, or leave it empty.")
            return "short_name", said % {"name": known.name}
        if known.pk == self.lead:
            return "organisation", _("This organisation leads the campaign.")
        partnership = self.partnerships.get(known.pk)
        if partnership is not None and partnership.left_at is not None:
            return "organisation", _("This partner left the campaign. Take it back on its own page, not by a file.")
        return None

    def outcome_of(self, row: PartnerRow) -> Outcome:
        known = self.known(row)
        partnership = self.partnerships.get(known.pk) if known else None
        missing = []
        if known is None:
            missing.append("organisation")
        if partnership is None:
            missing.append("partnership")
        if known is None or (known.pk, row.contact_email) not in self.managers:
            missing.append("invitation")
        if partnership is None or partnership.pk not in self.linked:
            missing.append("link")
        if partnership is None or (partnership.pk, row.contact_email) not in self.contacts:
            missing.append("contact")
        if self._new_goals(row, partnership):
            missing.append("goals")
        return Outcome(row, known, tuple(missing))

    def _new_goals(self, row: PartnerRow, partnership: Partnership | None) -> set[str]:
        return {metric for metric in row.goals if partnership is None or (partnership.pk, metric) not in self.goals}


@transaction.atomic
def apply_import(*, partner_import: PartnerImport, by: User, at: datetime) -> tuple[PartnerImport, Plan | None]:
    """Take in what an uploaded file says, all of it or nothing, and return the import with what was done.

    Invitations go out after the commit. A file that changes nothing leaves no import. Applied already: nothing more is
    done and there is no plan. ``partner_import`` as it was looked at. Raises TableError, MayNotGrantError, and
    PartnerImportError for one that was undone, left or mapped anew since.
    """
    Campaign.objects.select_for_update(of=("self",), no_key=True).get(pk=partner_import.campaign_id)
    rows = PartnerImport.objects.select_for_update(of=("self",)).select_related("campaign__organisation")
    found = rows.filter(pk=partner_import.pk).first()
    if found is None:
        raise PartnerImportError(gone())
    if found.status == PartnerImportStatus.APPLIED:
        return found, None
    if found.content is None:
        raise PartnerImportError(_("This import was undone; choose its file again."))
    if found.columns != partner_import.columns:
        raise PartnerImportError(mapped_anew())
    plan = plan_import(campaign=found.campaign, content=bytes(found.content), columns=found.columns, by=by)
    if not plan.changes_something:
        found.delete()
        return found, plan
    made: dict[str, list[int]] = {}
    addresses = [outcome.row.contact_email for outcome in plan.outcomes]
    accounts = set(User.objects.filter(email__in=addresses).values_list("pk", flat=True))
    for outcome in plan.outcomes:
        if outcome.missing:
            _take(found.campaign, outcome, made, by=by, at=at)
    managers = Membership.objects.filter(pk__in=made.get("memberships", [])).values_list("user", flat=True)
    made["users"] = sorted(set(managers) - accounts)
    found.status, found.content, found.applied_at, found.made = PartnerImportStatus.APPLIED, None, at, made
    found.created_count, found.known_count = len(plan.created), len(plan.known)
    found.save()
    audit.record(
        "coalition.partners.imported", by=by, target=found, campaign=found.campaign_id, created=found.created_count
    )
    return found, plan


def _take(campaign: Campaign, outcome: Outcome, made: dict[str, list[int]], *, by: User, at: datetime) -> None:
    row = outcome.row
    newcomer = Newcomer(
        name=row.organisation,
        country=row.country,
        role=row.role,
        slug=row.short_name,
        website=row.website,
        person=row.contact_name,
        email=row.contact_email,
        known=outcome.known,
    )
    taken = take_in(campaign=campaign, newcomer=newcomer, by=by, at=at)
    for kind, ids in taken.made.items():
        made.setdefault(kind, []).extend(ids)
    if "contact" in outcome.missing:
        name = row.contact_name or row.contact_email
        person = Person(name, ContactTopic.CAMPAIGN, row.contact_function, row.contact_email)
        made.setdefault("contacts", []).append(save_contact(partnership=taken.partnership, person=person, by=by).pk)
    held = set(PartnerGoal.objects.filter(partnership=taken.partnership).values_list("metric", flat=True))
    aims: dict[str, Aim | None] = {
        metric: Aim(target, row.goal_due) for metric, target in row.goals.items() if metric not in held
    }
    if aims:
        set_goals(partnership=taken.partnership, aims=aims, by=by)
        new = PartnerGoal.objects.filter(partnership=taken.partnership, metric__in=aims)
        made.setdefault("goals", []).extend(new.values_list("pk", flat=True))


@transaction.atomic
def undo_import(*, partner_import: PartnerImport, by: audit.Actor, at: datetime) -> PartnerImport:
    """Take everything a file made out again. Safe to call twice.

    Raises PartnerImportError once anything hangs on one of its partners which the file did not make (a signature, a
    contact person, a key …): ending that partner's part is the way then. A role changed since stays. Accounts that
    were made for it and never used go too.
    """
    Campaign.objects.select_for_update(of=("self",), no_key=True).get(pk=partner_import.campaign_id)
    found = PartnerImport.objects.select_for_update(of=("self",)).get(pk=partner_import.pk)
    if found.status == PartnerImportStatus.UNDONE:
        return found
    if found.status != PartnerImportStatus.APPLIED:
        raise PartnerImportError(_("This file was never applied."))
    _refuse_if_used(found.made, found.campaign.organisation_id)
    try:
        _take_out(found.made, by)
    except ProtectedError as error:
        kinds = sorted({str(row._meta.verbose_name_plural) for row in error.protected_objects})
        said = _("It cannot be undone any more: a partner of this file has %(kinds)s.") % {"kinds": ", ".join(kinds)}
        raise PartnerImportError(said) from error
    found.status, found.undone_at, found.made = PartnerImportStatus.UNDONE, at, {}
    found.save(update_fields=["status", "undone_at", "made"])
    audit.record("coalition.partners.import_undone", by=by, target=found, count=found.created_count)
    return found


def _refuse_if_used(made: Mapping[str, list[int]], lead_id: int) -> None:
    """Raise PartnerImportError if any table holds rows of what the file made which the file did not make.

    The tables are asked of the models, so that a new one is not forgotten. The rows stay locked: nothing is hung on
    them between the look and the deletion.
    """
    ties = Organisation.led_by.through.objects
    own: dict[Any, Iterable[int]] = {
        Partnership: made.get("partnerships", []),
        PartnerContact: made.get("contacts", []),
        PartnerGoal: made.get("goals", []),
        Source: made.get("sources", []),
        Membership: [each.pk for each in _roles_as_given(made)],
        ties.model: [tie.pk for tie in ties.filter(to_organisation=lead_id)],
    }
    holders: tuple[Any, ...] = (Organisation, Partnership, Source)
    for holder in holders:
        kind = f"{holder._meta.model_name}s"
        rows = {row.pk: row for row in holder.objects.select_for_update().filter(pk__in=made.get(kind, []))}
        for relation in holder._meta.get_fields(include_hidden=True):
            if not relation.auto_created or relation.concrete or relation.many_to_many:
                continue  # a many-to-many link is seen as the rows of its table
            model, name = relation.related_model, relation.field.name
            hanging = model._base_manager.filter(**{f"{name}__in": rows}).exclude(pk__in=own.get(model, []))
            first = hanging.values_list(name, flat=True).first()
            if first is not None:
                raise PartnerImportError(
                    _("“%(name)s” has more by now than this file made: %(kinds)s. End its part instead.")
                    % {"name": _name_of(rows[first]), "kinds": model._meta.verbose_name_plural}
                )


def _name_of(row: Organisation | Partnership | Source) -> str:
    if isinstance(row, Source):
        return row.label
    return row.name if isinstance(row, Organisation) else row.organisation.name


def _roles_as_given(made: Mapping[str, list[int]]) -> list[Membership]:
    """Return the roles the file gave and nobody has changed since."""
    given = Membership.objects.filter(pk__in=made.get("memberships", []), role=Role.PARTNER_MANAGER)
    return list(given.select_related("user"))


def _take_out(made: Mapping[str, list[int]], by: audit.Actor) -> None:
    PartnerGoal.objects.filter(pk__in=made.get("goals", [])).delete()
    PartnerContact.objects.filter(pk__in=made.get("contacts", [])).delete()
    for source in Source.objects.filter(pk__in=made.get("sources", [])):
        audit.record("campaigns.source.deleted", by=by, target=source)
        source.delete()
    for membership in _roles_as_given(made):
        audit.record(
            "accounts.membership.revoked", by=JOB, target=membership, role=membership.role, user=membership.user_id,
            organisation=membership.organisation_id,
        )  # fmt: skip
        user = membership.user
        membership.delete()
        sync_user_groups(user=user)
    for partnership in Partnership.objects.filter(pk__in=made.get("partnerships", [])).select_related("campaign"):
        audit.record("campaigns.partnership.deleted", by=by, target=partnership)
        partnership.delete()
        if partnership.organisation_id in made.get("ties", []):
            untie(partnership, by=by)
    for organisation in Organisation.objects.filter(pk__in=made.get("organisations", [])):
        audit.record("accounts.organisation.deleted", by=by, target=organisation)
        organisation.delete()
    unused = User.objects.filter(pk__in=made.get("users", []), last_login__isnull=True, memberships__isnull=True)
    for user in unused:
        audit.record("accounts.user.deleted", by=JOB, target=user)
        user.delete()


__all__ = [
    "Outcome",
    "PartnerImportError",
    "Plan",
    "TableError",
    "apply_import",
    "discard_upload",
    "map_columns",
    "plan_import",
    "undo_import",
    "upload_file",
]
