"""From a row of the ledger to the words of a reminder of a pledge (settings.MESSAGE_CONTEXTS)."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format

from campaigns.actions.pledge_reminders import Schedule, schedule_of, stand_of
from campaigns.models import CommuneOffice, Pledge
from campaigns.pledge_enums import Standing
from campaigns.pledge_links import own_url
from campaigns.pledge_rules import Rung
from campaigns.pledge_schedule import concerns, rules_for, stamp_of
from campaigns.pledge_stop_links import stop_url
from campaigns.selectors.supporting import collection_of
from messaging.models import OutboundMessage
from messaging.rendering import NotNeeded
from messaging.sms_text import cut, plain_letters
from people.enums import Channel

# What is left of 160 characters beside the longest English sentence, and for whom.
_SMS_PROMISE, _SMS_ORGANISATION = 50, 22
_MOMENT = timedelta(seconds=1)


@dataclass(frozen=True)
class Letter:
    """One message, the pledge it speaks of and what that pledge's kind has for all."""

    message: OutboundMessage
    pledge: Pledge
    schedule: Schedule

    @property
    def language(self) -> str:
        return self.message.language

    @property
    def days_left(self) -> int | None:
        """How many days there are until the last one, when the message leaves; None without any."""
        if self.schedule.last_day is None:
            return None
        asked = self.message.sent_at or timezone.now()
        leaves_at = min(max(asked, self.message.not_before), self.message.expires_at - _MOMENT)
        return (self.schedule.last_day - leaves_at.astimezone(self.schedule.zone).date()).days


def reminder_context(message: OutboundMessage) -> dict[str, Any]:
    """Return the words for somebody who still has to do what they promised. Raises NotNeeded once they have."""
    letter = _letter(message)
    words = _words(letter)
    if message.channel == Channel.SMS:
        return words
    kind, ladder = letter.pledge.kind, letter.pledge.kind.ladder
    done = next((rung for rung in ladder.steps if rung.is_acted), ladder.steps[-1])
    return {
        **words,
        "how_to": kind.words(letter.language).how_to_steps,
        "done": done.button_in(letter.language),
        "support_url": collection_of(kind.initiative, timezone.now()).url if kind.initiative is not None else "",
        **_office(letter),
    }


def follow_up_context(message: OutboundMessage) -> dict[str, Any]:
    """Return the words that ask how it went on, for who has not told us more since. Raises NotNeeded once they have."""
    letter = _letter(message)
    words = _words(letter)
    if message.channel == Channel.SMS:
        return words
    pledge, ladder = letter.pledge, letter.pledge.kind.ladder
    reached = ladder.step(pledge.step)
    has_begun = reached is not None and reached is not ladder.first
    following = _next_rung(letter)
    return {
        **words,
        "told": reached.button_in(letter.language) if reached is not None and has_begun else "",
        "told_day": date_format(pledge.step_at.astimezone(letter.schedule.zone), "DATE_FORMAT"),
        "next": following.button_in(letter.language) if following is not None else "",
    }


def _letter(message: OutboundMessage) -> Letter:
    """Return what a message speaks of. Raises NotNeeded when it, the day or what the person wants is another by now."""
    related = ("kind__campaign__organisation", "kind__election", "kind__initiative", "supporter")
    rows = Pledge.objects.select_related(*related).prefetch_related("kind__texts", "kind__reminder_rules")
    pledge = rows.filter(pk=message.context["pledge"], supporter__isnull=False).first()
    if pledge is None:
        raise NotNeeded
    if pledge.kind.is_called_off and pledge.standing == Standing.OPEN:
        raise NotNeeded
    schedule, stand, told = schedule_of(pledge.kind), stand_of(pledge), message.context
    lines = rules_for(schedule.rules, stand.remind)
    rule = next((each for each in lines if (each.key, each.channel) == (told["rule"], message.channel)), None)
    if rule is None or not concerns(rule, stand):
        raise NotNeeded
    if stamp_of(rule, stand, schedule.last_day, schedule.zone) != told["stamp"]:
        raise NotNeeded
    return Letter(message, pledge, schedule)


def _words(letter: Letter) -> dict[str, Any]:
    pledge, language, last_day = letter.pledge, letter.language, letter.schedule.last_day
    promise, organisation = pledge.kind.words(language).promise, pledge.kind.campaign.organisation.name
    words = {
        "name": pledge.supporter.full_name if pledge.supporter is not None else "",
        "promise": promise,
        "organisation_name": organisation,
        "days_left": letter.days_left if pledge.standing == Standing.OPEN else None,
        "last_day": date_format(last_day, "DATE_FORMAT") if last_day is not None else "",
        "language": language,
    }
    if letter.message.channel == Channel.SMS:
        return {
            **words,
            "day": plain_letters(date_format(last_day, "D j N")) if last_day is not None else "",
            "promise": cut(plain_letters(promise), _SMS_PROMISE),
            "organisation_name": cut(plain_letters(organisation), _SMS_ORGANISATION),
        }
    return {**words, "own_url": own_url(pledge, language), "unsubscribe_url": stop_url(pledge, language)}


def _office(letter: Letter) -> dict[str, str]:
    """Return where one hands it in in the person's commune, blank where we do not know."""
    election = letter.pledge.kind.election_id
    offices = CommuneOffice.objects.filter(election=election, territory__code=letter.pledge.territory_code)
    office = offices.select_related("territory").first() if election and letter.pledge.territory_code else None
    if office is None:
        return {"office": "", "commune": "", "online_url": ""}
    commune = office.territory.name_in(letter.language)
    return {"office": office.address, "commune": commune, "online_url": office.online_url}


def _next_rung(letter: Letter) -> Rung | None:
    """Return what somebody would tell us next: that they did it, or what comes after that."""
    ladder = letter.pledge.kind.ladder
    above = ladder.after(letter.pledge.step)
    if letter.pledge.standing == Standing.OPEN:
        return next((rung for rung in above if rung.is_acted), None) or (above[-1] if above else None)
    return above[0] if above else None
