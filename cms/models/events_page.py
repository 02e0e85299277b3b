import re
from typing import Any, ClassVar

from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, Panel
from wagtail.models import Page
from wagtail.url_routing import RouteResult

from cms.models.public_page import PublicPage
from cms.page_forms import ForCampaignPageForm
from events.models import Event

_OF_EVENT = re.compile(r"([0-9]{1,15})(?:-[\w-]*)?")


class EventsPage(PublicPage):
    """A campaign's public events in one language: the list, and below it every event under an address of its own."""

    campaign = models.ForeignKey(
        "campaigns.Campaign", on_delete=models.PROTECT, related_name="events_pages", verbose_name=_("campaign")
    )

    base_form_class = ForCampaignPageForm
    template = "cms/events_page.html"
    event_template = "cms/event.html"
    parent_page_types: ClassVar[list[str]] = ["cms.HomePage", "cms.CampaignPage"]
    subpage_types: ClassVar[list[str]] = []  # what follows the address names an event
    content_panels: ClassVar[list[Panel]] = [
        *Page.content_panels,
        FieldPanel("campaign"),
        FieldPanel("introduction"),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = _("page of events")
        verbose_name_plural = _("pages of events")

    @staticmethod
    def tail_of(event: Event) -> str:
        """Return what follows this page's address for an event. The key finds it; the words are for people.

        They are those of the event's own language, so that translations of the page share the tail.
        """
        words = slugify(event.title)[:60].strip("-")
        return f"{event.pk}-{words}/" if words else f"{event.pk}/"

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Lead ``12-any-words/`` to the event; Wagtail finds this page itself."""
        if self.live and len(path_components) == 1:
            named = _OF_EVENT.fullmatch(path_components[0])
            if named:
                return RouteResult(self, kwargs={"event_id": int(named[1]), "tail": f"{path_components[0]}/"})
        return super().route(request, path_components)

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer with the list or one event; drafts, others' events and those kept off the site are not found."""
        event_id, tail = kwargs.pop("event_id", None), kwargs.pop("tail", "")
        if event_id is None:
            return super().serve(request, *args, **kwargs)
        related = ("campaign", "organisation", "event_type", "venue__territory", "territory")
        public = Event.objects.public().filter(campaign=self.campaign_id)
        event = public.select_related(*related).prefetch_related("texts", "timeslots").filter(pk=event_id).first()
        if event is None:
            raise Http404
        self.campaign = event.campaign  # read with the event, not once more
        if tail != self.tail_of(event):
            query = request.META.get("QUERY_STRING", "")
            path = f"{self.get_url(request)}{self.tail_of(event)}"
            return HttpResponsePermanentRedirect(f"{path}?{query}" if query else path)
        return super().serve(request, *args, event=event, **kwargs)

    def get_template(self, request: HttpRequest, *args: Any, **kwargs: Any) -> str:
        return self.event_template if kwargs.get("event") else str(super().get_template(request, *args, **kwargs))

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the list as it was asked for, or the event."""
        from cms.event_context import event_context
        from cms.events_context import list_context

        event = kwargs.pop("event", None)
        context = super().get_context(request, *args, **kwargs)
        if not self.campaign_id:  # a preview may come before the campaign is chosen
            return context
        at = timezone.now()
        context.update(
            event_context(self, event, context, request, at=at) if event else list_context(self, request, at=at)
        )
        return context
