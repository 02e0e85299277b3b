"""Which agreements a volunteer accepted, and which wait."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.conf import settings

from volunteers.enums import AgreementKind
from volunteers.models import AgreementAcceptance, AgreementText, Volunteer

# What everybody accepts who works with us; paper collection asks one more.
ASKED_OF_ALL = (AgreementKind.CODE_OF_CONDUCT, AgreementKind.DATA)


def current_agreements(
    *, organisation_ids: Sequence[int], kinds: Iterable[AgreementKind], language: str
) -> list[AgreementText]:
    """Return the text in force of each kind, in the order of ``kinds``: what a form shows.

    The first organisation that has a text of a kind is the one that counts. The reader's language beats the site's
    first one, which beats any other; kinds nobody has a text of are left out.
    """
    wanted = list(kinds)
    texts = AgreementText.objects.filter(organisation__in=organisation_ids, kind__in=wanted)
    best: dict[str, AgreementText] = {}
    for text in sorted(texts, key=lambda each: _rank(each, organisation_ids, language)):
        best[text.kind] = text
    return [best[kind] for kind in wanted if kind in best]


def _rank(text: AgreementText, organisation_ids: Sequence[int], language: str) -> tuple[int, bool, bool, int]:
    nearness = -list(organisation_ids).index(text.organisation_id)
    return nearness, text.language == language, text.language == settings.LANGUAGE_CODE, text.version


def has_accepted(volunteer: Volunteer, kind: AgreementKind, at: datetime) -> bool:
    """Whether the volunteer had, at ``at``, accepted the wording of this kind that was in force then.

    A text counts as long as its organisation had published no newer one of the same kind in the same language; it is
    the volunteer's organisation's text, or the campaign's leading one's where their own has none. A kind without any
    text is accepted by nobody.
    """
    return str(kind) in _accepted_kinds(volunteer, [kind], at)


def _accepted_kinds(volunteer: Volunteer, kinds: Iterable[AgreementKind], at: datetime) -> set[str]:
    texts = [text for text in _texts(volunteer, kinds) if text.created_at <= at]
    nearest = _nearest_organisation(volunteer, texts)
    newest: dict[tuple[str, str], AgreementText] = {}
    for text in sorted(texts, key=lambda each: each.version):
        if text.organisation_id == nearest[text.kind]:
            newest[(text.kind, text.language)] = text
    in_force = {text.pk: text.kind for text in newest.values()}
    accepted = AgreementAcceptance.objects.filter(volunteer=volunteer, text__in=in_force, at__lte=at)
    return {in_force[pk] for pk in accepted.values_list("text", flat=True)}


def _texts(volunteer: Volunteer, kinds: Iterable[AgreementKind]) -> list[AgreementText]:
    organisations = _organisations(volunteer)
    return list(AgreementText.objects.filter(organisation__in=organisations, kind__in=list(kinds)))


def _organisations(volunteer: Volunteer) -> list[int]:
    """Return who is answerable for the volunteer, nearest first."""
    return list(dict.fromkeys([volunteer.organisation_id, volunteer.campaign.organisation_id]))


def _nearest_organisation(volunteer: Volunteer, texts: list[AgreementText]) -> dict[str, int]:
    order = _organisations(volunteer)
    found: dict[str, int] = {}
    for text in sorted(texts, key=lambda each: order.index(each.organisation_id)):
        found.setdefault(text.kind, text.organisation_id)
    return found


def missing_agreements(
    volunteer: Volunteer, kinds: Iterable[AgreementKind], *, at: datetime, language: str = ""
) -> list[AgreementText]:
    """Return the texts in force the volunteer has still to accept, one per kind, in ``language`` where there is one.

    ``language``: the reader's; without one, the language the volunteer writes in with us.
    """
    wanted = list(kinds)
    accepted = _accepted_kinds(volunteer, wanted, at)
    left = [kind for kind in wanted if str(kind) not in accepted]
    if not left:
        return []
    return current_agreements(
        organisation_ids=_organisations(volunteer), kinds=left, language=language or volunteer.supporter.language
    )


def agreements_in_force(volunteer: Volunteer, language: str) -> list[AgreementText]:
    """Return the text in force of every kind for this volunteer."""
    return current_agreements(organisation_ids=_organisations(volunteer), kinds=list(AgreementKind), language=language)


def latest_acceptance(volunteer: Volunteer, kind: AgreementKind) -> AgreementAcceptance | None:
    """Return the volunteer's latest acceptance of a wording of their own organisation of this kind, if there is one."""
    return (
        AgreementAcceptance.objects.filter(
            volunteer=volunteer, text__kind=kind, text__organisation=volunteer.organisation_id
        )
        .select_related("text")
        .order_by("-at", "-pk")
        .first()
    )
