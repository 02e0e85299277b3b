"""Downloads of materials, counted and nothing else."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from campaigns.models import Partnership
from campaigns.zones import local_day
from coalition.models import MaterialDownload, MaterialVersion


def count_download(*, version: MaterialVersion, partnership: Partnership | None, at: datetime) -> None:
    """Count that a version was taken once more, by a partner or (None) the lead's own people: one statement.

    The day is the campaign's. Of who it was nothing is kept.
    """
    day = local_day(at, version.material.campaign)
    row = MaterialDownload.objects.filter(version=version, partnership=partnership, day=day)
    if row.update(count=F("count") + 1):
        return
    try:
        with transaction.atomic():
            MaterialDownload.objects.create(version=version, partnership=partnership, day=day, count=1)
    except IntegrityError:  # the day's first two came at the same moment
        row.update(count=F("count") + 1)
