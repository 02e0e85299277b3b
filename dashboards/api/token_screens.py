"""Where staff make, see and revoke the tokens of their organisation's programs."""

from datetime import datetime, time
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from accounts.actions.api_tokens import (
    MOST_TOKENS,
    NotTheirTokenError,
    TokenError,
    TokenNameTakenError,
    TooManyTokensError,
    make_api_token,
    revoke_api_token,
)
from accounts.models import ApiToken
from accounts.proof import proof_address, proved_lately
from campaigns.models import Partnership
from core.staff_page import StaffPage
from core.staff_views import refuse
from dashboards.api.token_forms import TokenForm, partnerships_for

MOST_LISTED = 200


@method_decorator(never_cache, name="dispatch")
class TokensPage(StaffPage):
    """The tokens somebody sees: of their organisation, and for coordinators of the coalition's partners."""

    permission = "accounts.view_apitoken"
    template_name = "dashboards/staff_tokens.html"
    page_title = _("API tokens")
    header_icon = "key"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        at = timezone.now()
        seen = ApiToken.objects.visible_to(user).select_related("organisation", "maker")
        rows = list(seen.order_by("revoked_at", "-pk")[:MOST_LISTED])
        mine = ApiToken.objects.changeable_by(user).filter(pk__in=[row.pk for row in rows])
        may = set(mine.values_list("pk", flat=True))
        usable = set(seen.usable(at).values_list("pk", flat=True))
        titles = _titles(rows)
        return {
            **super().get_context_data(**kwargs),
            "lines": [
                {
                    "token": row,
                    "reads": [titles[pk] for pk in row.partnerships if pk in titles],
                    "state": _state(row, at, is_usable=row.pk in usable),
                    "may_revoke": row.pk in may and row.revoked_at is None,
                }
                for row in rows
            ],
            "may_make": user.has_perm("accounts.add_apitoken") and partnerships_for(user).exists(),
            "api_page": reverse("api:page"),
        }


def _titles(rows: list[ApiToken]) -> dict[int, str]:
    """Return what each partnership is called; one that is over, or is another organisation's, is not named."""
    wanted = {pk for row in rows for pk in row.partnerships}
    own = Partnership.objects.active().filter(pk__in=wanted, organisation__in={row.organisation_id for row in rows})
    return dict(own.values_list("pk", "campaign__title"))


def _state(token: ApiToken, at: datetime, *, is_usable: bool) -> str:
    if token.revoked_at is not None:
        return pgettext("a token", "revoked")
    if token.expires_at <= at:
        return gettext("its time is over")
    return gettext("in use") if is_usable else gettext("ended: who made it no longer works there")


@method_decorator(never_cache, name="dispatch")
class MakeTokenPage(StaffPage):
    """Make a token, after a fresh proof of who one is; it is shown in the answer and never again."""

    permission = "accounts.add_apitoken"
    template_name = "dashboards/staff_token_make.html"
    page_title = _("Make an API token")
    header_icon = "key"
    trail = (("dashboards_tokens", _("API tokens")),)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.has_perm(self.permission) and not proved_lately(request):
            return redirect(proof_address(request.path))
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        return {"form": TokenForm(user=user), **super().get_context_data(**kwargs)}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user: Any = request.user
        form = TokenForm(request.POST, user=user)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        rows = list(form.cleaned_data["partnerships"])
        try:
            token, text = make_api_token(
                organisation=rows[0].organisation,
                name=form.cleaned_data["name"],
                partnerships=[row.pk for row in rows],
                expires_at=_end_of(form.cleaned_data["last_day"]),
                by=user,
                at=timezone.now(),
            )
        except NotTheirTokenError:
            return refuse(request)
        except TokenError as error:
            form.add_error("name" if isinstance(error, TokenNameTakenError) else None, _explain(error))
            return self.render_to_response(self.get_context_data(form=form), status=422)
        return self.render_to_response(self.get_context_data(form=None, token=token, text=text))


def _end_of(day: Any) -> datetime:
    """Return the last second of a day, where the house is: its date is the day that was chosen."""
    return timezone.make_aware(datetime.combine(day, time(23, 59, 59)))


def _explain(error: TokenError) -> str:
    if isinstance(error, TokenNameTakenError):
        return gettext("Your organisation has a token of this name. Choose another name, or revoke that one first.")
    if isinstance(error, TooManyTokensError):
        return gettext("Your organisation has %(most)s tokens. Revoke one that nothing uses first.") % {
            "most": MOST_TOKENS
        }
    return gettext("Choose a day between today and a year from now.")


@method_decorator(never_cache, name="dispatch")
class RevokeTokenPage(StaffPage):
    """Ask once, then end a token at once."""

    permission = "accounts.change_apitoken"
    template_name = "dashboards/staff_token_revoke.html"
    page_title = _("Revoke an API token")
    header_icon = "key"
    trail = (("dashboards_tokens", _("API tokens")),)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user: Any = request.user
        if user.has_perm("accounts.view_apitoken"):  # who sees no token at all is refused below, as on the list
            seen = ApiToken.objects.visible_to(user).select_related("organisation")
            self.token = get_object_or_404(seen, pk=kwargs["pk"])
            if not ApiToken.objects.changeable_by(user).filter(pk=self.token.pk).exists():
                return refuse(request)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "token": self.token}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user: Any = request.user
        revoke_api_token(token=self.token, by=user, at=timezone.now())
        told = gettext("Revoked. Programs that use “%(name)s” get no figures any more.") % {"name": self.token}
        messages.success(request, told)
        return redirect("dashboards_tokens")
