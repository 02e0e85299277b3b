"""Passing people on to the European Union's form: the visit is counted, nobody is known."""

from datetime import datetime

from campaigns.models import PledgeKind, SupportVisit
from campaigns.selectors.sources import clean_source_code, credit_for
from campaigns.zones import local_day


def record_support_visit(*, kind: PledgeKind, source: str, locale: str, at: datetime) -> SupportVisit:
    """Write down that somebody followed our link to the form; every press is a visit, so a repeat is one more.

    ``source`` is the code as it came, of any shape; one that cannot be a code is left out. Kept are the partner and
    the link that brought the visit, its language and the day in the campaign's zone: nothing of who it was.
    """
    credit = credit_for(clean_source_code(source[:41]), kind.campaign_id)
    return SupportVisit.objects.create(
        kind=kind,
        partnership_id=credit.partnership_id,
        source=credit.source,
        bucket=credit.bucket,
        locale=locale,
        day=local_day(at, kind.campaign),
    )
