"""Everything we hold about one person, found by walking the tables, not by remembering them.

A table is walked when a row of it names the person: by a link to the supporter, their address or form, or to such a
row. What stands in a row is what the classification registers (``privacy.py``) call personal, and a few plain facts
beside it; what is left out is named with a reason (`rights.holding_words`), and a test fails for anything forgotten.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.functional import Promise

from campaigns.models import Campaign
from coalition.contact_people import ADDRESS_COLUMNS, named_at, proved_addresses
from core.personal_data_register import our_apps, read_register
from messaging.models import InboundMessage, OutboundMessage, SenderBlock
from outreach.models import ContactIdentity, OutreachContact
from people.addresses import address_index
from people.enums import Channel
from people.erasing import forms_of
from people.models import ContactPoint, Submission, Supporter, Suppression
from rights.holding_words import (
    FIELDS,
    LEFT_OUT,
    LINK_TITLES,
    LOGIN_LINKS,
    NOT_THEIRS,
    OWN_TITLES,
    SAID,
    SAID_FIELDS,
    TABLES,
    TOLD_BESIDES,
    Group,
)
from volunteers.models import Volunteer

CHUNK = 500
Model = type[models.Model]


@dataclass(frozen=True)
class Column:
    """One field of a table: its name for machines, where it is read, and what it is called."""

    name: str
    path: str
    field: Any
    purpose: str
    retention: str
    own_title: Promise | str = ""

    @property
    def title(self) -> str:
        return str(self.own_title or FIELDS.get(self.name) or self.field.verbose_name)


@dataclass(frozen=True)
class Table:
    """One kind of rows that name people. ``name`` where a model's rows are told twice, for different people."""

    model: Model
    columns: tuple[Column, ...]
    name: str = ""

    @property
    def label(self) -> str:
        return self.name or str(self.model._meta.label)

    @property
    def title(self) -> str:
        return str(TABLES[self.label][1] if self.label in TABLES else self.model._meta.verbose_name_plural)

    @property
    def group(self) -> Group:
        return TABLES[self.label][0] if self.label in TABLES else Group.NOTED

    @property
    def purposes(self) -> list[str]:
        return list(dict.fromkeys(each.purpose for each in self.columns if each.purpose))

    @property
    def retentions(self) -> list[str]:
        return list(dict.fromkeys(each.retention for each in self.columns if each.retention))


@cache
def named_tables() -> dict[Model, tuple[str, ...]]:
    """Return every table whose rows name a person, with the links by which they do; parents before children."""
    ours = [model for app in our_apps() for model in app.get_models()]
    found: dict[Model, tuple[str, ...]] = {Supporter: ()}
    grew = True
    while grew:
        grew = False
        for model in ours:
            links = tuple(field.name for field in _links(model) if field.related_model in found)
            if links and model not in found:
                found[model], grew = links, True
    return {model: tuple(field.name for field in _links(model) if field.related_model in found) for model in found}


def _links(model: Model) -> Iterator[Any]:
    for field in model._meta.local_fields:
        if field.is_relation and f"{model._meta.label}.{field.name}" not in NOT_THEIRS:
            yield field


@cache
def tables() -> tuple[Table, ...]:
    """Return what a copy is made of, in the order of its headings."""
    by_address: list[Model] = [Suppression, SenderBlock, *ADDRESS_COLUMNS]
    of_login = [apps.get_model(name.rpartition(".")[0]) for name in sorted(LOGIN_LINKS)]
    models_ = [*named_tables(), *by_address, Volunteer._meta.get_field("user").related_model, *of_login]
    made = [Table(model, columns_of(model)) for model in dict.fromkeys(models_)]
    made.append(Table(OutreachContact, columns_of(OutreachContact, only=SAID_FIELDS), SAID))
    named, groups = list(TABLES), list(Group)
    places = {label: place for place, label in enumerate(named)}
    return tuple(sorted(made, key=lambda each: (groups.index(each.group), places.get(each.label, len(named)))))


def columns_of(model: Model, only: frozenset[str] = frozenset()) -> tuple[Column, ...]:
    """Return the fields of a table that stand in a copy; with ``only``, these and no others."""
    said = read_register(apps.get_app_config(model._meta.app_label)).personal
    columns = []
    fields: list[Any] = list(model._meta.local_fields)
    for field in fields:
        entry = said.get(f"{model.__name__}.{field.name}")
        is_told = entry or field.name in TOLD_BESIDES or field.is_relation
        if field.name not in only if only else is_left_out(model, field) or not is_told:
            continue
        path = f"{field.name}__{LINK_TITLES[field.related_model._meta.label]}" if field.is_relation else field.name
        shown = _end_of(model, path)
        said_of = (entry.purpose, entry.retention) if entry else ("", "")
        columns.append(
            Column(field.name, path, shown, *said_of, OWN_TITLES.get(f"{model._meta.label}.{field.name}", ""))
        )
    return tuple(columns)


def is_left_out(model: Model, field: Any) -> bool:
    """Whether a field stands in no copy: named with a reason, or a link that only says whose the row is."""
    if f"{model._meta.label}.{field.name}" in LEFT_OUT:
        return True
    return bool(field.is_relation) and field.related_model._meta.label not in LINK_TITLES


def _read(column: Column) -> str | Coalesce:
    """Return where a column is read: a scope is kept as a campaign's slug, and told as its title."""
    if column.name != "scope":
        return column.path
    title = Campaign.objects.filter(slug=OuterRef(column.path)).values("title")[:1]
    return Coalesce(Subquery(title), column.path)


def _end_of(model: Model, path: str) -> Any:
    for name in path.split("__"):
        field: Any = model._meta.get_field(name)
        model = field.related_model if field.is_relation else model
    return field


class Holdings:
    """What is held about one person; each table is read by one query, row after row."""

    def __init__(self, supporter: Supporter) -> None:
        self.supporter = supporter
        self.people = [supporter.pk, *Supporter.objects.filter(merged_into=supporter).values_list("pk", flat=True)]
        points = list(ContactPoint.objects.filter(supporter__in=self.people).values_list("pk", "channel", "canonical"))
        self.points = [pk for pk, _channel, _canonical in points]
        self.indexes = [address_index(Channel(channel), canonical) for _pk, channel, canonical in points]
        self.proved = proved_addresses(self.people)
        self.forms = [
            pk
            for person in Supporter.objects.filter(pk__in=self.people)
            for pk in forms_of(person).values_list("pk", flat=True)
        ]

    def rows(self, table: Table) -> QuerySet[Any]:
        """Return the person's rows of a table, the oldest first."""
        theirs = self._said() if table.name == SAID else self._theirs(table.model)
        return table.model._default_manager.filter(theirs).order_by("pk")

    def values(self, table: Table, *, limit: int | None = None) -> Iterator[dict[str, Any]]:
        """Yield each row as values by the column's name, without holding more than one piece of them."""
        found = self.rows(table).values_list(*(_read(each) for each in table.columns))
        names = [each.name for each in table.columns]
        rows = found[:limit] if limit is not None else found.iterator(chunk_size=CHUNK)
        for row in rows:
            yield dict(zip(names, row, strict=True))

    def count(self, table: Table) -> int:
        return self.rows(table).count()

    def _theirs(self, model: Model) -> Q:
        known = self._known_ids(model)
        if known is not None:
            return Q(pk__in=known)
        if model in (Suppression, SenderBlock):
            return Q(address_index__in=self.indexes)
        if model in ADDRESS_COLUMNS:
            return named_at(model, self.proved)
        links = named_tables().get(model)
        if links is None:
            return self._of_login(model)
        condition = Q(pk__in=[])
        for name in links:
            parent: Any = model._meta.get_field(name).related_model
            ids = self._known_ids(parent)
            rows = ids if ids is not None else parent._default_manager.filter(self._theirs(parent)).values("pk")
            condition |= Q(**{f"{name}__in": rows})
        if model in (OutboundMessage, InboundMessage):
            condition |= Q(address_index__in=self.indexes, contact_point=None)
        return condition

    def _said(self) -> Q:
        """Return which records tell of a conversation with the person: where they were met, and what corrects it."""
        met = ContactIdentity.objects.filter(self._theirs(ContactIdentity))
        return Q(root_id__in=met.values("contact__root_id"))

    def _known_ids(self, model: Model) -> list[int] | None:
        return {Supporter: self.people, ContactPoint: self.points, Submission: self.forms}.get(model)

    def _of_login(self, model: Model) -> Q:
        logins = Volunteer.objects.filter(supporter__in=self.people, user__isnull=False).values("user")
        if model is Volunteer._meta.get_field("user").related_model:
            return Q(pk__in=logins)
        link = next(name for name in LOGIN_LINKS if name.startswith(f"{model._meta.label}."))
        return Q(**{f"{link.rpartition('.')[2]}__in": logins})


def held_about(supporter: Supporter) -> Holdings:
    """Return what is held about somebody; a record that was merged is read as the one that was kept."""
    return Holdings(supporter.merged_into or supporter)


def counts_of(holdings: Holdings) -> dict[str, int]:
    """Return how many rows of each table there are; tables without one are left out. One query for each table."""
    counted = {table.label: holdings.count(table) for table in tables()}
    return {label: count for label, count in counted.items() if count}
