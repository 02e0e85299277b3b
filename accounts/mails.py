"""Account mail: like a sign-in code it goes straight to Django's mail backend, never through a campaign's messages."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from accounts.languages import language_of
from accounts.models import Membership


def send_invitation(membership: Membership) -> None:
    """Tell a member which role they were given and how to sign in. The link is no secret: the code it asks for is."""
    context = {
        "person": membership.user,
        "organisation": membership.organisation,
        "sign_in_url": f"{settings.PUBLIC_URL}{reverse('account_login')}",
        "site_name": settings.WAGTAIL_SITE_NAME,
    }
    with translation.override(language_of(membership.user)):
        context["role"] = membership.get_role_display()
        subject = " ".join(render_to_string("accounts/email/invitation_subject.txt", context).split())
        text = render_to_string("accounts/email/invitation_message.txt", context)
    EmailMessage(subject, text, to=[membership.user.email]).send()
