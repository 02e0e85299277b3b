from django.templatetags.static import static
from django.utils.html import format_html
from wagtail import hooks

from messaging.inbound_viewsets import InboundViewSet
from messaging.viewsets import MessageViewSet


@hooks.register("register_admin_viewset")
def register_messages() -> list[MessageViewSet | InboundViewSet]:
    return [MessageViewSet(), InboundViewSet()]


@hooks.register("insert_global_admin_css")
def inbox_style() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("messaging/inbox.css"))
