from django.apps import AppConfig


class CmsConfig(AppConfig):
    name = "cms"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from cms.receivers import connect

        connect()

        from wagtail.models import Page
        from wagtail.permissions import register_permission_policy

        from cms.page_rights import CampaignPagePolicy
        from cms.staff_widgets import replace_chooser_scripts

        register_permission_policy(Page, CampaignPagePolicy())
        replace_chooser_scripts()
