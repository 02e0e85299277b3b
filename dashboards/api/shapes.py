"""Figures in the shape the interface has them; `serializers` writes them."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse

from campaigns.models import Campaign, Election, Initiative, Partnership
from campaigns.selectors.initiatives import InitiativeLine
from campaigns.selectors.initiatives import InitiativeProgress as Progress
from campaigns.selectors.pages import PageLink
from core.small_counts import FewerThan
from dashboards.api.figures import (
    THRESHOLDS,
    CampaignDetail,
    CampaignProgress,
    PetitionCount,
    PledgeCount,
    registration_said,
)


def address(name: str, *args: Any) -> str:
    return f"{settings.PUBLIC_URL}{reverse(f'api:{name}', args=args)}"


def pages_of(pages: Iterable[PageLink]) -> list[dict[str, Any]]:
    return [{"language": page.language, "title": page.title, "url": page.url} for page in pages]


def campaign_shape(campaign: Campaign, pages: Iterable[PageLink]) -> dict[str, Any]:
    return {
        "slug": campaign.slug,
        "title": campaign.title,
        "organisation": campaign.organisation.name,
        "starts_date": campaign.starts_date,
        "ends_date": campaign.ends_date,
        "is_generated": campaign.is_generated,
        "pages": pages_of(pages),
        "progress_url": address("progress", campaign.slug),
    }


def election_shape(election: Election) -> dict[str, Any]:
    return {
        "key": election.key,
        "titles": election.titles,
        "place": election.place,
        "election_date": election.election_date,
        "registration_deadline": election.registration_deadline,
        "is_generated": election.is_generated,
    }


def detail_shape(found: CampaignDetail) -> dict[str, Any]:
    election = found.campaign.election
    return {
        **campaign_shape(found.campaign, found.pages),
        "petitions": [
            {"id": petition.pk, "pages": pages_of(pages), "count_url": address("petition", petition.pk)}
            for petition, pages in found.petitions
        ],
        "initiatives": [_initiative_reference(one) for one in found.initiatives],
        "election": election_shape(election) if election else None,
    }


def petition_shape(found: PetitionCount) -> dict[str, Any]:
    petition = found.petition
    return {
        "id": petition.pk,
        "pages": pages_of(found.pages),
        "count": found.count,
        "minimum_shown": petition.minimum_shown,
        "goal": found.goal,
        "goal_steps": petition.goal_steps,
        "as_of": found.as_of,
        "is_open": found.is_open,
        "is_generated": petition.is_generated,
    }


def pledge_shape(found: PledgeCount) -> dict[str, Any]:
    return {
        "key": found.kind.key,
        "promises": found.promises,
        "pledged": found.pledged,
        "kept": found.kept,
        "kept_is_self_reported": True,
        "minimum_shown": found.kind.minimum_shown,
        "as_of": found.as_of,
        "is_open": found.kind.is_open,
        "is_generated": found.kind.is_generated,
    }


def progress_shape(found: CampaignProgress) -> dict[str, Any]:
    return {
        "campaign": campaign_shape(found.campaign, found.pages),
        "petitions": [petition_shape(one) for one in found.petitions],
        "pledges": [pledge_shape(one) for one in found.pledges],
        "registrations": _registrations(found),
        "initiatives": [line_shape(line) for line in found.initiatives],
    }


def _registrations(found: CampaignProgress) -> dict[str, Any] | None:
    figure, election = found.registrations, found.campaign.election
    if figure is None or election is None:
        return None
    said = registration_said(figure)
    return {
        "election": election_shape(election),
        "as_of": said.as_of,
        "kind": figure.kind,
        "is_final": figure.is_final,
        "registered": figure.registered,
        "potential": figure.potential,
        "rate_percent": said.rate,
        "is_rate_published": figure.is_rate_published,
        "basis": figure.basis,
        "sources": figure.sources,
    }


def _initiative_reference(initiative: Initiative) -> dict[str, Any]:
    return {
        "registration_number": initiative.registration_number,
        "url": address("initiative", initiative.slug),
    }


def line_shape(line: InitiativeLine) -> dict[str, Any]:
    """Return an initiative's newest reading against what it needs."""
    snapshot, status = line.snapshot, line.status
    return {
        **_initiative_reference(line.initiative),
        "titles": line.initiative.titles,
        "status": line.initiative.status,
        "as_of": snapshot.as_of_date if snapshot else None,
        "is_certified": line.is_certified,
        "statements": snapshot.total if snapshot else None,
        "statements_needed": THRESHOLDS["statements"],
        "countries_passed": len(status.countries_passed) if status else None,
        "countries_needed": THRESHOLDS["countries"],
        "collection_end_date": line.end.due_date if line.end else None,
    }


def initiative_shape(found: Progress) -> dict[str, Any]:
    initiative, end = found.initiative, found.collection_end
    line = InitiativeLine(initiative, found.title, found.snapshot, found.status, end, found.days_left)
    return {
        **line_shape(line),
        "registered_date": initiative.registered_date,
        "collection_start_date": initiative.collection_start_date,
        "early_closure_date": initiative.early_closure_date,
        "origin": found.snapshot.origin if found.snapshot else None,
        "source": initiative.source,
        "countries": [
            {
                "code": row.code,
                "name": row.name,
                "count": row.count,
                "minimum": row.minimum,
                "is_passed": row.passed,
                "is_late": row.is_late,
            }
            for row in found.rows
        ],
    }


def partnership_shape(partnership: Partnership) -> dict[str, Any]:
    return {
        "id": partnership.pk,
        "organisation": partnership.organisation.name,
        "campaign": partnership.campaign.slug,
        "campaign_title": partnership.campaign.title,
        "role": partnership.role,
        "figures_url": address("partner_figures", partnership.pk),
    }


def told_shape(count: int, *, is_exact: bool) -> dict[str, Any]:
    """Return a count with how exact it is."""
    if isinstance(count, FewerThan):
        return {"value": int(count), "precision": "fewer_than"}
    return {"value": count, "precision": "exact" if is_exact else "tens"}
