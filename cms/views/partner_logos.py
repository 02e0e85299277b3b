"""Partners' logos, as long as they stand on the site."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from coalition.models import PartnerLogo

# What a logo's address ends with: the column, and what it holds.
FILES = {
    "small.webp": ("small", "image/webp"),
    "large.webp": ("large", "image/webp"),
    "card.jpg": ("card", "image/jpeg"),
}
# What an address shows never changes, so a browser need not ask again. A proxy for many asks every ten minutes: a logo
# that was taken off is gone from there soon.
KEEP = "public, max-age=31536000, s-maxage=600, immutable"


@require_safe
def partner_logo(request: HttpRequest, token: str, name: str) -> HttpResponse:
    """Answer with one size of a logo that is on the site; drafts and what was taken off are not there."""
    column, kind = FILES.get(name, ("", ""))
    if not column:
        raise Http404
    logos = PartnerLogo.objects.public().filter(token=token)
    etag = f'"{token}-{name}"'
    response = get_conditional_response(request, etag=etag)
    if response is not None and not logos.exists():  # "not modified" is said without reading the picture
        raise Http404
    if response is None:
        found = logos.values_list(column, flat=True).first()
        if found is None:
            raise Http404
        response = HttpResponse(bytes(found), content_type=kind)
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = KEEP
    response.headers["Vary"] = "Accept-Encoding"  # one for everybody, in every language
    return response
