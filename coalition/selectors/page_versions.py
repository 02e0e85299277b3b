"""What staff screens read of partners' own pages: versions side by side, and the state of each partner's page."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from campaigns.models import Partnership
from coalition.models import PartnerProfile, PartnerProfileText
from coalition.profile_enums import OPEN, ProfileStatus

NONE = pgettext_lazy("a partner's page", "none")
STATES = [
    ("waiting", ProfileStatus.WAITING.label),
    ("returned", ProfileStatus.RETURNED.label),
    ("draft", ProfileStatus.DRAFT.label),
    ("public", ProfileStatus.PUBLIC.label),
    ("none", _("nothing public")),
    ("no-logo", _("no public logo")),
]


@dataclass(frozen=True)
class Line:
    """One thing a page says, as it is and as it would be; ``language`` is blank where it is no words."""

    label: str
    old: str
    new: str
    language: str = ""

    @property
    def is_changed(self) -> bool:
        return self.old != self.new


def compare(public: PartnerProfile | None, draft: PartnerProfile) -> list[Line]:
    """Return everything both versions say, line by line, in the order of the form; the logos stand apart."""
    lines = [
        Line(gettext("Website"), public.website if public else "", draft.website),
        Line(gettext("Shows its own figure"), _yes(public), _yes(draft)),
    ]
    old, new = _said(public), _said(draft)
    names = dict(settings.WAGTAIL_CONTENT_LANGUAGES)
    for code in [*names, *sorted({*old, *new} - set(names))]:
        before, after = old.get(code, ("", "")), new.get(code, ("", ""))
        labels = (gettext("In one sentence (%(language)s)"), gettext("In its own words (%(language)s)"))
        lines += [
            Line(label % {"language": names.get(code, code)}, was, becomes, code)
            for label, was, becomes in zip(labels, before, after, strict=True)
            if was or becomes
        ]
    return lines


def _yes(profile: PartnerProfile | None) -> str:
    return "" if profile is None else gettext("yes") if profile.shows_figure else gettext("no")


def _said(profile: PartnerProfile | None) -> dict[str, tuple[str, str]]:
    return {text.language: (text.summary, text.words) for text in profile.texts.all()} if profile else {}


def versions_of(partnership: Partnership) -> list[PartnerProfile]:
    """Return every version of a partner's page, the newest first, in two queries."""
    rows = PartnerProfile.objects.with_logos().filter(partnership=partnership)
    return list(rows.select_related("saved_by", "decided_by").prefetch_related("texts").order_by("-pk"))


def with_page_states(rows: QuerySet[Partnership]) -> QuerySet[Any]:
    """Add ``open_page`` (the state of what is being worked on, else None) and ``has_public_page`` to partnerships."""
    own = PartnerProfile.objects.filter(partnership=OuterRef("pk"))
    return rows.annotate(
        open_page=Subquery(own.filter(status__in=OPEN).values("status")[:1]),
        has_public_page=Exists(own.filter(status=ProfileStatus.PUBLIC)),
    )


def page_state(row: Any) -> str:
    """Return in words what stands on the site of a partner, and what is being worked on."""
    parts = [str(ProfileStatus.PUBLIC.label)] if row.has_public_page else []
    parts += [str(ProfileStatus(row.open_page).label)] if row.open_page else []
    return " · ".join(parts) or str(NONE)


def by_page_state(state: str) -> Q:
    """Return the condition on partnerships that their page is in a state of STATES."""
    own = PartnerProfile.objects.filter(partnership=OuterRef("pk"))
    public = own.filter(status=ProfileStatus.PUBLIC)
    if state == "none":
        return Q(~Exists(public), left_at__isnull=True)
    if state == "no-logo":
        return Q(~Exists(public.filter(logo__isnull=False)), left_at__isnull=True)
    return Q(Exists(own.filter(status=state)))


def without_words_in(language: str) -> Q:
    """Return the condition on partnerships that nothing public of them is in a language."""
    said = PartnerProfileText.objects.filter(
        profile__partnership=OuterRef("pk"), profile__status=ProfileStatus.PUBLIC, language=language
    )
    return Q(~Exists(said), left_at__isnull=True)
