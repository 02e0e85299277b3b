"""What all views of the interface share: JSON whatever is asked for, no session, no cookie, problems as RFC 9457."""

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils.cache import get_conditional_response
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from dashboards.api.problems import answer_problem
from dashboards.api.throttling import TokenThrottle, check_address
from dashboards.api.token_auth import TokenAuthentication

MAX_AGE = 60  # seconds: a public count may be a minute old


class AlwaysJson(BaseContentNegotiation):
    """There is one representation, so a strange Accept is no reason to refuse."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return None

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        return renderers[0], renderers[0].media_type


class ApiView(APIView):
    """A read-only view. ``kind`` names the counter of requests, ``most()`` how many an address has in a minute."""

    renderer_classes = [JSONRenderer]
    parser_classes: Sequence[Any] = []
    authentication_classes: Sequence[Any] = []
    permission_classes: Sequence[Any] = []
    content_negotiation_class = AlwaysJson
    http_method_names = ["get", "head", "options"]
    kind = "public"

    def get_exception_handler(self) -> Callable[[Exception, dict[str, Any]], Response | None]:
        return answer_problem

    def most(self) -> int:
        most: int = settings.API_REQUESTS_PER_MINUTE
        return most

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Count the request before anything is looked up: also one with a wrong token."""
        check_address(request._request, kind=self.kind, most=self.most())
        super().initial(request, *args, **kwargs)

    @extend_schema(exclude=True)
    def options(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer a browser that asks before it asks."""
        return HttpResponse(status=204, headers={"Allow": ", ".join(self.allowed_methods)})

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().dispatch(request, *args, **kwargs)
        if isinstance(response, Response):
            response.render()
        return self.with_headers(request, response)

    def with_headers(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        raise NotImplementedError


class PublicView(ApiView):
    """Figures for everybody, from any site's scripts; kept for a minute, known by their ETag."""

    def with_headers(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        # DRF says that its answers depend on Accept and the session; these depend on nothing but the address.
        response.headers.pop("Vary", None)
        if response.status_code == 200 and isinstance(response, HttpResponse):
            response["Cache-Control"] = f"public, max-age={MAX_AGE}"
            etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
            response["ETag"] = etag
            response = get_conditional_response(request, etag=etag, response=response) or response
        else:
            response["Cache-Control"] = "no-store"
        response["Access-Control-Allow-Origin"] = "*"
        if request.method == "OPTIONS":
            response["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
            response["Access-Control-Allow-Headers"] = "If-None-Match"
            response["Access-Control-Max-Age"] = "86400"
        else:
            response["Access-Control-Expose-Headers"] = "ETag, Retry-After"
        return response


class TokenView(ApiView):
    """A partner's own figures: for programs, so no browser of another site may read them, and nobody keeps them."""

    authentication_classes = [TokenAuthentication]
    throttle_classes = [TokenThrottle]
    kind = "token"

    def most(self) -> int:
        most: int = settings.API_TOKEN_ADDRESS_REQUESTS_PER_MINUTE
        return most

    def with_headers(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        response["Cache-Control"] = "private, no-store"
        response["Vary"] = "Authorization"
        return response


class NothingHere(PublicView):
    """Every other address under the interface."""

    schema = None
    http_method_names = ["get", "head", "post", "put", "patch", "delete", "options", "trace"]

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Lead a reader who left out the last slash, or added one, to the right address; else 404."""
        path = request.path
        other = path.removesuffix("/") if path.endswith("/") else f"{path}/"
        try:
            is_known = resolve(other).func.view_class is not NothingHere  # type: ignore[attr-defined]
        except (Resolver404, AttributeError):
            is_known = False
        if not is_known:
            raise NotFound
        query = request.META.get("QUERY_STRING", "")
        return HttpResponsePermanentRedirect(f"{other}?{query}" if query else other)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        raise NotFound

    put = patch = delete = trace = post
