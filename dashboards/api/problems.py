"""What goes wrong, as RFC 9457 says it: one table of stable codes, in plain English."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response

PROBLEM_TYPE = "application/problem+json"


@dataclass(frozen=True)
class Problem:
    """One kind of failure. ``code`` and ``type`` never change; ``detail`` is for people and may."""

    code: str
    status: int
    title: str
    detail: str

    @property
    def type(self) -> str:
        return f"{settings.PUBLIC_URL}/api/#{self.code}"


PROBLEMS = {
    problem.code: problem
    for problem in (
        Problem("bad_request", 400, "The request cannot be read", "Something in the address is not as it should be."),
        Problem(
            "token_not_accepted",
            401,
            "The token is not accepted",
            "Send a token that is in force, as “Authorization: Bearer <token>”.",
        ),
        Problem(
            "not_found", 404, "There is nothing here", "It does not exist, or it is not public. Check the address."
        ),
        Problem("method_not_allowed", 405, "This can only be read", "Use GET."),
        Problem("too_many_requests", 429, "Too many requests", "Wait as many seconds as Retry-After says."),
    )
}


def problem_response(code: str, *, errors: list[dict[str, str]] | None = None) -> Response:
    """Return the answer for a problem; ``errors`` say which value of the query is wrong, and why."""
    problem = PROBLEMS[code]
    body: dict[str, Any] = {
        "type": problem.type,
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "code": problem.code,
    }
    if errors:
        body["errors"] = errors
    return Response(body, status=problem.status, content_type=PROBLEM_TYPE)


def answer_problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """Return the answer for an exception; None for a fault of ours, which is logged and answered as everywhere."""
    if isinstance(error, exceptions.ValidationError):
        return problem_response("bad_request", errors=_errors(error.detail))
    if isinstance(error, (exceptions.AuthenticationFailed, exceptions.NotAuthenticated)):
        response = problem_response("token_not_accepted")
        response["WWW-Authenticate"] = 'Bearer realm="Carillon API"'
        return response
    if isinstance(error, exceptions.Throttled):
        response = problem_response("too_many_requests")
        response["Retry-After"] = str(int(error.wait or 60))
        return response
    if isinstance(error, exceptions.MethodNotAllowed):
        return problem_response("method_not_allowed")
    if isinstance(error, (Http404, PermissionDenied, exceptions.NotFound)):
        return problem_response("not_found")
    return problem_response("bad_request") if isinstance(error, exceptions.APIException) else None


def _errors(detail: Any) -> list[dict[str, str]]:
    return [{"field": str(field), "message": str(text)} for field, texts in detail.items() for text in texts]
