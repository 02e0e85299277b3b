from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from allauth.mfa.signals import authenticator_added
        from django.contrib.auth.signals import user_logged_in

        from accounts import permissions  # noqa: F401 - registers the rules
        from accounts.receivers import after_authenticator_added, after_migrate, after_sign_in

        user_logged_in.connect(after_sign_in, dispatch_uid="accounts.after_sign_in")
        post_migrate.connect(after_migrate, sender=self, dispatch_uid="accounts.after_migrate")
        authenticator_added.connect(after_authenticator_added, dispatch_uid="accounts.after_authenticator_added")
