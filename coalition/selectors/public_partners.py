"""What the site shows of a campaign's partners: who takes part and agreed to what is asked, and what they say."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings

from campaigns.enums import PartnerRole
from campaigns.models import Campaign, Partnership
from campaigns.selectors.source_links import own_link_of
from coalition.actions.partner_pages import Words
from coalition.logo_files import small_size
from coalition.models import PartnerProfile, PartnerProfileText


@dataclass(frozen=True)
class Logo:
    """A logo's name in addresses, and how large its two sizes are shown, in CSS pixels."""

    token: str
    width: int
    height: int
    large_width: int
    large_height: int


@dataclass(frozen=True)
class Said:
    """Words in the language nearest to the reader's."""

    text: str
    language: str


@dataclass(frozen=True)
class PublicPartner:
    """One organisation that takes part. ``has_page``: something of its own is approved."""

    partnership: Partnership
    logo: Logo | None = None
    website: str = ""
    shows_figure: bool = False
    has_page: bool = False
    texts: tuple[tuple[str, Words], ...] = ()

    @property
    def name(self) -> str:
        return self.partnership.organisation.name

    def summary(self, language: str) -> Said | None:
        return _nearest([(code, words.summary) for code, words in self.texts], language)

    def words(self, language: str) -> Said | None:
        return _nearest([(code, words.words) for code, words in self.texts], language)


def public_partners(campaign: Campaign) -> list[PublicPartner]:
    """Return who takes part in a campaign and agreed to what it asks, leading ones first, then by name; three queries.

    Of its words only the summaries are read.
    """
    in_force = Partnership.objects.in_force().filter(campaign=campaign).select_related("organisation")
    profiles = PartnerProfile.objects.public().with_logos().filter(partnership__campaign=campaign)
    by_partner = {profile.partnership_id: profile for profile in profiles}
    texts = PartnerProfileText.objects.filter(profile__in=[each.pk for each in by_partner.values()])
    said = _by_profile(texts.exclude(summary="").values_list("profile_id", "language", "summary"))
    found = [_partner(each, by_partner.get(each.pk), said) for each in in_force]
    return sorted(found, key=lambda each: (each.partnership.role != PartnerRole.LEAD, each.name.casefold()))


def public_partner(campaign_id: int, partnership_id: int) -> PublicPartner | None:
    """Return one partner with its words, or None: it is another campaign's, has left, or nothing of it is approved."""
    rows = PartnerProfile.objects.public().with_logos().select_related("partnership__organisation")
    profile = rows.filter(partnership=partnership_id, partnership__campaign=campaign_id).first()
    return None if profile is None else partner_of(profile)


def partner_of(profile: PartnerProfile) -> PublicPartner:
    """Return the partner as one version of its page shows it, whatever its state."""
    texts = PartnerProfileText.objects.filter(profile=profile)
    said = _by_profile(texts.values_list("profile_id", "language", "summary", "words"))
    return _partner(profile.partnership, profile, said)


def partners_with_pages(campaign_ids: Iterable[int]) -> list[PartnerProfile]:
    """Return what is public of the partners of some campaigns, with the organisations, in one query."""
    rows = PartnerProfile.objects.public().filter(partnership__campaign__in=list(campaign_ids))
    return list(rows.select_related("partnership__organisation").order_by("partnership"))


def own_code(partnership: Partnership) -> str:
    """Return the code of the partner's own link; blank while it has none."""
    link = own_link_of(partnership)
    return link.code if link else ""


def _by_profile(rows: Iterable[tuple[int, str, str] | tuple[int, str, str, str]]) -> dict[int, dict[str, Words]]:
    said: dict[int, dict[str, Words]] = defaultdict(dict)
    for profile_id, language, *words in rows:
        said[profile_id][language] = Words(*words)
    return said


def _partner(
    partnership: Partnership, profile: PartnerProfile | None, said: dict[int, dict[str, Words]]
) -> PublicPartner:
    if profile is None:
        return PublicPartner(partnership)
    texts = said.get(profile.pk, {})
    return PublicPartner(
        partnership=partnership,
        logo=logo_of(profile),
        website=profile.website,
        shows_figure=profile.shows_figure,
        has_page=True,
        texts=tuple((code, texts[code]) for code in _ordered(texts)),
    )


def logo_of(profile: PartnerProfile) -> Logo | None:
    logo = profile.logo
    if logo is None:
        return None
    return Logo(logo.token, *small_size(logo.width, logo.height), logo.width, logo.height)


def _ordered(languages: Iterable[str]) -> list[str]:
    order = [code for code, _name in settings.LANGUAGES]
    return sorted(languages, key=lambda code: (order.index(code) if code in order else len(order), code))


def _nearest(texts: Sequence[tuple[str, str]], language: str) -> Said | None:
    """Return the words in ``language``, else in the site's first language, else any, or None."""
    written = {code: text for code, text in texts if text}
    for code in (language, settings.LANGUAGE_CODE, *written):
        if code in written:
            return Said(written[code], code)
    return None
