"""Journeys in sentences: what begins one, what each step does, and why somebody waits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import get_language, gettext, ngettext

from accounts.models import User
from audiences.journey_rules import Call, Check, Leave, Send, Step, Task, Until, Wait, parse_steps, walk
from audiences.models import Automation, AutomationRun, Segment
from audiences.recipes import Recipe, recipe_texts
from audiences.selectors.ground import Ground
from audiences.triggers.base import InvalidTrigger, read_trigger, triggers
from core.lists import listed
from messaging.models import MessageText


@dataclass(frozen=True)
class Names:
    """What the numbers in steps stand for."""

    texts: Mapping[int, str] = field(default_factory=dict)
    segments: Mapping[int, str] = field(default_factory=dict)
    people: Mapping[int, str] = field(default_factory=dict)


def names_in(steps: tuple[Step, ...]) -> Names:
    """Return the names of all texts, segments and colleagues that steps speak of; three queries at most."""
    every = list(walk(steps))
    texts = {step.text for step in every if isinstance(step, Send)}
    segments = {step.segment for step in every if isinstance(step, Check)}
    people = {step.owner for step in every if isinstance(step, Task) and step.owner}
    return Names(
        texts={row.pk: row.name for row in MessageText.objects.filter(pk__in=texts)} if texts else {},
        segments={row.pk: row.name for row in Segment.objects.filter(pk__in=segments)} if segments else {},
        people={row.pk: str(row) for row in User.objects.filter(pk__in=people)} if people else {},
    )


def say_step(step: Step, names: Names) -> str:
    """Return a step as a sentence, in the language in force."""
    match step:
        case Wait():
            return say_wait(step)
        case Until():
            return say_until(step)
        case Send():
            return gettext("Send “%(text)s”") % {"text": names.texts.get(step.text, "?")}
        case Check():
            return gettext("Are they in “%(segment)s”?") % {"segment": names.segments.get(step.segment, "?")}
        case Task():
            return _say_task(step, names)
        case Call():
            return gettext("Tell %(address)s") % {"address": step.url}
        case Leave():
            return gettext("Leave the journey")


def say_wait(step: Wait) -> str:
    """Return "Wait 1 day, until 11:00"."""
    spans = []
    if step.days:
        spans.append(ngettext("%(count)s day", "%(count)s days", step.days) % {"count": step.days})
    if step.hours:
        spans.append(ngettext("%(count)s hour", "%(count)s hours", step.hours) % {"count": step.hours})
    if not spans:
        return gettext("Wait until %(hour)s") % {"hour": step.at}
    if step.at:
        return gettext("Wait %(span)s, until %(hour)s") % {"span": listed(spans), "hour": step.at}
    return gettext("Wait %(span)s") % {"span": listed(spans)}


def say_until(step: Until) -> str:
    """Return "Wait until 7 days before the date, 10:00"."""
    if step.days == 0:
        return gettext("Wait until the day itself, %(hour)s") % {"hour": step.at}
    words = (
        ngettext(
            "Wait until %(count)s day before the date, %(hour)s",
            "Wait until %(count)s days before the date, %(hour)s",
            step.days,
        )
        if step.side == "before"
        else ngettext(
            "Wait until %(count)s day after the date, %(hour)s",
            "Wait until %(count)s days after the date, %(hour)s",
            step.days,
        )
    )
    return words % {"count": step.days, "hour": step.at}


def _say_task(step: Task, names: Names) -> str:
    if step.owner:
        return gettext("Task for %(person)s: %(title)s") % {
            "person": names.people.get(step.owner, "?"),
            "title": step.title,
        }
    return gettext("Task: %(title)s") % {"title": step.title}


def say_trigger(told: dict[str, Any], ground: Ground) -> str:
    """Return what begins a journey, as a sentence; what it names stands by its name."""
    try:
        trigger, values = read_trigger(told)
    except InvalidTrigger as error:
        return str(error.words)
    words = {}
    for parameter in trigger.parameters:
        if parameter.name not in values:
            continue
        value = values[parameter.name]
        options = getattr(parameter, "options", None)
        if options is not None:
            known = dict(options(ground))
            chosen = value if isinstance(value, tuple) else (value,)
            words[parameter.name] = listed([str(known.get(each, "?")) for each in chosen])
        else:
            words[parameter.name] = date_format(value, "DATE_FORMAT") if hasattr(value, "year") else str(value)
    said = []
    for clause in trigger.clauses:
        try:
            said.append(str(clause) % words)
        except KeyError:  # of a parameter that was not given
            continue
    return " ".join(said)


def say_recipe(recipe: Recipe) -> tuple[str, list[str]]:
    """Return what begins a ready-made journey and its steps, as sentences; its texts by their names."""
    trigger = triggers()[recipe.trigger["kind"]]
    words = recipe_texts()
    language = (get_language() or "en").partition("-")[0]
    texts = {key: each["name"] for key, each in words.get(language, words["en"]).items()}
    steps, names = [], {}
    for place, step in enumerate(recipe.steps, 1):
        if step["kind"] == "send":
            names[place] = texts[step["text"]]
            step = {**step, "text": place}
        elif step["kind"] == "task":
            step = {**step, "title": str(step["title"])}
        steps.append(step)
    return str(trigger.label), [say_step(step, Names(texts=names)) for step in parse_steps(steps)]


def why_waiting(run: AutomationRun, step: Step | None, names: Names) -> str:
    """Return until when somebody waits, and because of which step."""
    if run.next_at is None:
        return str(run.get_status_display())
    moment = local_moment(run.next_at, run.automation)
    if run.stuck_since is not None and step is not None:
        return gettext("cannot go on, and is tried again at %(moment)s: %(step)s") % {
            "moment": moment,
            "step": say_step(step, names),
        }
    if isinstance(step, Wait | Until):
        return gettext("waits until %(moment)s, because: %(step)s") % {"moment": moment, "step": say_step(step, names)}
    return gettext("goes on at %(moment)s") % {"moment": moment}


def local_moment(moment: datetime, automation: Automation) -> str:
    """Return a moment as clocks at the campaign's place show it."""
    local = moment.astimezone(ZoneInfo(automation.campaign.time_zone))
    return f"{date_format(local, 'DATE_FORMAT')}, {local:%H:%M}"
