from wagtail import hooks

from messaging.viewsets import MessageViewSet


@hooks.register("register_admin_viewset")
def register_messages() -> MessageViewSet:
    return MessageViewSet()
