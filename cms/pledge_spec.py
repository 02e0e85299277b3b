"""What the form of a pledge needs to know, kept for half a minute."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, TypeAlias

from django.db.models import QuerySet
from django.utils import timezone

from campaigns.models import Partnership, PledgeKind
from campaigns.pledge_opening import Opening, opening_of
from campaigns.pledge_schedule import Rule
from campaigns.selectors.sources import partnership_of_source
from campaigns.zones import local_day
from cms.form_spec import LARGEST_ID, FormSpec, NoSuchPage, consent_choices
from core.ttl_cache import ttl_cache
from people.enums import Purpose
from people.models import ConsentText
from places.models import Territory

if TYPE_CHECKING:
    from cms.models import PledgePage, RegistrationPage

    HostPage: TypeAlias = PledgePage | RegistrationPage

_RELATED = ("pledge_kind__campaign__organisation", "pledge_kind__election__territory", "pledge_kind__initiative")


@dataclass(frozen=True, kw_only=True)
class PledgeSpec(FormSpec):
    """A kind's form as one page asks it. ``communes``: (code, name), none where the commune is not asked.

    ``reminder_boxes``: the names of the fields by which somebody agrees to reminders.
    """

    kind_id: int
    promise: str
    is_generated: bool
    is_check: bool
    asks_phone: bool
    asks_nationality: bool
    communes: tuple[tuple[str, str], ...]
    takes_pledges: bool
    last_day: date | None
    is_called_off: bool
    today: date
    reminder_boxes: frozenset[str]
    reminder_lines: tuple[Rule, ...] = ()

    @property
    def opening(self) -> Opening:
        return Opening(self.today, self.last_day, self.takes_pledges, self.reminder_lines, self.is_called_off)


def pledge_spec(page_id: int, source: str = "") -> PledgeSpec:
    """Return the form of a live page, and of the partner whose link brought the visitor.

    The page is one of a pledge, or the check of eligibility that offers one under its answer. Raises NoSuchPage.
    """
    if page_id > LARGEST_ID:
        raise NoSuchPage
    return _spec(page_id, partnership_of_source(source))


@ttl_cache(30)
def _spec(page_id: int, partnership_id: int | None) -> PledgeSpec:
    return build_pledge_spec(live_host(page_id), partnership_id)


def live_host(page_id: int) -> "HostPage":
    """Return the live page a form stands on, of either type. Raises NoSuchPage."""
    from cms.models import PledgePage, RegistrationPage

    for model in (PledgePage, RegistrationPage):
        pages: QuerySet[PledgePage | RegistrationPage] = model.objects.live().filter(pledge_kind__isnull=False)
        page = pages.select_related("locale", *_RELATED).filter(pk=page_id).first()
        if page is not None:
            return page
    raise NoSuchPage


def build_pledge_spec(page: "HostPage", partnership_id: int | None) -> PledgeSpec:
    """Return the specification of one page, live or a draft in preview. Raises NoSuchPage for one without a kind."""
    from cms.models import RegistrationPage

    kind, locale = page.pledge_kind, page.locale.language_code
    if kind is None:
        raise NoSuchPage
    campaign = kind.campaign
    active = Partnership.objects.active().filter(campaign=campaign).select_related("organisation")
    partnership = active.filter(pk=partnership_id).first() if partnership_id else None
    choices = consent_choices(
        campaign,
        partnership,
        locale=locale,
        channels=_channels(kind),
        reminded_by=campaign.organisation_id,
        reminder_channels=_channels(kind),
    )
    reminders = ConsentText.objects.filter(pk__in=[choice.text_id for choice in choices], purpose=Purpose.REMINDER)
    reminder_ids = set(reminders.values_list("pk", flat=True))
    opening = opening_of(kind, local_day(timezone.now(), campaign))
    return PledgeSpec(
        page_id=page.pk or 0,
        page_path=page.get_url() or "/",
        title=page.title,
        locale=locale,
        campaign_slug=campaign.slug,
        campaign_name=campaign.title,
        organisation_id=campaign.organisation_id,
        organisation_name=campaign.organisation.name,
        privacy_url=campaign.organisation.privacy_url,
        partnership=partnership,
        choices=choices,
        kind_id=kind.pk,
        promise=kind.words(locale).promise,
        is_generated=kind.is_generated,
        is_check=isinstance(page, RegistrationPage),
        asks_phone=kind.asks_phone,
        asks_nationality=kind.asks_nationality,
        communes=communes_of(kind, locale) if kind.asks_commune else (),
        takes_pledges=opening.takes_pledges,
        last_day=opening.last_day,
        is_called_off=opening.is_called_off,
        today=opening.today,
        reminder_boxes=frozenset(choice.field_name for choice in choices if choice.text_id in reminder_ids),
        reminder_lines=opening.lines,
    )


def _channels(kind: PledgeKind) -> tuple[str, ...]:
    return ("email", "sms") if kind.asks_phone else ("email",)


def communes_of(kind: PledgeKind, language: str) -> tuple[tuple[str, str], ...]:
    """Return the communes of the kind's election, else of the campaign's, by name as ``language`` writes them.

    A campaign without an election is at home where its organisations are: in the places of its partnerships.
    """
    communes = Territory.objects.none()
    for code in _places(kind):
        communes |= Territory.objects.communes_of(code)
    rows = {one.code: one.name_in(language) for one in communes.without_outlines()}
    return tuple(sorted(rows.items(), key=lambda row: row[1]))


def _places(kind: PledgeKind) -> list[str]:
    election = kind.election or kind.campaign.election
    if election is not None:
        return [election.territory.code if election.territory else election.country]
    own = Partnership.objects.active().filter(campaign=kind.campaign, territory__isnull=False)
    return sorted(set(own.values_list("territory__code", flat=True)))
