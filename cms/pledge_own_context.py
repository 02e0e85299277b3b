"""What somebody's own page of a pledge shows: how far they are, what comes next, and their own link."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language

from campaigns.actions.pledge_stopping import LINK, may_allow
from campaigns.models import CommuneOffice, Pledge
from campaigns.pledge_enums import RemindMe, Standing
from campaigns.pledge_links import sign_pledge
from campaigns.pledge_opening import Opening, opening_of
from campaigns.pledge_stop_links import stop_url
from campaigns.selectors.pledge_counts import pledges_by_link
from campaigns.selectors.pledge_steps import before_last_press, steps_shown
from campaigns.selectors.sources import SHARE_PREFIX
from campaigns.zones import local_day
from cms.eligibility_context import hours_of
from cms.pledge_context import counted
from cms.pledge_forms import RemindForm, Reminding
from cms.pledge_spec import pledge_spec
from cms.views.confirming import share_links
from messaging.selectors import number_waiting_for_yes
from messaging.wishes import own_path as messages_path
from people.addresses import masked_address
from people.consent import ContactPurpose, UnknownAddress, may_contact_each
from people.enums import Channel, Purpose
from people.models import ContactPoint
from people.selectors import address_on
from places.models import Territory

INVITED = 3
_DONE = frozenset({Standing.ACTED, Standing.COMPLETE})


def own_context(pledge: Pledge, at: datetime, *, form: RemindForm | None = None) -> dict[str, Any]:
    """Return the template's context in the language in force."""
    kind, language = pledge.kind, get_language() or pledge.locale
    opening = opening_of(kind, local_day(at, kind.campaign))
    token = sign_pledge(pledge)
    ladder = kind.ladder
    ending = ladder.ending(pledge.ending)
    words = kind.words(language)
    return {
        "pledge": pledge,
        "kind": kind,
        "words": words,
        "opening": opening,
        "is_done": pledge.standing in _DONE,
        "is_ended": pledge.standing == Standing.ENDED,
        "ending": ending.name_in(language) if ending else "",
        "steps": steps_shown(pledge, language),
        "next_steps": [(rung.key, rung.button_in(language)) for rung in ladder.after(pledge.step)],
        "endings": [(rung.key, rung.button_in(language), rung.asks_barrier) for rung in ladder.endings],
        "barriers": [(rung.key, rung.name_in(language)) for rung in ladder.barriers],
        "can_undo": before_last_press(pledge) is not None,
        "form": form or remind_form(pledge, opening),
        "withdraw_url": reverse("pledge_withdraw", args=[token]),
        "own_url": reverse("pledge_own", args=[token]),
        **_place(pledge),
        **_messages(pledge, at),
        **_sharing(pledge, language),
        **counted(kind),
    }


def remind_form(pledge: Pledge, opening: Opening, data: Any = None) -> RemindForm:
    """Return the form on which its author says how often to be reminded."""
    return RemindForm(data, opening=opening, now=Reminding(RemindMe(pledge.remind), pledge.remind_date))


def _place(pledge: Pledge) -> dict[str, Any]:
    """Return the office of the commune somebody named, where the kind's election has one."""
    election = pledge.kind.election
    territories = Territory.objects.filter(level=Territory.Level.COMMUNE).without_outlines()
    commune = territories.filter(code=pledge.territory_code).first() if pledge.territory_code else None
    office = None
    if election is not None and commune is not None:
        office = CommuneOffice.objects.filter(election=election, territory=commune).first()
    return {"election": election, "commune": commune, "office": office, "hours": hours_of(office) if office else []}


def _messages(pledge: Pledge, at: datetime) -> dict[str, Any]:
    """Return the way to the page "what I get", and the number that waits for its owner's YES.

    This page's link never grows old, that one's does: only a pledge so young that every link to it is young leads
    straight on; otherwise the link goes to the address by mail.
    """
    supporter = pledge.supporter
    point = address_on(supporter, Channel.EMAIL) if supporter is not None else None
    number = number_waiting_for_yes(supporter, at=at) if supporter is not None else None
    is_young = at - pledge.confirmed_at < timedelta(days=settings.OWN_PAGE_DAYS)
    return {
        "may_remind": _may_remind(pledge, at),
        "can_agree": _can_agree(pledge),
        "allow_url": stop_url(pledge, get_language() or pledge.locale)
        if supporter is not None and may_allow(pledge, LINK, at)
        else "",
        "messages_url": messages_path(point) if point is not None and is_young else "",
        "mail_address": masked_address(point.channel, point.as_typed) if point is not None else "",
        "asked_number": masked_address(number.channel, number.canonical) if number is not None else "",
    }


def _may_remind(pledge: Pledge, at: datetime) -> bool:
    """Whether somebody agreed to be reminded on any channel, and did not take it back since."""
    if pledge.supporter is None:
        return False
    campaign = pledge.kind.campaign
    asked: list[tuple[ContactPoint | UnknownAddress, ContactPurpose]] = [
        (point, ContactPurpose(Purpose.REMINDER, Channel(point.channel), campaign.organisation_id, campaign.slug))
        for point in pledge.supporter.contact_points.all()
    ]
    return any(decision.allowed for decision in may_contact_each(asked, at))


def _can_agree(pledge: Pledge) -> bool:
    """Whether the form on which somebody promises this is open and has a box about reminders."""
    page = page_of(pledge, get_language() or pledge.locale)
    if page is None:
        return False
    spec = pledge_spec(page.pk)
    return bool(spec.reminder_boxes) and not spec.opening.closed


def page_of(pledge: Pledge, language: str) -> Any:
    """Return the live page on which others can promise the same, of a pledge or of the check that offers it."""
    from cms.models import PledgePage, RegistrationPage

    page = PledgePage.for_kind(pledge.kind_id, language)
    if page is not None:
        return page
    checks = RegistrationPage.objects.live().filter(pledge_kind=pledge.kind_id).select_related("locale").order_by("pk")
    found = list(checks)
    return next((one for one in found if one.locale.language_code == language), next(iter(found), None))


def _sharing(pledge: Pledge, language: str) -> dict[str, Any]:
    """Return the own link, texts ready to send, and the three places that friends fill."""
    page, words = page_of(pledge, language), pledge.kind.words(language)
    path = (page.get_url() if page is not None else "") or "/"
    code = f"{SHARE_PREFIX}{pledge.share_code}"
    share_url = f"{settings.PUBLIC_URL}{path}?s={code}"
    text = words.share_text or words.promise
    brought = pledges_by_link(pledge.kind_id, code)
    return {
        "thank_you": getattr(page, "thank_you", ""),
        "page_url": path,
        "share_url": share_url,
        "share_text": text,
        "links": share_links(share_url, text, words.promise),
        "brought": brought,
        "friends": [number < brought for number in range(INVITED)],
    }
