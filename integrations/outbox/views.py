from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin

from integrations.outbox.models import CaughtMessage


@never_cache
def list_messages(request: HttpRequest) -> HttpResponse:
    """Show what would have been sent, newest first."""
    messages = Paginator(CaughtMessage.objects.defer("html"), 25).get_page(request.GET.get("page"))
    return render(request, "outbox/list.html", {"messages": messages})


@never_cache
def show_message(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one caught message."""
    return render(request, "outbox/message.html", {"message": get_object_or_404(CaughtMessage, pk=pk)})


@never_cache
@xframe_options_sameorigin
def show_html(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the HTML part by itself, for a sandboxed frame; its own inline styles are allowed, scripts are not."""
    response = HttpResponse(get_object_or_404(CaughtMessage, pk=pk).html)
    response._csp_replace = {  # type: ignore[attr-defined]
        "default-src": ["'none'"],
        "style-src": ["'unsafe-inline'"],
        "img-src": ["'self'", "data:"],
        "script-src": ["'none'"],
        "frame-ancestors": ["'self'"],
    }
    return response
