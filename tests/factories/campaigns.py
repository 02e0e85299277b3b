"""Signatures for tests, made the way citizens make them: a form handed in, and its link pressed."""

from datetime import datetime
from typing import Any

from campaigns.actions.signatures import KIND
from campaigns.enums import SourceKind
from campaigns.models import Campaign, Partnership, Petition, Signature, Source
from people.actions.submissions import Intake, accept_submission, confirm_submission
from people.models import ConsentText, Submission
from people.tokens import CONFIRM, sign_uuid
from tests.factories.people import ADA, make_organisation


def make_partnership(campaign: Campaign, name: str = "", **fields: Any) -> Partnership:
    return Partnership.objects.create(campaign=campaign, organisation=make_organisation(name), **fields)


def make_source(campaign: Campaign, code: str, partnership: Partnership | None = None) -> Source:
    kind = SourceKind.PARTNER if partnership else SourceKind.LINK
    return Source.objects.create(campaign=campaign, code=code, label=code, kind=kind, partnership=partnership)


def hand_in(
    petition: Petition,
    email: str = ADA,
    *,
    at: datetime,
    granted: tuple[ConsentText, ...] = (),
    refused: tuple[ConsentText, ...] = (),
    source: str = "",
    phone: str = "",
    locale: str = "en",
    address_hash: str = "",
    **told: Any,
) -> Submission:
    """Accept one form under ``petition``, as the web request does."""
    choices = [{"text": text.pk, "granted": True} for text in granted]
    choices += [{"text": text.pk, "granted": False} for text in refused]
    intake = Intake(
        kind=KIND,
        target_id=petition.pk,
        target_title=petition.title,
        email=email,
        phone=phone,
        locale=locale,
        payload=told,
        consents=choices,
        source=source,
        address_hash=address_hash,
        needs_confirmation=petition.requires_confirmation,
    )
    return accept_submission(intake=intake, at=at)


def confirm_token(submission: Submission) -> str:
    return sign_uuid(submission.public_id, CONFIRM)


def press(submission: Submission, *, at: datetime) -> Submission:
    """Press the button behind the mailed link."""
    return confirm_submission(token=confirm_token(submission), at=at).submission


def sign(petition: Petition, email: str = ADA, *, at: datetime, **form: Any) -> Signature:
    """Hand in a form and confirm it."""
    submission = press(hand_in(petition, email, at=at, **form), at=at)
    return Signature.objects.get(petition=petition, supporter=submission.supporter)
