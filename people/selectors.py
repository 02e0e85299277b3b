"""Reads of people shaped for forms."""

from collections.abc import Iterable

from django.conf import settings

from people.models import ConsentText


def current_consent_texts(*, organisation_ids: Iterable[int], scope: str, language: str) -> list[ConsentText]:
    """Return the latest wording per organisation, purpose and channel for a form of ``scope`` in ``language``.

    A wording for the scope beats one for all campaigns, the person's language beats the default language.
    """
    organisations = list(organisation_ids)
    wanted: dict[tuple[int, str, str], ConsentText] = {}
    texts = ConsentText.objects.filter(
        organisation_id__in=organisations, scope__in=[scope, ""], language__in=[language, settings.LANGUAGE_CODE]
    ).select_related("organisation")
    for text in sorted(texts, key=lambda t: (t.language == language, t.scope == scope, t.version)):
        wanted[(text.organisation_id, text.purpose, text.channel)] = text
    return sorted(wanted.values(), key=lambda t: (organisations.index(t.organisation_id), t.channel, t.purpose))
