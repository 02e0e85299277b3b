"""Every file that leaves for a spreadsheet: whatever people and partners wrote, no cell of it is run as a formula."""

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone

from accounts.models import Organisation, User
from audiences.actions.segments import create_segment
from audiences.models import Broadcast, Segment
from campaigns.actions.pledge_tallies import count_pledges
from campaigns.actions.tallies import count_signatures
from campaigns.models import Campaign, Initiative, Petition, PledgeKind, Source
from coalition.actions.material_downloads import count_download
from coalition.models import PartnerGoal
from core import audit
from outreach.models import Barrier
from tests.factories.broadcasts import draft_broadcast
from tests.factories.events import make_event, make_event_type, make_rsvp
from tests.factories.fieldwork import make_contact, make_effort, make_team, make_volunteer
from tests.factories.initiatives import add_reading, make_initiative
from tests.factories.materials import make_material, put_up
from tests.factories.pledges import let_remind, make_kind, make_pledge
from tests.factories.registrations import bring_in, make_election
from tests.factories.staff import World, browse
from tests.factories.told import tell
from tests.factories.transparency import give, make_help, make_ledger, make_sponsor

pytestmark = pytest.mark.django_db

STARTS = ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20"]
# Ours are all that are counted here. Wagtail's own reports hold what editors wrote, for administrators.
ADDRESSES = {
    "en/initiatives/<slug:slug>/<slug:name>.csv": ["countries", "readings"],
    "en/transparency/<slug:slug>/<slug:name>.csv": ["sponsors", "helpers"],
    "staff/audit/": ["csv", "xlsx"],
    "staff/broadcasts/figures/<int:pk>.csv": [""],
    "staff/dashboards/events/<slug:name>.csv": ["communes", "months", "types", "events"],
    "staff/dashboards/initiatives/<int:pk>/<slug:name>.csv": ["countries", "readings"],
    "staff/dashboards/partners/<int:pk>/<slug:name>.csv": ["figures", "goals", "days", "countries", "links"],
    "staff/dashboards/partners/league/<int:pk>/partners.csv": [""],
    "staff/dashboards/petitions/<int:pk>/<slug:name>.csv": ["days", "countries", "partners", "sources"],
    "staff/dashboards/registrations/<int:pk>/<slug:name>.csv": ["communes", "groups", "figures"],
    "staff/dashboards/pledges/<int:pk>/<slug:name>.csv": ["days", "ladder", "endings"],
    "staff/dashboards/registrations/<int:pk>/attribution.csv": [""],
    "staff/materials/downloads/<int:pk>.csv": [""],
    "staff/outreach/figures/<slug:name>.csv": ["days", "hours", "communes", "languages", "outcomes", "barriers"],
    "staff/pledges/export/": [""],
    "staff/record-of-processing/<int:pk>/record.csv": [""],
    "staff/registrations/export/": [""],
    "staff/segments/export/<int:pk>/": [""],
    "staff/signatures/export/": [""],
    "staff/volunteers/export/": [""],
}
QUESTION = {"key": "need", "kind": "text", "options": [], "is_required": False}
# A volunteer's own data: JSON and a page; a partner's encrypted file, attacked in tests/unit/coalition.
NO_SPREADSHEETS = {
    "en/volunteers/me/<int:pk>/export/",
    "staff/exports/",
    "staff/exports/<int:pk>/",
    "staff/partner-exports/",
    "staff/partner-exports/<int:pk>/",
    "staff/partner-exports/<int:pk>/export/",
    "staff/partner-exports/files/<uuid:public_id>/",
}


def addresses(patterns: Any, before: str = "") -> Iterator[str]:
    for pattern in patterns:
        here = f"{before}{pattern.pattern}"
        if not isinstance(pattern, URLPattern):
            yield from addresses(pattern.url_patterns, here)
        elif not pattern.callback.__module__.startswith("wagtail.") and not here.endswith("results/"):
            view = getattr(pattern.callback, "view_class", None)
            told = getattr(pattern.callback, "view_initkwargs", {})
            if (
                told.get("list_export")
                or getattr(view, "list_export", None)
                or "csv" in here
                or "xlsx" in here
                or "export" in here
            ):
                yield here


def test_every_export_of_the_program_is_attacked_below() -> None:
    assert set(addresses(get_resolver().url_patterns)) == set(ADDRESSES) | NO_SPREADSHEETS


def plant(world: World, words: str) -> None:
    """Write ``words`` wherever people or partners can."""
    Organisation.objects.filter(pk__in=[world.lead.pk, world.partner.pk]).update(name=words)
    Campaign.objects.update(title=words)
    Petition.objects.update(title=words)
    Source.objects.update(label=words)
    signed = {"source": world.source.code, "partnership": world.partnership, "comment": words}
    signature = world.sign(words, email="=evil@example.org", **signed)
    world.consent(signature, world.lead)
    volunteer = make_volunteer(world, words, heard_through=words, next_action=words, team=make_team(world, words))
    volunteer.supporter.contact_points.create(channel="email", canonical="x@example.org", as_typed=f"{words}@x.org")
    User.objects.filter(pk=volunteer.user_id).update(first_name=words, last_name=words)
    Barrier.objects.create(key="=1", labels={"en": words})
    make_contact(make_effort(world, words), volunteer.user, barriers=["=1", "-2"], language="=x")
    kind = make_event_type(world.campaign, words[:80], questions=[{**QUESTION, "text": {"en": words}}])
    event = make_event(kind, words, starts_at=timezone.now() - timedelta(days=2))
    make_rsvp(event, words, answers={"need": words})
    add_reading(make_initiative(), date(2025, 3, 1), {"DE": 1_000, "GR": 30_000})
    create_segment(
        organisation=world.lead, campaign=world.campaign, name="All", rule={"all": []}, by="tests", at=timezone.now()
    )
    draft_broadcast(world, words, world.lead)
    let_remind(make_pledge(make_kind(world.campaign), at=timezone.now(), full_name=words), at=timezone.now())
    PledgeKind.objects.update(name=words)
    world.campaign.election = make_election()
    world.campaign.save(update_fields=["election"])
    bring_in(world.campaign.election, f'2018-07-28,Ixelles,21009,all,1,2,,final,"{words} "', name=words)
    kind_of_pledge = PledgeKind.objects.get()
    kind_of_pledge.barriers[0]["names"] = {"en": words}
    kind_of_pledge.save(update_fields=["barriers"])
    barrier = kind_of_pledge.barriers[0]["key"]
    tell(kind_of_pledge, 1, at=timezone.now(), ending="gave_up", barrier=barrier, territory_code=words[:12])
    count_pledges(at=timezone.now())
    ledger = make_ledger(world.campaign)
    give(make_sponsor(ledger, words), "501")
    make_help(ledger, words, words)
    taken = put_up(make_material(world, words))
    count_download(version=taken, partnership=world.partnership, at=timezone.now())
    audit.record("core.tests.planted", by=words, details=words)
    PartnerGoal.objects.create(partnership=world.partnership, metric="signatures", target=10)
    count_signatures(at=timezone.now())


def read_csv(response: Any) -> list[list[str]]:
    content = response.getvalue() if response.streaming else response.content
    return list(csv.reader(StringIO(content.decode("utf-8-sig"), newline="")))


def read_xlsx(response: Any) -> list[list[str]]:
    from openpyxl import load_workbook

    sheet = load_workbook(BytesIO(response.getvalue())).worksheets[0]
    # In this format a cell says itself what it is: words that begin with "=" are words there.
    return [["=formula" if cell.data_type == "f" else "" for cell in row] for row in sheet.iter_rows()]


def is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def fetch(world: World, address: str, name: str) -> list[list[str]]:
    if "audit" in address:
        response: Any = browse(world.dpo).get(reverse("audit:index"), {"export": name})
        return read_xlsx(response) if name == "xlsx" else read_csv(response)
    initiative = Initiative.objects.get()
    pk = world.petition.pk if "petitions" in address else initiative.pk
    pk = world.campaign.pk if "dashboards/registrations" in address else pk
    pk = PledgeKind.objects.get().pk if "dashboards/pledges" in address else pk
    pk = world.partnership.pk if "dashboards/partners" in address else pk
    pk = world.campaign.pk if "partners/league" in address or "materials" in address else pk
    pk = world.lead.pk if "record-of-processing" in address else pk
    pk = Segment.objects.get(name="All").pk if "segments" in address else pk
    pk = Broadcast.objects.get().pk if "broadcasts" in address else pk
    slug = world.campaign.slug if "transparency" in address else initiative.slug
    told = {"<int:pk>": str(pk), "<slug:name>": name, "<slug:slug>": slug}
    path = address
    for part, value in told.items():
        path = path.replace(part, value)
    response = (Client() if path.startswith("en/") else browse(world.coordinator)).get(f"/{path}")
    assert response.status_code == 200, path
    return read_csv(response)


@pytest.mark.parametrize("start", STARTS)
def test_no_cell_of_any_export_is_a_formula(ours: World, start: str) -> None:
    plant(ours, f"{start}HYPERLINK(1)")
    planted = 0
    for address, names in ADDRESSES.items():
        for name in names:
            lines = fetch(ours, address, name)
            assert len(lines) > 1, f"{address} {name} holds nothing to attack with"
            cells = [cell for line in lines for cell in line if not is_number(cell)]
            planted += sum("HYPERLINK(1)" in cell for cell in cells)
            assert not [cell for cell in cells if cell.startswith(tuple(STARTS))], f"{address} {name}"
    assert planted >= 12
