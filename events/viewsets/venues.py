"""Venues: where events are held, with a point on the map and how to get in."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column

from core.staff_views import ScopedCreateView, ScopedEditView, ScopedIndexView, ScopedViewSet
from events.enums import AccessFeature
from events.forms.venues import VenueForm
from events.models import Venue
from places.commune_maps import commune_map, communes_near


class PickingScreen:
    """The form with the map of communes beside it; a click sets the point, without a script the two fields do."""

    template_name = "events/staff/venue_form.html"

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(*args, **kwargs)  # type: ignore[misc]
        venue = getattr(self, "object", None)
        chosen = [venue.territory] if venue is not None and venue.pk and venue.territory else []
        drawn = commune_map(communes_near(chosen))
        pin = None
        if drawn and venue is not None and venue.pk and venue.latitude is not None:
            pin = drawn.frame.place(float(venue.longitude), float(venue.latitude))
        return {**context, "map": drawn, "pin": pin}


class VenueCreateView(PickingScreen, ScopedCreateView):
    pass


class VenueEditView(PickingScreen, ScopedEditView):
    pass


class VenueIndexView(ScopedIndexView):
    def get_base_queryset(self) -> Any:
        return super().get_base_queryset().defer("territory__outline")


def _features(row: Any) -> str:
    labels = {feature.value: str(feature.label) for feature in AccessFeature}
    return ", ".join(labels[key] for key in row.features if key in labels)


class VenueViewSet(ScopedViewSet):
    model = Venue
    name = "venues"
    url_namespace = "staff_venues"
    icon = "home"
    list_display = [
        "name",
        Column("address", label=_("Street and number")),
        Column("territory", label=_("Commune"), accessor=lambda row: row.territory or ""),
        Column("features", label=_("Accessibility"), accessor=_features),
        Column("organisation", label=_("Entered by")),
    ]
    related = ("organisation", "territory")
    search_fields = ["name", "address", "town"]
    empty_text = _("There is no venue yet. Enter those you use again: how to get in is then told once and for all.")
    index_view_class = VenueIndexView
    add_view_class = VenueCreateView
    edit_view_class = VenueEditView

    def get_form_class(self, for_update: bool = False) -> Any:
        return VenueForm
