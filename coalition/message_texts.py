"""From a row of the ledger to the words of an answer to an organisation (settings.MESSAGE_CONTEXTS)."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from coalition.models import PartnerApplication
from messaging.models import OutboundMessage
from messaging.rendering import NotNeeded, stored_context


def answer_context(message: OutboundMessage) -> dict[str, Any]:
    """Return what the letter says that answers an application. One that was erased meanwhile is not answered."""
    told = stored_context(message)
    rows = PartnerApplication.objects.select_related("campaign__organisation")
    application = rows.filter(pk=told["application"]).first()
    if application is None or not application.contact_email:
        raise NotNeeded
    return {
        **told,
        "name": application.contact_name,
        "organisation": application.organisation_name,
        "campaign": application.campaign.title,
        "lead": application.campaign.organisation.name,
        "reason": application.reason,
        "url": settings.PUBLIC_URL + reverse("account_login"),
    }
