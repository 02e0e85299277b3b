"""What the description at /api/v1/openapi.json says of answers beyond their shapes."""

from functools import cache
from typing import Any

from django.conf import settings
from django.urls import include, path
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from dashboards.api.problems import PROBLEM_TYPE, PROBLEMS
from dashboards.api.serializers import Problem
from dashboards.api.views import PublicView

TAG_PUBLIC, TAG_PARTNER = "public figures", "partners' own figures"


class BearerScheme(OpenApiAuthenticationExtension):
    target_class = "dashboards.api.token_auth.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "description": "a token made in the staff area"}


def answers(serializer: Any, *codes: str) -> dict[Any, Any]:
    """Return the answers of an operation: the one with figures, these problems, and too many requests."""
    found: dict[Any, Any] = {(200, "application/json"): OpenApiResponse(serializer, description="The figures")}
    for code in (*codes, "too_many_requests"):
        problem = PROBLEMS[code]
        example = {
            "type": problem.type,
            "title": problem.title,
            "status": problem.status,
            "detail": problem.detail,
            "code": problem.code,
        }
        found[(problem.status, PROBLEM_TYPE)] = OpenApiResponse(
            Problem,
            description=problem.title,
            examples=[OpenApiExample(code, value=example, status_codes=[str(problem.status)], media_type=PROBLEM_TYPE)],
        )
    return found


class OpenApiView(PublicView):
    @extend_schema(
        operation_id="get_description",
        tags=[TAG_PUBLIC],
        responses=answers(OpenApiTypes.OBJECT),
    )
    def get(self, request: Request) -> Response:
        """Return this description."""
        return Response(description())


@cache
def description() -> dict[str, Any]:
    """Return the OpenAPI description; the same as long as the process lives."""
    made: dict[str, Any] = SchemaGenerator(patterns=_own_addresses()).get_schema(request=None, public=True)
    return {**made, "servers": [{"url": settings.PUBLIC_URL}]}


def _own_addresses() -> list[Any]:
    """Return our addresses alone: Wagtail's interfaces for its own screens are nobody else's."""
    return [path("api/", include("dashboards.api.urls"))]


def etag_and_age(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Say which headers answers carry: for drf-spectacular's list of last steps."""
    for route, operations in result["paths"].items():
        is_private = "/partnerships/" in route
        for operation in operations.values():
            for status, answer in operation["responses"].items():
                answer["headers"] = _headers(status, is_private=is_private)
    return result


def _headers(status: str, *, is_private: bool) -> dict[str, Any]:
    text = {"schema": {"type": "string"}, "required": True}
    headers = {"Cache-Control": text}
    if not is_private:
        headers["Access-Control-Allow-Origin"] = {"schema": {"type": "string", "enum": ["*"]}, "required": True}
        if status == "200":
            headers["ETag"] = text
    if status == "401":
        headers["WWW-Authenticate"] = text
    if status == "429":
        headers["Retry-After"] = {"schema": {"type": "integer", "minimum": 0}, "required": True}
    return headers


ID = OpenApiParameter("id", OpenApiTypes.INT, "path", description="the partnership's id, from the list")
