from wagtail import hooks

from events.viewsets.rsvps import RsvpViewSet


@hooks.register("register_admin_viewset")
def register_rsvps() -> RsvpViewSet:
    return RsvpViewSet()
