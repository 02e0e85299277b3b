"""What an organisation does with personal data, grouped as Art. 30(1) GDPR asks: words for people, as data.

What is held stands in the packages' registers (``privacy.py``); here stands to which activity a table belongs and what
no register knows: whose data it is, what allows it, who gets it. Whatever table a package adds belongs to the package's
own activity until it is named below.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from rights.retention_enums import Kept

Words = str | Promise


class Recipient(StrEnum):
    """Who gets data of an activity; who they are is looked up (`rights.record_recipients`)."""

    HOSTING = "hosting"
    MAIL = "mail"
    TEXTS = "texts"
    CALLS = "calls"
    PARTNERS = "partners"
    FILES = "files"
    PUBLIC = "public"
    PERSON = "person"


@dataclass(frozen=True)
class Activity:
    """One processing activity. ``opinions``: that somebody is in it tells a political opinion (Art. 9(1) GDPR).

    ``kept``: which rules of retention end it; ``besides``: what is processed and stands in no table.
    """

    key: str
    title: Words
    purpose: Words
    subjects: tuple[Words, ...]
    basis: Words
    recipients: tuple[Recipient, ...]
    opinions: bool = False
    kept: tuple[Kept, ...] = ()
    besides: tuple[Words, ...] = ()

    def __post_init__(self) -> None:
        if not (self.purpose and self.basis and self.title and self.subjects):
            raise ValueError(f"{self.key}: say what it is for, whose data it is and what allows it")


_CITIZENS = _("citizens who take part or ask for news")
_STAFF = _("people who work for the organisation or a partner")
_VOLUNTEERS = _("volunteers and applicants")
_CONSENT = _(
    "Consent (Art. 6(1)(a) GDPR); because taking part tells a political opinion: explicit consent (Art. 9(2)(a))."
)
_PUBLIC_SIDE = (Recipient.HOSTING, Recipient.PARTNERS)

ACTIVITIES: tuple[Activity, ...] = (
    Activity(
        "supporters",
        _("Knowing supporters and what they allowed"),
        _("Know a person once, reach them where they allowed it, and prove what they allowed and took back."),
        (_CITIZENS,),
        _CONSENT,
        (*_PUBLIC_SIDE, Recipient.FILES),
        opinions=True,
        kept=(Kept.SUPPORTERS,),
    ),
    Activity(
        "petitions",
        _("Petitions"),
        _("Collect signatures, confirm them, count each person once, find forged ones and show the sum."),
        (_CITIZENS,),
        _CONSENT,
        (*_PUBLIC_SIDE, Recipient.PUBLIC),
        opinions=True,
        kept=(Kept.SUPPORTERS,),
    ),
    Activity(
        "pledges",
        _("Pledges: registering to vote, supporting an initiative"),
        _("Tell people how and by when they may act, remind them as they asked, help, and count how far they got."),
        (_CITIZENS,),
        _CONSENT,
        _PUBLIC_SIDE,
        opinions=True,
        kept=(Kept.SUPPORTERS, Kept.NOTES),
    ),
    Activity(
        "events",
        _("Events"),
        _("Invite, keep places, remind, let people in at the door and learn how it was."),
        (_("guests of events"), _STAFF),
        _(
            "What a guest asks for themselves (Art. 6(1)(b) GDPR); because coming may tell a political opinion: "
            "explicit consent (Art. 9(2)(a))."
        ),
        _PUBLIC_SIDE,
        opinions=True,
        kept=(Kept.RSVPS,),
    ),
    Activity(
        "volunteering",
        _("Volunteering"),
        _("Take volunteers in, train them, plan shifts with them, certify what they learned and count their hours."),
        (_VOLUNTEERS,),
        _(
            "The agreement with the volunteer (Art. 6(1)(b) GDPR); because volunteering tells a political opinion: "
            "explicit consent (Art. 9(2)(a))."
        ),
        _PUBLIC_SIDE,
        opinions=True,
        kept=(Kept.SUPPORTERS,),
    ),
    Activity(
        "outreach",
        _("Conversations in the street and paper forms"),
        _("Count conversations without a name; where somebody agrees, reach them afterwards; know who holds forms."),
        (_("people spoken to in the street"), _VOLUNTEERS, _STAFF),
        _CONSENT,
        _PUBLIC_SIDE,
        opinions=True,
        kept=(Kept.CONVERSATIONS,),
    ),
    Activity(
        "messages",
        _("Messages"),
        _("Answer what people do, remind them, send the news they allowed, read what they write back."),
        (_CITIZENS, _VOLUNTEERS, _STAFF),
        _(
            "Answers to what somebody did: Art. 6(1)(b) GDPR; news: consent (Art. 6(1)(a) and Art. 9(2)(a); Art. 13 of "
            "Directive 2002/58/EC); a stop that outlives the person: legal obligation (Art. 6(1)(c), Art. 7(3))."
        ),
        (Recipient.HOSTING, Recipient.MAIL, Recipient.TEXTS),
        opinions=True,
        kept=(Kept.MESSAGES,),
    ),
    Activity(
        "journeys",
        _("News to many, series of messages and tasks"),
        _("Choose by rules who is written to, lead people through series of messages, and give the team its tasks."),
        (_CITIZENS, _VOLUNTEERS, _STAFF),
        _CONSENT,
        (Recipient.HOSTING, Recipient.MAIL, Recipient.TEXTS, Recipient.CALLS),
        opinions=True,
        kept=(Kept.SUPPORTERS,),
    ),
    Activity(
        "files",
        _("Files for partners"),
        _("Hand a partner the addresses of those who agreed to that very partner, and tell it whom to delete."),
        (_("citizens who agreed to a partner's news"), _STAFF),
        _(
            "Consent to that partner (Art. 6(1)(a) and Art. 9(2)(a) GDPR); telling it whom to delete: legal obligation "
            "(Art. 6(1)(c), Art. 19)."
        ),
        (Recipient.FILES,),
        opinions=True,
        kept=(Kept.SUPPORTERS,),
    ),
    Activity(
        "partners",
        _("Partner organisations"),
        _("Take organisations in, know whom to ask there, and prove what they agreed to."),
        (_("contact persons and signatories of organisations"), _STAFF),
        _("Legitimate interest in working together (Art. 6(1)(f) GDPR); Art. 26 and 28 for the agreements."),
        (Recipient.HOSTING, Recipient.MAIL),
    ),
    Activity(
        "transparency",
        _("Sponsors and organisers of an initiative"),
        _("Publish who gave an initiative more than the legal sum, and who organises it."),
        (_("sponsors, organisers of initiatives"), _STAFF),
        _("Legal obligation (Art. 6(1)(c) GDPR; Regulation (EU) 2019/788, Art. 17)."),
        (Recipient.HOSTING, Recipient.PUBLIC),
    ),
    Activity(
        "requests",
        _("Requests about one's data"),
        _("Let people see, correct, restrict and erase their data, answer within the law's time, and prove it."),
        (_CITIZENS, _VOLUNTEERS),
        _("Legal obligation (Art. 6(1)(c) GDPR; Art. 12 to 22)."),
        (Recipient.HOSTING, Recipient.MAIL, Recipient.PERSON),
    ),
    Activity(
        "staff",
        _("Logins and the audit trail"),
        _("Let staff in and nobody else, know who did what, and notice when a login reads far more than usual."),
        (_STAFF,),
        _(
            "Legitimate interest in safe working (Art. 6(1)(f) GDPR); being able to account for it (Art. 5(2) and "
            "Art. 32)."
        ),
        (Recipient.HOSTING, Recipient.MAIL),
        besides=(_("sessions, second factors (keys without what unlocks them) and tries to sign in"),),
    ),
    Activity(
        "doors",
        _("Public interface, forms on other websites and logs"),
        _("Answer programs and forms on partners' websites, keep floods out, find faults."),
        (_("everybody who calls a public page"),),
        _("Legitimate interest in a site that works (Art. 6(1)(f) GDPR)."),
        (Recipient.HOSTING,),
        besides=(
            _("a keyed hash of the network address, counted for a day at most; the address itself is not kept"),
            _("lines of a log without address, browser, keys of links or what stands behind “?”"),
        ),
    ),
)
BY_KEY = {activity.key: activity for activity in ACTIVITIES}

# Which activity the tables of a package belong to, and those that belong to another one.
OF_PACKAGE = {
    "people": "supporters",
    "campaigns": "petitions",
    "events": "events",
    "volunteers": "volunteering",
    "outreach": "outreach",
    "messaging": "messages",
    "outbox": "messages",
    "audiences": "journeys",
    "coalition": "partners",
    "rights": "requests",
    "accounts": "staff",
    "core": "staff",
    "cms": "petitions",
}
OF_TABLE = {
    **dict.fromkeys(["Pledge", "PledgeMove", "PledgeNote", "RegistrationImport"], "pledges"),
    **dict.fromkeys(["Sponsor", "Contribution", "UnpaidHelp", "Publication", "Initiative", "SetAside"], "transparency"),
    **dict.fromkeys(["PartnerKey", "StandingExport", "PartnerExport", "HandedOver", "PartnerImport"], "files"),
    "Organisation": "partners",
}


def activity_of(app_label: str, model: str) -> Activity:
    """Return the activity a table belongs to; KeyError where its package has none: give it one above."""
    return BY_KEY[OF_TABLE.get(model) or OF_PACKAGE[app_label]]
