from wagtail import hooks

from messaging.inbound_viewsets import InboundViewSet
from messaging.viewsets import MessageViewSet


@hooks.register("register_admin_viewset")
def register_messages() -> list[MessageViewSet | InboundViewSet]:
    return [MessageViewSet(), InboundViewSet()]
