"""Criteria about conversations in the street, at doors and on the telephone."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import Exists, OuterRef, Q, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from audiences.criteria import choices
from audiences.criteria.base import Clause, Criterion
from audiences.criteria.days import within
from audiences.parameters import Day, Option, SomeOf
from audiences.selectors.ground import Ground, having
from outreach.enums import Outcome
from outreach.models import OutreachContact


def outcomes(_ground: Ground) -> list[Option]:
    return choices.labelled(Outcome.choices)


class Met(Criterion):
    """A mobiliser spoke with them; what counts is the last word of that conversation's record."""

    key = "met"
    subject = _("Outreach")
    label = _("Conversation")
    parameters: ClassVar = (
        SomeOf("outcomes", _("Outcomes"), options=outcomes, blank=_("any outcome")),
        SomeOf("barriers", _("Barriers"), options=choices.barriers),
        Day("since", _("From")),
        Day("until", _("Until")),
    )
    clauses = (
        Clause(_("was met by a mobiliser")), Clause(_("with the outcome %(outcomes)s")),
        Clause(_("held back by %(barriers)s")), Clause(_("from %(since)s")), Clause(_("until %(until)s")),
    )  # fmt: skip

    def condition(self, values: Mapping[str, Any], ground: Ground) -> Q:
        said = OutreachContact.objects.counting().filter(within("occurred_at", values))
        if "outcomes" in values:
            said = said.filter(outcome__in=values["outcomes"])
        if "barriers" in values:
            said = said.alias(barriers_as_text=Cast("barriers", TextField())).filter(_named(values["barriers"]))
        met = ground.identities().filter(Exists(said.filter(root_id=OuterRef("contact__root_id"))))
        return having(met)

    def is_knowing(self, values: Mapping[str, Any], ground: Ground) -> bool:
        return not ground.partaking


def _named(keys: tuple[str, ...]) -> Q:
    # SQLite's JSON knows no "contains". Keys hold no quotes, so a quoted one is found in the list as text.
    found = Q(pk__in=[])
    for key in keys:
        found |= Q(barriers_as_text__contains=f'"{key}"')
    return found
