from wagtail import hooks

from rights.viewsets.retention import RetentionRuleViewSet


@hooks.register("register_admin_viewset")
def register_retention() -> RetentionRuleViewSet:
    return RetentionRuleViewSet()
