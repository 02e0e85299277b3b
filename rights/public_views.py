"""Asking for the link to one's data, without saying whether an address is known here."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from core.caching import never_kept
from core.network import address_hash, client_address
from core.origin import public_form
from core.rates import hit
from messaging import wishes
from people.addresses import masked_address
from rights.actions.letters import queue_data_link, queue_data_link_to
from rights.forms import AddressForm
from rights.links import opens

WINDOW = 600  # seconds
MOST_IN_WINDOW = 10  # links one network may ask for in a window


@public_form
@never_kept
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Say what people may ask, and mail the link to whoever types their address; the answer is always the same."""
    if request.method != "POST":
        context = {"form": AddressForm(), "is_sent": request.GET.get("done") == "sent"}
        return render(request, "rights/ask.html", context)
    form = AddressForm(request.POST)
    if not form.is_valid():
        return render(request, "rights/ask.html", {"form": form}, status=422)
    if is_flood(request):
        return render(request, "rights/ask.html", {"form": form, "is_flood": True}, status=429)
    queue_data_link(typed=form.cleaned_data["email"], language=get_language() or "", at=timezone.now())
    return HttpResponseRedirect(f"{reverse('rights_ask')}?done=sent#done", status=303)


def is_flood(request: HttpRequest) -> bool:
    """Whether one network asked too often; what no address is known of has no limit of its own."""
    network = address_hash(client_address(request))
    return bool(network) and hit(f"your-data:{network}", window=WINDOW) > MOST_IN_WINDOW


@public_form
@never_kept
@require_http_methods(["GET", "HEAD", "POST"])
def ask_from_own_page(request: HttpRequest, token: str) -> HttpResponse:
    """Send the link to the address whose own page led here, which shows no data: its link may have been handed on."""
    try:
        point = wishes.read_page(token)
    except wishes.InvalidLink:
        return HttpResponseRedirect(reverse("rights_ask"), status=303)
    if request.method == "POST":
        if opens(point):
            queue_data_link_to(point=point, language=get_language() or "", at=timezone.now())
        return HttpResponseRedirect(f"{request.path}?done=sent#done", status=303)
    context = {
        "address": masked_address(point.channel, point.as_typed),
        "is_sent": request.GET.get("done") == "sent",
        "own_url": wishes.own_path(point),
    }
    return render(request, "rights/ask_own.html", context)


@never_kept
@require_http_methods(["GET", "HEAD"])
def gone(request: HttpRequest) -> HttpResponse:
    """Say that everything is erased; it needs no link, because nobody is known any more."""
    return render(request, "rights/gone.html", {"is_under_way": "under_way" in request.GET})
