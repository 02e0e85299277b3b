"""An organisation's record of processing activities (Art. 30(1) GDPR), made of what the program knows of itself.

Categories, purposes and time limits are read from the packages' registers each time, so a field that was classified
this morning stands in the record now; partners, files, agreements and rules of retention are read from their tables.
"""

import hashlib
import json
from dataclasses import asdict, dataclass

from django.apps import apps
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from accounts.models import Organisation
from campaigns.models import Campaign
from coalition.enums import AgreementKind
from core.personal_data_register import our_apps, read_register
from places.models import Territory
from rights.models import RecordDetails, RecordVersion, RetentionRule
from rights.record_activities import ACTIVITIES, Activity, Recipient, activity_of
from rights.record_categories import category_of
from rights.record_countries import country_name
from rights.record_enums import ProviderKind, Safeguard
from rights.record_measures import MEASURES
from rights.record_recipients import Partner, Provider, last_files, of_kind, partners_of, providers_of
from rights.record_rules import is_third_country
from rights.retention_enums import Kept

_OF_PROVIDER = {
    Recipient.HOSTING: ProviderKind.HOSTING,
    Recipient.MAIL: ProviderKind.MAIL,
    Recipient.TEXTS: ProviderKind.TEXTS,
    Recipient.CALLS: ProviderKind.CALLS,
}


@dataclass(frozen=True)
class Row:
    """One thing the law asks for, and what is to be said of it."""

    label: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Entry:
    """One processing activity in words. ``special``: why its data is of a special category, blank where it is not."""

    key: str
    title: str
    special: str
    rows: tuple[Row, ...]
    categories: tuple[Row, ...]


@dataclass(frozen=True)
class Record:
    """The whole record in the language in force. ``missing``: what somebody still has to say."""

    title: str
    organisation: str
    head: tuple[Row, ...]
    entries: tuple[Entry, ...]
    measures: tuple[str, ...]
    missing: tuple[str, ...]
    is_generated: bool


@dataclass(frozen=True)
class Known:
    """What is looked up once for all activities of a record."""

    details: RecordDetails | None
    providers: list[Provider]
    partners: list[Partner]
    campaigns: list[Campaign]
    rules: list[RetentionRule]
    union: frozenset[str]


@dataclass(frozen=True)
class Held:
    """One classified field in words: its category, what it is held for and for how long."""

    category: str
    purpose: str
    retention: str


def look_up(organisation: Organisation) -> Known:
    """Return the rows a record is made of. Nine queries, whatever it says."""
    return Known(
        RecordDetails.objects.filter(organisation=organisation).first(),
        providers_of(organisation),
        partners_of(organisation),
        list(Campaign.objects.filter(organisation=organisation).order_by("title")),
        list(RetentionRule.objects.filter(campaign__organisation=organisation).select_related("campaign")),
        frozenset(Territory.objects.eu().values_list("code", flat=True)),
    )


def record_of(organisation: Organisation, known: Known | None = None) -> Record:
    """Return the record of the organisation in the language in force, of what is ``known`` or looked up now."""
    known = known or look_up(organisation)
    held = held_by_activity()
    return Record(
        title=gettext("Record of processing activities (Art. 30 GDPR)"),
        organisation=organisation.name,
        head=_head(organisation, known),
        entries=tuple(_entry(activity, held[activity.key], known) for activity in ACTIVITIES),
        measures=tuple(str(measure) for measure in MEASURES),
        missing=tuple(_missing(organisation, known)),
        is_generated=organisation.is_generated,
    )


def fingerprint_of(organisation: Organisation, known: Known | None = None) -> str:
    """Return what a state of the record is known by, whatever language it is read in."""
    with translation.override("en"):
        told = json.dumps(asdict(record_of(organisation, known)), sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()


def state_of(organisation: Organisation) -> str:
    """Return what a state of what people said of the record is known by; blank while nobody said anything."""
    changed = RecordDetails.objects.filter(organisation=organisation).values_list("changed_at", flat=True).first()
    return changed.isoformat() if changed else ""


def version_of(organisation: Organisation) -> tuple[RecordVersion | None, bool]:
    """Return the last version that was taken out, and whether the record still says the same."""
    last = RecordVersion.objects.filter(organisation=organisation).order_by("-number").first()
    return last, last is not None and last.fingerprint == fingerprint_of(organisation)


def held_by_activity() -> dict[str, list[Held]]:
    """Return every classified field of the installation in words, by the activity its table belongs to."""
    found: dict[str, list[Held]] = {activity.key: [] for activity in ACTIVITIES}
    for app in our_apps():
        for name, entry in read_register(app).personal.items():
            model, _dot, field = name.partition(".")
            category = category_of(apps.get_model(app.label, model)._meta.get_field(field))
            found[activity_of(app.label, model).key].append(
                Held(str(category), gettext(entry.purpose), gettext(entry.retention))
            )
    return found


def _day(day: object) -> str:
    return date_format(day, "DATE_FORMAT") if day else ""  # type: ignore[arg-type]


def _head(organisation: Organisation, known: Known) -> tuple[Row, ...]:
    details = known.details
    reach = (*organisation.postal_address.split("\n"), organisation.contact_email, organisation.website)
    joint = [_contact(each) for each in of_kind(known.partners, AgreementKind.JOINT)]
    behalf = [_contact(each) for each in of_kind(known.partners, AgreementKind.PROCESSOR)]
    others = tuple(
        dict.fromkeys(
            each.organisation.name for each in known.partners if each.is_active and not each.agreed and not each.leads
        )
    )
    rows = [
        Row(gettext("Controller"), (organisation.name, *filter(None, map(str.strip, reach)))),
        Row(gettext("Joint controllers (Art. 26)"), tuple(joint) or (gettext("none"),)),
        Row(
            gettext("Data-protection officer"),
            (details.officer_name, details.officer_contact) if details and details.officer_name else ("—",),
        ),
        Row(
            gettext("Processors (Art. 28)"),
            (*behalf, *(_provider(each) for each in known.providers)) or (gettext("none"),),
        ),
        Row(gettext("Other partners, controllers of what people agreed to with them"), others or (gettext("none"),)),
        Row(gettext("Campaigns"), tuple(campaign.title for campaign in known.campaigns)),
    ]
    if details and details.representative:
        rows.insert(1, Row(gettext("Representative in the Union (Art. 27)"), (details.representative,)))
    if details and details.remarks:
        rows.append(Row(gettext("Remarks"), tuple(filter(str.strip, details.remarks.splitlines()))))
    return tuple(rows)


def _contact(partner: Partner) -> str:
    since = gettext("agreement of %(day)s") % {"day": _day(partner.agreed_date)} if partner.agreed_date else ""
    return " · ".join(filter(None, [partner.organisation.name, partner.officer, since]))


def _provider(provider: Provider) -> str:
    row = provider.row
    told = [f"{provider.name or '—'}: {provider.kind.label}"]
    if row and row.country:
        told.append(country_name(row.country))
    if row and row.agreed_date:
        told.append(gettext("agreement of %(day)s") % {"day": _day(row.agreed_date)})
    return " · ".join(told)


def _entry(activity: Activity, held: list[Held], known: Known) -> Entry:
    categories: dict[str, list[str]] = {}
    for each in held:
        categories.setdefault(each.category, []).append(each.purpose)
    special = gettext("Special category (Art. 9(1)): political opinions, because taking part tells them.")
    return Entry(
        key=activity.key,
        title=str(activity.title),
        special=special if activity.opinions else "",
        rows=(
            Row(gettext("What for"), (str(activity.purpose),)),
            Row(gettext("Whose data"), tuple(str(each) for each in activity.subjects)),
            Row(gettext("What allows it"), (str(activity.basis),)),
            Row(gettext("Who gets it"), tuple(_recipients(activity, known)) or (gettext("nobody"),)),
            Row(gettext("Outside the European Economic Area"), tuple(_transfers(activity, known)) or (gettext("no"),)),
            Row(gettext("Until when"), tuple(_limits(activity, held, known))),
        ),
        categories=(
            *(Row(category, tuple(dict.fromkeys(purposes))) for category, purposes in categories.items()),
            *(Row(str(words), ()) for words in activity.besides),
        ),
    )


def _recipients(activity: Activity, known: Known) -> list[str]:
    told = [_provider(each) for each in _providers(activity, known)]
    leading = _leading(activity, known)
    if leading:
        told.append(f"{gettext('Joint controllers (Art. 26)')}: {', '.join(leading)}")
    partners = {each.organisation.pk for each in known.partners if each.is_active and not each.leads}
    if Recipient.PARTNERS in activity.recipients and partners:
        told.append(
            ngettext(
                "%(count)s partner, named at the head, by its own logins and of people who agreed to it",
                "%(count)s partners, named at the head, by their own logins and of people who agreed to them",
                len(partners),
            )
            % {"count": len(partners)}
        )
    if Recipient.FILES in activity.recipients:
        told += [
            gettext("%(name)s, by encrypted files of people who agreed to it, last on %(day)s")
            % {"name": name, "day": _day(day)}
            for name, day in last_files(known.partners).items()
        ]
    if Recipient.PUBLIC in activity.recipients:
        told.append(gettext("the public, where the person agreed or the law asks it"))
    if Recipient.PERSON in activity.recipients:
        told.append(gettext("the person themselves"))
    return told


def _leading(activity: Activity, known: Known) -> dict[str, str]:
    """Return who leads a campaign too and sees its people by that, with its country."""
    if Recipient.PARTNERS not in activity.recipients:
        return {}
    return {each.organisation.name: each.organisation.country for each in known.partners if each.leads}


def _providers(activity: Activity, known: Known) -> list[Provider]:
    kinds = {_OF_PROVIDER[each] for each in activity.recipients if each in _OF_PROVIDER} | {ProviderKind.OTHER}
    return [each for each in known.providers if each.kind in kinds]


def _transfers(activity: Activity, known: Known) -> list[str]:
    told = []
    for each in _providers(activity, known):
        row = each.row
        if row is not None and is_third_country(row.country, known.union):
            safeguard = Safeguard(row.safeguard).label if row.safeguard else "—"
            told.append(f"{row.name}: {country_name(row.country)} · {safeguard}")
    leading = _leading(activity, known)
    told += [
        f"{name}: {country_name(code)} · —" for name, code in leading.items() if is_third_country(code, known.union)
    ]
    if {Recipient.PARTNERS, Recipient.FILES} & set(activity.recipients):
        abroad = {
            each.organisation.name: each.organisation.country
            for each in known.partners
            if is_third_country(each.organisation.country, known.union)
            and each.organisation.name not in leading
            and (Recipient.PARTNERS in activity.recipients or each.files_until)
        }
        told += [
            gettext("%(name)s: %(country)s, to whom the person agreed (Art. 49(1)(a))")
            % {"name": name, "country": country_name(country)}
            for name, country in abroad.items()
        ]
    return told


def _limits(activity: Activity, held: list[Held], known: Known) -> list[str]:
    """Return the time limits: of the registers by category, and of the rules of retention by campaign."""
    by_limit: dict[str, list[str]] = {}
    for each in held:
        by_limit.setdefault(each.retention, []).append(each.category)
    told = [f"{limit} ({', '.join(dict.fromkeys(categories))})" for limit, categories in by_limit.items()]
    for rule in known.rules:
        if rule.what in activity.kept:
            told.append(_rule(rule))
    return told or [gettext("a day at most; logs as long as the operator keeps them")]


def _rule(rule: RetentionRule) -> str:
    months = ngettext("%(count)s month", "%(count)s months", rule.months) % {"count": rule.months}
    told = gettext("%(campaign)s: %(what)s, %(months)s after its last day") % {
        "campaign": rule.campaign.title,
        "what": Kept(rule.what).label,
        "months": months,
    }
    if rule.due_date:
        told += " " + gettext("(%(day)s)") % {"day": _day(rule.due_date)}
    return told if rule.is_active else f"{told}; {gettext('not switched on')}"


def _missing(organisation: Organisation, known: Known) -> list[str]:
    told = []
    if not (organisation.postal_address.strip() and organisation.contact_email):
        told.append(gettext("The organisation's postal address and its contact for data protection."))
    if known.details is None or not (known.details.officer_name and known.details.officer_contact):
        told.append(gettext("Who the data-protection officer is, and how to reach them; or that there is none."))
    for each in known.providers:
        if each.row is None or not each.row.country:
            told.append(
                gettext("In which country this provider keeps the data: %(name)s.")
                % {"name": f"{each.name or '—'} ({each.kind.label})"}
            )
        elif each.row.agreed_date is None:
            told.append(gettext("Since when there is an agreement of Art. 28 with %(name)s.") % {"name": each.name})
    ruled = {rule.campaign_id for rule in known.rules if rule.what == Kept.SUPPORTERS and rule.is_active}
    for campaign in known.campaigns:
        if campaign.pk not in ruled or campaign.ends_date is None:
            told.append(
                gettext("Until when %(campaign)s keeps people: its last day, and a retention rule that is switched on.")
                % {"campaign": campaign.title}
            )
    return told
