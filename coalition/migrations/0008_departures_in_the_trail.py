"""Partners that left before the trail said so: the entry by which the lead's officer goes on reading them is made up."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import migrations

ROLE_ENTRIES = ["accounts.membership.granted", "accounts.membership.revoked"]


def record_departures(apps: Any, schema_editor: Any) -> None:
    """Write one entry, of the moment it left, for each organisation that is out of a lead's coalition by now."""
    ties = apps.get_model("accounts", "Organisation").led_by.through.objects
    tied = set(ties.values_list("from_organisation", "to_organisation"))
    gone = apps.get_model("campaigns", "Partnership").objects.filter(left_at__isnull=False)
    last: dict[tuple[int, int], datetime] = {}
    for organisation, lead, at in gone.order_by("left_at").values_list(
        "organisation", "campaign__organisation", "left_at"
    ):
        if (organisation, lead) not in tied:
            last[organisation, lead] = at
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        for (organisation, lead), at in last.items():
            details = {"lead": lead, "people": sorted(set(_people(apps, organisation, at)))}
            # Not through the model, which would date the entry today.
            cursor.execute(
                "INSERT INTO core_auditentry (at, action, actor, target, details) VALUES (%s, %s, %s, %s, %s)",
                [
                    connection.ops.adapt_datetimefield_value(at),
                    "accounts.organisation.untied",
                    "coalition.leaving",
                    f"accounts.organisation:{organisation}",
                    json.dumps(details),
                ],
            )


def _people(apps: Any, organisation: int, at: datetime) -> Iterable[int]:
    """Return the ids of who worked there at that moment or before."""
    memberships = apps.get_model("accounts", "Membership").objects
    yield from memberships.filter(organisation=organisation, created_at__lte=at).values_list("user", flat=True)
    departures = apps.get_model("coalition", "PartnerDeparture").objects
    of_partner = departures.filter(partnership__organisation=organisation, left_at__lte=at)
    for ended in of_partner.values_list("ended_memberships", flat=True):
        yield from (row[0] for row in ended)
    entries = apps.get_model("core", "AuditEntry").objects
    roles = entries.filter(action__in=ROLE_ENTRIES, at__lte=at, details__organisation=organisation)
    yield from (pk for pk in roles.values_list("details__user", flat=True) if pk is not None)


class Migration(migrations.Migration):
    dependencies = [("coalition", "0007_announcement_names"), ("core", "0002_append_only")]

    operations = [migrations.RunPython(record_departures, migrations.RunPython.noop)]
