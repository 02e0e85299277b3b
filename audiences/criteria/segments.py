"""Another segment as a row of the editor. What it means is worked out by `selectors.members`, not here."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from audiences.criteria.base import Clause, Criterion, criteria
from audiences.models import Segment
from audiences.parameters import OneOf, Option
from audiences.segment_rules import IN_SEGMENT
from audiences.selectors.ground import Ground


def segments(ground: Ground) -> list[Option]:
    rows = Segment.objects.filter(organisation=ground.organisation)
    return list(rows.order_by("name").values_list("pk", "name"))


class InOtherSegment(Criterion):
    """Is in another segment of the same organisation."""

    key = IN_SEGMENT
    subject = _("Segments")
    label = _("Another segment")
    parameters: ClassVar = (OneOf("segment", _("Segment"), is_required=True, options=segments, is_number=True),)
    clauses = (Clause(_("is in the segment %(segment)s")),)


def rows_to_choose() -> dict[str, Criterion]:
    """Return whatever a row of the editor may ask: every criterion, and being in another segment."""
    return {**criteria(), IN_SEGMENT: InOtherSegment()}
