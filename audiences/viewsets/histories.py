"""What happened to a segment or a broadcast: counts of people stand in it, so it is for who may see people."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase

from core.staff_views import ScopedHistoryView, refuse


class PeopleHistoryView(ScopedHistoryView):
    """A history for whose organisation's people the user may see; who reads figures only would learn of a few."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        seen = self.visible_rows().filter(pk=kwargs["pk"]).exists()
        shown = self.model.objects.all().showing_people_to(request.user).filter(pk=kwargs["pk"])
        if seen and not shown.exists():
            return refuse(request)
        return super().dispatch(request, *args, **kwargs)
