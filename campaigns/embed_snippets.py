"""What a partner copies into its own website: the form, the count, the picture, and the lines of its policy."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext, override

from campaigns.models import Source
from campaigns.selectors.source_links import short_url
from campaigns.selectors.source_pages import Widget


@dataclass(frozen=True)
class Snippet:
    """Something to copy, and what it is for."""

    title: str
    html: str


def site_origin() -> str:
    """Return our address as a policy names it."""
    parts = urlsplit(settings.PUBLIC_URL)
    return f"{parts.scheme}://{parts.netloc}"


def policy_lines() -> list[str]:
    """Return what a website with a Content-Security-Policy adds to it."""
    origin = site_origin()
    return [f"script-src {origin}", f"connect-src {origin}"]


def picture_policy() -> str:
    return f"img-src {site_origin()}"


def snippets(source: Source, widget: Widget, language: str) -> list[Snippet]:
    """Return what puts one form, and its count, on a website in ``language``."""
    with override(language):
        way = gettext("Sign the petition: %(title)s") if widget.kind == "petition" else gettext("Take part: %(title)s")
        words = way % {"title": widget.title_in(language)}
        count_words = gettext("How many have joined: %(title)s") % {"title": widget.title_in(language)}
    url = short_url(source.code)
    form = _script(source, f"data-carillon-{widget.kind}", widget.number, language, url, words)
    count = _script(source, "data-carillon-counter", widget.name, language, url, count_words)
    picture = _picture(widget, language, url, count_words)
    return [
        Snippet(gettext("The form"), form),
        Snippet(gettext("The count"), count),
        Snippet(gettext("The count as a picture, where no script may run"), picture),
    ]


def _script(source: Source, what: str, value: str, language: str, url: str, words: str) -> str:
    return format_html(
        '<p><a href="{}">{}</a></p>\n<script src="{}" {}="{}" data-source="{}" data-language="{}" async></script>',
        url, words, _absolute(reverse("embed_script")), what, value, source.code, language,
    )  # fmt: skip


def _picture(widget: Widget, language: str, url: str, words: str) -> str:
    address = _absolute(reverse("embed_count_image", args=[widget.name]))
    return format_html(
        '<a href="{}"><img src="{}?lang={}" alt="{}" width="320" height="92"></a>', url, address, language, words
    )


def _absolute(path: str) -> str:
    return f"{settings.PUBLIC_URL}{path}"
