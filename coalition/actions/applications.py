"""Organisations that ask to take part: confirmed by e-mail, then accepted, refused, or found to be known."""

import contextlib
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import transaction

from accounts.models import Organisation, User
from campaigns.enums import PartnerRole
from campaigns.models import Campaign
from coalition.actions.joining import Newcomer, take_in
from coalition.actions.profiles import ContactKnownError, Person, save_contact
from coalition.enums import ApplicationStatus, ContactTopic
from coalition.models import PartnerApplication
from core import audit
from core.table_columns import plain
from messaging.actions.queue import Draft, queue_message
from people.canonical import canonical_email
from people.consent import ContactPurpose
from people.enums import Channel, Purpose
from people.models import Submission

KIND = "partner-application"
USEFUL_FOR = timedelta(days=7)


class AlreadyAnsweredError(ValueError):
    """The application was answered otherwise before; the argument is its state."""


class KnownOrganisationError(ValueError):
    """An organisation of this name and country is known, and nobody said whether it is that one."""


class PartnerSubmission:
    """The form "Take part as an organisation", as one kind of submission."""

    templates: ClassVar[dict[str, str]] = {
        "confirm_signature": "confirm_partner_application",
        "confirm_reminder": "remind_partner_application",
    }

    def accept(self, submission: Submission, *, at: datetime) -> None:
        """Do nothing: staff see an application only once its address is proved."""

    def confirm(self, submission: Submission, *, at: datetime) -> PartnerApplication:
        return confirm_application(submission=submission, at=at)

    def disown(self, submission: Submission, *, at: datetime) -> None:
        """Do nothing: there is nothing to take back."""


def confirm_application(*, submission: Submission, at: datetime) -> PartnerApplication:
    """Make the application a confirmed form asks for, and return it.

    The same organisation with the same address that waits already is brought up to date, not doubled. Nobody becomes a
    supporter by it: it is an organisation that asks. Runs in the confirming transaction.
    """
    told = submission.payload
    campaign = Campaign.objects.select_for_update(of=("self",), no_key=True).get(pk=submission.target_id)
    fields: dict[str, Any] = {
        "country": told["country"],
        "website": told.get("organisation_website", ""),
        "role": told.get("role", PartnerRole.PARTNER),
        "contact_name": told["full_name"],
        "contact_function": told.get("function", ""),
        "languages": told.get("languages", []),
        "why": told.get("why", ""),
        "locale": submission.locale,
        "applied_at": at,
        "is_generated": submission.is_generated,
    }
    application, made = PartnerApplication.objects.update_or_create(
        campaign=campaign,
        contact_email=submission.email.strip().lower(),
        organisation_name=told["organisation"],
        status=ApplicationStatus.OPEN,
        defaults=fields,
    )
    audit.record("coalition.application.received", target=application, again=not made)
    return application


@transaction.atomic
def accept_application(
    *,
    application: PartnerApplication,
    role: str,
    organisation: Organisation | None = None,
    is_another: bool = False,
    by: User,
    at: datetime,
) -> PartnerApplication:
    """Take the organisation in, and return the application.

    Makes the organisation (or takes ``organisation``, which is known), its part in the campaign with ``role``, a link,
    its contact person, and invites that person as its manager; one letter says so. A second call does nothing. Raises
    AlreadyAnsweredError when it was refused, MayNotGrantError when ``by`` may not give roles there, and
    KnownOrganisationError where one of its name is known and neither ``organisation`` nor ``is_another`` was said.
    """
    # Two applications of one organisation accepted at once take turns, so that the second sees the first one's.
    Campaign.objects.select_for_update(of=("self",), no_key=True).get(pk=application.campaign_id)
    current = _lock(application)
    if current.status == ApplicationStatus.ACCEPTED:
        return current
    _refuse_if_answered(current)
    if organisation is None and not is_another and namesakes(current, by):
        raise KnownOrganisationError
    taken = take_in(
        campaign=current.campaign,
        newcomer=Newcomer(
            name=current.organisation_name,
            country=current.country,
            role=role,
            website=current.website,
            person=current.contact_name,
            email=current.contact_email,
            known=organisation,
            is_generated=current.is_generated,
        ),
        by=by,
        at=at,
    )
    person = Person(current.contact_name, ContactTopic.CAMPAIGN, current.contact_function, current.contact_email)
    # A known organisation may have this very address already, under the name it gave.
    with contextlib.suppress(ContactKnownError):
        save_contact(partnership=taken.partnership, person=person, by=by)
    current.partnership = taken.partnership
    _answer(current, ApplicationStatus.ACCEPTED, by, at)
    audit.record(
        "coalition.application.accepted", by=by, target=current, partnership=taken.partnership.pk,
        merged=organisation is not None,
    )  # fmt: skip
    _write(current, "partner_accepted", at)
    return current


@transaction.atomic
def refuse_application(*, application: PartnerApplication, reason: str, by: User, at: datetime) -> PartnerApplication:
    """Refuse an application with a reason, which the letter tells, and return it. A second call does nothing.

    Raises AlreadyAnsweredError when it was accepted.
    """
    current = _lock(application)
    if current.status == ApplicationStatus.REFUSED:
        return current
    _refuse_if_answered(current)
    current.reason = reason.strip()
    _answer(current, ApplicationStatus.REFUSED, by, at)
    audit.record("coalition.application.refused", by=by, target=current)
    _write(current, "partner_refused", at)
    return current


def namesakes(application: PartnerApplication, by: User) -> list[Organisation]:
    """Return the organisations ``by`` sees that have an applicant's name, in its country or in none that is told."""
    seen = Organisation.objects.visible_to(by).exclude(pk=application.campaign.organisation_id)
    name = plain(application.organisation_name)
    rows = seen.filter(country__in=[application.country, ""]).order_by("pk")
    return [each for each in rows if plain(each.name) == name]


def _lock(application: PartnerApplication) -> PartnerApplication:
    rows = PartnerApplication.objects.select_for_update(of=("self",))
    return rows.select_related("campaign__organisation").get(pk=application.pk)


def _refuse_if_answered(application: PartnerApplication) -> None:
    if application.status != ApplicationStatus.OPEN:
        raise AlreadyAnsweredError(application.status)


def _answer(application: PartnerApplication, status: ApplicationStatus, by: User, at: datetime) -> None:
    application.status, application.decided_at, application.decided_by = status, at, by
    application.save(update_fields=["status", "decided_at", "decided_by", "reason", "partnership"])


def _write(application: PartnerApplication, template: str, at: datetime) -> None:
    """Queue the letter that answers; erased applicants have no address, and are answered no more."""
    if not application.contact_email:
        return
    draft = Draft(
        idempotency_key=f"{template.replace('_', '-')}:application:{application.pk}:answer",
        purpose=ContactPurpose(Purpose.SERVICE, Channel.EMAIL),
        template=template,
        address=application.contact_email,
        canonical=canonical_email(application.contact_email),
        language=application.locale,
        not_before=at,
        expires_at=at + USEFUL_FOR,
        context={"application": application.pk},
    )
    queue_message(draft=draft, at=at)
