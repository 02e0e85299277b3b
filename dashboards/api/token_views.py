"""Figures for partners' programs, behind a token."""

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from core.query_values import whole_number
from dashboards.api import serializers as drawn
from dashboards.api.describing import ID, TAG_PARTNER, answers
from dashboards.api.own_figures import own_figures
from dashboards.api.shapes import partnership_shape
from dashboards.api.token_auth import partnerships_of
from dashboards.api.views import TokenView


class PartnershipsView(TokenView):
    @extend_schema(
        operation_id="list_partnerships",
        tags=[TAG_PARTNER],
        responses=answers(drawn.PartnershipList, "token_not_accepted"),
    )
    def get(self, request: Request) -> Response:
        """List the partnerships this token reads."""
        rows = partnerships_of(request.auth).select_related("organisation", "campaign").order_by("pk")
        return Response(drawn.PartnershipList({"results": [partnership_shape(row) for row in rows]}).data)


class PartnerFiguresView(TokenView):
    @extend_schema(
        operation_id="get_partner_figures",
        tags=[TAG_PARTNER],
        parameters=[ID],
        responses=answers(drawn.PartnerFigures, "token_not_accepted", "not_found"),
    )
    def get(self, request: Request, id: str) -> Response:
        """Return what came to a campaign through one partner: signatures by day and country, pledges by week."""
        number = whole_number(id)
        rows = partnerships_of(request.auth).select_related("organisation", "campaign")
        partnership = rows.filter(pk=number).first() if number else None
        if partnership is None:
            raise NotFound
        return Response(drawn.PartnerFigures(own_figures(request.user, partnership)).data)
