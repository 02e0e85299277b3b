"""The toolkit: what partners' and the lead's people campaign with, in their language, and its files handed out."""

import hashlib
import io
import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import IO, TYPE_CHECKING, Any, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.files.storage import storages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import get_language, pgettext
from django.views.decorators.http import require_POST, require_safe

from campaigns.models import Partnership
from coalition.actions.material_downloads import count_download
from coalition.material_enums import MaterialKind
from coalition.models import MaterialVersion
from coalition.selectors.toolkit import (
    Asked,
    Place,
    filled,
    lead_places,
    link_of,
    own_places,
    partner_of,
    partner_places,
    toolkit_of,
)
from core.caching import never_kept
from core.handed_files import KeptFile, hand_over
from places.languages import NAMES

if TYPE_CHECKING:
    from accounts.models import User

logger = logging.getLogger(__name__)
PERMISSION = "coalition.view_materialversion"
_REMEMBERED = "toolkit_language"


@dataclass(frozen=True)
class Choice:
    """One way to narrow the page."""

    key: str
    label: str
    url: str
    is_chosen: bool


def for_who_takes_part(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let in who is signed in and has a role that campaigns; others are refused (403)."""

    @login_required
    @wraps(view)
    def answer(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(PERMISSION):
            raise PermissionDenied
        return view(request, **kwargs)

    return answer


def user_of(request: HttpRequest) -> "User":
    return cast("User", request.user)


def partner_place(user: "User", pk: int) -> Place:
    """Return a partner's toolkit; one the user has no part in is not there (404)."""
    partnership = get_object_or_404(partner_places(user), pk=pk)
    return Place(partnership.campaign, partnership)


def campaign_place(user: "User", pk: int) -> Place:
    return Place(get_object_or_404(lead_places(user), pk=pk))


def toolkit_context(request: HttpRequest, place: Place) -> dict[str, Any]:
    """Return what both frames show, in the staff area and outside of it."""
    asked = _asked(request)
    toolkit = toolkit_of(user_of(request), place, asked)
    return {
        "place": place,
        "asked": asked,
        "toolkit": toolkit,
        "languages": _choices("language", asked.language, toolkit.languages, asked),
        "kinds": _choices("kind", asked.kind, toolkit.kinds, asked),
        "next_url": asked.address(after=toolkit.next) if toolkit.next else "",
        "first_url": asked.address() if asked.after else "",
        "partner_query": f"?partner={place.partnership.pk}" if place.partnership else "",
    }


def _choices(name: str, chosen: str, known: list[tuple[str, str]], asked: Asked) -> list[Choice]:
    """Return what one may narrow the page to, everything first; nothing where there is no choice."""
    if len(known) < 2 and not chosen:
        return []
    offered = [("", pgettext("materials", "all")), *known]
    return [Choice(key, label, asked.address(**{name: key}), key == chosen) for key, label in offered]


def _asked(request: HttpRequest) -> Asked:
    """Read what is looked for; the language somebody chose last stands first from then on."""
    told = request.GET
    language = told.get("language", "")
    language = language if language in NAMES else ""
    if language and request.session.get(_REMEMBERED) != language:
        request.session[_REMEMBERED] = language
    own = language or request.session.get(_REMEMBERED) or get_language() or ""
    kind = told.get("kind", "")
    return Asked(own, language, kind if kind in MaterialKind.values else "", told.get("after", ""))


@for_who_takes_part
@never_kept
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the toolkits one may use; who has a single one is taken there."""
    places = own_places(user_of(request))
    if len(places) == 1:
        partnership = places[0].partnership
        if partnership is not None:
            return redirect("toolkit_partner", partnership.pk)
        return redirect("toolkit_campaign", places[0].campaign.pk)
    return render(request, "coalition/toolkit/index.html", {"places": places})


@for_who_takes_part
@never_kept
@require_safe
def of_partner(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a partner's toolkit."""
    place = partner_place(user_of(request), pk)
    return render(request, "coalition/toolkit/page.html", toolkit_context(request, place))


@for_who_takes_part
@never_kept
@require_safe
def of_campaign(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what the lead's own people are offered."""
    place = campaign_place(user_of(request), pk)
    return render(request, "coalition/toolkit/page.html", toolkit_context(request, place))


def _version(request: HttpRequest, public_id: Any) -> MaterialVersion:
    seen = MaterialVersion.objects.visible_to(user_of(request)).select_related("material__campaign__organisation")
    return get_object_or_404(seen, public_id=public_id)


def _named(request: HttpRequest, version: MaterialVersion) -> Partnership | None:
    """Return the partner whose toolkit the link stands in; one whose toolkit is not the user's is not there (404)."""
    told = request.GET.get("partner", "")
    if not told:
        return None
    if not told.isdecimal() or len(told) > 18:
        raise Http404
    offered = partner_places(user_of(request)).filter(campaign=version.material.campaign_id)
    return get_object_or_404(offered, pk=int(told))


@for_who_takes_part
@require_safe
def file(request: HttpRequest, public_id: Any) -> HttpResponseBase:
    """Hand a file out, or a text as one, and count that; a look at the headers and a later piece do not count."""
    version = _version(request, public_id)
    named = _named(request, version)
    partnership = partner_of(user_of(request), version, named)
    kept, content = _as_text(version, named or partnership) if version.text else _as_file(version)
    response, is_taken = hand_over(request, kept, content)
    if is_taken:
        count_download(version=version, partnership=partnership, at=timezone.now())
    return response


def _as_file(version: MaterialVersion) -> tuple[KeptFile, IO[bytes]]:
    kept = KeptFile(version.file_name, version.content_type, version.size, version.sha256)
    return kept, _open(version.file)


def _as_text(version: MaterialVersion, partnership: Partnership | None) -> tuple[KeptFile, IO[bytes]]:
    """Return a text as a file, with the link of who takes it."""
    link = link_of(Place(version.material.campaign, partnership), version.language, version.material)
    text = filled(version.text, link).encode("utf-8-sig")
    name = f"{slugify(version.material.title) or 'text'}-{version.language}.txt"
    kept = KeptFile(name, "text/plain; charset=utf-8", len(text), hashlib.sha256(text).hexdigest())
    return kept, io.BytesIO(text)


@for_who_takes_part
@require_safe
def picture(request: HttpRequest, public_id: Any) -> HttpResponseBase:
    """Show the small picture of a picture; nothing is counted."""
    version = _version(request, public_id)
    if not version.thumbnail:
        raise Http404
    content = _open(version.thumbnail)
    size = content.seek(0, 2)
    content.seek(0)
    kept = KeptFile("small.webp", "image/webp", size, f"small-{version.sha256}", is_shown=True)
    return hand_over(request, kept, content)[0]


@for_who_takes_part
@never_kept
@require_POST
def copied(request: HttpRequest, public_id: Any) -> HttpResponse:
    """Count that a text was copied with its button."""
    version = _version(request, public_id)
    if not version.text:
        raise Http404
    partnership = partner_of(user_of(request), version, _named(request, version))
    count_download(version=version, partnership=partnership, at=timezone.now())
    return HttpResponse(status=204)


def _open(name: str) -> IO[bytes]:
    """Open a file of the private storage. Raises Http404, and says so to who runs the site, when it is lost."""
    try:
        return cast(IO[bytes], storages["private"].open(name))
    except FileNotFoundError:
        logger.exception("a material's file is lost: %s", name)
        raise Http404 from None
