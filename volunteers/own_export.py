"""Everything we hold about a volunteer, for themselves: one file for machines, one for people (Art. 15 and 20 GDPR)."""

import json
from datetime import datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.template.loader import render_to_string

from accounts.models import User
from core import audit
from people.models import ConsentEvent
from volunteers.models import CoverRequest, Volunteer
from volunteers.selectors.statistics import own_statistics

Rows = list[dict[str, Any]]


def own_data(volunteer: Volunteer, at: datetime) -> dict[str, Any]:
    """Return what we hold, part by part; keys are English and stay as they are from version to version."""
    statistics = own_statistics(volunteer, at)
    return {
        "made_at": at,
        "person": _person(volunteer),
        "addresses": _addresses(volunteer),
        "consents": _consents(volunteer),
        "volunteer": _standing(volunteer),
        "steps": _rows(volunteer.stage_changes, "from_stage", "to_stage", "at"),
        "agreements": _agreements(volunteer),
        "shifts": _rows(
            volunteer.assignments,
            "shift__event__title", "shift__title", "shift__starts_at", "shift__ends_at", "shift__place", "status",
        ),
        "requests_for_cover": _rows(
            CoverRequest.objects.filter(assignment__volunteer=volunteer),
            "assignment__shift__title", "asked_at", "note", "takes_exchange", "closed_at",
        ),
        "trainings": _rows(
            volunteer.attendances, "session__curriculum__title", "session__title", "session__starts_at", "presence"
        ),
        "certificates": _rows(
            volunteer.certificates, "curriculum__title", "code", "issued_date", "valid_until", "revoked_at",
            "revoked_reason",
        ),
        "hours": _rows(volunteer.hours, "day", "minutes", "kind", "what"),
        "notes": _rows(volunteer.notes, "created_at", "body"),
        "figures": {
            "hours": statistics.hours,
            "shifts": statistics.shifts,
            "trainings": statistics.trainings,
            "conversations": statistics.contacts,
        },
    }  # fmt: skip


def _rows(manager: Any, *names: str) -> Rows:
    return [
        {name.replace("__", "_"): value for name, value in row.items()} for row in manager.order_by("pk").values(*names)
    ]


def _person(volunteer: Volunteer) -> dict[str, Any]:
    person = volunteer.supporter
    return {
        "name": person.full_name,
        "language": person.language,
        "nationality": person.nationality,
        "residence_country": person.residence_country,
        "postcode": person.postcode,
        "known_since": person.created_at,
        "login": volunteer.user.email if volunteer.user else "",
    }


def _addresses(volunteer: Volunteer) -> Rows:
    return _rows(volunteer.supporter.contact_points, "channel", "as_typed", "verified_at")


def _consents(volunteer: Volunteer) -> Rows:
    events = ConsentEvent.objects.filter(contact_point__supporter=volunteer.supporter_id)
    return _rows(events, "at", "state", "purpose", "channel", "organisation__name", "scope", "text__body", "source")


def _standing(volunteer: Volunteer) -> dict[str, Any]:
    return {
        "campaign": volunteer.campaign.title,
        "organisation": volunteer.organisation.name,
        "stage": volunteer.stage,
        "team": volunteer.team.name if volunteer.team else "",
        "next_step": volunteer.next_action,
        "next_step_by": volunteer.next_action_date,
        "last_heard_of": volunteer.last_touch_at,
        "heard_through": volunteer.heard_through,
        "link": volunteer.source,
        "applied": volunteer.created_at,
        "shows_on_leaderboard": volunteer.shows_on_leaderboard,
        "languages": [row.language for row in volunteer.languages.all()],
        "communes": [place.name for place in volunteer.communes.all()],
        "skills": [str(skill) for skill in volunteer.skills.all()],
        "availability": [f"{row.weekday}-{row.part}" for row in volunteer.availabilities.all()],
    }


def _agreements(volunteer: Volunteer) -> Rows:
    return _rows(
        volunteer.acceptances, "at", "through", "text__kind", "text__language", "text__version", "text__body",
        "text__organisation__name",
    )  # fmt: skip


@transaction.atomic
def export_own_data(*, volunteer: Volunteer, by: User, at: datetime) -> bytes:
    """Return a zip with ``data.json`` and a readable ``my-data.html``, and write that it was taken."""
    told = own_data(volunteer, at)
    parts = {name: value if isinstance(value, list) else [value] for name, value in told.items() if name != "made_at"}
    page = render_to_string("volunteers/own/export.html", {"made_at": at, "parts": parts, "volunteer": volunteer})
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as folder:
        folder.writestr("data.json", json.dumps(told, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2))
        folder.writestr("my-data.html", page)
    audit.record("volunteers.volunteer.own_data_exported", by=by, target=volunteer)
    return packed.getvalue()
