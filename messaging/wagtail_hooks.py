from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html
from wagtail import hooks

from messaging.home_panel import TextsPanel
from messaging.inbound_viewsets import InboundViewSet
from messaging.viewsets import MessageViewSet


@hooks.register("register_admin_viewset")
def register_messages() -> list[MessageViewSet | InboundViewSet]:
    return [MessageViewSet(), InboundViewSet()]


@hooks.register("construct_homepage_panels")
def show_waiting_texts(_request: HttpRequest, panels: list[Any]) -> None:
    panels.append(TextsPanel())


@hooks.register("insert_global_admin_css")
def inbox_style() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("messaging/inbox.css"))
