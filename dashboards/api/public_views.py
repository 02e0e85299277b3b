"""Figures for everybody."""

from typing import Any

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.initiative_rules import InitiativeRuleError, canonical_number
from campaigns.models import Initiative
from campaigns.selectors.initiatives import initiative_progress
from core.ttl_cache import ttl_cache
from dashboards.api import serializers as drawn
from dashboards.api.describing import TAG_PUBLIC, answers
from dashboards.api.figures import campaign_detail, campaign_lines, campaign_progress, petition_progress
from dashboards.api.shapes import (
    address,
    campaign_shape,
    detail_shape,
    initiative_shape,
    petition_shape,
    progress_shape,
)
from dashboards.api.views import PublicView

SLUG = OpenApiParameter("slug", OpenApiTypes.STR, "path", description="the campaign's short name, from the list")
KEPT = 5  # seconds a drawn answer is kept in this process: a page that embeds a counter is asked for often


class CampaignsView(PublicView):
    @extend_schema(
        operation_id="list_campaigns",
        tags=[TAG_PUBLIC],
        parameters=[drawn.ListQuery],
        responses=answers(drawn.CampaignList, "bad_request"),
    )
    def get(self, request: Request) -> Response:
        """List the public campaigns, the newest first. Follow “next” until it is null."""
        query = drawn.ListQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        limit, before = query.validated_data["limit"], query.validated_data.get("before")
        lines = campaign_lines(before=before, limit=limit + 1)
        shown, rest = lines[:limit], lines[limit:]
        following = f"{address('campaigns')}?limit={limit}&before={shown[-1].campaign.pk}" if rest else None
        body = {"results": [campaign_shape(line.campaign, line.pages) for line in shown], "next": following}
        return Response(drawn.CampaignList(body).data)


class CampaignView(PublicView):
    @extend_schema(
        operation_id="get_campaign",
        tags=[TAG_PUBLIC],
        parameters=[SLUG],
        responses=answers(drawn.CampaignDetail, "not_found"),
    )
    def get(self, request: Request, slug: str) -> Response:
        """Return one public campaign: its pages, petitions, initiatives and election."""
        found = campaign_detail(slug)
        if found is None:
            raise NotFound
        return Response(drawn.CampaignDetail(detail_shape(found)).data)


class ProgressView(PublicView):
    @extend_schema(
        operation_id="get_campaign_progress",
        tags=[TAG_PUBLIC],
        parameters=[SLUG],
        responses=answers(drawn.CampaignProgress, "not_found"),
    )
    def get(self, request: Request, slug: str) -> Response:
        """Return all public figures of one campaign, each with the moment it holds for.

        Signatures by petition, pledges and pledges kept as people say, official registrations, initiatives.
        """
        return Response(_progress(slug))


@ttl_cache(KEPT, most=500)
def _progress(slug: str) -> dict[str, Any]:
    found = campaign_progress(slug, at=timezone.now())
    if found is None:
        raise NotFound
    return dict(drawn.CampaignProgress(progress_shape(found)).data)


class PetitionView(PublicView):
    @extend_schema(
        operation_id="get_petition_count",
        tags=[TAG_PUBLIC],
        parameters=[
            OpenApiParameter(
                "key", OpenApiTypes.STR, "path", description="the petition's id, or the last part of its page's address"
            )
        ],
        responses=answers(drawn.PetitionCount, "not_found"),
    )
    def get(self, request: Request, key: str) -> Response:
        """Return how many people signed one petition."""
        return Response(_petition(key))


@ttl_cache(KEPT, most=500)
def _petition(key: str) -> dict[str, Any]:
    found = None if "\0" in key else petition_progress(key, at=timezone.now())
    if found is None:
        raise NotFound
    return dict(drawn.PetitionCount(petition_shape(found)).data)


class InitiativeView(PublicView):
    @extend_schema(
        operation_id="get_initiative",
        tags=[TAG_PUBLIC],
        parameters=[
            OpenApiParameter(
                "registration_number",
                OpenApiTypes.STR,
                "path",
                description="ECI(2024)000007, or eci-2024-000007 as in addresses of pages",
            )
        ],
        responses=answers(drawn.Initiative, "not_found"),
    )
    def get(self, request: Request, registration_number: str) -> Response:
        """Return the newest reading of a European Citizens' Initiative, by country, against what it needs."""
        try:
            number = canonical_number(registration_number)
        except InitiativeRuleError as error:
            raise NotFound from error
        initiative = Initiative.objects.public().filter(registration_number=number).first()
        if initiative is None:
            raise NotFound
        found = initiative_progress(initiative, on=timezone.localdate(), language="en")
        return Response(drawn.Initiative(initiative_shape(found)).data)
