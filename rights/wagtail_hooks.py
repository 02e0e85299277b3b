from typing import Any

from django.http import HttpRequest
from wagtail import hooks

from rights.home_panel import RequestsPanel
from rights.record_viewset import RecordViewSet
from rights.retention_viewset import RetentionRuleViewSet
from rights.viewsets import RightsRequestViewSet


@hooks.register("register_admin_viewset")
def register_requests() -> RightsRequestViewSet:
    return RightsRequestViewSet()


@hooks.register("register_admin_viewset")
def register_retention() -> RetentionRuleViewSet:
    return RetentionRuleViewSet()


@hooks.register("register_admin_viewset")
def register_record() -> RecordViewSet:
    return RecordViewSet()


@hooks.register("construct_homepage_panels")
def add_requests_panel(request: HttpRequest, panels: list[Any]) -> None:
    panels.append(RequestsPanel())
