"""Mastodon has no one address: the person names their own server, and we send them there."""

import re
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.origin import public_form

_SERVER = re.compile(r"(?=.{4,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}\Z")


def server_name(typed: str) -> str:
    """Return the server's host name out of "mastodon.social", "https://…" or "@me@mastodon.social", else nothing."""
    text = typed.strip().lower().removeprefix("https://").removeprefix("http://")
    host = text.split("/", 1)[0].rpartition("@")[2]
    return host if _SERVER.match(host) else ""


@public_form
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def share_mastodon(request: HttpRequest) -> HttpResponse:
    """Ask for the server, then show the link to its own share page.

    A link rather than a redirect: the site's form-action policy holds for where a form's answer leads, too.
    """
    values = request.POST if request.method == "POST" else request.GET
    text, typed = values.get("text", "")[:1000], values.get("server", "")[:300]
    server = server_name(typed)
    is_unreadable = request.method == "POST" and not server
    context = {
        "text": text,
        "server": server or typed,
        "is_unreadable": is_unreadable,
        "target_url": f"https://{server}/share?text={quote(text)}" if server else "",
    }
    return render(request, "cms/share_mastodon.html", context, status=422 if is_unreadable else 200)
