import uuid
from contextlib import suppress

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST

from core.origin import public_form
from integrations.outbox.models import CaughtMessage
from messaging.actions.inbound import receive_text
from messaging.models import InboundMessage
from people.canonical import UnreadableAddress
from people.enums import Channel


@never_cache
def list_messages(request: HttpRequest) -> HttpResponse:
    """Show what would have been sent, newest first."""
    messages = Paginator(CaughtMessage.objects.defer("html"), 25).get_page(request.GET.get("page"))
    return render(request, "outbox/list.html", {"messages": messages})


@never_cache
def show_message(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one caught message, and how the last text sent back to it was understood."""
    message = get_object_or_404(CaughtMessage, pk=pk)
    replies = InboundMessage.objects.filter(provider_id__startswith=f"outbox-{pk}-")
    return render(request, "outbox/message.html", {"message": message, "reply": replies.order_by("-pk").first()})


@public_form
@require_POST
def reply(request: HttpRequest, pk: int) -> HttpResponse:
    """Text back to a caught SMS, as its owner would: the demo's stand-in for a provider's report of a text."""
    message = get_object_or_404(CaughtMessage, pk=pk, channel=Channel.SMS)
    text = request.POST.get("text", "").strip()
    if text:
        provider_id = f"outbox-{pk}-{uuid.uuid4()}"
        with suppress(UnreadableAddress):
            receive_text(
                channel=Channel.SMS, address=message.address, text=text, provider_id=provider_id, at=timezone.now()
            )
    return redirect("outbox_message", pk=pk)


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
