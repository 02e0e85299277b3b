"""What people who promised something read: in their language, how many days are left, where to go, how to stop."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.actions.pledge_reminders import queue_due_pledge_reminders
from campaigns.actions.pledges import Reminding, move_pledge, set_reminding
from campaigns.models import CommuneOffice, Election, Pledge, PledgeKind, PledgeKindText
from campaigns.pledge_enums import RemindMe, ToldBy
from campaigns.pledge_links import own_url
from messaging.models import OutboundMessage
from messaging.rendering import render_message
from messaging.sms_text import measure, segments
from people.enums import Channel
from places.models import Territory
from tests.factories.cms import make_petition
from tests.factories.initiatives import make_initiative
from tests.factories.pledges import let_remind, make_kind, make_pledge

pytestmark = pytest.mark.django_db
MADE = datetime(2031, 6, 1, 9, tzinfo=UTC)
LAST_DAY = date(2031, 7, 31)
WEEK = datetime(2031, 7, 24, 9, tzinfo=UTC)
DAYS2 = datetime(2031, 7, 29, 9, tzinfo=UTC)
ADDRESS = "Maison Example, Rue Exemple 1, 1050 Ixelles"


@pytest.fixture
def kind() -> PledgeKind:
    election = Election.objects.create(
        key="vote", kind="local", country="BE", election_date=date(2031, 10, 13), registration_deadline=LAST_DAY
    )
    commune = Territory.objects.create(
        code="NIS 21009", level=Territory.Level.COMMUNE, names={"en": "Ixelles", "nl": "Elsene", "ar": "إكسل"}
    )
    CommuneOffice.objects.create(
        election=election, territory=commune, address=ADDRESS, online_url="https://ixelles.example/inscription"
    )
    return make_kind(make_petition().campaign, election=election)


def reminded(kind: PledgeKind, at: datetime = WEEK, channel: str = Channel.EMAIL, **told: Any) -> OutboundMessage:
    """Return the message due at ``at`` to somebody who promised."""
    told = {"phone": "+32470123456", "full_name": "O'Brien <b>", "commune": "NIS 21009"} | told
    let_remind(make_pledge(kind, at=MADE, **told), at=MADE)
    queue_due_pledge_reminders(at=at)
    return OutboundMessage.objects.get(channel=channel)


def asked(kind: PledgeKind, **told: Any) -> OutboundMessage:
    """Return the question how it went on, three weeks after the form was sent."""
    pledge = make_pledge(kind, at=MADE, full_name="O'Brien <b>", **told)
    let_remind(pledge, at=MADE)
    move_pledge(pledge=pledge, step="sent", told_by=ToldBy.OWN_PAGE, at=MADE)
    queue_due_pledge_reminders(at=MADE + timedelta(days=21, hours=3))
    return OutboundMessage.objects.get()


PROMISES = {
    "en": "I will register to vote", "fr": "Je m’inscris pour voter", "nl": "Ik schrijf me in om te stemmen",
    "ar": "سأسجّل للتصويت",
}  # fmt: skip
DONE = {"en": "I have sent it", "fr": "Je l’ai envoyé", "nl": "Ik heb het verstuurd", "ar": "أرسلتُها"}
LETTER = {
    "en": "I got the commune’s letter", "fr": "J’ai reçu la lettre de la commune",
    "nl": "Ik heb de brief van de gemeente gekregen", "ar": "وصلتني رسالة البلدية",
}  # fmt: skip


@pytest.mark.parametrize("language", list(PROMISES))
def test_reminder_says_what_until_when_and_where_in_the_persons_language(kind: PledgeKind, language: str) -> None:
    row = reminded(kind, locale=language)
    with translation.override("nl"):
        letter = render_message(row)
    assert PROMISES[language] in letter.subject
    assert "7" in letter.subject
    for words in (letter.text, letter.html):
        assert PROMISES[language] in words
        assert "2031" in words
        assert ADDRESS in words
        assert "https://ixelles.example/inscription" in words
        assert {"nl": "Elsene", "ar": "إكسل"}.get(language, "Ixelles") in words
        assert own_url(Pledge.objects.get(), language) in words
    assert DONE[language] in letter.html
    assert "O'Brien <b>" in letter.text
    assert "O'Brien <b>" not in letter.html
    assert f'lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"' in letter.html
    assert not re.search(r"\{[{%]|\n{3,}|None", letter.text), letter.text


@pytest.mark.parametrize("language", list(PROMISES))
def test_follow_up_says_what_was_told_and_asks_for_what_comes_next(kind: PledgeKind, language: str) -> None:
    letter = render_message(asked(kind, locale=language))
    assert PROMISES[language] in letter.subject
    assert DONE[language] in letter.text
    assert LETTER[language] in letter.html
    assert own_url(Pledge.objects.get(), language) in letter.text
    assert "2031" in letter.text, "the day they told us"
    assert not re.search(r"\{[{%]|\n{3,}|None", letter.text), letter.text


@pytest.mark.parametrize("of", [reminded, asked])
def test_letter_stops_by_one_click_and_by_its_own_link(kind: PledgeKind, of: Any) -> None:
    letter = render_message(of(kind, locale="fr"))
    assert letter.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    found = re.fullmatch(r"<(https?://[^>]+/fr/pledges/reminders/[^>/]+/)>", letter.headers["List-Unsubscribe"])
    assert found is not None
    assert found[1] in letter.text
    assert found[1] in letter.html
    assert "/pledge/mine/" not in found[1]


@pytest.mark.parametrize(
    ("sent_at", "expected"),
    [
        (DAYS2, "2 days left"),
        (DAYS2 + timedelta(days=1), "Tomorrow is the last day"),
        (DAYS2 + timedelta(days=2, hours=12), "Today is the last day"),
    ],
)
def test_reminder_that_left_late_counts_the_days_of_the_day_it_left(
    kind: PledgeKind, sent_at: datetime, expected: str
) -> None:
    row = reminded(kind, DAYS2)
    OutboundMessage.objects.filter(pk=row.pk).update(sent_at=sent_at)
    assert expected in render_message(OutboundMessage.objects.get(pk=row.pk)).subject


def test_one_day_left_is_said_in_the_singular_by_text(kind: PledgeKind) -> None:
    row = reminded(kind, DAYS2, Channel.SMS)
    OutboundMessage.objects.filter(pk=row.pk).update(sent_at=DAYS2 + timedelta(days=1))
    assert "1 day left, until Thu 31 July" in render_message(OutboundMessage.objects.get(pk=row.pk)).text


def test_reminder_without_an_office_or_a_last_day_leaves_them_out(kind: PledgeKind) -> None:
    citizenship = make_kind(kind.campaign, "apply-for-citizenship")
    pledge = make_pledge(citizenship, at=MADE)
    let_remind(pledge, at=MADE)
    set_reminding(pledge=pledge, reminding=Reminding(RemindMe.ON_DAY, WEEK.date()), at=MADE)
    queue_due_pledge_reminders(at=WEEK)
    letter = render_message(OutboundMessage.objects.get())
    assert letter.subject == "You wanted to be reminded: I will apply for citizenship"
    assert "last day" not in letter.text
    assert "Where to hand it in" not in letter.text


def test_reminder_of_an_initiative_leads_to_the_form_of_the_union(kind: PledgeKind) -> None:
    initiative = make_initiative()
    address = "https://eci.ec.europa.eu/099/public/"
    facts: dict[str, Any] = {"status": "ONGOING", "collection_start_date": None, "support_url": address}
    type(initiative).objects.filter(pk=initiative.pk).update(**facts)
    initiative.deadlines.all().delete()
    initiative.refresh_from_db()
    support = make_kind(kind.campaign, "support-an-initiative", initiative=initiative, due_date=LAST_DAY)
    letter = render_message(reminded(support, phone=""))
    assert address in letter.text
    assert address in letter.html


@pytest.fixture
def texts(kind: PledgeKind) -> dict[str, OutboundMessage]:
    """One text message of each kind: an ordinary reminder, one of the last day, one of no last day, a question."""
    kind.reminder_rules.create(
        key="letter_sms", moment="after_step", step="sent", days=21, channel="sms", text="follow_up"
    )
    kind.reminder_rules.create(key="today", days=0, channel="sms")
    row = reminded(kind, WEEK, Channel.SMS)
    queue_due_pledge_reminders(at=DAYS2 + timedelta(days=2))
    pledge = Pledge.objects.get()
    last = OutboundMessage.objects.get(idempotency_key__contains=":today:")
    OutboundMessage.objects.filter(channel=Channel.EMAIL).delete()
    other = make_pledge(kind, "other@example.org", at=MADE, phone="+32470123457")
    let_remind(other, at=MADE)
    move_pledge(pledge=other, step="sent", told_by=ToldBy.OWN_PAGE, at=MADE)
    queue_due_pledge_reminders(at=MADE + timedelta(days=21, hours=3))
    question = OutboundMessage.objects.get(template="pledge_follow_up", channel=Channel.SMS)
    assert pledge.supporter is not None
    return {"week": row, "today": last, "question": question}


@pytest.mark.parametrize("which", ["week", "today", "question"])
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    promise=st.text("abcé ABC€", min_size=1, max_size=120).filter(str.strip),
    organisation=st.text("ABC def", min_size=1, max_size=60).filter(str.strip),
)
def test_sms_fits_one_segment_in_english(
    texts: dict[str, OutboundMessage], which: str, promise: str, organisation: str
) -> None:
    PledgeKindText.objects.update(promise=promise)
    Pledge.objects.get(pk=texts[which].context["pledge"]).kind.campaign.organisation.__class__.objects.update(
        name=organisation
    )
    letter = render_message(texts[which])
    assert segments(letter.text) == 1, letter.text
    assert "STOP" in letter.text
    assert (letter.subject, letter.html) == ("", "")


@pytest.mark.parametrize("language", ["en", "fr", "nl"])
def test_sms_of_a_shipped_kind_is_one_segment_of_the_gsm_alphabet(
    texts: dict[str, OutboundMessage], language: str
) -> None:
    OutboundMessage.objects.update(language=language)
    for row in OutboundMessage.objects.filter(pk__in=[each.pk for each in texts.values()]):
        taken = measure(render_message(row).text)
        assert (taken.is_gsm, taken.segments) == (True, 1), (render_message(row).text, taken)
