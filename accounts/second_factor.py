"""Who needs a second factor, and who has one."""

from allauth.mfa.models import Authenticator
from django.conf import settings

from accounts.models import User


def has_second_factor(user: User) -> bool:
    """Say whether the user has set up an authenticator app or a passkey; recovery codes alone are none."""
    return Authenticator.objects.filter(
        user=user, type__in=[Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    ).exists()


def needs_second_factor(user: User) -> bool:
    """Say whether the user may enter the staff area but must set up a second factor first."""
    return bool(settings.STAFF_SECOND_FACTOR_REQUIRED) and user.may_enter_staff_area and not has_second_factor(user)
